// SPDX-License-Identifier: Apache-2.0
// Operators without a room: they look at the same data in another way, or pass it through.
#include <algorithm>
#include <utility>

#include "model/onnx/import_window.h"

namespace quantbench::onnx_import {
namespace {

// Those of constants too.
Shape DimsOf(const NodeImport& node) {
  if (node.IsConstant(0)) return node.ConstantAt(0, "input").dims;
  const View view = node.PaddedViewAt(0);
  Shape dims = node.FullDims(view);
  if (HasPadding(view.padding)) {
    dims[2] += view.padding.top + view.padding.bottom;
    dims[3] += view.padding.left + view.padding.right;
  }
  return dims;
}

void ImportSize(NodeImport& node) {
  Constant size = IntegerVector({NumElements(DimsOf(node))});
  size.dims.clear();
  node.SetConstant(std::move(size));
}

void ImportShape(NodeImport& node) {
  const Shape dims = DimsOf(node);
  const auto rank = static_cast<int64_t>(dims.size());
  const auto clamp = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  const int64_t start = clamp(node.Int("start", 0));
  const int64_t end = std::max(start, clamp(node.Int("end", rank)));
  std::vector<int64_t> part;
  for (int64_t d = start; d < end; ++d) part.push_back(dims[static_cast<size_t>(d)]);
  node.SetConstant(IntegerVector(std::move(part)));
}

void ImportTranspose(NodeImport& node) {
  const View view = node.ViewAt(0);
  std::vector<int64_t> order = node.Ints("perm");
  const size_t rank = view.dims.size() + 1;
  if (order.size() != rank || order[0] != 0)
    node.Refuse("the batch dimension must stay first: perm must name 0 and then the others");
  std::vector<int> inner;
  for (size_t d = 1; d < rank; ++d) {
    const bool fits = order[d] >= 1 && order[d] < static_cast<int64_t>(rank);
    if (!fits || std::ranges::count(order, order[d]) != 1)
      node.Refuse("its perm " + ToString(order) + " isn't an order of dimensions");
    inner.push_back(static_cast<int>(order[d] - 1));
  }
  node.SetView(Permuted(view, inner));
}

// What inference passes through.
void ImportIdentity(NodeImport& node) { node.SetSymbol(node.Input(0), 0); }

void ImportDropout(NodeImport& node) {
  const bool trains = node.Has(2) && node.ConstantAt(2, "training_mode").integers == Shape{1};
  if (trains) node.Refuse("it is in training mode; export the model in evaluation mode");
  ImportIdentity(node);
}

void CastTo(NodeImport& node, int32_t type) {
  if (!IsFloatType(type))
    node.Refuse("data that flow can't become integers; QuantizeLinear is how models are quantised");
  ImportIdentity(node);
}

void ImportCast(NodeImport& node) {
  // Before opset 6 the type is a name.
  const bool named = node.opset() < 6 && node.Text("to", "") == "FLOAT";
  CastTo(node, named ? kFloat32 : static_cast<int32_t>(node.Int("to", 0)));
}

void ImportCastLike(NodeImport& node) {
  const Symbol& like = node.Input(1);
  CastTo(node, like.constant ? like.constant->type : kFloat32);
}

constexpr OperatorImport kViewOperators[] = {
    {"Shape", ImportShape},       {"Size", ImportSize},       {"Transpose", ImportTranspose},
    {"Identity", ImportIdentity}, {"Dropout", ImportDropout}, {"Cast", ImportCast},
    {"CastLike", ImportCastLike}};

}  // namespace

std::span<const OperatorImport> ViewOperators() { return kViewOperators; }

}  // namespace quantbench::onnx_import
