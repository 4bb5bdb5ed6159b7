// SPDX-License-Identifier: Apache-2.0
// Pieces of a run to layers: fused nodes, blocks, conversions.
#include "diagnose/layer_times.h"

#include <doctest/doctest.h>

#include "backend/abi_model.h"
#include "quantize/quantize.h"

namespace quantbench {
namespace {

// quantize, conv, sum (conv + x), pool, dequantize: nodes 0 to 4 of the plugin's model.
QuantizedGraph ThreeLayers() {
  Graph graph{.name = "three", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {1, 2, 2});
  const Conv conv{{.weight = {{1, 1, 1, 1}, {2.0f}}, .bias = {0.0f}}};
  const ValueId a = graph.AddNode("conv", conv, {graph.input});
  const ValueId b = graph.AddNode("sum", Add{}, {a, graph.input});
  graph.output = graph.AddNode("pool", GlobalAveragePool{}, {b});
  InferShapes(graph);
  return Quantize(std::make_shared<const Graph>(std::move(graph)),
                  std::vector<QParams>(4, {.scale = 0.1f, .zero_point = 0}),
                  Granularity::kPerTensor, "test");
}

TimesOfLayers TimesOf(const std::vector<PartTime>& parts) {
  const QuantizedGraph quantized = ThreeLayers();
  const AbiModel model(quantized);
  std::vector<LayerDiagnosis> layers;
  for (const Node& node : quantized.graph->nodes) layers.push_back({.layer = node.name});
  return AssignTimes({.as_it_runs = true, .runs = 1, .whole_ms = 1, .parts = parts}, model.get(),
                     layers);
}

TEST_CASE("times: each node its own, conversions apart") {
  const TimesOfLayers times =
      TimesOf({{{0}, 1}, {{1}, 2}, {{2}, 4}, {{3}, 8}, {{4}, 16}, {{}, 32}});
  CHECK(times.conversion_ms == 49);
  CHECK(times.layers[0].ms == 2);
  CHECK(times.layers[1].ms == 4);
  CHECK(times.layers[2].ms == 8);
  CHECK(times.layers[2].block == "pool");
}

TEST_CASE("times: a node that no piece names is with the one that reads it") {
  const TimesOfLayers times = TimesOf({{{0}, 1}, {{2}, 4}, {{3}, 8}});
  CHECK(times.layers[0].ms == 4);
  CHECK(times.layers[0].block == "conv");
  CHECK(!times.layers[1].ms);
  CHECK(times.layers[1].block == "conv");
}

TEST_CASE("times: a block has its time at its first layer, once") {
  const TimesOfLayers times = TimesOf({{{1, 2, 3}, 8}, {{4}, 1}});
  CHECK(times.layers[0].ms == 8);
  CHECK(!times.layers[1].ms);
  CHECK(!times.layers[2].ms);
  CHECK(times.layers[2].block == "conv");
}

}  // namespace
}  // namespace quantbench
