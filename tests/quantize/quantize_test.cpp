// SPDX-License-Identifier: Apache-2.0
// Integer weights and biases.
#include "quantize/quantize.h"

#include <doctest/doctest.h>

#include <limits>

#include "support/error.h"

namespace quantbench {
namespace {

// One linear layer of two outputs.
std::shared_ptr<const Graph> LinearGraph(std::vector<float> weight, std::vector<float> bias) {
  Graph graph{.name = "linear", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {2});
  const Linear layer{
      {.weight = {.shape = {2, 2}, .values = std::move(weight)}, .bias = std::move(bias)}};
  graph.output = graph.AddNode("fc", layer, {graph.input});
  InferShapes(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

QuantizedGraph QuantizeLinear(std::vector<float> weight, std::vector<float> bias,
                              Granularity granularity) {
  return Quantize(LinearGraph(std::move(weight), std::move(bias)),
                  {{.scale = 0.5f, .zero_point = 0}, {.scale = 1.0f, .zero_point = 0}}, granularity,
                  "test");
}

TEST_CASE("weights and biases become integers") {
  const struct {
    Granularity granularity;
    std::vector<float> scales;
    std::vector<int8_t> weight;
    std::vector<int32_t> bias;
  } cases[] = {
      // 127.5 / 127.5 = 1: 127.5 rounds to 128 and is clamped; -0.5 ties to 0, 2.5 to 2
      {Granularity::kPerTensor, {1.0f}, {127, 0, 2, -3}, {20, -2}},
      {Granularity::kPerChannel, {1.0f, 3.0f / 127.5f}, {127, 0, 106, -128}, {20, -85}},
  };
  for (const auto& one : cases) {
    const QuantizedGraph quantized =
        QuantizeLinear({127.5f, -0.5f, 2.5f, -3.0f}, {10.0f, -1.0f}, one.granularity);
    CHECK(quantized.weights[0].scales == one.scales);
    CHECK(quantized.weights[0].weight == one.weight);
    CHECK(quantized.weights[0].bias == one.bias);
  }
}

TEST_CASE("a channel that training switched off keeps its bias") {
  const QuantizedGraph quantized =
      QuantizeLinear({0, 0, 1, -1}, {3.0f, 0.0f}, Granularity::kPerChannel);
  const QuantizedWeights& weights = quantized.weights[0];
  CHECK(weights.weight[0] == 0);
  const double restored = weights.bias[0] * 0.5 * static_cast<double>(weights.scales[0]);
  CHECK(restored == doctest::Approx(3.0).epsilon(1e-6));
}

TEST_CASE("weights that can't be quantised are named") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH_AS(QuantizeLinear({1, nan, 1, 1}, {0, 0}, Granularity::kPerTensor),
                       doctest::Contains("tensor 'fc.weight' holds NaN or infinity at position 1"),
                       Error);
  CHECK_THROWS_WITH_AS(QuantizeLinear({1, 1, 1, 1}, {0, infinity}, Granularity::kPerTensor),
                       doctest::Contains("tensor 'fc.bias'"), Error);
}

}  // namespace
}  // namespace quantbench
