// SPDX-License-Identifier: Apache-2.0
// The naive convolution against the definition, written once more without any cleverness.
#include <doctest/doctest.h>

#include <random>

#include "model/run_graph.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench {
namespace {

using testing::RunModel;

struct ConvCase {
  std::string reason;
  int64_t channels, height, width, outputs;
  Window window;
  int groups = 1;
  Activation activation = Activation::kNone;
};

const ConvCase kConvCases[] = {
    {.reason = "pointwise", .channels = 5, .height = 3, .width = 4, .outputs = 7, .window = {}},
    {.reason = "pointwise with stride",
     .channels = 2,
     .height = 5,
     .width = 5,
     .outputs = 2,
     .window = {.stride = {2, 2}}},
    {.reason = "pointwise with padding",
     .channels = 2,
     .height = 2,
     .width = 2,
     .outputs = 2,
     .window = {.padding = {1, 0, 0, 2}}},
    {.reason = "3x3 symmetric",
     .channels = 3,
     .height = 5,
     .width = 6,
     .outputs = 4,
     .window = {.kernel = {3, 3}, .padding = {1, 1, 1, 1}},
     .activation = Activation::kRelu},
    {.reason = "3x3 stride 2, TensorFlow's same padding",
     .channels = 3,
     .height = 6,
     .width = 8,
     .outputs = 4,
     .window = {.kernel = {3, 3}, .stride = {2, 2}, .padding = {0, 0, 1, 1}}},
    {.reason = "depthwise",
     .channels = 6,
     .height = 4,
     .width = 4,
     .outputs = 6,
     .window = {.kernel = {3, 3}, .padding = {1, 1, 1, 1}},
     .groups = 6,
     .activation = Activation::kRelu6},
    {.reason = "two groups, dilated, unequal sides",
     .channels = 4,
     .height = 9,
     .width = 7,
     .outputs = 6,
     .window = {.kernel = {3, 2}, .stride = {1, 2}, .dilation = {2, 3}, .padding = {2, 1, 0, 3}},
     .groups = 2},
    {.reason = "padding wider than the image",
     .channels = 1,
     .height = 2,
     .width = 2,
     .outputs = 1,
     .window = {.kernel = {5, 5}, .padding = {4, 4, 4, 4}}},
};

// The output element by its definition; `value` gives an input's real or centred value, 0 outside.
template <class Acc, class Value, class Weight>
Acc ConvAt(const ConvCase& c, int64_t o, int64_t oy, int64_t ox, Acc bias, const Value& value,
           const Weight& weight) {
  const int64_t per_group = c.channels / c.groups;
  const int64_t first = o / (c.outputs / c.groups) * per_group;
  Acc acc = bias;
  for (int64_t i = 0; i < per_group; ++i) {
    for (int ky = 0; ky < c.window.kernel[0]; ++ky) {
      for (int kx = 0; kx < c.window.kernel[1]; ++kx) {
        const int64_t y =
            oy * c.window.stride[0] - c.window.padding.top + ky * c.window.dilation[0];
        const int64_t x =
            ox * c.window.stride[1] - c.window.padding.left + kx * c.window.dilation[1];
        if (y < 0 || y >= c.height || x < 0 || x >= c.width) continue;
        const int64_t w = ((o * per_group + i) * c.window.kernel[0] + ky) * c.window.kernel[1] + kx;
        acc += value(((first + i) * c.height + y) * c.width + x) * weight(w);
      }
    }
  }
  return acc;
}

std::vector<float> RandomFloats(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random() % 2001) / 1000.0f - 1.0f;
  return values;
}

Graph GraphOf(const ConvCase& c) {
  Graph graph{.name = c.reason, .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {c.channels, c.height, c.width});
  Conv conv{{}, c.window, c.groups};
  conv.weight.shape = {c.outputs, c.channels / c.groups, c.window.kernel[0], c.window.kernel[1]};
  conv.weight.values = RandomFloats(static_cast<size_t>(NumElements(conv.weight.shape)), 1);
  conv.bias = RandomFloats(static_cast<size_t>(c.outputs), 2);
  const ValueId y = graph.AddNode("conv", conv, {graph.input}, c.activation);
  graph.output = graph.AddNode("flat", Flatten{}, {y});
  InferShapes(graph);
  return graph;
}

