// SPDX-License-Identifier: Apache-2.0
// Float graphs to dynamically quantised ones, as plugins and as ONNX files get them.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "backend/abi_model.h"
#include "model/onnx_export.h"
#include "model/qdq_builder.h"
#include "quantize/quantize.h"
#include "support/error.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

std::shared_ptr<const Graph> ConvAndLinear(std::vector<float> conv_weight = {1.0f, -2.0f, 0.5f,
                                                                             3.0f},
                                           std::vector<float> linear_bias = {0.25f, -1000.0f}) {
  Graph graph{.name = "small", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {2, 4, 4});
  const Conv conv{{.weight = {{2, 2, 1, 1}, std::move(conv_weight)}, .bias = {0.5f, 1.5f}}};
  const ValueId y = graph.AddNode("conv", conv, {graph.input}, Activation::kRelu6);
  const ValueId pooled = graph.AddNode("pool", GlobalAveragePool{}, {y});
  const ValueId flat = graph.AddNode("flat", Flatten{}, {pooled});
  const Linear linear{
      {.weight = {{2, 2}, {1e-6f, 0.0f, 1.0f, 2.0f}}, .bias = std::move(linear_bias)}};
  graph.output = graph.AddNode("fc", linear, {flat});
  InferShapes(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

TEST_CASE("dynamic: weights become integers, biases stay float, activations have no qparams") {
  const QuantizedGraph per_channel =
      QuantizeDynamic(ConvAndLinear(), Granularity::kPerChannel, "dynamic");
  CHECK(per_channel.mode == QuantizationMode::kDynamic);
  CHECK(per_channel.activations.empty());
  REQUIRE(per_channel.weights.size() == 4);
  CHECK(per_channel.weights[0].scales == std::vector<float>{2.0f / 127.5f, 3.0f / 127.5f});
  CHECK(per_channel.weights[0].weight[0] == 64);  // 1 / scale = 63.75
  CHECK(per_channel.weights[0].weight[1] <= -127);
  CHECK(per_channel.weights[0].weight[2] == 21);  // 0.5 / scale = 21.25
  CHECK(per_channel.weights[0].bias.empty());
  CHECK(per_channel.weights[1].weight.empty());
  // A bias that dwarfs its weights costs nothing: no scale has to fit it into 32 bits.
  CHECK(per_channel.weights[3].scales[0] == 0x1p-23f);
  const QuantizedGraph per_tensor =
      QuantizeDynamic(ConvAndLinear(), Granularity::kPerTensor, "dynamic");
  CHECK(per_tensor.weights[0].scales == std::vector<float>{3.0f / 127.5f});
}

TEST_CASE("dynamic: what can't be quantised is named") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_WITH_AS(
      QuantizeDynamic(ConvAndLinear({1.0f, nan, 0.0f, 0.0f}), Granularity::kPerTensor, ""),
      doctest::Contains("conv.weight"), Error);
  CHECK_THROWS_WITH_AS(QuantizeDynamic(ConvAndLinear({1.0f, 1.0f, 0.0f, 0.0f}, {0.0f, nan}),
                                       Granularity::kPerTensor, ""),
                       doctest::Contains("fc.bias"), Error);
}

TEST_CASE("dynamic: plugins get float activations and the dynamic operators") {
  const QuantizedGraph quantized =
      QuantizeDynamic(ConvAndLinear(), Granularity::kPerChannel, "dynamic");
  const AbiModel model(quantized);
  const qb_model& abi = model.get();
  std::vector<qb_op> ops;
  for (int32_t n = 0; n < abi.num_nodes; ++n) ops.push_back(abi.nodes[n]->op);
  CHECK(ops ==
        std::vector<qb_op>{QB_DYNAMIC_CONV, QB_GLOBAL_AVG_POOL, QB_FLATTEN, QB_DYNAMIC_LINEAR});
  for (int32_t t = 0; t < abi.num_tensors; ++t) {
    const qb_tensor& tensor = *abi.tensors[t];
    const bool is_weight = std::string(tensor.name).ends_with(".weight");
    CHECK(tensor.dtype == (is_weight ? QB_I8 : QB_F32));
    CHECK(tensor.num_qparams == (is_weight ? 2 : 0));
  }
  CHECK(model.ValueWrittenBy(0) == quantized.graph->nodes[0].output);
}

TEST_CASE("dynamic: the ONNX file quantises at run time, each value once") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "dynamic.onnx";
  ExportOnnx(QuantizeDynamic(ConvAndLinear(), Granularity::kPerChannel, "dynamic"), file);
  const std::string bytes = ReadTextFile(file);
  const auto count = [&](std::string_view word) {
    int64_t found = 0;
    for (size_t at = bytes.find(word); at != std::string::npos; at = bytes.find(word, at + 1))
      ++found;
    return found;
  };
  // Each operator's type stands in its node once and once more in the node's name.
  CHECK(count("DynamicQuantizeLinear") == 4);
  CHECK(count("ConvInteger") == 2);
  CHECK(count("MatMulInteger") == 2);
  CHECK(count("Clip") == 2);
  CHECK(count("DequantizeLinear") == 0);
}

// An image of three channels, as files have it, with a branch.
std::shared_ptr<const Graph> ImageGraph() {
  Graph graph{.name = "image", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("input", {3, 4, 4});
  const Conv conv{{.weight = {{3, 3, 1, 1}, {1, -2, 0.5f, 3, 0.25f, -1, 0.125f, 2, -3}},
                   .bias = {0.5f, 1.5f, -1}}};
  const ValueId y = graph.AddNode("conv", conv, {graph.input}, Activation::kRelu6);
  Conv depthwise{{.weight = {{3, 1, 1, 1}, {1, -0.5f, 2}}, .bias = {0, 0, 0.25f}}};
  depthwise.groups = 3;
  const ValueId z = graph.AddNode("depthwise", depthwise, {y});
  const ValueId sum = graph.AddNode("sum", Add{}, {y, z}, Activation::kRelu);
  const ValueId flat =
      graph.AddNode("flat", Flatten{}, {graph.AddNode("pool", GlobalAveragePool{}, {sum})});
  const Linear linear{{.weight = {{2, 3}, {1e-3f, 0.5f, -1, 1, 2, -0.75f}}, .bias = {0.25f, -10}}};
  graph.output = graph.AddNode("fc", linear, {flat});
  InferShapes(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

TEST_CASE("dynamic: the ONNX file is read again as the model that it was") {
  for (const Granularity granularity : {Granularity::kPerTensor, Granularity::kPerChannel}) {
    const QuantizedGraph written = QuantizeDynamic(ImageGraph(), granularity, "dynamic");
    const QuantizedGraph read = testing::ReadAgain(written);
    REQUIRE(read.mode == QuantizationMode::kDynamic);
    REQUIRE(read.weights.size() == written.weights.size());
    for (size_t n = 0; n < written.weights.size(); ++n) {
      CAPTURE(n);
      CHECK(read.weights[n].weight == written.weights[n].weight);
      CHECK(read.weights[n].scales == written.weights[n].scales);
      CHECK(QuantizesAtRunTime(read, n) == QuantizesAtRunTime(written, n));
    }
    std::vector<float> image;
    for (int i = 0; i < 48; ++i) image.push_back(static_cast<float>(i * i % 97) * 0.05f - 2.0f);
    CHECK(testing::RunModel(AbiModel(read), image) == testing::RunModel(AbiModel(written), image));
  }
}

}  // namespace
}  // namespace quantbench
