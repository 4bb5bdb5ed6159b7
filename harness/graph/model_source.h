// SPDX-License-Identifier: Apache-2.0
// Which file a network comes from, and what the file doesn't tell of it.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include "graph/graph.h"

namespace quantbench {

enum class PaddingStyle {
  kSymmetric,  // torchvision: (kernel - 1) / 2 on both sides
  kSame,  // TensorFlow: output = ceil(input / stride), the odd pixel of padding at bottom and right
};

// What a network's input holds for byte p of an image, channel by channel: gain * p + offset.
struct PixelValues {
  std::array<float, 3> gain{1.0f / 255.0f, 1.0f / 255.0f, 1.0f / 255.0f};
  std::array<float, 3> offset{0.0f, 0.0f, 0.0f};
};

struct ModelSource {
  std::filesystem::path file;
  // Of a state dict, which holds no network: "mobilenet_v2"; empty: whichever its tensors fit. ONNX
  // files need none of the next three.
  std::string architecture;
  PaddingStyle padding = PaddingStyle::kSymmetric;
  Activation activation = Activation::kRelu6;
  int input_height =
      224;  // size of the crops that the graph will see; "same" padding depends on it
  int input_width = 224;
  PixelValues pixels{};  // undone for networks that take bytes and scale them by themselves
};

// Whether `file` is read as ONNX, which its name tells.
bool IsOnnxFile(const std::filesystem::path& file);

// What tables call the model: its architecture, or the stem of an ONNX file's name.
std::string ModelName(const ModelSource& source);

}  // namespace quantbench
