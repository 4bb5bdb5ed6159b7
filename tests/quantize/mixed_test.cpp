// SPDX-License-Identifier: Apache-2.0
// Layers that stay float inside integer models: which conversions that makes, and what is computed.
#include "quantize/mixed.h"

#include <doctest/doctest.h>

#include <limits>

#include "model/qdq_builder.h"
#include "quantize/quantize.h"
#include "support/error.h"

namespace quantbench {
namespace {

using testing::CheckNear;
using testing::ReadAgain;
using testing::RunModel;

std::shared_ptr<const Graph> FourLayers() {
  Graph graph{.name = "four", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {3, 4, 4});
  const Conv conv{
      {.weight = {{3, 3, 1, 1}, {1.0f, -2.0f, 0.5f, 3.0f, 0.3f, -0.9f, 0.1f, 1.2f, 2.0f}},
       .bias = {0.5f, 1.5f, -0.2f}}};
  const ValueId a = graph.AddNode("conv", conv, {graph.input}, Activation::kRelu6);
  const ValueId b = graph.AddNode("sum", Add{}, {a, graph.input});
  const ValueId c = graph.AddNode("pool", GlobalAveragePool{}, {b});
  const ValueId d = graph.AddNode("flat", Flatten{}, {c});
  const Linear linear{
      {.weight = {{2, 3}, {0.7f, -0.3f, 1.1f, 2.0f, 0.4f, -1.5f}}, .bias = {0.25f, -1.0f}}};
  graph.output = graph.AddNode("fc", linear, {d});
  InferShapes(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

QuantizedGraph Mixed(const std::set<std::string>& float_layers) {
  const QParams coarse{.scale = 0.25f, .zero_point = 100};
  std::vector<QParams> activations(FourLayers()->values.size(), coarse);
  return Quantize(FourLayers(), activations, Granularity::kPerChannel, "test", float_layers);
}

std::vector<float> Image() {
  std::vector<float> image;
  for (int i = 0; i < 48; ++i) image.push_back(0.37f * static_cast<float>(i % 11) - 1.3f);
  return image;
}

TEST_CASE("mixed: conversions stand where values change sides, and nowhere else") {
  const struct {
    const char* reason;
    std::set<std::string> float_layers;
    std::vector<qb_op> ops;
  } cases[] = {
      {"one in the middle, between integers",
       {"sum"},
       {QB_QUANTIZE, QB_CONV, QB_DEQUANTIZE, QB_DEQUANTIZE, QB_ADD, QB_QUANTIZE, QB_GLOBAL_AVG_POOL,
        QB_FLATTEN, QB_LINEAR, QB_DEQUANTIZE}},
      {"the first, whose input another reads as integers",
       {"conv"},
       {QB_QUANTIZE, QB_DEQUANTIZE, QB_CONV, QB_QUANTIZE, QB_ADD, QB_GLOBAL_AVG_POOL, QB_FLATTEN,
        QB_LINEAR, QB_DEQUANTIZE}},
      {"neighbours: nothing is rounded between them, nor at the image that they alone read",
       {"conv", "sum"},
       {QB_CONV, QB_ADD, QB_QUANTIZE, QB_GLOBAL_AVG_POOL, QB_FLATTEN, QB_LINEAR, QB_DEQUANTIZE}},
      {"the last gives the model's scores as they are",
       {"fc"},
       {QB_QUANTIZE, QB_CONV, QB_ADD, QB_GLOBAL_AVG_POOL, QB_FLATTEN, QB_DEQUANTIZE, QB_LINEAR}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const QuantizedGraph mixed = Mixed(one.float_layers);
    const AbiModel model(mixed);
    std::vector<qb_op> ops;
    for (int32_t n = 0; n < model.get().num_nodes; ++n) ops.push_back(model.get().nodes[n]->op);
    CHECK(ops == one.ops);
    const QuantizedGraph again = ReadAgain(mixed);
    CheckNear(RunModel(AbiModel(again), Image()), RunModel(model, Image()), 1e-5);
  }
}

TEST_CASE("mixed: all layers in float are the float model") {
  const QuantizedGraph mixed = Mixed({"conv", "sum", "pool", "flat", "fc"});
  const std::shared_ptr<const Graph> floats = FourLayers();
  CHECK(RunModel(AbiModel(mixed), Image()) == RunModel(AbiModel(*floats), Image()));
}

TEST_CASE("mixed: a dynamic layer in float keeps its weights") {
  const QuantizedGraph mixed =
      QuantizeDynamic(FourLayers(), Granularity::kPerTensor, "test", {"conv", "fc"});
  const std::shared_ptr<const Graph> floats = FourLayers();
  CHECK(RunModel(AbiModel(mixed), Image()) == RunModel(AbiModel(*floats), Image()));
}

TEST_CASE("mixed: a layer that couldn't be quantised can stay float") {
  Graph graph = *FourLayers();
  std::get<Conv>(graph.nodes[0].op).weight.values[1] = std::numeric_limits<float>::infinity();
  const auto shared = std::make_shared<const Graph>(std::move(graph));
  CHECK_NOTHROW(
      Quantize(shared, std::vector<QParams>(6), Granularity::kPerTensor, "test", {"conv"}));
}

TEST_CASE("mixed: a name that no node has is refused") {
  CHECK_THROWS_WITH_AS(Mixed({"conv", "con"}), doctest::Contains("no layer 'con'"), Error);
}

}  // namespace
}  // namespace quantbench
