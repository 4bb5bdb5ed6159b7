// SPDX-License-Identifier: Apache-2.0
// Windows of convolutions, and which layers read a value.
#include "quantize/layer_inputs.h"

namespace quantbench {

Reading ReadingOf(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[static_cast<size_t>(node.inputs[0])].shape;
  const Shape& y = graph.values[static_cast<size_t>(node.output)].shape;
  const Shape& weight = WeightsOf(node.op)->weight.shape;
  const auto* const conv = std::get_if<Conv>(&node.op);
  if (conv == nullptr)
    return {.channels = x[0], .height = 1, .width = 1, .outputs = weight[0], .columns = weight[1]};
  return {.channels = x[0],
          .height = x[1],
          .width = x[2],
          .out_height = y[1],
          .out_width = y[2],
          .outputs = weight[0],
          .columns = weight[1],
          .kernel_height = weight[2],
          .kernel_width = weight[3],
          .groups = conv->groups,
          .window = conv->window};
}

std::vector<std::vector<size_t>> LayersOf(const Graph& graph) {
  std::vector<std::vector<size_t>> layers(graph.values.size());
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    if (WeightsOf(node.op) != nullptr) layers[static_cast<size_t>(node.inputs[0])].push_back(n);
  }
  return layers;
}

}  // namespace quantbench
