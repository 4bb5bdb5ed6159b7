// SPDX-License-Identifier: Apache-2.0
// Folding and fusing, both as "merge a node into the one that alone feeds it".
#include "model/passes.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

size_t Index(ValueId id) { return static_cast<size_t>(id); }

// How many read each value; being the graph's output counts as a reader.
std::vector<int> CountReaders(const Graph& graph) {
  std::vector<int> readers(graph.values.size(), 0);
  for (const Node& node : graph.nodes) {
    for (const ValueId id : node.inputs) ++readers[Index(id)];
  }
  ++readers[Index(graph.output)];
  return readers;
}

// Drops the values that no node writes any more and renumbers the rest.
void DropUnwrittenValues(Graph& graph) {
  std::vector<bool> written(graph.values.size(), false);
  written[Index(graph.input)] = true;
  for (const Node& node : graph.nodes) written[Index(node.output)] = true;
  std::vector<ValueId> renumbered(graph.values.size(), -1);
  std::vector<Value> kept;
  for (size_t id = 0; id < graph.values.size(); ++id) {
    if (!written[id]) continue;
    renumbered[id] = static_cast<ValueId>(kept.size());
    kept.push_back(std::move(graph.values[id]));
  }
  graph.values = std::move(kept);
  graph.input = renumbered[Index(graph.input)];
  graph.output = renumbered[Index(graph.output)];
  for (Node& node : graph.nodes) {
    for (ValueId& id : node.inputs) id = renumbered[Index(id)];
    node.output = renumbered[Index(node.output)];
  }
}

// Offers each node that has one input, and is the only reader of it, to `merge` together with the
// node that writes that input. Where merge returns true the producer has taken over the node's
// work: the node goes, and its readers read the producer's value instead.
void MergeIntoProducers(Graph& graph,
                        const std::function<bool(Node& producer, const Node& node)>& merge) {
  CheckGraph(graph);
  const std::vector<int> readers = CountReaders(graph);
  std::vector<ValueId> stands_for(graph.values.size());
  for (size_t id = 0; id < stands_for.size(); ++id) stands_for[id] = static_cast<ValueId>(id);
  std::vector<int> producer_of(graph.values.size(), -1);  // index into kept
  std::vector<Node> kept;
  for (Node& node : graph.nodes) {
    const bool only_reader = node.inputs.size() == 1 && readers[Index(node.inputs[0])] == 1;
    for (ValueId& id : node.inputs) id = stands_for[Index(id)];
    // What the file quantises in between keeps two nodes apart.
    const bool apart =
        graph.values[Index(node.inputs.empty() ? graph.input : node.inputs[0])].given.has_value();
    const int producer = only_reader && !apart ? producer_of[Index(node.inputs[0])] : -1;
    if (producer >= 0 && merge(kept[static_cast<size_t>(producer)], node)) {
      graph.values[Index(node.inputs[0])].given = graph.values[Index(node.output)].given;
      stands_for[Index(node.output)] = node.inputs[0];
      continue;
    }
    producer_of[Index(node.output)] = static_cast<int>(kept.size());
    kept.push_back(std::move(node));
  }
  graph.nodes = std::move(kept);
  graph.output = stands_for[Index(graph.output)];
  DropUnwrittenValues(graph);
}

void CheckBatchNorm(const Node& node, const BatchNorm& norm, size_t channels) {
  if (norm.gamma.size() != channels || norm.beta.size() != channels ||
      norm.mean.size() != channels || norm.variance.size() != channels)
    throw Error("batch norm '" + node.name + "' must have " + CountText(channels, "value") +
                " each of gamma, beta, mean and variance");
  for (size_t c = 0; c < channels; ++c) {
    if (!(double{norm.variance[c]} + double{norm.epsilon} > 0))
      throw Error("batch norm '" + node.name + "' has variance " +
                  std::to_string(norm.variance[c]) + " in channel " + std::to_string(c) +
                  "; it must not be negative, so the checkpoint is damaged");
  }
}

// Scales the rows of weight [oc, ...] and bias [oc] (or none) so that they give the batch norm's
// result. Float64 throughout, one rounding to float32 at the end.
void FoldRows(const Node& node, const BatchNorm& norm, Weighted& layer) {
  FloatTensor& weight = layer.weight;
  std::vector<float>& bias = layer.bias;
  const size_t channels = weight.shape.empty() ? 0 : static_cast<size_t>(weight.shape[0]);
  CheckBatchNorm(node, norm, channels);
  bias.resize(channels, 0.0f);
  const size_t row_length = channels == 0 ? 0 : weight.values.size() / channels;
  for (size_t c = 0; c < channels; ++c) {
    const double gamma = norm.gamma[c];
    const double deviation = std::sqrt(double{norm.variance[c]} + double{norm.epsilon});
    for (size_t i = c * row_length; i < (c + 1) * row_length; ++i)
      weight.values[i] = static_cast<float>(double{weight.values[i]} * gamma / deviation);
    bias[c] = static_cast<float>((double{bias[c]} - double{norm.mean[c]}) * gamma / deviation +
                                 double{norm.beta[c]});
  }
}

// A batch norm that stands alone: x * 1 through a depthwise 1x1 convolution, then folded.
Conv ToDepthwiseConv(const Node& node, const BatchNorm& norm) {
  const auto channels = static_cast<int>(norm.gamma.size());
  Conv conv{{.weight = {.shape = {channels, 1, 1, 1},
                        .values = std::vector<float>(norm.gamma.size(), 1.0f)},
             .bias = {}}};
  conv.groups = channels;
  FoldRows(node, norm, conv);
  return conv;
}

