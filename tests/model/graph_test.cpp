// SPDX-License-Identifier: Apache-2.0
// Graph helpers, structural checks, cost figures.
#include "graph/graph.h"

#include <doctest/doctest.h>

#include "model/graph_samples.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::GraphWithInput;
using testing::MakeBatchNorm;
using testing::MakeConv;
using testing::MakeLinear;

TEST_CASE("shapes count their elements and refuse what can't be counted") {
  CHECK(NumElements({}) == 1);
  CHECK(NumElements({32, 112, 112}) == 401408);
  CHECK(NumElements({3, 0}) == 0);
  CHECK(ToString(Shape{32, 112, 112}) == "[32,112,112]");
  CHECK(ToString(Shape{}) == "[]");
  CheckRefused([] { NumElements({1, -1}); }, {"[1,-1] is impossible"});
  CheckRefused([] { NumElements({int64_t{1} << 32, int64_t{1} << 31}); }, {"is impossible"});
}

TEST_CASE("operators and activations have names") {
  CHECK(ToString(Activation::kNone) == "none");
  CHECK(ToString(Activation::kRelu) == "relu");
  CHECK(ToString(Activation::kRelu6) == "relu6");
  const std::pair<Operator, const char*> cases[] = {{Conv{}, "conv"},
                                                    {Linear{}, "linear"},
                                                    {BatchNorm{}, "batch_norm"},
                                                    {Activate{}, "activation"},
                                                    {Add{}, "add"},
                                                    {Concat{}, "concat"},
                                                    {MaxPool{}, "max_pool"},
                                                    {GlobalAveragePool{}, "global_average_pool"},
                                                    {Flatten{}, "flatten"},
                                                    {AveragePool{}, "average_pool"}};
  for (const auto& [op, name] : cases) CHECK(OperatorName(op) == name);
}

// input -> a -> b
Graph TwoSteps() {
  Graph graph = GraphWithInput({2, 3, 3});
  const ValueId a = graph.AddNode("a", Activate{}, {graph.input}, Activation::kRelu);
  graph.output = graph.AddNode("b", Flatten{}, {a});
  return graph;
}

TEST_CASE("a sound graph passes the structural check") {
  Graph graph = TwoSteps();
  CHECK_NOTHROW(CheckGraph(graph));
  graph.nodes.clear();
  graph.values.resize(1);
  graph.output = graph.input;
  CHECK_NOTHROW(CheckGraph(graph));
}

TEST_CASE("every structural fault is refused with the node's name") {
  struct Case {
    void (*damage)(Graph& graph);
    std::vector<const char*> expected;
  };
  const Case cases[] = {
      {[](Graph& g) { g.input = -1; }, {"graph's input is value -1"}},
      {[](Graph& g) { g.output = 3; }, {"graph's output is value 3", "values 0 to 3"}},
      {[](Graph& g) { g.nodes[1].inputs[0] = 99; }, {"node 'b' (flatten): an input is value 99"}},
      {[](Graph& g) { g.nodes[0].output = -2; }, {"node 'a' (activation): the output is value -2"}},
      {[](Graph& g) { std::swap(g.nodes[0], g.nodes[1]); }, {"'b'", "reads 'a' before"}},
      {[](Graph& g) { g.nodes[0].inputs[0] = 1; }, {"node 'a'", "reads 'a' before"}},
      {[](Graph& g) { g.nodes[1].output = 1; }, {"node 'b'", "writes 'a', which already has"}},
      {[](Graph& g) { g.nodes[0].output = 0; }, {"writes 'input'", "it is the graph's input"}},
      {[](Graph& g) { g.AddValue("orphan"); }, {"'orphan'", "written by no node"}},
  };
  for (const Case& c : cases) {
    Graph graph = TwoSteps();
    c.damage(graph);
    CheckRefused([&] { CheckGraph(graph); }, c.expected);
    CheckRefused([&] { InferShapes(graph); }, c.expected);
  }
}

TEST_CASE("cost counts parameters and multiply-accumulates") {
  Graph graph = GraphWithInput({4, 8, 8});
  ValueId value = graph.AddNode(
      "conv", MakeConv({.weight = {6, 2, 3, 3}, .groups = 2, .stride = 2, .bias = false}),
      {graph.input});
  value = graph.AddNode("norm", MakeBatchNorm(6), {value});
  value = graph.AddNode("pool", GlobalAveragePool{}, {value});
  value = graph.AddNode("flat", Flatten{}, {value});
  graph.output = graph.AddNode("linear", MakeLinear(10, 6), {value});
  InferShapes(graph);
  struct Case {
    int64_t parameters, macs;
  };
  const Case cases[] = {
      {6 * 2 * 3 * 3, (6 * 3 * 3) * (2 * 3 * 3)}, {6 + 6, 0}, {0, 0}, {0, 0}, {60 + 10, 60}};
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const NodeCost cost = CostOf(graph, graph.nodes[i]);
    CHECK(cost.parameters == cases[i].parameters);
    CHECK(cost.macs == cases[i].macs);
  }
  CHECK(TotalCost(graph).parameters == 108 + 12 + 70);
  CHECK(TotalCost(graph).macs == 972 + 60);
}

}  // namespace
}  // namespace quantbench
