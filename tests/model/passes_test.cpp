// SPDX-License-Identifier: Apache-2.0
// Folding and fusing: which nodes go, and that the network computes the same as before.
#include "model/passes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <span>

#include "model/graph_samples.h"
#include "model/naive_evaluator.h"
#include "model/run_graph.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::GraphWithInput;
using testing::MakeBatchNorm;
using testing::MakeConv;
using testing::MakeLinear;
using testing::NaiveEvaluator;

constexpr Padding kOne{1, 1, 1, 1};

// "conv+relu6 add conv": the operators in order, with their activations.
std::string Summary(const Graph& graph) {
  std::string text;
  for (const Node& node : graph.nodes) {
    text += (text.empty() ? "" : " ") + std::string(OperatorName(node.op));
    if (node.activation != Activation::kNone) text += "+" + std::string(ToString(node.activation));
  }
  return text;
}

double LargestDifference(const Graph& a, const Graph& b) {
  const Shape& shape = a.values[static_cast<size_t>(a.input)].shape;
  const std::vector<float> image = testing::RandomValues(NumElements(shape), 7, -3.0f, 3.0f);
  const NaiveEvaluator::Values input(image.begin(), image.end());
  const auto x = NaiveEvaluator::Run(a, input);
  const auto y = NaiveEvaluator::Run(b, input);
  REQUIRE(x.size() == y.size());
  double largest = 0;
  for (size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(x[i] - y[i]));
  return largest;
}

struct PassCase {
  const char* reason;
  void (*build)(Graph& graph);  // from an input [4,6,6]; sets the output
  const char* folded;           // after FoldBatchNorm
  const char* prepared;         // after PrepareForInference
};

const PassCase kFoldedCases[] = {
    {"the usual three",
     [](Graph& g) {
       ValueId v = g.AddNode("c", MakeConv({.weight = {8, 4, 3, 3}, .padding = kOne}), {g.input});
       v = g.AddNode("n", MakeBatchNorm(8), {v});
       g.output = g.AddNode("a", Activate{}, {v}, Activation::kRelu6);
     },
     "conv activation+relu6", "conv+relu6"},
    {"depthwise, grouped, without bias; two batch norms in a row",
     [](Graph& g) {
       ValueId v = g.AddNode(
           "c1", MakeConv({.weight = {4, 1, 3, 3}, .groups = 4, .stride = 2, .bias = false}),
           {g.input});
       v = g.AddNode("n1", MakeBatchNorm(4, 10), {v});
       v = g.AddNode("n2", MakeBatchNorm(4, 20), {v});
       v = g.AddNode("c2", MakeConv({.weight = {6, 2, 1, 1}, .groups = 2, .seed = 3}), {v});
       g.output = g.AddNode("n3", MakeBatchNorm(6, 30), {v}, Activation::kRelu);
     },
     "conv conv+relu", "conv conv+relu"},
    {"a linear layer",
     [](Graph& g) {
       ValueId v = g.AddNode("f", Flatten{}, {g.input});
       v = g.AddNode("l", MakeLinear(5, 144), {v});
       v = g.AddNode("n", MakeBatchNorm(5), {v});
       g.output = g.AddNode("a", Activate{}, {v}, Activation::kRelu);
     },
     "flatten linear activation+relu", "flatten linear+relu"},
};

const PassCase kKeptCases[] = {
    {"the convolution's result is read twice",
     [](Graph& g) {
       const ValueId c = g.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {g.input});
       const ValueId n = g.AddNode("n", MakeBatchNorm(4), {c});
       g.output = g.AddNode("s", Add{}, {c, n});
     },
     "conv conv add", "conv conv add"},
    {"the convolution's result is the output",
     [](Graph& g) {
       g.output = g.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {g.input});
       g.AddNode("n", MakeBatchNorm(4), {g.output});
     },
     "conv conv", "conv conv"},
    {"the convolution has an activation already",
     [](Graph& g) {
       const ValueId c =
           g.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {g.input}, Activation::kRelu);
       const ValueId n = g.AddNode("n", MakeBatchNorm(4), {c});
       g.output = g.AddNode("a", Activate{}, {n}, Activation::kRelu6);
     },
     "conv+relu conv activation+relu6", "conv+relu conv+relu6"},
    {"an activation stands in between",
     [](Graph& g) {
       ValueId v = g.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {g.input});
       v = g.AddNode("a", Activate{}, {v}, Activation::kRelu);
       g.output = g.AddNode("n", MakeBatchNorm(4), {v});
     },
     "conv activation+relu conv", "conv+relu conv"},
    {"after the input, an addition, a concatenation, a pool",
     [](Graph& g) {
       ValueId v = g.AddNode("n1", MakeBatchNorm(4, 1), {g.input});
       v = g.AddNode("n2", MakeBatchNorm(4, 2), {g.AddNode("s", Add{}, {v, g.input})});
       v = g.AddNode("n3", MakeBatchNorm(8, 3), {g.AddNode("j", Concat{}, {v, g.input})});
       g.output = g.AddNode("n4", MakeBatchNorm(8, 4), {g.AddNode("p", GlobalAveragePool{}, {v})},
                            Activation::kRelu);
     },
     "conv add conv concat conv global_average_pool conv+relu",
     "conv add conv concat conv global_average_pool conv+relu"},
};

