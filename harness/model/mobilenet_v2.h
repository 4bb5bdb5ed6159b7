// SPDX-License-Identifier: Apache-2.0
// MobileNetV2 in torchvision's layout, of any width and number of classes.
#pragma once

#include "model/checkpoint/state_dict.h"
#include "model/graph.h"
#include "model/import.h"

namespace quantbench {

// Builds the network that a torchvision state dict belongs to (features.0.0.weight ...
// classifier.1.bias); channels and classes are read off the tensors. Shapes are not yet inferred.
// Throws Error that lists the tensors that are missing, misshapen or left over.
Graph BuildMobileNetV2(StateDict tensors, const ModelSource& source);

}  // namespace quantbench
