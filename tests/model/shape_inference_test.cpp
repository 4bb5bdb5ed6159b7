// SPDX-License-Identifier: Apache-2.0
// The shape rule of every operator, and what it says where it can't be applied.
#include <doctest/doctest.h>

#include <climits>

#include "graph/graph.h"
#include "model/graph_samples.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::GraphWithInput;
using testing::MakeBatchNorm;
using testing::MakeConv;
using testing::MakeLinear;

// The output's shape of one operator over the graph's input, given `readings` times.
Shape Infer(const Shape& input, Operator op, int readings = 1) {
  Graph graph = GraphWithInput(input);
  graph.output = graph.AddNode("node", std::move(op),
                               std::vector<ValueId>(static_cast<size_t>(readings), graph.input));
  InferShapes(graph);
  return graph.values[static_cast<size_t>(graph.output)].shape;
}

Window MakeWindow(int kernel, int stride, int padding, int dilation = 1) {
  return {.kernel = {kernel, kernel},
          .stride = {stride, stride},
          .dilation = {dilation, dilation},
          .padding = {padding, padding, padding, padding}};
}

TEST_CASE("convolutions: stride, padding on each side, dilation, groups, window equal to input") {
  struct Case {
    Shape input;
    Conv conv;
    Shape expected;
  };
  const Case cases[] = {
      {{3, 224, 224},
       MakeConv({.weight = {8, 3, 3, 3}, .stride = 2, .padding = {1, 1, 1, 1}}),
       {8, 112, 112}},
      {{3, 224, 224},
       MakeConv({.weight = {8, 3, 3, 3}, .stride = 2, .padding = {0, 0, 1, 1}}),
       {8, 112, 112}},
      {{3, 225, 7},
       MakeConv({.weight = {1, 3, 3, 3}, .stride = 2, .padding = {1, 0, 1, 0}}),
       {1, 113, 3}},
      {{8, 5, 9}, MakeConv({.weight = {8, 1, 3, 3}, .groups = 8}), {8, 3, 7}},
      {{8, 5, 5}, MakeConv({.weight = {4, 4, 1, 1}, .groups = 2, .bias = false}), {4, 5, 5}},
      {{1, 7, 7}, MakeConv({.weight = {1, 1, 3, 3}, .dilation = 3}), {1, 1, 1}},
      {{1, 3, 5}, MakeConv({.weight = {2, 1, 3, 5}}), {2, 1, 1}},
      {{1, 1, 1}, MakeConv({.weight = {1, 1, 3, 3}, .padding = {1, 1, 1, 1}}), {1, 1, 1}},
  };
  for (const Case& c : cases) CHECK(ToString(Infer(c.input, c.conv)) == ToString(c.expected));
}

TEST_CASE("the other operators") {
  struct Case {
    Shape input;
    Operator op;
    int readings;
    Shape expected;
  };
  const Case cases[] = {
      {{10}, MakeLinear(4, 10), 1, {4}},
      {{6, 2, 2}, MakeBatchNorm(6), 1, {6, 2, 2}},
      {{6}, MakeBatchNorm(6), 1, {6}},
      {{6, 2, 2}, Activate{}, 1, {6, 2, 2}},
      {{6, 2, 2}, Add{}, 2, {6, 2, 2}},
      {{6, 2, 2}, Concat{}, 1, {6, 2, 2}},
      {{6, 2, 2}, Concat{}, 3, {18, 2, 2}},
      {{6}, Concat{}, 2, {12}},
      {{6, 7, 5}, GlobalAveragePool{}, 1, {6, 1, 1}},
      {{6, 7, 5}, AveragePool{MakeWindow(2, 2, 0)}, 1, {6, 3, 2}},
      {{6, 7, 5}, MaxPool{MakeWindow(3, 2, 1)}, 1, {6, 4, 3}},
      {{1, 8, 8}, MaxPool{MakeWindow(3, 1, 2, 2)}, 1, {1, 8, 8}},
      {{6, 7, 5}, Flatten{}, 1, {210}},
      {{6}, Flatten{}, 1, {6}},
  };
  for (const Case& c : cases) {
    CAPTURE(OperatorName(c.op));
    CHECK(ToString(Infer(c.input, c.op, c.readings)) == ToString(c.expected));
  }
}

struct Refusal {
  Shape input;
  Operator op;
  std::vector<const char*> expected;
  int readings = 1;
};

void CheckRefusals(const std::vector<Refusal>& cases) {
  for (const Refusal& c : cases)
    CheckRefused([&] { Infer(c.input, c.op, c.readings); }, c.expected, "node 'node' (");
}