const PassCase kActivationCases[] = {
    {"what may carry an activation: add, concat, pool",
     [](Graph& g) {
       ValueId v = g.AddNode("s", Add{}, {g.input, g.input});
       v = g.AddNode("a1", Activate{}, {v}, Activation::kRelu);
       v = g.AddNode("a2", Activate{}, {g.AddNode("j", Concat{}, {v, g.input})},
                     Activation::kRelu6);
       g.output = g.AddNode("a3", Activate{}, {g.AddNode("p", GlobalAveragePool{}, {v})},
                            Activation::kRelu);
     },
     "add activation+relu concat activation+relu6 global_average_pool activation+relu",
     "add+relu concat+relu6 global_average_pool+relu"},
    {"not flatten, not the input",
     [](Graph& g) {
       const ValueId a = g.AddNode("a1", Activate{}, {g.input}, Activation::kRelu);
       g.output = g.AddNode("a2", Activate{}, {g.AddNode("f", Flatten{}, {a})}, Activation::kRelu6);
     },
     "activation+relu flatten activation+relu6", "activation+relu flatten activation+relu6"},
    {"the value before the activation feeds others too",
     [](Graph& g) {
       const ValueId c = g.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {g.input});
       const ValueId a = g.AddNode("a", Activate{}, {c}, Activation::kRelu);
       g.output = g.AddNode("s", Add{}, {c, a});
     },
     "conv activation+relu add", "conv activation+relu add"},
    {"the value before the activation is the output",
     [](Graph& g) {
       g.output = g.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {g.input});
       g.AddNode("a", Activate{}, {g.output}, Activation::kRelu);
     },
     "conv activation+relu", "conv activation+relu"},
    {"two activations in a row: the second stays",
     [](Graph& g) {
       const ValueId c = g.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {g.input});
       const ValueId a = g.AddNode("a1", Activate{}, {c}, Activation::kRelu6);
       g.output = g.AddNode("a2", Activate{}, {a}, Activation::kRelu);
     },
     "conv activation+relu6 activation+relu", "conv+relu6 activation+relu"},
    {"an activated value that feeds many may be fused: they all read it",
     [](Graph& g) {
       const ValueId c = g.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {g.input});
       const ValueId a = g.AddNode("a", Activate{}, {c}, Activation::kRelu);
       g.output = g.AddNode("s", Add{}, {a, a});
     },
     "conv activation+relu add", "conv+relu add"},
};

void CheckCases(std::span<const PassCase> cases) {
  for (const PassCase& c : cases) {
    CAPTURE(c.reason);
    Graph original = GraphWithInput({4, 6, 6});
    c.build(original);
    InferShapes(original);
    Graph folded = original;
    FoldBatchNorm(folded);
    CHECK(Summary(folded) == c.folded);
    Graph prepared = original;
    PrepareForInference(prepared);
    CHECK(Summary(prepared) == c.prepared);
    CHECK(prepared.values.size() == prepared.nodes.size() + 1);
    CHECK_NOTHROW(CheckGraph(prepared));
    CHECK(LargestDifference(original, prepared) < 1e-5);
  }
}

TEST_CASE("batch norms that fold") { CheckCases(kFoldedCases); }
TEST_CASE("batch norms that become depthwise 1x1 convolutions") { CheckCases(kKeptCases); }
TEST_CASE("activations that fuse, and that don't") { CheckCases(kActivationCases); }

TEST_CASE("folding rounds once, from float64") {
  Graph graph = GraphWithInput({1, 1, 1});
  Conv conv = MakeConv({.weight = {1, 1, 1, 1}});
  conv.weight.values = {0.1f};
  conv.bias = {0.7f};
  const BatchNorm norm{.gamma = {1.1f}, .beta = {-0.3f}, .mean = {0.2f}, .variance = {0.9f}};
  const double deviation = std::sqrt(double{0.9f} + double{1e-5f});
  graph.output = graph.AddNode("n", norm, {graph.AddNode("c", conv, {graph.input})});
  FoldBatchNorm(graph);
  const Conv& folded = std::get<Conv>(graph.nodes[0].op);
  CHECK(folded.weight.values[0] == static_cast<float>(double{0.1f} * double{1.1f} / deviation));
  CHECK(
      folded.bias[0] ==
      static_cast<float>((double{0.7f} - double{0.2f}) * double{1.1f} / deviation - double{0.3f}));
  CHECK(graph.nodes[0].name == "c");
}

