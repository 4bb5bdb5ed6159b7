// SPDX-License-Identifier: Apache-2.0
// Softmax over the classes and its logarithm: always in float.
#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::RowMajorStrides;
using onnx_import::View;
using onnx_import::WholeValue;

// Over the classes: all other dimensions but the batch's must be 1.
void ImportOverClasses(NodeImport& node, bool logarithm) {
  const View view = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", node.opset() < 13 ? 1 : -1), view.dims.size() + 1);
  if (axis == 0) node.Refuse("softmax over the batch is not possible");
  // Before opset 13 all dimensions from the axis on are one.
  int64_t over = 1;
  for (auto d = static_cast<size_t>(axis - 1); d < view.dims.size(); ++d) {
    if (d == static_cast<size_t>(axis - 1) || node.opset() < 13) over *= view.dims[d];
  }
  if (over != NumElements(view.dims))
    node.Refuse("softmax is supported over all classes of an image alone");
  const ValueId scores = node.Add(Softmax{.logarithm = logarithm}, {node.Flat(view)});
  View result = WholeValue(node.graph(), scores);
  result.dims = view.dims;
  result.strides = RowMajorStrides(view.dims);
  node.SetView(result);
}

void ImportSoftmax(NodeImport& node) { ImportOverClasses(node, false); }
void ImportLogSoftmax(NodeImport& node) { ImportOverClasses(node, true); }

constexpr OperatorImport kSoftmaxImports[] = {{"Softmax", ImportSoftmax},
                                              {"LogSoftmax", ImportLogSoftmax}};

class SoftmaxRoom final : public Rules<Softmax> {
  std::string_view Name(const Softmax& softmax) const override {
    return softmax.logarithm ? "log_softmax" : "softmax";
  }
  Shape OutputShape(const Softmax&, const NodeShapes& node) const override {
    if (node.Only().size() != 1) node.Refuse("it needs a vector [classes]");
    return node.Only();
  }
  bool TakesActivation() const override { return false; }
  bool StaysFloat() const override { return true; }
  qb_op PluginOp(const Softmax& softmax) const override {
    return softmax.logarithm ? QB_LOG_SOFTMAX : QB_SOFTMAX;
  }
  void WriteOnnx(const Softmax& softmax, onnx_export::NodeWriter& node) const override {
    node.AddOperator(softmax.logarithm ? "LogSoftmax" : "Softmax").Int("axis", 1);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kSoftmaxImports; }
};

}  // namespace

const Rules<Softmax>& RulesOf(const Softmax&) { return OnlyOne<SoftmaxRoom>(); }

}  // namespace quantbench
