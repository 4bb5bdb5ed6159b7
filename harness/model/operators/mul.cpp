// SPDX-License-Identifier: Apache-2.0
// Products of two tensors, or of an image and one factor a channel.
#include "model/onnx/elementwise.h"
#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::Arithmetic;
using onnx_import::CombineWithConstant;
using onnx_import::Inverse;
using onnx_import::NodeImport;
using onnx_import::Operands;
using onnx_import::OperatorImport;
using onnx_import::Permuted;
using onnx_import::View;
using onnx_import::WholeValue;

// image * one factor a channel, in whichever order of dimensions.
void ScaleChannels(NodeImport& node, const View& image, const View& factors) {
  if (image.dims.size() != 3 || factors.dims.size() != 3)
    node.Refuse("it combines " + ToString(image.dims) + " and " + ToString(factors.dims) +
                "; two tensors of one shape, or one factor a channel, were expected");
  const std::vector<int> order = OrderOfValue(image);
  const View ordered_image = Permuted(image, order), ordered_factors = Permuted(factors, order);
  const ValueId x = node.Image(ordered_image, "input");
  const ValueId y = node.Add(Mul{}, {x, node.Image(ordered_factors, "factors")});
  node.SetView(Permuted(WholeValue(node.graph(), y), Inverse(order)));
}

void ImportMul(NodeImport& node) {
  if (CombineWithConstant(node, Arithmetic::kMultiply)) return;
  const View b = node.ViewAt(1), a = node.ViewAt(0);
  if (a.dims != b.dims) {
    const bool a_is_image = NumElements(a.dims) >= NumElements(b.dims);
    return ScaleChannels(node, a_is_image ? a : b, a_is_image ? b : a);
  }
  Operands operands = Aligned(node, a, b);
  operands.view.value = node.Add(Mul{}, {operands.a, operands.b});
  node.SetView(operands.view);
}

void ImportDiv(NodeImport& node) {
  if (!CombineWithConstant(node, Arithmetic::kDivide))
    node.Refuse("of two tensors only sums and products are supported");
}

constexpr OperatorImport kMulImports[] = {{"Mul", ImportMul}, {"Div", ImportDiv}};

class MulRoom final : public Rules<Mul> {
  std::string_view Name(const Mul&) const override { return "mul"; }

  Shape OutputShape(const Mul&, const NodeShapes& node) const override {
    const std::vector<Shape>& inputs = node.inputs();
    const bool two = inputs.size() == 2;
    const bool same = two && inputs[0] == inputs[1];
    const bool one_a_channel = two && inputs[1][0] == inputs[0][0] &&
                               NumElements(inputs[1]) == inputs[0][0] &&
                               (inputs[1].size() == 1 || inputs[1].size() == 3);
    if (!same && !one_a_channel)
      node.Refuse("it needs two inputs of one shape, or a second one of one factor a channel");
    return inputs[0];
  }

  qb_op PluginOp(const Mul&) const override { return QB_MUL; }

  void WriteOnnx(const Mul&, onnx_export::NodeWriter& node) const override {
    std::vector<std::string> inputs = node.inputs();
    if (node.InputShape(1).size() < node.OutputShape().size()) {
      const std::string factors = node.name() + "_factors";
      const std::string dims =
          node.file().AddDims(factors + "_shape", {node.OutputShape()[0], 1, 1});
      node.file().AddNode("Reshape", {inputs[1], dims}, factors);
      inputs[1] = factors;
    }
    node.AddOperator("Mul", inputs);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kMulImports; }
};

}  // namespace

const Rules<Mul>& RulesOf(const Mul&) { return OnlyOne<MulRoom>(); }

}  // namespace quantbench
