// SPDX-License-Identifier: Apache-2.0
// Finds the pairs, settles their factors in float64, and writes weights and caps once.
#include "quantize/equalize.h"
#include "support/number_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace quantbench {
namespace {

constexpr int kMostRounds = 40;
constexpr double kSettled = 1e-6;  // relative change of the factors in a round
// A channel that is read with weights this far below those of the median channel is dead: with one
// weight for each tap of a depthwise kernel less is noise.
constexpr double kDeadDepthwise = 1e-4, kDead = 1e-3;
// A pair's ranges below this are no ranges; its factors in one round.
constexpr double kLeastRange = 1e-6, kLeastFactor = 1e-2, kLargestFactor = 1e2;

// Two layers, and what stands between them: nodes, by index, in order.
struct Pair {
  size_t first, second;
  std::vector<size_t> between;
};

// A layer's weights while they are scaled: float64, so that they are rounded once.
struct Layer {
  std::vector<double> weight, bias;
  int64_t rows = 0, columns = 0, taps = 1;  // weight [rows, columns, taps]
  int64_t groups = 1;
  bool depthwise() const { return columns == 1 && groups > 1; }
  int64_t inputs() const { return columns * groups; }

  // Calls visit(weight) for all weights that read input channel i.
  template <class Visit>
  void ForEachReading(int64_t i, const Visit& visit) {
    const int64_t in_group = rows / groups, group = i / columns;
    for (int64_t o = group * in_group; o < (group + 1) * in_group; ++o) {
      double* const w = weight.data() + (o * columns + i % columns) * taps;
      for (int64_t tap = 0; tap < taps; ++tap) visit(w[tap]);
    }
  }
  // The same for those that write output channel o.
  template <class Visit>
  void ForEachWriting(int64_t o, const Visit& visit) {
    double* const w = weight.data() + o * columns * taps;
    for (int64_t k = 0; k < columns * taps; ++k) visit(w[k]);
  }
};

Layer LayerOf(const Node& node) {
  const Weighted& from = *WeightsOf(node.op);
  Layer layer{.weight = {from.weight.values.begin(), from.weight.values.end()},
              .bias = {from.bias.begin(), from.bias.end()},
              .rows = from.weight.shape[0],
              .columns = from.weight.shape[1]};
  layer.taps = NumElements(from.weight.shape) / layer.rows / layer.columns;
  if (const auto* const conv = std::get_if<Conv>(&node.op)) layer.groups = conv->groups;
  return layer;
}

// Whether the node does the same to x * s as to x, and then s times that, for a positive factor a
// channel. Caps are scaled along.
bool Commutes(const Node& node) {
  if (const auto* const unary = std::get_if<Unary>(&node.op))
    return unary->function == Function::kLeakyRelu;
  return std::holds_alternative<Activate>(node.op) || std::holds_alternative<PRelu>(node.op) ||
         std::holds_alternative<Cap>(node.op) || std::holds_alternative<MaxPool>(node.op) ||
         std::holds_alternative<AveragePool>(node.op) ||
         std::holds_alternative<GlobalAveragePool>(node.op) ||
         std::holds_alternative<Flatten>(node.op) || std::holds_alternative<Reshape>(node.op);
}

class PairFinder {
 public:
  explicit PairFinder(const Graph& graph) : graph_(graph), readers_(graph.values.size()) {
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
      for (const ValueId input : graph.nodes[n].inputs) readers_[Index(input)].push_back(n);
    }
  }

  // What is read by the layer that alone reads what node `first` writes; else why not.
  std::pair<std::optional<Pair>, std::string> From(size_t first) const {
    Pair pair{.first = first, .second = 0};
    const Shape& written = ShapeOf(graph_.nodes[first].output);
    for (size_t n = first;;) {
      const ValueId value = graph_.nodes[n].output;
      if (value == graph_.output) return {std::nullopt, "it leads to the network's output"};
      if (readers_[Index(value)].size() != 1)
        return {std::nullopt, CountText(readers_[Index(value)].size(), "node") + " read it"};
      n = readers_[Index(value)].front();
      const Node& node = graph_.nodes[n];
      if (WeightsOf(node.op) != nullptr) {
        pair.second = n;
        return {pair, {}};
      }
      if (!Commutes(node))
        return {std::nullopt,
                "'" + node.name + "' (" + std::string(OperatorName(node.op)) + ") reads it"};
      if (ShapeOf(node.output)[0] % written[0] != 0)
        return {std::nullopt, "'" + node.name + "' mixes its channels"};
      pair.between.push_back(n);
    }
  }

 private:
  static size_t Index(ValueId value) { return static_cast<size_t>(value); }
  const Shape& ShapeOf(ValueId value) const { return graph_.values[Index(value)].shape; }

  const Graph& graph_;
  std::vector<std::vector<size_t>> readers_;  // nodes, of each value
};

class Equalizer {
 public:
  explicit Equalizer(Graph& graph) : graph_(graph) {}

