// SPDX-License-Identifier: Apache-2.0
// The smaller one of data and a number a channel.
#include <algorithm>
#include <cmath>
#include <limits>

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

void ImportMin(NodeImport& node) {
  const bool two = node.inputs() == 2 && node.IsConstant(0) != node.IsConstant(1);
  if (!two) node.Refuse("only data and a constant can be compared");
  const int data = node.IsConstant(0) ? 1 : 0;
  const Constant& constant = node.ConstantAt(1 - data, "bound");
  if (constant.floats.empty()) node.Refuse("its bound must be of floats");
  if (std::ranges::any_of(constant.floats, [](float cap) { return std::isnan(cap); }))
    node.Refuse("its bound holds NaN");
  if (std::ranges::all_of(constant.floats, [&](float cap) { return cap == constant.floats[0]; }))
    return onnx_import::Clamp(node, data, -std::numeric_limits<float>::infinity(),
                              constant.floats[0]);
  View view = Whole(node, node.ViewAt(data));
  view.value =
      node.Add(Cap{.caps = RequirePerChannel(node, constant, view, "bound")}, {view.value});
  node.SetView(view);
}

constexpr OperatorImport kCapImports[] = {{"Min", ImportMin}};

class CapRoom final : public Rules<Cap> {
  std::string_view Name(const Cap&) const override { return "cap"; }
  Shape OutputShape(const Cap& cap, const NodeShapes& node) const override {
    if (static_cast<int64_t>(cap.caps.size()) != node.Only()[0])
      node.Refuse("it has " + CountText(cap.caps.size(), "cap") +
                  "; one for each channel was expected");
    return node.Only();
  }
  bool LendsQParams() const override { return true; }
  bool TakesActivation() const override { return false; }
  bool IsTabulated() const override { return true; }
  NodeCost Cost(const Cap& cap, const Shape&) const override {
    return {.parameters = static_cast<int64_t>(cap.caps.size())};
  }

  qb_op PluginOp(const Cap&) const override { return QB_CAP; }
  std::vector<PluginConstant> Constants(const Cap& cap) const override {
    return {{.name = "caps",
             .dtype = QB_F32,
             .dims = {static_cast<int64_t>(cap.caps.size())},
             .data = std::as_bytes(std::span(cap.caps))}};
  }

  void WriteOnnx(const Cap& cap, onnx_export::NodeWriter& node) const override {
    Shape shape(node.OutputShape().size(), 1);
    shape[0] = node.OutputShape()[0];
    node.AddOperator(
        "Min", {node.inputs()[0], node.file().AddConstant(node.name() + "_caps", shape, cap.caps)});
  }
  std::span<const OperatorImport> OnnxImports() const override { return kCapImports; }
};

}  // namespace

const Rules<Cap>& RulesOf(const Cap&) { return OnlyOne<CapRoom>(); }

}  // namespace quantbench
