// SPDX-License-Identifier: Apache-2.0
// ONNX files to float graphs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>

#include "graph/graph.h"
#include "graph/model_source.h"

namespace quantbench {

struct OnnxRequest {
  int input_height = 224, input_width = 224;  // of the crops that the graph will see
  std::filesystem::path folder{};             // where external data lie; empty: there are none
  PixelValues pixels{};                       // of the crops
  // What constants may unfold to, beside a small multiple of what the file holds: 2 GB of floats.
  int64_t most_elements = int64_t{1} << 29;
};

// A classifier as torch.onnx.export, tf2onnx or Keras's converters write it, of any opset whose
// operators are known: one image input [n,3,h,w] or [n,h,w,3] of floats or bytes, one output of
// class scores. The graph takes normalised floats [3,h,w] whatever the file has, shapes are
// inferred, nothing is folded but constants. A model in QDQ form comes with the qparams of its
// activations (Value::given) and of its weights (Conv::given). Throws Error that names the node,
// what was expected and what to do.
Graph ImportOnnx(std::span<const std::byte> file, const OnnxRequest& request);

// Height and width of the image that the model takes, where it takes just one size.
std::optional<std::pair<int, int>> FixedInputSize(std::span<const std::byte> file);

}  // namespace quantbench
