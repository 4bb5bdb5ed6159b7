// SPDX-License-Identifier: Apache-2.0
// Small operators with filled weights, from which tests put graphs together.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "graph/graph.h"

namespace quantbench::testing {

inline std::vector<float> RandomValues(int64_t count, uint32_t seed, float low = -1.0f,
                                       float high = 1.0f) {
  std::mt19937 engine(seed);
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    const float unit = static_cast<float>(engine() >> 8) * 0x1p-24f;
    values.push_back(low + (high - low) * unit);
  }
  return values;
}

struct ConvOptions {
  Shape weight;  // [oc, c / groups, kh, kw]
  int groups = 1;
  int stride = 1;
  int dilation = 1;
  Padding padding{};
  bool bias = true;
  uint32_t seed = 1;
};

inline Conv MakeConv(const ConvOptions& options) {
  Conv conv;
  conv.window = {
      .kernel = {static_cast<int>(options.weight[2]), static_cast<int>(options.weight[3])},
      .stride = {options.stride, options.stride},
      .dilation = {options.dilation, options.dilation},
      .padding = options.padding};
  conv.groups = options.groups;
  conv.weight = {.shape = options.weight,
                 .values = RandomValues(NumElements(options.weight), options.seed)};
  if (options.bias) conv.bias = RandomValues(options.weight[0], options.seed + 100);
  return conv;
}

inline Linear MakeLinear(int64_t outputs, int64_t inputs, uint32_t seed = 1) {
  return {{.weight = {.shape = {outputs, inputs}, .values = RandomValues(outputs * inputs, seed)},
           .bias = RandomValues(outputs, seed + 100)}};
}

inline BatchNorm MakeBatchNorm(int64_t channels, uint32_t seed = 1) {
  return {.gamma = RandomValues(channels, seed + 1, 0.5f, 2.0f),
          .beta = RandomValues(channels, seed + 2),
          .mean = RandomValues(channels, seed + 3),
          .variance = RandomValues(channels, seed + 4, 0.01f, 3.0f)};
}

inline Graph GraphWithInput(Shape shape) {
  Graph graph{.name = "sample", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("input", std::move(shape));
  return graph;
}

}  // namespace quantbench::testing
