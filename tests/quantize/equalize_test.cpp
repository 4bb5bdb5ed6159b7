// SPDX-License-Identifier: Apache-2.0
// Cross-layer equalisation: what the network computes, ranges of pairs, caps, what is left alone.
#include "quantize/equalize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "model/graph_samples.h"
#include "model/run_graph.h"

namespace quantbench {
namespace {

using testing::GraphWithInput, testing::MakeConv, testing::MakeLinear, testing::RandomValues;

// Channels as different as training leaves them.
Conv Uneven(testing::ConvOptions options) {
  Conv conv = MakeConv(options);
  const size_t row = conv.weight.values.size() / static_cast<size_t>(options.weight[0]);
  for (size_t i = 0; i < conv.weight.values.size(); ++i)
    conv.weight.values[i] *= static_cast<float>(1 + i / row * 7 % 11);
  return conv;
}

struct Chain {
  const char* reason;
  std::function<void(Graph& graph)> build;
  size_t pairs;
  size_t caps = 0;
};

const Chain kChains[] = {
    {"two convolutions",
     [](Graph& g) {
       ValueId x = g.AddNode("a", Uneven({.weight = {6, 4, 3, 3}}), {g.input}, Activation::kRelu);
       g.output = g.AddNode("b", MakeConv({.weight = {5, 6, 1, 1}, .seed = 2}), {x});
     },
     1},
    {"nothing between them, and padding",
     [](Graph& g) {
       ValueId x = g.AddNode("a", Uneven({.weight = {6, 4, 1, 1}}), {g.input});
       g.output = g.AddNode(
           "b", MakeConv({.weight = {5, 6, 3, 3}, .padding = {1, 1, 1, 1}, .seed = 2}), {x});
     },
     1},
    {"an inverted residual block with relu6",
     [](Graph& g) {
       ValueId x = g.AddNode("a", Uneven({.weight = {6, 4, 1, 1}}), {g.input}, Activation::kRelu6);
       x = g.AddNode("b", Uneven({.weight = {6, 1, 3, 3}, .groups = 6, .seed = 2}), {x},
                     Activation::kRelu6);
       g.output = g.AddNode("c", MakeConv({.weight = {4, 6, 1, 1}, .seed = 3}), {x});
     },
     2, 2},
    {"groups",
     [](Graph& g) {
       ValueId x = g.AddNode("a", Uneven({.weight = {6, 2, 1, 1}, .groups = 2}), {g.input},
                             Activation::kRelu);
       g.output = g.AddNode("b", MakeConv({.weight = {9, 2, 1, 1}, .groups = 3, .seed = 2}), {x});
     },
     1},
    {"pooling, slopes and a classifier behind flattened pixels",
     [](Graph& g) {
       ValueId x = g.AddNode("a", Uneven({.weight = {6, 4, 3, 3}}), {g.input});
       x = g.AddNode("slopes", PRelu{RandomValues(6, 9)}, {x});
       x = g.AddNode("pool", MaxPool{{.kernel = {2, 2}, .stride = {2, 2}}}, {x},
                     Activation::kRelu6);
       x = g.AddNode("flat", Flatten{}, {x});
       g.output = g.AddNode("fc", MakeLinear(7, 24, 5), {x});
     },
     1, 1},
    {"a mean",
     [](Graph& g) {
       ValueId x = g.AddNode("a", Uneven({.weight = {6, 4, 3, 3}}), {g.input}, Activation::kRelu6);
       x = g.AddNode("flat", Flatten{}, {g.AddNode("mean", GlobalAveragePool{}, {x})});
       g.output = g.AddNode("fc", MakeLinear(7, 6, 5), {x});
     },
     1, 1},
};

Graph Built(const Chain& chain) {
  Graph graph = GraphWithInput({4, 6, 6});
  chain.build(graph);
  graph.output = graph.AddNode("scores", Flatten{}, {graph.output});
  PrepareForInference(graph);
  return graph;
}

std::vector<float> Scores(const Graph& graph) {
  // Large enough that relu6 and caps clip.
  return testing::RunModel(AbiModel(graph), RandomValues(2 * 4 * 6 * 6, 77, -4, 4), 2);
}

// Ranges of what writes, or of what reads, each of `channels` channels.
std::vector<float> Ranges(const Graph& graph, const std::string& name, bool reading,
                          size_t channels) {
  const Node& node = *std::ranges::find(graph.nodes, name, &Node::name);
  const FloatTensor& weight = WeightsOf(node.op)->weight;
  const auto rows = static_cast<size_t>(weight.shape[0]);
  const auto columns = static_cast<size_t>(weight.shape[1]);
  const size_t taps = weight.values.size() / rows / columns;
  const auto* const conv = std::get_if<Conv>(&node.op);
  const size_t groups = conv == nullptr ? 1 : static_cast<size_t>(conv->groups);
  std::vector<float> ranges(channels);
  for (size_t i = 0; i < weight.values.size(); ++i) {
    const size_t row = i / columns / taps;
    const size_t input = row / (rows / groups) * columns + i / taps % columns;
    float& range = ranges[reading ? input / (columns * groups / channels) : row];
    range = std::max(range, std::abs(weight.values[i]));
  }
  return ranges;
}

}  // namespace

TEST_CASE("an equalised network computes what it did, and pairs have equal ranges") {
  for (const Chain& chain : kChains) {
    CAPTURE(chain.reason);
    const Graph before = Built(chain);
    Graph after = before;
    const Equalization done = Equalize(after);
    CheckGraph(after);
    CHECK(done.pairs.size() == chain.pairs);
    CHECK(static_cast<size_t>(std::ranges::count_if(after.nodes, [](const Node& node) {
            return std::holds_alternative<Cap>(node.op);
          })) == chain.caps);
    const std::vector<float> wanted = Scores(before), scores = Scores(after);
    for (size_t i = 0; i < wanted.size(); ++i)
      CHECK(scores[i] == doctest::Approx(wanted[i]).epsilon(1e-4).scale(10));
    for (const Equalization::Pair& pair : done.pairs) {
      CAPTURE(pair.first);
      const Node& first = *std::ranges::find(after.nodes, pair.first, &Node::name);
      const auto channels = static_cast<size_t>(WeightsOf(first.op)->weight.shape[0]);
      const std::vector<float> written = Ranges(after, pair.first, false, channels);
      const std::vector<float> read = Ranges(after, pair.second, true, channels);
      for (size_t c = 0; c < channels; ++c) CHECK(written[c] == doctest::Approx(read[c]));
    }
  }
}

TEST_CASE("relu6 becomes relu and a cap of 6 / s, where s is what the weights were divided by") {
  const Graph before = Built(kChains[2]);
  Graph after = before;
  Equalize(after);
  const Node& a = after.nodes[0];
  CHECK(a.activation == Activation::kRelu);
  REQUIRE(std::holds_alternative<Cap>(after.nodes[1].op));
  CHECK(after.nodes[1].output == before.nodes[0].output);  // readers keep the value
  const std::vector<float>& caps = std::get<Cap>(after.nodes[1].op).caps;
  for (size_t c = 0; c < 6; ++c) {
    const float s =
        WeightsOf(before.nodes[0].op)->weight.values[c * 4] / WeightsOf(a.op)->weight.values[c * 4];
    CHECK(caps[c] == doctest::Approx(6 / s));
  }
}

TEST_CASE("channels that nobody reads are zeroed") {
  Graph graph = Built(kChains[0]);
  Weighted& reader = *WeightsOf(graph.nodes[1].op);
  for (size_t o = 0; o < 5; ++o) reader.weight.values[o * 6 + 3] *= 1e-5f;
  const Equalization done = Equalize(graph);
  CHECK(done.pairs[0].dead_channels == 1);
  const Weighted& writer = *WeightsOf(graph.nodes[0].op);
  const auto row = writer.weight.values.begin() + 3 * 36;
  CHECK(std::all_of(row, row + 36, [](float w) { return w == 0; }));
  CHECK(writer.bias[3] == 0);
}

TEST_CASE("what can't be equalised stays as it was, and is told with the reason") {
  Graph graph = GraphWithInput({4, 6, 6});
  const auto add_conv = [&](const char* name, ValueId x) {
    return graph.AddNode(name, Uneven({.weight = {4, 4, 1, 1}}), {x});
  };
  const ValueId a = add_conv("a", graph.input);
  const ValueId b = graph.AddNode("silu", Unary{.function = Function::kSilu}, {add_conv("b", a)});
  const ValueId sum = graph.AddNode("add", Add{}, {a, add_conv("c", b)});
  graph.output = add_conv("d", sum);
  PrepareForInference(graph);
  const Graph before = graph;
  const Equalization done = Equalize(graph);
  CHECK(done.pairs.empty());
  const struct {
    std::string node, reason;
  } expected[] = {{"a", "2 nodes read it"},
                  {"b", "'silu' (silu) reads it"},
                  {"c", "'add' (add) reads it"},
                  {"d", "it leads to the network's output"}};
  REQUIRE(done.skipped.size() == std::size(expected));
  for (size_t i = 0; i < std::size(expected); ++i) {
    CHECK(done.skipped[i].node == expected[i].node);
    CHECK(done.skipped[i].reason == expected[i].reason);
  }
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    if (const Weighted* const layer = WeightsOf(graph.nodes[n].op))
      CHECK(layer->weight.values == WeightsOf(before.nodes[n].op)->weight.values);
  }
}

}  // namespace quantbench
