// SPDX-License-Identifier: Apache-2.0
// Softmax over the classes: always in float, so it ends a graph.
#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::RowMajorStrides;
using onnx_import::View;
using onnx_import::WholeValue;

// Over the classes: all other dimensions but the batch's must be 1.
void ImportSoftmax(NodeImport& node) {
  const View view = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", node.opset() < 13 ? 1 : -1), view.dims.size() + 1);
  // Before opset 13 all dimensions from the axis on are one.
  const int64_t over = node.opset() < 13 ? NumElements(view.dims)
                       : axis == 0       ? 1
                                         : view.dims[static_cast<size_t>(axis - 1)];
  if (axis == 0 || over != NumElements(view.dims))
    node.Refuse("softmax is supported over all classes of an image alone");
  const ValueId scores = node.Add(Softmax{}, {node.Flat(view)});
  View result = WholeValue(node.graph(), scores);
  result.dims = view.dims;
  result.strides = RowMajorStrides(view.dims);
  node.SetView(result);
}

constexpr OperatorImport kSoftmaxImports[] = {{"Softmax", ImportSoftmax}};

class SoftmaxRoom final : public Rules<Softmax> {
  std::string_view Name(const Softmax&) const override { return "softmax"; }
  Shape OutputShape(const Softmax&, const NodeShapes& node) const override {
    if (node.Only().size() != 1) node.Refuse("it needs a vector [classes]");
    return node.Only();
  }
  bool TakesActivation() const override { return false; }
  bool StaysFloat() const override { return true; }
  qb_op PluginOp(const Softmax&) const override { return QB_SOFTMAX; }
  void WriteOnnx(const Softmax&, onnx_export::NodeWriter& node) const override {
    node.AddOperator("Softmax").Int("axis", 1);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kSoftmaxImports; }
};

}  // namespace

const Rules<Softmax>& RulesOf(const Softmax&) { return OnlyOne<SoftmaxRoom>(); }

}  // namespace quantbench
