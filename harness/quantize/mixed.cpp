// SPDX-License-Identifier: Apache-2.0
// Marks nodes, then frees the values between them.
#include "quantize/mixed.h"

#include <algorithm>
#include <vector>

#include "support/error.h"

namespace quantbench {
namespace {

size_t PlaceOf(ValueId id) { return static_cast<size_t>(id); }

void MarkNodes(const std::set<std::string>& layers, QuantizedGraph& quantized) {
  const std::vector<Node>& nodes = quantized.graph->nodes;
  quantized.in_float.resize(nodes.size(), false);
  std::set<std::string> unknown = layers;
  for (size_t n = 0; n < nodes.size(); ++n) {
    if (!layers.contains(nodes[n].name)) continue;
    unknown.erase(nodes[n].name);
    quantized.in_float[n] = true;
    if (n < quantized.weights.size()) quantized.weights[n] = {};
    if (n < quantized.tables.size()) quantized.tables[n].clear();
  }
  if (!unknown.empty()) {
    throw Error("there is no layer '" + *unknown.begin() +
                "' to keep in float; `quantbench inspect MODEL` lists their names");
  }
}

}  // namespace

void KeepInFloat(const std::set<std::string>& layers, QuantizedGraph& quantized) {
  if (layers.empty()) return;
  MarkNodes(layers, quantized);
  const Graph& graph = *quantized.graph;
  // Of each value: whether a marked node touches it, and whether only float nodes do.
  std::vector<bool> marked(graph.values.size(), false), float_alone(graph.values.size(), true);
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    const bool is_marked = quantized.in_float[n];
    const auto touch = [&](ValueId value) {
      if (is_marked) marked[PlaceOf(value)] = true;
      if (!is_marked && !StaysFloat(node.op)) float_alone[PlaceOf(value)] = false;
    };
    touch(node.output);
    std::ranges::for_each(node.inputs, touch);
  }
  for (size_t v = 0; v < quantized.activations.size(); ++v) {
    if (marked[v] && float_alone[v]) quantized.activations[v] = std::nullopt;
  }
}

void Use16Bits(const std::set<std::string>& layers, QuantizedGraph& quantized) {
  if (layers.empty()) return;
  for (const Node& node : quantized.graph->nodes)
    quantized.in_16_bits.push_back(layers.contains(node.name));
}

}  // namespace quantbench
