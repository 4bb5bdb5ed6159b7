// SPDX-License-Identifier: Apache-2.0
// Sums of two tensors.
#include <algorithm>
#include <utility>

#include "model/onnx/elementwise.h"
#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::Arithmetic;
using onnx_import::Broadcast;
using onnx_import::BroadcastDims;
using onnx_import::CombineWithConstant;
using onnx_import::IdentityNorm;
using onnx_import::NodeImport;
using onnx_import::Operands;
using onnx_import::OperatorImport;
using onnx_import::View;

View Sum(NodeImport& node, const View& a, const View& b) {
  const Shape full = BroadcastDims(node, node.FullDims(a), node.FullDims(b));
  Operands operands = Aligned(node, Broadcast(node, a, full), Broadcast(node, b, full));
  operands.view.value = node.Add(Add{}, {operands.a, operands.b});
  return operands.view;
}

void ImportAdd(NodeImport& node) {
  if (CombineWithConstant(node, Arithmetic::kAdd)) return;
  const View b = node.ViewAt(1), a = node.ViewAt(0);
  node.SetView(Sum(node, a, b));
}

// a - b = a + (-1) * b
void ImportSub(NodeImport& node) {
  if (CombineWithConstant(node, Arithmetic::kSubtract)) return;
  View b = Whole(node, node.ViewAt(1));
  const View a = node.ViewAt(0);
  BatchNorm negation = IdentityNorm(static_cast<size_t>(node.ShapeOf(b.value)[0]));
  std::ranges::fill(negation.gamma, -1.0f);
  b.value = node.Add(std::move(negation), {b.value});
  node.SetView(Sum(node, a, b));
}

void ImportSum(NodeImport& node) {
  if (node.inputs() == 1) return node.SetView(node.ViewAt(0));
  if (node.inputs() == 2) return ImportAdd(node);
  View sum = node.ViewAt(0);
  for (int i = 1; i < node.inputs(); ++i) sum = Sum(node, sum, node.ViewAt(i));
  node.SetView(sum);
}

constexpr OperatorImport kAddImports[] = {
    {"Add", ImportAdd}, {"Sub", ImportSub}, {"Sum", ImportSum}};

class AddRoom final : public Rules<Add> {
  std::string_view Name(const Add&) const override { return "add"; }
  Shape OutputShape(const Add&, const NodeShapes& node) const override {
    const std::vector<Shape>& inputs = node.inputs();
    if (inputs.size() != 2 || inputs[0] != inputs[1])
      node.Refuse("it needs two inputs of one shape (there is no broadcasting)");
    return inputs[0];
  }
  qb_op PluginOp(const Add&) const override { return QB_ADD; }
  void WriteOnnx(const Add&, onnx_export::NodeWriter& node) const override {
    node.AddOperator("Add");
  }
  std::span<const OperatorImport> OnnxImports() const override { return kAddImports; }
};

}  // namespace

const Rules<Add>& RulesOf(const Add&) { return OnlyOne<AddRoom>(); }

}  // namespace quantbench
