// SPDX-License-Identifier: Apache-2.0
// Layers computed through float products have the integers of the naive operators.
#include "diagnose/integer_layer.h"

#include <doctest/doctest.h>

#include <random>

#include "quantize/quantize.h"

namespace quantbench {
namespace {

struct LayerCase {
  const char* reason;
  Shape input, weight;
  int groups = 1;
  Activation activation = Activation::kNone;
  Granularity granularity = Granularity::kPerChannel;
  int32_t zero_point = 0;
  float bias = 1.0f;
};

const LayerCase kLayerCases[] = {
    {.reason = "3x3 with padding, whose zeros are the zero point",
     .input = {5, 7, 6},
     .weight = {4, 5, 3, 3},
     .zero_point = 131},
    {.reason = "depthwise, relu6, one scale",
     .input = {6, 5, 5},
     .weight = {6, 1, 3, 3},
     .groups = 6,
     .activation = Activation::kRelu6,
     .granularity = Granularity::kPerTensor},
    {.reason = "more input channels than float32 has room for at once: three parts",
     .input = {2000, 2, 1},
     .weight = {3, 2000, 1, 1},
     .activation = Activation::kRelu,
     .zero_point = 255},
    {.reason = "a linear layer in parts", .input = {1500}, .weight = {5, 1500}, .zero_point = 3},
    {.reason = "biases beyond 24 bits", .input = {8}, .weight = {2, 8}, .bias = 3e5f},
};

QuantizedGraph QuantizedLayer(const LayerCase& one) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> weights(-1.0f, 1.0f);
  Weighted layer{.weight = {.shape = one.weight}, .bias = {}};
  for (int64_t i = 0; i < NumElements(one.weight); ++i)
    layer.weight.values.push_back(weights(random) < 0 ? -1.0f : weights(random));
  for (int64_t o = 0; o < one.weight[0]; ++o) layer.bias.push_back(one.bias * weights(random));
  Graph graph{.name = "one", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", one.input);
  if (one.input.size() == 1) {
    graph.output = graph.AddNode("layer", Linear{layer}, {graph.input}, one.activation);
  } else {
    const int kernel = static_cast<int>(one.weight[2]);
    const int pad = kernel / 2;
    const Conv conv{
        layer, {.kernel = {kernel, kernel}, .padding = {pad, pad, pad, pad}}, one.groups};
    graph.output = graph.AddNode("layer", conv, {graph.input}, one.activation);
  }
  InferShapes(graph);
  return Quantize(
      std::make_shared<const Graph>(std::move(graph)),
      {{.scale = 0.01f, .zero_point = one.zero_point}, {.scale = 0.05f, .zero_point = 9}},
      one.granularity, "test");
}

TEST_CASE("integer layers have the bits of the naive operators") {
  for (const LayerCase& one : kLayerCases) {
    CAPTURE(one.reason);
    const QuantizedGraph quantized = QuantizedLayer(one);
    const auto layer = IntegerLayer::Make(CutOut(quantized, 0));
    REQUIRE(layer != nullptr);
    const HostModel naive(CutOut(quantized, 0));
    std::mt19937 random(11);
    std::uniform_real_distribution<float> values(-3.0f, 3.0f);  // beyond the range at both ends
    std::vector<float> input(static_cast<size_t>(NumElements(one.input)));
    for (float& v : input) v = values(random);
    const auto outputs = static_cast<size_t>(NumElements(quantized.graph->values[1].shape));
    std::vector<float> ours(outputs), expected(outputs);
    layer->Run(input, ours);
    naive.Run(input, expected);
    CHECK(ours == expected);
  }
}

TEST_CASE("a kernel whose one channel overflows float32 is left to the naive operators") {
  const LayerCase large{.reason = "", .input = {1, 40, 40}, .weight = {1, 1, 39, 39}};
  CHECK(IntegerLayer::Make(CutOut(QuantizedLayer(large), 0)) == nullptr);
}

TEST_CASE("a node of two inputs is cut out with both") {
  Graph graph{.name = "two", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {2, 2, 1});
  const ValueId pooled = graph.AddNode("pool", GlobalAveragePool{}, {graph.input});
  graph.output = graph.AddNode("product", Mul{}, {graph.input, pooled});
  InferShapes(graph);
  const QuantizedGraph quantized = Quantize(
      std::make_shared<const Graph>(graph),
      std::vector<QParams>(3, {.scale = 0.25f, .zero_point = 0}), Granularity::kPerTensor, "test");
  const HostModel floats(CutOut(graph, 1)), integers(CutOut(quantized, 1));
  const std::vector<float> inputs{1.0f, 2.1f, 3.0f, 4.0f, 0.5f, 2.0f};
  std::vector<float> output(4);
  floats.Run(inputs, output);
  CHECK(output == std::vector<float>{0.5f, 1.05f, 6.0f, 8.0f});
  integers.Run(inputs, output);
  CHECK(output == std::vector<float>{0.5f, 1.0f, 6.0f, 8.0f});
}

}  // namespace
}  // namespace quantbench
