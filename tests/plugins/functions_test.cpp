// SPDX-License-Identifier: Apache-2.0
// Functions of one element, products and moved channels, float and integer, by examples small
// enough to work out by hand.
#include <doctest/doctest.h>

#include "model/run_graph.h"
#include "quantbench/arithmetic.hpp"
#include "quantize/quantize.h"

namespace quantbench {
namespace {

struct FunctionCase {
  std::string reason;
  Operator op;
  Shape input;
  std::vector<float> values;
  std::vector<float> expected_float;
  // With input qparams {0.5, 10} (values are multiples of 0.5) and these for the output:
  QParams output;
  std::vector<float> expected_int8;
  int inputs = 1;  // 2: the same value twice
};

const FunctionCase kFunctionCases[] = {
    {.reason = "clip below zero and above",
     .op = Unary{.function = Function::kClip, .parameters = {-1, 3}},
     .input = {4},
     .values = {-2, 0.5f, 3, 8},
     .expected_float = {-1, 0.5f, 3, 3},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {-1, 0.5f, 3, 3}},
    {.reason = "sigmoid, at PyTorch's fixed qparams: 1 is out of reach",
     .op = Unary{.function = Function::kSigmoid},
     .input = {4},
     .values = {-2, 0, 2, 8},
     .expected_float = {0.1192029f, 0.5f, 0.8807971f, 0.9996646f},
     .output = {.scale = 1.0f / 256, .zero_point = 0},
     .expected_int8 = {31.0f / 256, 0.5f, 225.0f / 256, 255.0f / 256}},
    {.reason = "silu",
     .op = Unary{.function = Function::kSilu},
     .input = {2},
     .values = {0, 2},
     .expected_float = {0, 1.7615942f},
     .output = {.scale = 0.25f, .zero_point = 10},
     .expected_int8 = {0, 1.75f}},
    {.reason = "hard_swish",
     .op = Unary{.function = Function::kHardSwish},
     .input = {4},
     .values = {-4, -1, 1, 4},
     .expected_float = {0, -1.0f / 3, 2.0f / 3, 4},
     .output = {.scale = 0.25f, .zero_point = 10},
     .expected_int8 = {0, -0.25f, 0.75f, 4}},
    {.reason = "hard_sigmoid",
     .op = Unary{.function = Function::kHardSigmoid, .parameters = {0.2f, 0.5f}},
     .input = {4},
     .values = {-4, 0, 1, 4},
     .expected_float = {0, 0.5f, 0.7f, 1},
     .output = {.scale = 0.25f, .zero_point = 0},
     .expected_int8 = {0, 0.5f, 0.75f, 1}},
    {.reason = "leaky relu",
     .op = Unary{.function = Function::kLeakyRelu, .parameters = {0.5f, 0}},
     .input = {4},
     .values = {-4, -1, 1, 4},
     .expected_float = {-2, -0.5f, 1, 4},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {-2, -0.5f, 1, 4}},
    {.reason = "a product of integers, then one rounding: a tie to even",
     .op = Mul{},
     .input = {3},
     .values = {-1, 1.5f, 2},
     .expected_float = {1, 2.25f, 4},
     .output = {.scale = 0.5f, .zero_point = 3},
     .expected_int8 = {1, 2, 4},
     .inputs = 2},
    {.reason = "two groups of two channels",
     .op = ChannelShuffle{.groups = 2},
     .input = {4, 1, 2},
     .values = {1, 2, 3, 4, 5, 6, 7, 8},
     .expected_float = {1, 2, 5, 6, 3, 4, 7, 8},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {1, 2, 5, 6, 3, 4, 7, 8}},
    {.reason = "channels cut out",
     .op = Slice{.begin = 1, .end = 3},
     .input = {4, 1, 2},
     .values = {1, 2, 3, 4, 5, 6, 7, 8},
     .expected_float = {3, 4, 5, 6},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {3, 4, 5, 6}},
    {.reason = "blocks of two in another order, and one of zeros",
     .op = Gather{.shape = {3, 1, 2}, .indices = {1, -1, 0}},
     .input = {2, 1, 2},
     .values = {1, 2, 3, 4},
     .expected_float = {3, 4, 0, 0, 1, 2},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {3, 4, 0, 0, 1, 2}},
    {.reason = "a slope for each channel",
     .op = PRelu{.slopes = {0.5f, 0.25f}},
     .input = {2, 1, 2},
     .values = {-4, 1, -4, 2},
     .expected_float = {-2, 1, -1, 2},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {-2, 1, -1, 2}},
    {.reason = "a cap for each channel: below, between two integers, above all, and below zero",
     .op = Cap{.caps = {2, 1.8f, 1000, -1}},
     .input = {4, 1, 2},
     .values = {1, 3, 1, 3, 1, 3, -2, 3},
     .expected_float = {1, 2, 1, 1.8f, 1, 3, -2, -1},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {1, 2, 1, 2, 1, 3, -2, -1}},
    {.reason = "elu",
     .op = Unary{.function = Function::kElu, .parameters = {2, 0}},
     .input = {3},
     .values = {-2, -0.5f, 3},
     .expected_float = {-1.7293294f, -0.7869387f, 3},
     .output = {.scale = 0.25f, .zero_point = 10},
     .expected_int8 = {-1.75f, -0.75f, 3}},
    {.reason = "gelu",
     .op = Unary{.function = Function::kGelu},
     .input = {4},
     .values = {-4, -1, 1, 4},
     .expected_float = {-1.2668497e-4f, -0.1586553f, 0.8413447f, 3.9998733f},
     .output = {.scale = 0.125f, .zero_point = 10},
     .expected_int8 = {0, -0.125f, 0.875f, 4}},
    {.reason = "mish, softplus and the rest where an exponential overflows",
     .op = Unary{.function = Function::kMish},
     .input = {2},
     .values = {-5, 120},
     .expected_float = {-0.0335762f, 120},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {0, 120}},
    {.reason = "logarithm",
     .op = Unary{.function = Function::kLog},
     .input = {2},
     .values = {1, 4},
     .expected_float = {0, 1.3862944f},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {0, 1.5f}},
    {.reason = "reshaped",
     .op = Reshape{.shape = {2, 2, 1}},
     .input = {4},
     .values = {1, 2, 3, 4},
     .expected_float = {1, 2, 3, 4},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {1, 2, 3, 4}},
};

Graph GraphOf(const FunctionCase& c) {
  Graph graph{.name = c.reason, .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", c.input);
  const std::vector<ValueId> inputs(static_cast<size_t>(c.inputs), graph.input);
  graph.output = graph.AddNode("flat", Flatten{}, {graph.AddNode("y", c.op, inputs)});
  InferShapes(graph);
  return graph;
}

void CheckNear(const std::vector<float>& actual, const std::vector<float>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (size_t i = 0; i < actual.size(); ++i)
    CHECK(double{actual[i]} == doctest::Approx(double{expected[i]}).epsilon(1e-6));
}

TEST_CASE("functions, products and moves by hand") {
  const QParams in{.scale = 0.5f, .zero_point = 10};
  for (const FunctionCase& c : kFunctionCases) {
    CAPTURE(c.reason);
    const auto graph = std::make_shared<const Graph>(GraphOf(c));
    CheckNear(testing::RunModel(AbiModel(*graph), c.values), c.expected_float);
    const QuantizedGraph quantized =
        Quantize(graph, {in, c.output, c.output}, Granularity::kPerTensor, "test");
    CheckNear(testing::RunModel(AbiModel(quantized), c.values), c.expected_int8);
  }
}

TEST_CASE("local response normalisation, in float between integers") {
  auto graph = std::make_shared<Graph>();
  graph->input = graph->AddValue("x", {3, 1, 1});
  const ValueId lrn = graph->AddNode(
      "lrn", LocalResponseNorm{.size = 2, .alpha = 0.5f, .beta = 0.75f, .bias = 2}, {graph->input});
  graph->output = graph->AddNode("flat", Flatten{}, {lrn});
  InferShapes(*graph);
  const std::vector<float> x{3.75f, 11.75f, 19.75f};
  CheckNear(testing::RunModel(AbiModel(*graph), x), {0.2356307f, 0.2982863f, 0.6268284f});
  const QParams in{.scale = 0.25f, .zero_point = 0}, out{.scale = 1.0f / 64, .zero_point = 0};
  const QuantizedGraph quantized = Quantize(graph, {in, out, out}, Granularity::kPerTensor, "test");
  CheckNear(testing::RunModel(AbiModel(quantized), x), {15.0f / 64, 19.0f / 64, 40.0f / 64});
}

TEST_CASE("log_softmax of scores whose quotient would be 0") {
  Graph graph;
  graph.input = graph.AddValue("x", {2});
  graph.output = graph.AddNode("y", Softmax{.logarithm = true}, {graph.input});
  InferShapes(graph);
  CheckNear(testing::RunModel(AbiModel(graph), {-1000, 1000}), {-2000, 0});
}

TEST_CASE("softmax of scores that overflow an exponential, float behind an integer model") {
  auto graph = std::make_shared<Graph>();
  graph->input = graph->AddValue("x", {3});
  graph->output = graph->AddNode("softmax", Softmax{}, {graph->input});
  InferShapes(*graph);
  const std::vector<float> half{0, 0.5f, 0.5f};
  CheckNear(testing::RunModel(AbiModel(*graph), {-100, 1000, 1000}), half);
  const QuantizedGraph quantized{
      .graph = graph,
      .recipe = "test",
      .activations = {QParams{.scale = 100, .zero_point = 10}, std::nullopt},
      .weights = std::vector<QuantizedWeights>(1)};
  CheckNear(testing::RunModel(AbiModel(quantized), {-1000, 2000, 2000}), half);
}

TEST_CASE("a table is the formula in float64, rounded once, clamped at the ends") {
  const float parameters[2] = {-1.0f, 1.0f};
  const auto table = plugin::UnaryTable(QB_CLIP, parameters, 0.1f, 100, 0.01f, 50);
  CHECK(table[100] == 50);   // 0
  CHECK(table[101] == 60);   // 0.1
  CHECK(table[255] == 150);  // 1, the upper bound
  CHECK(table[0] == 0);      // -1 would be -50
}

}  // namespace
}  // namespace quantbench