TEST_CASE("inputs that an operator can't take") {
  CheckRefusals({
      {{8, 5, 5}, MakeConv({.weight = {4, 3, 1, 1}}), {"(conv) got [8,5,5]", "3 input channels"}},
      {{8, 5, 5},
       MakeConv({.weight = {8, 2, 1, 1}, .groups = 8}),
       {"[8,2,1,1] in 8 group(s) needs 16 input channels"}},
      {{8}, MakeConv({.weight = {4, 8, 1, 1}}), {"(conv) got [8]", "[channels,height,width]"}},
      {{8, 5, 5}, MakeConv({.weight = {4, 8, 1, 1}}), {"exactly one input"}, 2},
      {{11}, MakeLinear(4, 10), {"(linear) got [11]", "[4,10] needs an input of [10]"}},
      {{10, 1, 1}, MakeLinear(4, 10), {"a flatten node must come before it"}},
      {{8, 5, 5}, MakeBatchNorm(7), {"gamma has 7 values", "8 channels"}},
      {{8, 5, 5}, Add{}, {"(add) got [8,5,5]", "two inputs of one shape"}},
      {{8, 5, 5}, Add{}, {"[8,5,5] and [8,5,5] and [8,5,5]"}, 3},
      {{8, 5, 5}, Concat{}, {"(concat) got no input", "at least one"}, 0},
      {{8}, GlobalAveragePool{}, {"needs an image"}},
      {{8}, MaxPool{MakeWindow(1, 1, 0)}, {"needs an image"}},
  });
}

TEST_CASE("two inputs of different shapes") {
  for (const bool concat : {false, true}) {
    Graph graph = GraphWithInput({8, 5, 5});
    const ValueId pooled = graph.AddNode("pool", GlobalAveragePool{}, {graph.input});
    graph.output =
        graph.AddNode("both", concat ? Operator(Concat{}) : Operator(Add{}), {graph.input, pooled});
    CheckRefused([&] { InferShapes(graph); },
                 {"node 'both'", "got [8,5,5] and [8,1,1]", concat ? "channels" : "one shape"});
  }
}

TEST_CASE("weights and windows that contradict themselves") {
  Conv few_weights = MakeConv({.weight = {4, 8, 3, 3}});
  few_weights.weight.values.pop_back();
  Conv bad_bias = MakeConv({.weight = {4, 8, 3, 3}});
  bad_bias.bias.pop_back();
  Conv other_kernel = MakeConv({.weight = {4, 8, 3, 3}});
  other_kernel.window.kernel = {5, 5};
  Conv flat_weight = MakeConv({.weight = {4, 8, 1, 1}});
  flat_weight.weight.shape = {4, 8};
  Linear bad_linear = MakeLinear(2, 8);
  bad_linear.weight.shape = {-2, -8};
  CheckRefusals({
      {{8, 5, 5}, few_weights, {"[4,8,3,3] with 287 values isn't a filled [oc,c/groups,kh,kw]"}},
      {{8, 5, 5}, bad_bias, {"bias has 3 values, 4 (or none)"}},
      {{8, 5, 5}, other_kernel, {"kernel is 5x5 but its weight is [4,8,3,3]"}},
      {{8, 5, 5}, flat_weight, {"[4,8] with 32 values"}},
      {{8}, bad_linear, {"[-2,-8] with 16 values isn't a filled [oc,k]"}},
      {{8, 5, 5}, MakeConv({.weight = {4, 8, 1, 1}, .groups = 0}), {"0 groups"}},
      {{9, 5, 5}, MakeConv({.weight = {4, 3, 1, 1}, .groups = 3}), {"3 groups don't divide the 4"}},
      {{8, 5, 5}, MakeConv({.weight = {4, 8, 1, 1}, .stride = 0}), {"must be positive"}},
      {{8, 5, 5}, MakeConv({.weight = {4, 8, 1, 1}, .padding = {-1, 0, 0, 0}}), {"not negative"}},
      {{8, 5, 4},
       MakeConv({.weight = {4, 8, 5, 5}}),
       {"covers 5 of a padded width of only 4", "kernel 5x5"}},
      {{8, 4, 5},
       MakeConv({.weight = {4, 8, 3, 3}, .dilation = 3, .padding = {1, 1, 1, 1}}),
       {"covers 7 of a padded height of only 6"}},
      {{8, 5, 5}, MaxPool{MakeWindow(0, 1, 0)}, {"must be positive"}},
      {{8, 5, 5}, MaxPool{MakeWindow(2, 1, 2)}, {"in the padding alone"}},
      {{8, 2, 2}, AveragePool{MakeWindow(2, 1, 2, 3)}, {"in the padding alone"}},
  });
}

TEST_CASE("sizes that would overflow are refused") {
  constexpr int64_t kHuge = int64_t{1} << 62;
  CheckRefused([] { Infer({kHuge, kHuge, 4}, Flatten{}); }, {"'input'", "positive extents"});
  CheckRefused([] { Infer({3, 0, 4}, Flatten{}); }, {"has shape [3,0,4]"});
  CheckRefused([] { Infer({}, Flatten{}); }, {"has shape []"});
  CheckRefusals({
      {{1, 5, 5}, MaxPool{MakeWindow(INT_MAX, 1, INT_MAX - 1, INT_MAX)}, {"of a padded height"}},
      {{1, 5, 5}, MaxPool{MakeWindow(INT_MAX, 1, INT_MAX, 1)}, {"padding alone"}},
      {{1 << 20, 1 << 10, 1 << 10}, Concat{}, {"too large (at most 2^40"}, 2},
  });
}

}  // namespace
}  // namespace quantbench