  Equalization Run() {
    Equalization result;
    const PairFinder finder(graph_);
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      if (WeightsOf(graph_.nodes[n].op) == nullptr) continue;
      layers_.emplace(n, LayerOf(graph_.nodes[n]));
      auto [pair, reason] = finder.From(n);
      if (pair) {
        pairs_.push_back(std::move(*pair));
      } else {
        result.skipped.push_back({.node = graph_.nodes[n].name, .reason = std::move(reason)});
      }
    }
    for (const Pair& pair : pairs_) {
      factors_.emplace_back(static_cast<size_t>(layers_.at(pair.first).rows), 1.0);
      result.pairs.push_back({.first = graph_.nodes[pair.first].name,
                              .second = graph_.nodes[pair.second].name,
                              .dead_channels = ZeroDeadChannels(pair)});
    }
    for (int round = 0; round < kMostRounds && !Settle(); ++round) continue;
    WriteWeights();
    WriteCaps();
    return result;
  }

 private:
  double RangeWritten(const Pair& pair, int64_t channel) {
    double range = 0;
    layers_.at(pair.first).ForEachWriting(channel, [&](double w) {
      range = std::max(range, std::abs(w));
    });
    return range;
  }

  // Calls visit(weight) for all weights that read a channel of the first layer: a channel that was
  // flattened has several inputs of the second.
  template <class Visit>
  void ForEachReading(const Pair& pair, int64_t channel, const Visit& visit) {
    Layer& second = layers_.at(pair.second);
    const int64_t inputs = second.inputs() / layers_.at(pair.first).rows;
    for (int64_t i = channel * inputs; i < (channel + 1) * inputs; ++i)
      second.ForEachReading(i, visit);
  }
  double RangeRead(const Pair& pair, int64_t channel) {
    double range = 0;
    ForEachReading(pair, channel, [&](double w) { range = std::max(range, std::abs(w)); });
    return range;
  }

  int ZeroDeadChannels(const Pair& pair) {
    Layer& first = layers_.at(pair.first);
    std::vector<double> ranges;
    for (int64_t c = 0; c < first.rows; ++c) ranges.push_back(RangeRead(pair, c));
    std::vector<double> sorted = ranges;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    const double least = *middle * (layers_.at(pair.second).depthwise() ? kDeadDepthwise : kDead);
    int dead = 0;
    for (int64_t c = 0; c < first.rows; ++c) {
      if (ranges[static_cast<size_t>(c)] > least) continue;
      ++dead;
      first.ForEachWriting(c, [](double& w) { w = 0; });
      first.bias[static_cast<size_t>(c)] = 0;
    }
    return dead;
  }

  // One round over all pairs; whether nothing changed any more.
  bool Settle() {
    double largest_change = 0;
    for (size_t p = 0; p < pairs_.size(); ++p) {
      Layer& first = layers_.at(pairs_[p].first);
      for (int64_t c = 0; c < first.rows; ++c) {
        const double written = RangeWritten(pairs_[p], c), read = RangeRead(pairs_[p], c);
        if (written <= kLeastRange || read <= kLeastRange) continue;
        const double s = std::clamp(std::sqrt(written / read), kLeastFactor, kLargestFactor);
        first.ForEachWriting(c, [&](double& w) { w /= s; });
        first.bias[static_cast<size_t>(c)] /= s;
        ForEachReading(pairs_[p], c, [&](double& w) { w *= s; });
        factors_[p][static_cast<size_t>(c)] *= s;
        largest_change = std::max(largest_change, std::abs(s - 1));
      }
    }
    return largest_change < kSettled;
  }

  void WriteWeights() {
    for (const auto& [n, layer] : layers_) {
      Weighted& to = *WeightsOf(graph_.nodes[n].op);
      const auto as_float = [](double value) { return static_cast<float>(value); };
      std::ranges::transform(layer.weight, to.weight.values.begin(), as_float);
      std::ranges::transform(layer.bias, to.bias.begin(), as_float);
    }
  }

  // limit / s for each row of what node n writes.
  std::vector<float> CapsOf(size_t n, const std::vector<double>& factors,
                            const std::vector<float>& limits) const {
    const auto rows =
        static_cast<size_t>(graph_.values[static_cast<size_t>(graph_.nodes[n].output)].shape[0]);
    std::vector<float> caps;
    for (size_t row = 0; row < rows; ++row) {
      const double limit = limits.size() == 1 ? limits[0] : limits[row];
      caps.push_back(static_cast<float>(limit / factors[row / (rows / factors.size())]));
    }
    return caps;
  }

  // Caps that stand between two layers are scaled; a relu6 becomes a relu and a cap behind it.
  void WriteCaps() {
    std::map<size_t, std::vector<float>> new_caps;  // behind these nodes
    for (size_t p = 0; p < pairs_.size(); ++p) {
      std::vector<size_t> writers = pairs_[p].between;
      writers.push_back(pairs_[p].first);
      for (const size_t n : writers) {
        Node& node = graph_.nodes[n];
        if (auto* const cap = std::get_if<Cap>(&node.op)) {
          cap->caps = CapsOf(n, factors_[p], cap->caps);
        }
        if (node.activation != Activation::kRelu6) continue;
        new_caps.emplace(n, CapsOf(n, factors_[p], {6.0f}));
        node.activation = Activation::kRelu;
      }
    }
    InsertCaps(new_caps);
  }

  void InsertCaps(const std::map<size_t, std::vector<float>>& new_caps) {
    std::vector<Node> nodes;
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      nodes.push_back(std::move(graph_.nodes[n]));
      const auto caps = new_caps.find(n);
      if (caps == new_caps.end()) continue;
      // Readers keep the value that they have; what is uncapped is a new one.
      Node& writer = nodes.back();
      const std::string name = graph_.Unused(writer.name + "_uncapped");
      const ValueId capped = std::exchange(
          writer.output,
          graph_.AddValue(name, graph_.values[static_cast<size_t>(writer.output)].shape));
      nodes.push_back({.name = writer.name + "_cap",
                       .op = Cap{.caps = caps->second},
                       .inputs = {nodes.back().output},
                       .output = capped,
                       .activation = Activation::kNone});
    }
    graph_.nodes = std::move(nodes);
  }

  Graph& graph_;
  std::vector<Pair> pairs_;
  std::map<size_t, Layer> layers_;            // by node
  std::vector<std::vector<double>> factors_;  // s so far, of each pair and channel
};

}  // namespace

Equalization Equalize(Graph& graph) { return Equalizer(graph).Run(); }

}  // namespace quantbench
