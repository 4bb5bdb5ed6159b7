// SPDX-License-Identifier: Apache-2.0
// Which nodes of a quantised graph run on integers.
#include "graph/quantized_graph.h"

#include <algorithm>

namespace quantbench {

const QParams* QuantizedGraph::QParamsOf(ValueId value) const {
  const auto v = static_cast<size_t>(value);
  return v < activations.size() && activations[v] ? &*activations[v] : nullptr;
}

bool RunsOnIntegers(const QuantizedGraph& quantized, size_t n) {
  const Node& node = quantized.graph->nodes[n];
  const auto is_quantized = [&](ValueId value) { return quantized.QParamsOf(value) != nullptr; };
  if (n < quantized.in_float.size() && quantized.in_float[n]) return false;
  if (StaysFloat(node.op) || !is_quantized(node.output) ||
      !std::ranges::all_of(node.inputs, is_quantized))
    return false;
  if (SharesQParams(node.op) &&
      !(*quantized.QParamsOf(node.output) == *quantized.QParamsOf(node.inputs[0])))
    return false;
  return WeightsOf(node.op) == nullptr || !quantized.weights[n].bias.empty();
}

QParams In16Bits(const QParams& eight) {
  return {.scale = eight.scale / 257.0f, .zero_point = eight.zero_point * 257, .most = 65535};
}

bool Widths::any() const {
  return std::ranges::find(nodes, true) != nodes.end() ||
         std::ranges::find(values, true) != values.end();
}

QParams Widths::OfValue(const QuantizedGraph& quantized, ValueId value) const {
  const QParams& eight = *quantized.QParamsOf(value);
  return values[static_cast<size_t>(value)] ? In16Bits(eight) : eight;
}

QParams Widths::OfNode(const QuantizedGraph& quantized, size_t n, ValueId value) const {
  const QParams& eight = *quantized.QParamsOf(value);
  return nodes[n] ? In16Bits(eight) : eight;
}

Widths WidthsOf(const QuantizedGraph& quantized) {
  const Graph& graph = *quantized.graph;
  Widths widths{.nodes = std::vector<bool>(graph.nodes.size(), false),
                .values = std::vector<bool>(graph.values.size(), false)};
  if (quantized.in_16_bits.empty()) return widths;
  std::vector<bool> wanted(graph.values.size(), false);  // by a node that reads the value
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    widths.nodes[n] = quantized.in_16_bits[n] && RunsOnIntegers(quantized, n);
    for (const ValueId input : graph.nodes[n].inputs)
      if (widths.nodes[n]) wanted[static_cast<size_t>(input)] = true;
  }
  const auto from_floats = [&](ValueId value) {
    const auto v = static_cast<size_t>(value);
    widths.values[v] = wanted[v] && quantized.QParamsOf(value) != nullptr;
  };
  from_floats(graph.input);
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    if (!RunsOnIntegers(quantized, n)) {
      if (quantized.in_16_bits[n]) wanted[static_cast<size_t>(node.output)] = true;
      from_floats(node.output);
      continue;
    }
    if (SharesQParams(node.op))
      widths.nodes[n] = widths.values[static_cast<size_t>(node.inputs[0])];
    widths.values[static_cast<size_t>(node.output)] = widths.nodes[n];
  }
  return widths;
}

bool QuantizesAtRunTime(const QuantizedGraph& quantized, size_t n) {
  return quantized.mode == QuantizationMode::kDynamic && !quantized.weights[n].weight.empty() &&
         quantized.weights[n].bias.empty();
}

}  // namespace quantbench
