// SPDX-License-Identifier: Apache-2.0
// MobileNetV2's tensors, of any width, with random values.
#pragma once

#include <algorithm>
#include <array>
#include <string>

#include "model/checkpoint/state_dict.h"
#include "model/graph_samples.h"

namespace quantbench::testing {

// Writes the tensors of torchvision's MobileNetV2 as its constructor would size them.
class StateDictMaker {
 public:
  StateDictMaker(double width, int64_t classes) : width_(width) {
    constexpr std::array<std::array<int, 3>, 7> kSetting{
        {{1, 16, 1}, {6, 24, 2}, {6, 32, 3}, {6, 64, 4}, {6, 96, 3}, {6, 160, 3}, {6, 320, 1}}};
    int64_t channels = Scaled(32);
    ConvNorm("features.0.0", "features.0.1", {channels, 3, 3, 3});
    int index = 1;
    for (const auto& [expansion, out, blocks] : kSetting) {
      for (int block = 0; block < blocks; ++block)
        channels = Block("features." + std::to_string(index++) + ".conv.", expansion, channels,
                         Scaled(out));
    }
    const int64_t last = std::max<int64_t>(1280, Divisible(1280 * width));
    ConvNorm("features.18.0", "features.18.1", {last, channels, 1, 1});
    Set("classifier.1.weight", {classes, last});
    Set("classifier.1.bias", {classes});
  }

  StateDict tensors;

 private:
  static int64_t Divisible(double value) {
    const int64_t rounded = std::max<int64_t>(8, static_cast<int64_t>(value + 4) / 8 * 8);
    return static_cast<double>(rounded) < 0.9 * value ? rounded + 8 : rounded;
  }
  int64_t Scaled(int channels) const { return Divisible(channels * width_); }

  int64_t Block(const std::string& conv, int expansion, int64_t in, int64_t out) {
    const int64_t hidden = in * expansion;
    int index = 0;
    const auto nested = [&] { return conv + std::to_string(index); };
    if (expansion != 1) {
      ConvNorm(nested() + ".0", nested() + ".1", {hidden, in, 1, 1});
      ++index;
    }
    ConvNorm(nested() + ".0", nested() + ".1", {hidden, 1, 3, 3});
    ++index;
    ConvNorm(nested(), conv + std::to_string(index + 1), {out, hidden, 1, 1});
    return out;
  }

  void ConvNorm(const std::string& conv, const std::string& norm, const Shape& weight) {
    Set(conv + ".weight", weight);
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
      Set(norm + part, {weight[0]});
    tensors[norm + ".num_batches_tracked"] = {.shape = {}, .values = {1.0f}};
  }

  void Set(const std::string& name, const Shape& shape) {
    tensors[name] = {.shape = shape,
                     .values = RandomValues(NumElements(shape),
                                            static_cast<uint32_t>(tensors.size()), 0.1f, 1.0f)};
  }

  double width_;
};

}  // namespace quantbench::testing
