// SPDX-License-Identifier: Apache-2.0
// Scales of weights against their definitions, and four bits in an ONNX file.
#include "quantize/weight_scales.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "model/graph_samples.h"
#include "model/qdq_builder.h"
#include "quantize/quantize.h"

namespace quantbench {
namespace {

// Of two channels, the second one with an outlier.
FloatTensor Weight() {
  FloatTensor weight{.shape = {2, 40}, .values = testing::RandomValues(80, 5)};
  weight.values[70] = 4.0f;
  return weight;
}

double ErrorOf(const FloatTensor& weight, size_t first, size_t count, float scale, int bits) {
  double sum = 0;
  for (size_t i = first; i < first + count; ++i) {
    const double q = std::nearbyint(double{weight.values[i] * (1.0f / scale)});
    const double half = std::exp2(bits - 1);
    const double off = std::clamp(q, -half, half - 1) * double{scale} - double{weight.values[i]};
    sum += off * off;
  }
  return sum;
}

// Three convolutions, as one reads what the other writes: 8, 4 and 6 bits.
QuantizedGraph ThreeWidths(Granularity granularity) {
  Graph graph = testing::GraphWithInput({3, 4, 4});
  ValueId x = graph.input;
  for (const char* const name : {"a", "b", "c"}) {
    x = graph.AddNode(name, testing::MakeConv({.weight = {3, 3, 3, 3}, .seed = 7}), {x});
  }
  graph.output =
      graph.AddNode("flat", Flatten{}, {graph.AddNode("mean", GlobalAveragePool{}, {x})});
  for (Node& node : graph.nodes) {
    if (auto* const conv = std::get_if<Conv>(&node.op)) conv->window.padding = {1, 1, 1, 1};
  }
  PrepareForInference(graph);
  const std::vector<QParams> qparams(graph.values.size(), {.scale = 0.05f, .zero_point = 128});
  return Quantize(std::make_shared<const Graph>(std::move(graph)), qparams, {granularity}, "test",
                  {},
                  {{"b", {granularity, WeightObserver::kMse, 4}},
                   {"c", {granularity, WeightObserver::kMinmax, 6}}});
}

}  // namespace

TEST_CASE("minmax spreads all values over the integers that the bits have") {
  const FloatTensor weight = Weight();
  for (int bits = kLeastWeightBits; bits <= kMostWeightBits; ++bits) {
    CAPTURE(bits);
    const float steps = (std::exp2f(static_cast<float>(bits)) - 1) / 2;
    const auto all = WeightScales("w", weight, {Granularity::kPerTensor, {}, bits});
    CHECK(all == std::vector<float>{4.0f / steps});
    const auto rows = WeightScales("w", weight, {Granularity::kPerChannel, {}, bits});
    REQUIRE(rows.size() == 2);
    CHECK(rows[1] == 4.0f / steps);
    CHECK(rows[0] < 1.01f / steps);
  }
}

TEST_CASE("mse takes the hundredth of that range with the least squared error") {
  const FloatTensor weight = Weight();
  for (const Granularity granularity : {Granularity::kPerTensor, Granularity::kPerChannel}) {
    for (const int bits : {8, 4, 2}) {
      CAPTURE(bits);
      const auto widest = WeightScales("w", weight, {granularity, {}, bits});
      const auto best = WeightScales("w", weight, {granularity, WeightObserver::kMse, bits});
      REQUIRE(best.size() == widest.size());
      const size_t row = 80 / best.size();
      for (size_t s = 0; s < best.size(); ++s) {
        const double error = ErrorOf(weight, s * row, row, best[s], bits);
        for (int percent = 20; percent <= 100; ++percent) {
          const float scale = widest[s] * static_cast<float>(percent) / 100.0f;
          CHECK(error <= ErrorOf(weight, s * row, row, scale, bits));
        }
      }
    }
  }
}

TEST_CASE(
    "few bits: the integers stay inside, and an ONNX file has them again, four bits as INT4") {
  for (const Granularity granularity : {Granularity::kPerTensor, Granularity::kPerChannel}) {
    const QuantizedGraph written = ThreeWidths(granularity);
    const int8_t limits[] = {127, 7, 31};
    for (size_t n = 0; n < 3; ++n) {
      const auto [least, most] = std::ranges::minmax(written.weights[n].weight);
      CHECK(most <= limits[n]);
      CHECK(least >= -limits[n] - 1);
      CHECK(std::max(int{most}, -int{least}) > limits[n] / 2);
    }
    const QuantizedGraph read = testing::ReadAgain(written);
    REQUIRE(read.weights.size() == written.weights.size());
    for (size_t n = 0; n < written.weights.size(); ++n) {
      CAPTURE(n);
      CHECK(read.weights[n].weight == written.weights[n].weight);
      CHECK(read.weights[n].scales == written.weights[n].scales);
      CHECK(read.weights[n].bias == written.weights[n].bias);
    }
    const std::vector<float> image = testing::RandomValues(3 * 4 * 4, 3);
    CHECK(testing::RunModel(AbiModel(read), image) == testing::RunModel(AbiModel(written), image));
  }
}

}  // namespace quantbench
