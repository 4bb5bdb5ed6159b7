// SPDX-License-Identifier: Apache-2.0
// Products of two tensors, or of an image and one factor a channel.
#include "model/onnx/elementwise.h"
#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::Arithmetic;
using onnx_import::Broadcast;
using onnx_import::BroadcastDims;
using onnx_import::CombineWithConstant;
using onnx_import::Constant;
using onnx_import::Inverse;
using onnx_import::NodeImport;
using onnx_import::Operands;
using onnx_import::OperatorImport;
using onnx_import::Permuted;
using onnx_import::View;
using onnx_import::WholeValue;

// image * one factor a channel, in whichever order of dimensions. False: that isn't what it is.
bool ScaleChannels(NodeImport& node, const View& image, const View& factors) {
  if (image.dims.size() != 3 || factors.dims.size() != 3) return false;
  const std::vector<int> order = OrderOfValue(image);
  const View ordered_image = Permuted(image, order), ordered_factors = Permuted(factors, order);
  const bool one_a_channel = ordered_factors.dims == Shape{ordered_image.dims[0], 1, 1};
  if (!one_a_channel) return false;
  const ValueId x = node.Image(ordered_image, "input");
  const ValueId y = node.Add(Mul{}, {x, node.Image(ordered_factors, "factors")});
  node.SetView(Permuted(WholeValue(node.graph(), y), Inverse(order)));
  return true;
}

void Multiply(NodeImport& node, const View& a, const View& b) {
  if (a.dims != b.dims) {
    const bool a_is_image = NumElements(a.dims) >= NumElements(b.dims);
    if (ScaleChannels(node, a_is_image ? a : b, a_is_image ? b : a)) return;
  }
  const Shape full = BroadcastDims(node, node.FullDims(a), node.FullDims(b));
  Operands operands = Aligned(node, Broadcast(node, a, full), Broadcast(node, b, full));
  operands.view.value = node.Add(Mul{}, {operands.a, operands.b});
  node.SetView(operands.view);
}

void ImportMul(NodeImport& node) {
  if (CombineWithConstant(node, Arithmetic::kMultiply)) return;
  const View b = node.ViewAt(1), a = node.ViewAt(0);
  Multiply(node, a, b);
}

// a / b = a * (1 / b)
void ImportDiv(NodeImport& node) {
  if (CombineWithConstant(node, Arithmetic::kDivide)) return;
  View b = Whole(node, node.ViewAt(1));
  const View a = node.ViewAt(0);
  b.value = node.Add(Unary{.function = Function::kReciprocal}, {b.value});
  Multiply(node, a, b);
}

// Powers that products and functions of one element make.
void ImportPow(NodeImport& node) {
  const Constant& power = node.ConstantAt(1, "exponent");
  const bool one = power.count() == 1;
  const double exponent = !one               ? 0.0
                          : power.is_float() ? double{power.floats[0]}
                                             : static_cast<double>(power.integers[0]);
  View view = Whole(node, node.ViewAt(0));
  if (exponent == 1.0) return node.SetView(view);
  const ValueId x = view.value;
  if (exponent == 2.0 || exponent == 3.0) {
    view.value = node.Add(Mul{}, {x, x});
    if (exponent == 3.0) view.value = node.Add(Mul{}, {view.value, x});
  } else if (exponent == 0.5) {
    view.value = node.Add(Unary{.function = Function::kSqrt}, {x});
  } else if (exponent == -1.0) {
    view.value = node.Add(Unary{.function = Function::kReciprocal}, {x});
  } else {
    node.Refuse("only the exponents 2, 3, 1, 0.5 and -1 are supported");
  }
  node.SetView(view);
}

constexpr OperatorImport kMulImports[] = {
    {"Mul", ImportMul}, {"Div", ImportDiv}, {"Pow", ImportPow}};

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
      node.Refuse("it needs two inputs of one shape, or a second one of one factor per channel");
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
