// SPDX-License-Identifier: Apache-2.0
// ONNX files to float graphs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "graph/graph.h"

namespace quantbench {

struct OnnxRequest {
  int input_height = 224, input_width = 224;  // of the crops that the graph will see
  std::filesystem::path folder{};             // where external data lie; empty: there are none
};

// A classifier as torch.onnx.export, tf2onnx or Keras's converters write it: opset 7 to 23, one
// image input [n,3,h,w] or [n,h,w,3], one output of class scores. The graph takes [3,h,w] whatever
// order the file has, shapes are inferred, nothing is folded but constants. A model in QDQ form
// comes with the qparams of its activations (Value::given) and of its weights (Conv::given).
// Memory is bounded by a small multiple of the file. Throws Error that names the node, what was
// expected and what to do.
Graph ImportOnnx(std::span<const std::byte> file, const OnnxRequest& request);

}  // namespace quantbench