// The integers of a layer stay what they are when its channels are scaled by positive factors and
// shifted. Whether they are.
bool FoldIntoScales(const BatchNorm& norm, GivenIntegers& given) {
  if (given.scales.empty()) return true;
  std::vector<float> factors;
  for (size_t c = 0; c < norm.gamma.size(); ++c) {
    factors.push_back(static_cast<float>(
        double{norm.gamma[c]} / std::sqrt(double{norm.variance[c]} + double{norm.epsilon})));
    if (!std::isfinite(factors[c]) || !(factors[c] > 0.0f)) return false;
  }
  const bool same = std::ranges::adjacent_find(factors, std::not_equal_to<>()) == factors.end();
  if (given.scales.size() == 1 && !same) given.scales.assign(factors.size(), given.scales[0]);
  for (size_t c = 0; c < given.scales.size() && c < factors.size(); ++c)
    given.scales[c] *= factors[c];
  given.bias.clear();  // no longer at this scale
  return true;
}

// A convolution in the place of a node on a vector, which becomes an image of one pixel for it.
void AddOnVector(Graph& graph, Node& node, Conv conv, std::vector<Node>& nodes) {
  const int64_t channels = conv.weight.shape[0];
  const auto add = [&](const char* suffix, Operator op, ValueId input) {
    const std::string name = graph.Unused(node.name + suffix);
    const ValueId value = graph.AddValue(name);
    nodes.push_back({.name = name,
                     .op = std::move(op),
                     .inputs = {input},
                     .output = value,
                     .activation = Activation::kNone});
    return value;
  };
  const ValueId pixel = add("_pixel", Reshape{.shape = {channels, 1, 1}}, node.inputs[0]);
  const ValueId scaled = add("_scaled", std::move(conv), pixel);
  nodes.back().activation = node.activation;
  node.op = Flatten{};
  node.inputs = {scaled};
  node.activation = Activation::kNone;
  // The integers that a file gives the result are those of the convolution.
  graph.values[Index(scaled)].given = graph.values[Index(node.output)].given;
  nodes.push_back(std::move(node));
}

bool FoldIntoProducer(Node& producer, const Node& node) {
  const auto* norm = std::get_if<BatchNorm>(&node.op);
  if (norm == nullptr || producer.activation != Activation::kNone) return false;
  // Two in a row, as scale and shift are written by some exporters: one convolution for both.
  if (const auto* before = std::get_if<BatchNorm>(&producer.op))
    producer.op = ToDepthwiseConv(producer, *before);
  Weighted* const layer = WeightsOf(producer.op);
  if (layer == nullptr || layer->weight.shape.empty()) return false;
  CheckBatchNorm(node, *norm, static_cast<size_t>(layer->weight.shape[0]));
  if (!FoldIntoScales(*norm, layer->given)) return false;
  FoldRows(node, *norm, *layer);
  producer.activation = node.activation;
  return true;
}

bool FuseIntoProducer(Node& producer, const Node& node) {
  if (!std::holds_alternative<Activate>(node.op)) return false;
  // relu and then relu6, as PyTorch exports relu6: the second says it all.
  if (producer.activation == Activation::kRelu && node.activation != Activation::kNone) {
    producer.activation = node.activation;
    return true;
  }
  if (producer.activation != Activation::kNone || !TakesActivation(producer.op)) return false;
  producer.activation = node.activation;
  return true;
}

}  // namespace

void FoldBatchNorm(Graph& graph) {
  MergeIntoProducers(graph, FoldIntoProducer);
  std::vector<Node> nodes;
  for (Node& node : graph.nodes) {
    const auto* const norm = std::get_if<BatchNorm>(&node.op);
    if (norm == nullptr) {
      nodes.push_back(std::move(node));
      continue;
    }
    Conv conv = ToDepthwiseConv(node, *norm);
    const bool is_vector =
        node.inputs.size() == 1 && graph.values[Index(node.inputs[0])].shape.size() == 1;
    if (is_vector) {
      AddOnVector(graph, node, std::move(conv), nodes);
    } else {
      node.op = std::move(conv);
      nodes.push_back(std::move(node));
    }
  }
  graph.nodes = std::move(nodes);
}

void DropUnread(Graph& graph) {
  std::vector<bool> read(graph.values.size(), false);
  read[Index(graph.output)] = true;
  std::vector<Node> kept;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (!read[Index(node->output)]) continue;
    for (const ValueId id : node->inputs) read[Index(id)] = true;
    kept.push_back(std::move(*node));
  }
  std::ranges::reverse(kept);
  graph.nodes = std::move(kept);
  DropUnwrittenValues(graph);
}

void FuseActivations(Graph& graph) { MergeIntoProducers(graph, FuseIntoProducer); }

void PrepareForInference(Graph& graph) {
  FuseFunctions(graph);
  FoldGathers(graph);
  FoldBatchNorm(graph);
  FuseActivations(graph);
  InferShapes(graph);
  for (Node& node : graph.nodes) {  // shapes are checked now, so the weights have a first extent
    if (Weighted* const layer = WeightsOf(node.op))
      layer->bias.resize(static_cast<size_t>(layer->weight.shape[0]), 0.0f);
  }
}

}  // namespace quantbench
