// SPDX-License-Identifier: Apache-2.0
// Sums of two tensors.
#include "model/onnx/elementwise.h"
#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::Arithmetic;
using onnx_import::CombineWithConstant;
using onnx_import::NodeImport;
using onnx_import::Operands;
using onnx_import::OperatorImport;
using onnx_import::View;

void ImportAdd(NodeImport& node) {
  if (CombineWithConstant(node, Arithmetic::kAdd)) return;
  const View b = node.ViewAt(1), a = node.ViewAt(0);
  if (a.dims != b.dims)
    node.Refuse("it adds " + ToString(a.dims) + " and " + ToString(b.dims) +
                " (without the batch); only tensors of one shape can be added");
  Operands operands = Aligned(node, a, b);
  operands.view.value = node.Add(Add{}, {operands.a, operands.b});
  node.SetView(operands.view);
}

void ImportSub(NodeImport& node) {
  if (!CombineWithConstant(node, Arithmetic::kSubtract))
    node.Refuse("of two tensors only sums and products are supported");
}

void ImportSum(NodeImport& node) {
  if (node.inputs() == 1) return node.SetView(node.ViewAt(0));
  if (node.inputs() != 2) node.Refuse("sums of more than two tensors are not supported");
  ImportAdd(node);
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
