// SPDX-License-Identifier: Apache-2.0
// From whichever operator a node has to its room: nowhere else is a list of all operators needed.
#include "model/operators/operators.h"

#include <stdexcept>
#include <type_traits>
#include <utility>

#include "support/error.h"

namespace quantbench {
namespace {

template <class Op>
constexpr bool kHasWeights = std::is_base_of_v<Weighted, Op>;

// Calls visit(operator, its room).
template <class Visit>
decltype(auto) VisitRoom(const Operator& op, const Visit& visit) {
  return std::visit([&](const auto& each) -> decltype(auto) { return visit(each, RulesOf(each)); },
                    op);
}

// The same for an operator that must have weights.
template <class Result, class Visit>
Result VisitWeighted(const Operator& op, const Visit& visit) {
  return VisitRoom(op, [&]<class Op>(const Op& each, const auto& room) -> Result {
    if constexpr (kHasWeights<Op>) return visit(each, room);
    throw std::logic_error(std::string(room.Name(each)) + " has no weights");
  });
}

}  // namespace

std::string_view OperatorName(const Operator& op) {
  return VisitRoom(op, [](const auto& each, const auto& room) { return room.Name(each); });
}

bool SharesQParams(const Operator& op) {
  return VisitRoom(op, [](const auto&, const auto& room) { return room.SharesQParams(); });
}

bool LendsQParams(const Operator& op) {
  return VisitRoom(op, [](const auto&, const auto& room) { return room.LendsQParams(); });
}

bool TakesActivation(const Operator& op) {
  return VisitRoom(op, [](const auto&, const auto& room) { return room.TakesActivation(); });
}

bool StaysFloat(const Operator& op) {
  return VisitRoom(op, [](const auto&, const auto& room) { return room.StaysFloat(); });
}

bool IsTabulated(const Operator& op) {
  return VisitRoom(op, [](const auto&, const auto& room) { return room.IsTabulated(); });
}

const Weighted* WeightsOf(const Operator& op) {
  return std::visit(
      []<class Op>(const Op& each) -> const Weighted* {
        if constexpr (kHasWeights<Op>) return &each;
        return nullptr;
      },
      op);
}

Weighted* WeightsOf(Operator& op) { return const_cast<Weighted*>(WeightsOf(std::as_const(op))); }

Shape InferShape(const Graph& graph, const Node& node) {
  const NodeShapes shapes(graph, node);
  Shape shape = VisitRoom(
      node.op, [&](const auto& op, const auto& room) { return room.OutputShape(op, shapes); });
  if (!IsPossible(shape))
    shapes.Refuse("an output of " + ToString(shape) + " is too large (at most 2^40 elements)");
  return shape;
}

NodeCost CostOf(const Graph& graph, const Node& node) {
  const Shape& output = graph.values.at(static_cast<size_t>(node.output)).shape;
  return VisitRoom(node.op,
                   [&](const auto& op, const auto& room) { return room.Cost(op, output); });
}

void DescribeToPlugin(const Operator& op, qb_node& node) {
  VisitRoom(op, [&](const auto& each, const auto& room) {
    node.op = room.PluginOp(each);
    room.SetAttributes(each, node);
  });
}

std::vector<PluginConstant> PluginConstants(const Operator& op) {
  return VisitRoom(op, [](const auto& each, const auto& room) { return room.Constants(each); });
}

qb_op DynamicPluginOp(const Operator& op) {
  return VisitRoom(op, []<class Op>(const Op& each, const auto& room) {
    if constexpr (kHasWeights<Op>) return room.DynamicPluginOp();
    return room.PluginOp(each);
  });
}

void WriteOnnx(const Operator& op, onnx_export::NodeWriter& node) {
  VisitRoom(op, [&](const auto& each, const auto& room) { room.WriteOnnx(each, node); });
}

void WriteIntegerSums(const Operator& op, const IntegerInputs& inputs, const std::string& sums,
                      onnx_export::GraphWriter& file) {
  VisitWeighted<void>(op, [&](const auto& each, const auto& room) {
    room.WriteIntegerSums(each, inputs, sums, file);
  });
}

size_t ExtentsBehindChannels(const Operator& op) {
  return VisitWeighted<size_t>(
      op, [](const auto&, const auto& room) { return room.ExtentsBehindChannels(); });
}

std::vector<onnx_import::OperatorImport> RoomsOnnxImports() {
  std::vector<onnx_import::OperatorImport> all;
  const auto append = [&](const auto& room) {
    for (const onnx_import::OperatorImport& each : room.OnnxImports()) all.push_back(each);
  };
  [&]<size_t... I>(std::index_sequence<I...>) {
    (append(RulesOf(std::variant_alternative_t<I, Operator>{})), ...);
  }
  (std::make_index_sequence<std::variant_size_v<Operator>>());
  return all;
}

std::string_view OnnxName(const Operator& op) {
  return VisitRoom(op, [](const auto& each, const auto& room) {
    for (const onnx_import::OperatorImport& first : room.OnnxImports()) return first.op;
    return room.Name(each);
  });
}

}  // namespace quantbench
