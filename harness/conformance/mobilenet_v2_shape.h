// SPDX-License-Identifier: Apache-2.0
// A network with MobileNetV2's layers and random weights.
#pragma once

#include "conformance/model_builder.h"

namespace quantbench::conformance {

// Width 1.0, 1000 classes, TensorFlow's padding of strided convolutions, relu6; size: of the
// square input.
void BuildMobileNetV2(ModelBuilder& builder, int64_t size = 224);

}  // namespace quantbench::conformance
