// SPDX-License-Identifier: Apache-2.0
// Leaky ReLU whose slope each channel learned.
#include <algorithm>

#include "model/onnx/elementwise.h"
#include "model/operators/rules.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using onnx_import::Constant;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::RequirePerChannel;
using onnx_import::View;

void ImportPRelu(NodeImport& node) {
  const Constant& slope = node.ConstantAt(1, "slope");
  const bool one = !slope.floats.empty() && std::ranges::all_of(slope.floats, [&](float each) {
    return each == slope.floats[0];
  });
  if (one)
    return ApplyToEach(
        node, 0, Unary{.function = Function::kLeakyRelu, .parameters = {slope.floats[0], 0.0f}},
        Activation::kNone);
  View view = Whole(node, node.ViewAt(0));
  view.value =
      node.Add(PRelu{.slopes = RequirePerChannel(node, slope, view, "slope")}, {view.value});
  node.SetView(view);
}

constexpr OperatorImport kPReluImports[] = {{"PRelu", ImportPRelu}};

class PReluRoom final : public Rules<PRelu> {
  std::string_view Name(const PRelu&) const override { return "prelu"; }
  Shape OutputShape(const PRelu& prelu, const NodeShapes& node) const override {
    if (static_cast<int64_t>(prelu.slopes.size()) != node.Only()[0])
      node.Refuse("it has " + CountText(prelu.slopes.size(), "slope") +
                  "; one for each channel was expected");
    return node.Only();
  }
  bool TakesActivation() const override { return false; }
  bool IsTabulated() const override { return true; }
  NodeCost Cost(const PRelu& prelu, const Shape&) const override {
    return {.parameters = static_cast<int64_t>(prelu.slopes.size())};
  }

  qb_op PluginOp(const PRelu&) const override { return QB_PRELU; }
  std::vector<PluginConstant> Constants(const PRelu& prelu) const override {
    return {{.name = "slopes",
             .dtype = QB_F32,
             .dims = {static_cast<int64_t>(prelu.slopes.size())},
             .data = std::as_bytes(std::span(prelu.slopes))}};
  }

  void WriteOnnx(const PRelu& prelu, onnx_export::NodeWriter& node) const override {
    Shape shape(node.OutputShape().size(), 1);
    shape[0] = node.OutputShape()[0];
    node.AddOperator("PRelu", {node.inputs()[0], node.file().AddConstant(node.name() + "_slopes",
                                                                         shape, prelu.slopes)});
  }
  std::span<const OperatorImport> OnnxImports() const override { return kPReluImports; }
};

}  // namespace

const Rules<PRelu>& RulesOf(const PRelu&) { return OnlyOne<PReluRoom>(); }

}  // namespace quantbench