template <class Check>
void ForEachOutput(const ConvCase& c, const Graph& graph, const Check& check) {
  const Shape& shape = graph.values[static_cast<size_t>(graph.nodes[0].output)].shape;
  size_t i = 0;
  for (int64_t o = 0; o < shape[0]; ++o) {
    for (int64_t y = 0; y < shape[1]; ++y) {
      for (int64_t x = 0; x < shape[2]; ++x) check(o, y, x, i++);
    }
  }
  CHECK(i > 0);
  CAPTURE(c.reason);
}

TEST_CASE("float convolution equals its definition") {
  for (const ConvCase& c : kConvCases) {
    CAPTURE(c.reason);
    const Graph graph = GraphOf(c);
    const auto& conv = std::get<Conv>(graph.nodes[0].op);
    const auto input = RandomFloats(static_cast<size_t>(c.channels * c.height * c.width), 3);
    const std::vector<float> output = RunModel(AbiModel(graph), input);
    ForEachOutput(c, graph, [&](int64_t o, int64_t y, int64_t x, size_t i) {
      double expected = ConvAt<double>(
          c, o, y, x, conv.bias[static_cast<size_t>(o)],
          [&](int64_t j) { return static_cast<double>(input[static_cast<size_t>(j)]); },
          [&](int64_t j) {
            return static_cast<double>(conv.weight.values[static_cast<size_t>(j)]);
          });
      if (c.activation != Activation::kNone) expected = std::max(expected, 0.0);
      if (c.activation == Activation::kRelu6) expected = std::min(expected, 6.0);
      CHECK(static_cast<double>(output[i]) == doctest::Approx(expected).epsilon(1e-5));
    });
  }
}

TEST_CASE("integer convolution equals its definition to the bit") {
  const QParams in{.scale = 0.02f, .zero_point = 131}, out{.scale = 0.05f, .zero_point = 100};
  for (const ConvCase& c : kConvCases) {
    CAPTURE(c.reason);
    auto graph = std::make_shared<Graph>(GraphOf(c));
    QuantizedGraph quantized{
        .graph = graph, .recipe = "test", .activations = {in, out, out}, .weights = {}};
    const auto& conv = std::get<Conv>(graph->nodes[0].op);
    quantized.weights.resize(graph->nodes.size());
    QuantizedWeights& weights = quantized.weights[0];
    std::mt19937 random(4);
    for (size_t i = 0; i < conv.weight.values.size(); ++i) {
      weights.weight.push_back(static_cast<int8_t>(static_cast<int>(random() % 256) - 128));
    }
    for (int64_t o = 0; o < c.outputs; ++o) {
      weights.scales.push_back(0.001f * static_cast<float>(o + 1));
      weights.bias.push_back(static_cast<int32_t>(random() % 4001) - 2000);
    }
    const auto input = RandomFloats(static_cast<size_t>(c.channels * c.height * c.width), 5);
    const std::vector<float> output = RunModel(AbiModel(quantized), input);

    const auto range =
        plugin::RangeOf(static_cast<qb_activation>(c.activation), out.scale, out.zero_point);
    const plugin::OutputRange input_range{.lo = 0, .hi = 255, .zero_point = in.zero_point};
    ForEachOutput(c, *graph, [&](int64_t o, int64_t y, int64_t x, size_t i) {
      const auto acc = ConvAt<int32_t>(
          c, o, y, x, weights.bias[static_cast<size_t>(o)],
          [&](int64_t j) {
            return plugin::Emit(input[static_cast<size_t>(j)] / in.scale, input_range) -
                   in.zero_point;
          },
          [&](int64_t j) { return static_cast<int32_t>(weights.weight[static_cast<size_t>(j)]); });
      const float m =
          plugin::ConvMultiplier(in.scale, weights.scales[static_cast<size_t>(o)], out.scale);
      const int32_t q = plugin::Emit(static_cast<float>(acc) * m, range);
      CHECK(output[i] == static_cast<float>(q - out.zero_point) * out.scale);
    });
  }
}

}  // namespace
}  // namespace quantbench
