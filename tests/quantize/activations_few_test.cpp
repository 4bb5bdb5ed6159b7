// SPDX-License-Identifier: Apache-2.0
// Activations of fewer than eight bits: their limits in models, in files, and for backends.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "model/graph_samples.h"
#include "model/qdq_builder.h"
#include "quantize/quantize.h"
#include "support/error.h"

namespace quantbench {
namespace {

using testing::RunModel;

// relu6, a residual addition, a pool that only moves values, a table, and values far beyond 127
// steps.
std::shared_ptr<const Graph> Network() {
  Graph graph = testing::GraphWithInput({3, 6, 6});
  const ValueId a = graph.AddNode("a", testing::MakeConv({.weight = {8, 3, 1, 1}}), {graph.input},
                                  Activation::kRelu6);
  const ValueId b = graph.AddNode("b", testing::MakeConv({.weight = {8, 8, 1, 1}, .seed = 2}), {a});
  const ValueId c = graph.AddNode("c", testing::MakeConv({.weight = {8, 8, 1, 1}, .seed = 3}), {a},
                                  Activation::kRelu);
  const ValueId swish = graph.AddNode("swish", Unary{.function = Function::kHardSwish}, {c});
  const ValueId half = graph.AddNode("half", Slice{.end = 8}, {swish});
  const ValueId sum = graph.AddNode("sum", Add{}, {b, half});
  const ValueId pool =
      graph.AddNode("pool", MaxPool{.window = {.kernel = {3, 3}, .stride = {3, 3}}}, {sum});
  graph.output = graph.AddNode("flat", Flatten{}, {pool});
  PrepareForInference(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

QuantizedGraph Quantized(const std::shared_ptr<const Graph>& graph, int32_t most) {
  const std::vector<QParams> activations(
      graph->values.size(), QParams{.scale = 0.02f, .zero_point = most / 3, .most = most});
  return Quantize(graph, activations, Granularity::kPerChannel, "test");
}

std::vector<float> Image(const Graph& graph) {
  std::mt19937 random(5);
  std::vector<float> image(
      static_cast<size_t>(NumElements(graph.values[static_cast<size_t>(graph.input)].shape)));
  for (float& x : image) x = static_cast<float>(random() % 2001) / 200.0f - 5.0f;
  return image;
}

TEST_CASE("fewer bits: no activation exceeds its limit, and files say so") {
  for (const int32_t most : {127, 63, 15}) {
    CAPTURE(most);
    const auto graph = Network();
    const QuantizedGraph quantized = Quantized(graph, most);
    const int32_t above_zero = most - quantized.activations[0]->zero_point;
    const AbiModel model(quantized);
    int limited = 0;
    for (int32_t t = 0; t < model.get().num_tensors; ++t) {
      const qb_tensor& tensor = *model.get().tensors[t];
      if (tensor.dtype != QB_U8 || tensor.data != nullptr) continue;
      CHECK(tensor.most == most);
      ++limited;
    }
    CHECK(limited == 9);
    const std::vector<float> scores = RunModel(model, Image(*graph));
    CHECK(*std::ranges::max_element(scores) ==
          doctest::Approx(0.02f * static_cast<float>(above_zero)));
    const QuantizedGraph again = testing::ReadAgain(quantized, 6);
    CHECK(RunModel(AbiModel(again), Image(*graph)) == scores);
    const auto is_limited = [&](const auto& qparams) { return qparams && qparams->most == most; };
    CHECK(std::ranges::count_if(again.activations, is_limited) >= 7);
  }
}

TEST_CASE("fewer bits: a backend that doesn't declare them gets no such model") {
  const QuantizedGraph quantized = Quantized(Network(), 127);
  const AbiModel model(quantized);
  qb_plugin table = Backend::BuiltIn().table();
  table.extension = nullptr;
  CHECK_THROWS_WITH_AS(Backend::Of(table).Prepare(model, "generic"),
                       doctest::Contains("activation_bits"), Unsupported);
}

}  // namespace
}  // namespace quantbench
