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

bool QuantizesAtRunTime(const QuantizedGraph& quantized, size_t n) {
  return quantized.mode == QuantizationMode::kDynamic && !quantized.weights[n].weight.empty() &&
         quantized.weights[n].bias.empty();
}

}  // namespace quantbench
