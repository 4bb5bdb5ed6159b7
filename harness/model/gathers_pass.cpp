// SPDX-License-Identifier: Apache-2.0
// Weights in the order of the data that they are multiplied with.
#include <algorithm>
#include <utility>
#include <vector>

#include "model/passes.h"

namespace quantbench {
namespace {

class GatherFolder {
 public:
  explicit GatherFolder(Graph& graph) : graph_(graph), producer_(graph.values.size(), -1) {
    for (size_t n = 0; n < graph.nodes.size(); ++n)
      producer_[static_cast<size_t>(graph.nodes[n].output)] = static_cast<int>(n);
  }

  // Whether anything was folded.
  bool Run() {
    bool folded = false;
    for (Node& node : graph_.nodes) {
      if (auto* const conv = std::get_if<Conv>(&node.op)) {
        if (conv->groups == 1) folded |= FoldInto(node, conv->weight, node.inputs[0], false);
      } else if (auto* const linear = std::get_if<Linear>(&node.op)) {
        folded |= FoldInto(node, linear->weight, FirstOfReshapes(node.inputs[0]), true);
      }
    }
    return folded;
  }

 private:
  const Node* Producer(ValueId value) const {
    const int n = producer_[static_cast<size_t>(value)];
    return n < 0 ? nullptr : &graph_.nodes[static_cast<size_t>(n)];
  }
  const Value& ValueAt(ValueId value) const { return graph_.values[static_cast<size_t>(value)]; }

  // What a vector was before it was flattened.
  ValueId FirstOfReshapes(ValueId value) const {
    const Node* node = Producer(value);
    while (node != nullptr && (std::holds_alternative<Flatten>(node->op) ||
                               std::holds_alternative<Reshape>(node->op))) {
      value = node->inputs[0];
      node = Producer(value);
    }
    return value;
  }

  // Every block once: an order, nothing cut, repeated or filled up.
  static bool IsOrder(const std::vector<int32_t>& indices) {
    std::vector<bool> seen(indices.size(), false);
    for (const int32_t index : indices) {
      if (index < 0 || static_cast<size_t>(index) >= seen.size() ||
          seen[static_cast<size_t>(index)])
        return false;
      seen[static_cast<size_t>(index)] = true;
    }
    return true;
  }

  // weight [oc, blocks * size]: block b moves to where the data have it.
  static void Reorder(FloatTensor& weight, const std::vector<int32_t>& indices) {
    const size_t columns = weight.values.size() / static_cast<size_t>(weight.shape[0]);
    const size_t size = columns / indices.size();
    std::vector<float> row(columns);
    for (auto first = weight.values.begin(); first != weight.values.end();
         first += static_cast<std::ptrdiff_t>(columns)) {
      for (size_t b = 0; b < indices.size(); ++b)
        std::copy_n(
            first + static_cast<std::ptrdiff_t>(b * size), size,
            row.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(indices[b]) * size));
      std::ranges::copy(row, first);
    }
  }

  bool FoldInto(Node& node, FloatTensor& weight, ValueId moved, bool elements) {
    const Node* const producer = Producer(moved);
    const auto* const gather = producer == nullptr ? nullptr : std::get_if<Gather>(&producer->op);
    if (gather == nullptr || !IsOrder(gather->indices)) return false;
    const ValueId source = producer->inputs[0];
    const Shape& from = ValueAt(source).shape;
    const Shape& to = ValueAt(node.inputs[0]).shape;
    const auto blocks = static_cast<int64_t>(gather->indices.size());
    // A convolution's weights belong to channels, so those must be what moves.
    const bool fits = elements ? !from.empty() && NumElements(from) == weight.shape[1] &&
                                     weight.shape[1] % blocks == 0
                               : from == to && !from.empty() && blocks == from[0];
    // Integers that a file chose for what moved must be those that it had before.
    if (!fits || ValueAt(node.inputs[0]).given != ValueAt(source).given) return false;
    Reorder(weight, gather->indices);
    node.inputs[0] = source;
    if (elements && from.size() != 1) flat_.push_back(&node);
    return true;
  }

 public:
  // Linear layers that read an image now, and need a vector.
  void AddFlattens() {
    std::vector<Node> nodes;
    for (Node& node : graph_.nodes) {
      if (std::ranges::find(flat_, &node) != flat_.end()) {
        const Shape shape{NumElements(ValueAt(node.inputs[0]).shape)};
        const auto given = ValueAt(node.inputs[0]).given;
        const std::string name = graph_.Unused(node.name + "_flat");
        const ValueId flat = graph_.AddValue(name, shape);
        graph_.values[static_cast<size_t>(flat)].given = given;
        nodes.push_back({.name = name,
                         .op = Flatten{},
                         .inputs = {node.inputs[0]},
                         .output = flat,
                         .activation = Activation::kNone});
        node.inputs[0] = flat;
      }
      nodes.push_back(std::move(node));
    }
    graph_.nodes = std::move(nodes);
  }

 private:
  Graph& graph_;
  std::vector<int> producer_;  // [values] index of a node, -1: none
  std::vector<const Node*> flat_;
};

}  // namespace

void FoldGathers(Graph& graph) {
  GatherFolder folder(graph);
  if (!folder.Run()) return;
  folder.AddFlattens();
  DropUnread(graph);
}

}  // namespace quantbench
