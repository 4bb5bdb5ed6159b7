// SPDX-License-Identifier: Apache-2.0
// Model files to float graphs: one function that knows all formats and architectures.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/graph.h"

namespace quantbench {

enum class PaddingStyle {
  kSymmetric,  // torchvision: (kernel - 1) / 2 on both sides
  kSame,  // TensorFlow: output = ceil(input / stride), the odd pixel of padding at bottom and right
};

struct ModelSource {
  std::filesystem::path file;
  std::string architecture;  // "mobilenet_v2"
  PaddingStyle padding = PaddingStyle::kSymmetric;
  Activation activation = Activation::kRelu6;
  int input_height =
      224;  // size of the crops that the graph will see; "same" padding depends on it
  int input_width = 224;
};

// What ModelSource::architecture may be.
std::vector<std::string> KnownArchitectures();

// Reads a checkpoint and builds its network, shapes inferred, not yet folded or fused. Throws Error
// that names the file and tensor.
Graph ImportModel(const ModelSource& source);

}  // namespace quantbench
