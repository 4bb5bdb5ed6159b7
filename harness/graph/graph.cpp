// SPDX-License-Identifier: Apache-2.0
// Graph construction, structural checks, and cost figures.
#include "graph/graph.h"

#include <algorithm>
#include <utility>

#include "support/error.h"

namespace quantbench {
namespace {

constexpr int64_t kMaxElements = int64_t{1} << 40;

int64_t CheckedSum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum))
    throw Error(std::to_string(a) + " + " + std::to_string(b) + " exceeds 64 bits");
  return sum;
}

const Value& ValueAt(const Graph& graph, ValueId id, const std::string& role) {
  if (id < 0 || static_cast<size_t>(id) >= graph.values.size())
    throw Error(role + " is value " + std::to_string(id) + ", but the graph '" + graph.name +
                "' has values 0 to " + std::to_string(graph.values.size()) + " (exclusive)");
  return graph.values[static_cast<size_t>(id)];
}

}  // namespace

int64_t NumElements(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count))
      throw Error("the shape " + ToString(shape) +
                  " is impossible: extents must be positive and their product fit 64 bits");
  }
  return count;
}

bool IsPossible(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t extent : shape) {
    if (extent < 1 || extent > kMaxElements / count) return false;
    count *= extent;
  }
  return !shape.empty();
}

std::string ToString(const Shape& shape) {
  std::string text = "[";
  for (const int64_t extent : shape) {
    if (text.size() > 1) text += ',';
    text += std::to_string(extent);
  }
  return text + "]";
}

std::string_view ToString(Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return "relu";
    case Activation::kRelu6:
      return "relu6";
    case Activation::kNone:
      break;
  }
  return "none";
}

ValueId Graph::AddValue(std::string value_name, Shape shape) {
  values.push_back({.name = std::move(value_name), .shape = std::move(shape)});
  return static_cast<ValueId>(values.size()) - 1;
}

std::string Graph::Unused(const std::string& value_name) const {
  std::string unused = value_name;
  for (int i = 2; std::ranges::find(values, unused, &Value::name) != values.end(); ++i)
    unused = value_name + "_" + std::to_string(i);
  return unused;
}

ValueId Graph::AddNode(std::string node_name, Operator op, std::vector<ValueId> inputs,
                       Activation activation) {
  const ValueId result = AddValue(node_name);
  nodes.push_back({.name = std::move(node_name),
                   .op = std::move(op),
                   .inputs = std::move(inputs),
                   .output = result,
                   .activation = activation});
  return result;
}

void CheckGraph(const Graph& graph) {
  const Value& input = ValueAt(graph, graph.input, "the graph's input");
  std::vector<bool> written(graph.values.size(), false);
  written[static_cast<size_t>(graph.input)] = true;
  for (const Node& node : graph.nodes) {
    const std::string role =
        "node '" + node.name + "' (" + std::string(OperatorName(node.op)) + "): ";
    for (const ValueId id : node.inputs) {
      const Value& value = ValueAt(graph, id, role + "an input");
      if (!written[static_cast<size_t>(id)])
        throw Error(role + "reads '" + value.name +
                    "' before any node has written it; nodes must stand in execution order");
    }
    const Value& value = ValueAt(graph, node.output, role + "the output");
    if (written[static_cast<size_t>(node.output)])
      throw Error(role + "writes '" + value.name + "', which already has a value" +
                  (&value == &input ? " (it is the graph's input)" : ""));
    written[static_cast<size_t>(node.output)] = true;
  }
  ValueAt(graph, graph.output, "the graph's output");
  for (size_t id = 0; id < written.size(); ++id) {
    if (!written[id])
      throw Error("value '" + graph.values[id].name + "' of graph '" + graph.name +
                  "' is written by no node");
  }
}

void InferShapes(Graph& graph) {
  CheckGraph(graph);
  const Value& input = graph.values[static_cast<size_t>(graph.input)];
  if (!IsPossible(input.shape))
    throw Error("the input '" + input.name + "' of graph '" + graph.name + "' has shape " +
                ToString(input.shape) + "; positive extents [channels,height,width] are needed");
  for (const Node& node : graph.nodes)
    graph.values[static_cast<size_t>(node.output)].shape = InferShape(graph, node);
}

NodeCost TotalCost(const Graph& graph) {
  NodeCost total;
  for (const Node& node : graph.nodes) {
    const NodeCost cost = CostOf(graph, node);
    total.parameters = CheckedSum(total.parameters, cost.parameters);
    total.macs = CheckedSum(total.macs, cost.macs);
  }
  return total;
}

}  // namespace quantbench
