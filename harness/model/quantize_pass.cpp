// SPDX-License-Identifier: Apache-2.0
// Which values are quantised by the node that writes them, and which by nodes of their own.
#include <map>
#include <tuple>
#include <utility>

#include "model/passes.h"

namespace quantbench {
namespace {

size_t Place(ValueId id) { return static_cast<size_t>(id); }

// What QuantizeLinear was imported as.
bool OnlyQuantizes(const Graph& graph, const Node& node) {
  return std::holds_alternative<Activate>(node.op) && node.activation == Activation::kNone &&
         graph.values[Place(node.output)].given.has_value();
}

class Merger {
 public:
  explicit Merger(Graph& graph)
      : graph_(graph), readers_(graph.values.size()), moved_(graph.values.size()) {
    for (size_t v = 0; v < graph.values.size(); ++v) stands_for_.push_back(static_cast<ValueId>(v));
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
      for (const ValueId id : graph.nodes[n].inputs) readers_[Place(id)].push_back(n);
    }
  }

  void Run() {
    Settle(graph_.input);
    std::vector<Node> kept;
    for (Node& node : graph_.nodes) {
      for (ValueId& id : node.inputs) id = stands_for_[Place(id)];
      if (OnlyQuantizes(graph_, node) && IsRepeated(node)) continue;
      if (SharesQParams(node.op)) moved_[Place(node.output)] = QParamsOf(node.inputs[0]);
      Settle(node.output);
      kept.push_back(std::move(node));
    }
    graph_.nodes = std::move(kept);
    graph_.output = stands_for_[Place(graph_.output)];
    DropUnread(graph_);
  }

 private:
  // As the file says, or as the integers that were moved have it.
  const std::optional<QParams>& QParamsOf(ValueId value) const {
    const std::optional<QParams>& given = graph_.values[Place(value)].given;
    return given ? given : moved_[Place(value)];
  }

  // Marks a value as quantised where that is all that its readers want.
  void Settle(ValueId value) {
    const std::vector<size_t>& readers = readers_[Place(value)];
    if (graph_.values[Place(value)].given || readers.empty() || value == graph_.output) return;
    std::optional<QParams> wanted;
    for (const size_t n : readers) {
      const Node& reader = graph_.nodes[n];
      if (!OnlyQuantizes(graph_, reader)) return;
      const std::optional<QParams>& given = graph_.values[Place(reader.output)].given;
      if (wanted && !(*wanted == *given)) return;
      wanted = given;
    }
    const std::optional<QParams>& moved = moved_[Place(value)];
    if (!moved || *moved == *wanted) graph_.values[Place(value)].given = wanted;
  }

  // Whether its input has those qparams already, or an earlier node gives it them.
  bool IsRepeated(const Node& node) {
    const QParams& wanted = *graph_.values[Place(node.output)].given;
    const std::optional<QParams>& before = QParamsOf(node.inputs[0]);
    const auto key =
        std::pair(node.inputs[0], std::tuple(wanted.scale, wanted.zero_point, wanted.most));
    const ValueId first = before && *before == wanted
                              ? node.inputs[0]
                              : quantized_.emplace(key, node.output).first->second;
    stands_for_[Place(node.output)] = first;
    return first != node.output;
  }

  Graph& graph_;
  std::vector<std::vector<size_t>> readers_;   // [values] nodes
  std::vector<std::optional<QParams>> moved_;  // [values] of the integers that a node only moves
  std::vector<ValueId> stands_for_;            // [values]
  std::map<std::pair<ValueId, std::tuple<float, int32_t, int32_t>>, ValueId> quantized_;
};

}  // namespace

void MergeQuantization(Graph& graph) { Merger(graph).Run(); }

}  // namespace quantbench
