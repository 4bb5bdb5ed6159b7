// SPDX-License-Identifier: Apache-2.0
// Tensors joined along channels.
#include <algorithm>
#include <utility>

#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::Inverse;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::Permuted;
using onnx_import::View;
using onnx_import::WholeValue;

// Along any dimension, as channels of images [what is joined, all else, 1].
void ConcatAnywhere(NodeImport& node, int axis) {
  const View first = node.ViewAt(0);
  const size_t rank = first.dims.size();
  if (axis < 0) node.Refuse("images of a batch can't be joined");
  std::vector<int> order{axis};
  for (int d = 0; d < static_cast<int>(rank); ++d) {
    if (d != axis) order.push_back(d);
  }
  Shape joined = Permuted(first, order).dims;
  joined[0] = 0;
  std::vector<ValueId> parts;
  for (int i = 0; i < node.inputs(); ++i) {
    const View view = node.ViewAt(i);
    if (view.dims.size() != rank) node.Refuse("its inputs differ in dimensions");
    const View ordered = Permuted(view, order);
    for (size_t d = 1; d < rank; ++d) {
      if (ordered.dims[d] != joined[d]) node.Refuse("its inputs differ in more than its axis");
    }
    const int64_t extent = ordered.dims[0];
    const Shape image{extent, NumElements(ordered.dims) / extent, 1};
    const auto reshaped = Reshaped(ordered, image);
    parts.push_back(
        node.Image(reshaped ? *reshaped : Reshaped(node.Dense(ordered), image).value(), "input"));
    joined[0] += extent;
  }
  const View whole = WholeValue(node.graph(), node.Add(Concat{}, std::move(parts)));
  node.SetView(Permuted(Reshaped(whole, joined).value(), Inverse(order)));
}

void ImportConcat(NodeImport& node) {
  const View first = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", 1), first.dims.size() + 1) - 1;
  const std::vector<int> order = OrderOfValue(first);
  const bool channels =
      (first.dims.size() == 3 || first.dims.size() == 1) && axis >= 0 && order[0] == axis;
  // One channel: its only dimension of extent 1 may stand anywhere.
  if (!channels && !(first.dims.size() == 3 && axis == 0)) return ConcatAnywhere(node, axis);
  const std::vector<int> used = channels ? order : std::vector<int>{0, 1, 2};
  std::vector<ValueId> parts;
  for (int i = 0; i < node.inputs(); ++i) {
    const View view = node.ViewAt(i);
    if (view.dims.size() != first.dims.size()) node.Refuse("its inputs differ in dimensions");
    parts.push_back(view.dims.size() == 1 ? node.Flat(view)
                                          : node.Image(Permuted(view, used), "input"));
  }
  node.SetView(
      Permuted(WholeValue(node.graph(), node.Add(Concat{}, std::move(parts))), Inverse(used)));
}

constexpr OperatorImport kConcatImports[] = {{"Concat", ImportConcat}};

class ConcatRoom final : public Rules<Concat> {
  std::string_view Name(const Concat&) const override { return "concat"; }

  Shape OutputShape(const Concat&, const NodeShapes& node) const override {
    const std::vector<Shape>& inputs = node.inputs();
    if (inputs.empty()) node.Refuse("it needs at least one input");
    Shape joined = inputs[0];
    for (size_t i = 1; i < inputs.size(); ++i) {
      const Shape& other = inputs[i];
      if (other.size() != joined.size() ||
          !std::equal(other.begin() + 1, other.end(), joined.begin() + 1))
        node.Refuse("its inputs may differ in the first extent (channels) alone");
      joined[0] += other[0];  // each at most 2^40, and no graph has 2^23 inputs
    }
    return joined;
  }

  qb_op PluginOp(const Concat&) const override { return QB_CONCAT; }
  void WriteOnnx(const Concat&, onnx_export::NodeWriter& node) const override {
    node.AddOperator("Concat").Int("axis", 1);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kConcatImports; }
};

}  // namespace

const Rules<Concat>& RulesOf(const Concat&) { return OnlyOne<ConcatRoom>(); }

}  // namespace quantbench
