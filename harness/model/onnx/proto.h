// SPDX-License-Identifier: Apache-2.0
// ONNX's generated classes, whose code doesn't keep this tree's warnings.
#pragma once

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <onnx/onnx_pb.h>
#pragma GCC diagnostic pop

namespace quantbench {

// Of TensorProto::DataType since ONNX 1.16, two values a byte.
inline constexpr int kUint4 = 21, kInt4 = 22;

}  // namespace quantbench
