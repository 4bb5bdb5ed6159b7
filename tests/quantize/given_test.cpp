// SPDX-License-Identifier: Apache-2.0
// Models in QDQ form: taken as they are, or refused by name.
#include "quantize/given.h"

#include <doctest/doctest.h>

#include "model/onnx_builder.h"
#include "model/run_graph.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::OnnxBuilder;
using testing::SetInt;

struct Options {
  int activation_type = onnx::TensorProto::UINT8;
  bool quantize_weights = true;
  bool quantize_result = true;
  bool integer_bias = true;
  float bias_scale = 0.5f * 0.25f;
};

// A Q/DQ pair between two names.
void AddPair(OnnxBuilder& b, const std::string& from, const std::string& to, float scale,
             int zero_point, int type) {
  b.Floats(to + "_s", {}, {scale});
  b.Integers(to + "_z", {}, type, {zero_point});
  b.Node("QuantizeLinear", {from, to + "_s", to + "_z"}, to + "_q");
  b.Node("DequantizeLinear", {to + "_q", to + "_s", to + "_z"}, to);
}

// A 1x1 convolution with relu, then global average pooling, all quantised.
OnnxBuilder QdqModel(const Options& options) {
  OnnxBuilder b;
  const int shift = options.activation_type == onnx::TensorProto::INT8 ? -128 : 0;
  AddPair(b, "x", "xd", 0.5f, 100 + shift, options.activation_type);
  if (options.quantize_weights) {
    b.Integers("w", {2, 3, 1, 1}, onnx::TensorProto::INT8, {1, 2, 3, -4, 5, -6});
    b.Floats("ws", {2}, {0.25f, 0.5f});
    b.Integers("wz", {2}, onnx::TensorProto::INT8, {0, 0});
    SetInt(b.Node("DequantizeLinear", {"w", "ws", "wz"}, "wd"), "axis", 0);
  } else {
    b.Floats("wd", {2, 3, 1, 1}, {1, 2, 3, 4, 5, 6});
  }
  if (options.integer_bias) {
    b.Integers("b", {2}, onnx::TensorProto::INT32, {7, -9});
    b.Floats("bs", {2}, {options.bias_scale, 2 * options.bias_scale});
    b.Integers("bz", {2}, onnx::TensorProto::INT32, {0, 0});
    SetInt(b.Node("DequantizeLinear", {"b", "bs", "bz"}, "bd"), "axis", 0);
  } else {
    b.Floats("bd", {2}, {0.9f, -2.2f});  // 7.2 and -8.8 steps
  }
  b.Node("Conv", {"xd", "wd", "bd"}, "c");
  b.Node("Relu", {"c"}, "r");
  if (options.quantize_result) {
    AddPair(b, "r", "rd", 0.75f, shift, options.activation_type);
  } else {
    b.Node("Identity", {"r"}, "rd");
  }
  b.Node("GlobalAveragePool", {"rd"}, "p");
  AddPair(b, "p", "y", 0.125f, 3 + shift, options.activation_type);
  return b;
}

QuantizedGraph Given(const OnnxBuilder& builder) {
  Graph graph = builder.Import();
  PrepareForInference(graph);
  return QuantizeAsGiven(std::make_shared<const Graph>(std::move(graph)), "given");
}

TEST_CASE("integers and qparams come out as they stand in the file") {
  for (const int type : {onnx::TensorProto::UINT8, onnx::TensorProto::INT8}) {
    CAPTURE(type);
    const QuantizedGraph q = Given(QdqModel({.activation_type = type}));
    REQUIRE(q.graph->nodes.size() == 3);  // conv with its relu, pool, flatten
    CHECK(q.graph->nodes[0].activation == Activation::kRelu);
    CHECK(q.activations[0] == QParams{.scale = 0.5f, .zero_point = 100});
    CHECK(q.activations[1] == QParams{.scale = 0.75f, .zero_point = 0});
    CHECK(q.activations[2] == QParams{.scale = 0.125f, .zero_point = 3});
    CHECK(q.activations[3] == q.activations[2]);  // flatten shares
    CHECK(q.weights[0].weight == std::vector<int8_t>{1, 2, 3, -4, 5, -6});
    CHECK(q.weights[0].scales == std::vector<float>{0.25f, 0.5f});
    CHECK(q.weights[0].bias == std::vector<int32_t>{7, -9});
  }
}

TEST_CASE("biases that aren't at input scale * weight scale are quantised to it") {
  const QuantizedGraph floats = Given(QdqModel({.integer_bias = false}));
  CHECK(floats.weights[0].bias == std::vector<int32_t>{7, -9});
  const QuantizedGraph finer = Given(QdqModel({.bias_scale = 0.5f}));  // four times as coarse
  CHECK(finer.weights[0].bias == std::vector<int32_t>{28, -36});
}

TEST_CASE("what a file leaves in float runs in float") {
  for (const Options& options :
       {Options{.quantize_weights = false}, Options{.quantize_result = false}}) {
    const QuantizedGraph q = Given(QdqModel(options));
    CHECK_FALSE(RunsOnIntegers(q, 0));
    CHECK(q.weights[0].bias.empty());
    CHECK(q.weights[0].weight.empty() != options.quantize_weights);  // what the file keeps
  }
}

TEST_CASE("a model without integers is refused") {
  OnnxBuilder b;
  b.Node("GlobalAveragePool", {"x"});
  testing::CheckRefused([&] { Given(b); }, {"needs a quantised model"});
}

}  // namespace
}  // namespace quantbench
