// SPDX-License-Identifier: Apache-2.0
// The other naive operators, float and integer, by examples small enough to work out by hand.
#include <doctest/doctest.h>

#include "model/run_graph.h"

namespace quantbench {
namespace {

using testing::RunModel;

// One operator on one or two inputs that are parts of the network's input.
struct OperatorCase {
  std::string reason;
  Operator op;
  Shape input;
  std::vector<float> values;
  std::vector<float> expected_float;
  // With input qparams {0.5, 10} (values are multiples of 0.5) and these for the output:
  QParams output;
  std::vector<float> expected_int8;
  Activation activation = Activation::kNone;
};

const OperatorCase kOperatorCases[] = {
    {.reason = "global average, a tie to even",
     .op = GlobalAveragePool{},
     .input = {1, 2, 2},
     .values = {1, 2, 3, 4},
     .expected_float = {2.5f},
     .output = {.scale = 1.0f, .zero_point = 0},
     .expected_int8 = {2.0f}},
    {.reason = "average without the padding",
     .op = AveragePool{.window = {.kernel = {2, 2}, .stride = {2, 2}, .padding = {1, 1, 0, 0}},
                       .count_include_pad = false},
     .input = {1, 3, 3},
     .values = {1, 2, 3, 4, 5, 6, 7, 8, 9},
     .expected_float = {1, 2.5f, 5.5f, 7},
     .output = {.scale = 0.5f, .zero_point = 3},
     .expected_int8 = {1, 2.5f, 5.5f, 7}},
    {.reason = "average with the padding",
     .op = AveragePool{.window = {.kernel = {2, 2}, .stride = {2, 2}, .padding = {1, 1, 0, 0}},
                       .count_include_pad = true},
     .input = {1, 3, 3},
     .values = {4, 2, 6, 4, 5, 6, 8, 8, 9},
     .expected_float = {1, 2, 3, 7},
     .output = {.scale = 0.5f, .zero_point = 3},
     .expected_int8 = {1, 2, 3, 7}},
    {.reason = "maximum of negatives beside padding",
     .op = MaxPool{.window = {.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1, 1, 1}}},
     .input = {1, 2, 2},
     .values = {-1, -2, -3, -4},
     .expected_float = {-1},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {-1}},
    {.reason = "relu6 alone",
     .op = Activate{},
     .input = {4},
     .values = {-2, 0.5f, 5, 8},
     .expected_float = {0, 0.5f, 5, 6},
     .output = {.scale = 0.25f, .zero_point = 4},
     .expected_int8 = {0, 0.5f, 5, 6},
     .activation = Activation::kRelu6},
    {.reason = "flatten",
     .op = Flatten{},
     .input = {2, 1, 2},
     .values = {1, 2, 3, 4},
     .expected_float = {1, 2, 3, 4},
     .output = {.scale = 0.5f, .zero_point = 10},
     .expected_int8 = {1, 2, 3, 4}},
};

Graph GraphOf(const OperatorCase& c) {
  Graph graph{.name = c.reason, .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", c.input);
  const ValueId y = graph.AddNode("op", c.op, {graph.input}, c.activation);
  graph.output = graph.AddNode("flat", Flatten{}, {y});
  InferShapes(graph);
  return graph;
}

QuantizedGraph QuantizedOf(std::shared_ptr<const Graph> graph, const QParams& output) {
  const size_t nodes = graph->nodes.size();
  QuantizedGraph quantized{
      .graph = std::move(graph), .recipe = "test", .activations = {}, .weights = {}};
  quantized.activations.push_back(QParams{.scale = 0.5f, .zero_point = 10});
  quantized.activations.resize(nodes + 1, output);
  quantized.weights.resize(nodes);
  return quantized;
}

TEST_CASE("operators") {
  for (const OperatorCase& c : kOperatorCases) {
    CAPTURE(c.reason);
    const auto graph = std::make_shared<const Graph>(GraphOf(c));
    CHECK(RunModel(AbiModel(*graph), c.values) == c.expected_float);
    const QuantizedGraph quantized = QuantizedOf(graph, c.output);
    CHECK(RunModel(AbiModel(quantized), c.values) == c.expected_int8);
  }
}

// x + relu(x) and [x, relu(x)]: two inputs with qparams of their own.
Graph JoinGraph(const Operator& join) {
  Graph graph{.name = "join", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {1, 1, 4});
  const ValueId relu = graph.AddNode("relu", Activate{}, {graph.input}, Activation::kRelu);
  const ValueId joined = graph.AddNode("join", join, {graph.input, relu});
  graph.output = graph.AddNode("flat", Flatten{}, {joined});
  InferShapes(graph);
  return graph;
}

TEST_CASE("add and concat rescale each input") {
  const std::vector<float> input{-2, -0.5f, 1, 3};
  const struct {
    Operator join;
    std::vector<float> expected_float, expected_int8;
  } cases[] = {
      // int8: relu has scale 1 (0.5 becomes 0), the sum scale 2: (1 + 1) / 2 = 1, (3 + 3) / 2 = 3
      {Add{}, {-2, -0.5f, 2, 6}, {-2, 0, 2, 6}},
      // scale 2: -2 / 2 = -1, -0.25 -> 0, 0.5 -> 0 (tie to even), 1.5 -> 2 (tie to even)
      {Concat{}, {-2, -0.5f, 1, 3, 0, 0, 1, 3}, {-2, 0, 0, 4, 0, 0, 0, 4}},
  };
  for (const auto& c : cases) {
    const auto graph = std::make_shared<const Graph>(JoinGraph(c.join));
    CAPTURE(OperatorName(c.join));
    CHECK(RunModel(AbiModel(*graph), input) == c.expected_float);
    QuantizedGraph quantized = QuantizedOf(graph, {.scale = 2.0f, .zero_point = 20});
    quantized.activations[1] = {.scale = 1.0f, .zero_point = 0};
    CHECK(RunModel(AbiModel(quantized), input) == c.expected_int8);
  }
}

TEST_CASE("batches and threads change nothing") {
  const auto graph = std::make_shared<const Graph>(JoinGraph(Add{}));
  const AbiModel model(*graph);
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  const std::vector<float> input{1, 2, 3, 4, -1, -2, -3, -4, 0, 5, 0, -5};
  const std::vector<float> expected{2, 4, 6, 8, -1, -2, -3, -4, 0, 10, 0, -5};
  for (const int threads : {1, 2}) {
    std::vector<float> output(expected.size());
    executable.CreateContext(4, threads).Run(3, input.data(), output.data(), ThreadPool(threads));
    CHECK(output == expected);
  }
}

TEST_CASE("a batch beyond the context's size is refused") {
  const auto graph = std::make_shared<const Graph>(JoinGraph(Add{}));
  const AbiModel model(*graph);
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  std::vector<float> input(12), output(12);
  CHECK_THROWS_WITH_AS(
      executable.CreateContext(2, 1).Run(3, input.data(), output.data(), ThreadPool(1)),
      "backend 'built-in' failed in a run: batch size 3 is outside 1..2", Error);
}

}  // namespace
}  // namespace quantbench