TEST_CASE("a prepared graph has a bias everywhere") {
  Graph graph = GraphWithInput({4, 6, 6});
  const ValueId conv =
      graph.AddNode("c", MakeConv({.weight = {3, 4, 6, 6}, .bias = false}), {graph.input});
  Linear linear = MakeLinear(2, 3);
  linear.bias.clear();
  graph.output = graph.AddNode("l", linear, {graph.AddNode("f", Flatten{}, {conv})});
  PrepareForInference(graph);
  CHECK(std::get<Conv>(graph.nodes[0].op).bias == std::vector<float>(3, 0.0f));
  CHECK(std::get<Linear>(graph.nodes[2].op).bias == std::vector<float>(2, 0.0f));
}

TEST_CASE("a batch norm over a vector that nothing takes in works on an image of one pixel") {
  Graph graph = GraphWithInput({2, 1, 1});
  const ValueId vector = graph.AddNode("f", Flatten{}, {graph.input});
  graph.values[static_cast<size_t>(vector)].shape = {2};
  const BatchNorm norm{
      .gamma = {2, -3}, .beta = {0, 1}, .mean = {0, 0}, .variance = {1, 1}, .epsilon = 0};
  graph.output = graph.AddNode("the_norm", norm, {vector});
  PrepareForInference(graph);
  CHECK(graph.values[static_cast<size_t>(graph.output)].shape == Shape{2});
  CHECK(testing::RunModel(AbiModel(graph), {5, 7}) == std::vector<float>{10, -20});
}

TEST_CASE("a batch norm on a vector that no layer takes in works on an image of one pixel") {
  Graph graph = GraphWithInput({4, 6, 6});
  const ValueId flat = graph.AddNode("f", Flatten{}, {graph.input});
  graph.output = graph.AddNode("n", MakeBatchNorm(144), {flat});
  InferShapes(graph);
  Graph prepared = graph;
  PrepareForInference(prepared);
  CHECK(Summary(prepared) == "flatten reshape conv flatten");
  CHECK(LargestDifference(graph, prepared) < 1e-5);
}

TEST_CASE("layers read channels and elements in the order in which they are, weights follow") {
  Graph graph = GraphWithInput({4, 2, 3});
  const ValueId flipped =
      graph.AddNode("flip", Gather{.shape = {4, 2, 3}, .indices = {3, 1, 0, 2}}, {graph.input});
  const ValueId conv =
      graph.AddNode("c", MakeConv({.weight = {5, 4, 3, 3}, .padding = kOne}), {flipped});
  std::vector<int32_t> last;  // [h,w,c] of [c,h,w]
  for (int32_t i = 0; i < 30; ++i) last.push_back(i % 5 * 6 + i / 5);
  const ValueId turned = graph.AddNode("turn", Gather{.shape = {2, 3, 5}, .indices = last}, {conv});
  const ValueId flat = graph.AddNode("f", Flatten{}, {turned});
  graph.output = graph.AddNode("l", MakeLinear(7, 30), {flat});
  InferShapes(graph);
  Graph prepared = graph;
  PrepareForInference(prepared);
  CHECK(Summary(prepared) == "conv flatten linear");
  CHECK(LargestDifference(graph, prepared) < 1e-5);
}

TEST_CASE("batch norms that can't be folded are refused with their name") {
  BatchNorm negative = MakeBatchNorm(4);
  negative.variance[2] = -1.0f;
  BatchNorm not_a_number = MakeBatchNorm(4);
  not_a_number.variance[1] = std::nanf("");
  struct Refusal {
    BatchNorm norm;
    const char* expected;
  };
  const Refusal cases[] = {{negative, "variance -1.000000 in channel 2"},
                           {not_a_number, "in channel 1"},
                           {MakeBatchNorm(5), "must have 4 values each"}};
  for (const Refusal& c : cases) {
    Graph graph = GraphWithInput({4, 6, 6});
    const ValueId value = graph.AddNode("c", MakeConv({.weight = {4, 4, 1, 1}}), {graph.input});
    graph.output = graph.AddNode("the_norm", c.norm, {value});
    CheckRefused([&] { PrepareForInference(graph); }, {c.expected}, "batch norm 'the_norm'");
  }
}

}  // namespace
}  // namespace quantbench
