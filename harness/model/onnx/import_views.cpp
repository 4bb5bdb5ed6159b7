// SPDX-License-Identifier: Apache-2.0
// Operators without a room: they look at the same data in another way, or pass it through.
#include <algorithm>

#include "model/onnx/import_window.h"

namespace quantbench::onnx_import {
namespace {

void ImportShape(NodeImport& node) {
  const View view = node.PaddedViewAt(0);
  Shape dims = node.FullDims(view);
  if (HasPadding(view.padding)) {
    dims[2] += view.padding.top + view.padding.bottom;
    dims[3] += view.padding.left + view.padding.right;
  }
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
      node.Refuse("its perm " + ToString(order) + " is no order of dimensions");
    inner.push_back(static_cast<int>(order[d] - 1));
  }
  node.SetView(Permuted(view, inner));
}

// Before opset 11 pads is an attribute, the value too; dimensions are n,c,h,w.
void ImportPad(NodeImport& node) {
  const std::string mode = node.Text("mode", "constant");
  if (mode != "constant") node.Refuse("padding with '" + mode + "' is not supported, only zeros");
  const float value = node.opset() < 11 ? node.Float("value", 0.0f)
                                        : node.FloatOrInput("constant_value", 2).value_or(0.0f);
  const std::vector<int64_t> pads = node.IntsOrInput("pads", 1).value_or(std::vector<int64_t>());
  const View view = node.ViewAt(0);
  if (std::ranges::all_of(pads, [](int64_t pad) { return pad == 0; })) return node.SetView(view);
  if (value != 0.0f)
    node.Refuse("padding with " + std::to_string(value) + " is not supported, only zeros");
  if (node.Has(3)) node.Refuse("axes of Pad are not supported");
  if (view.dims.size() != 3 || pads.size() != 8)
    node.Refuse("only images [n,c,h,w] can be padded, with 8 values");
  const bool channels_last = view.dims.back() > 1 && view.strides.back() != 1;
  const size_t first = channels_last ? 1 : 2;  // the dimension of rows
  const size_t other = channels_last ? 3 : 1;
  if (pads[0] != 0 || pads[4] != 0 || pads[other] != 0 || pads[other + 4] != 0)
    node.Refuse("only height and width can be padded");
  const Padding padding =
      ToPadding(node, {pads[first], pads[first + 1], pads[first + 4], pads[first + 5]});
  View image = channels_last ? Permuted(view, {2, 0, 1}) : view;
  image.padding = padding;
  node.SetView(channels_last ? Permuted(node.Settled(image), {1, 2, 0}) : image);
}

// What inference passes through.
void ImportIdentity(NodeImport& node) { node.SetSymbol(node.Input(0), 0); }

void ImportCast(NodeImport& node) {
  if (!IsFloatType(static_cast<int32_t>(node.Int("to", 0))))
    node.Refuse("data that flow can't become integers; QuantizeLinear is how models are quantised");
  ImportIdentity(node);
}

constexpr OperatorImport kViewOperators[] = {
    {"Shape", ImportShape},       {"Transpose", ImportTranspose}, {"Pad", ImportPad},
    {"Identity", ImportIdentity}, {"Dropout", ImportIdentity},    {"Cast", ImportCast}};

}  // namespace

std::span<const OperatorImport> ViewOperators() { return kViewOperators; }

}  // namespace quantbench::onnx_import
