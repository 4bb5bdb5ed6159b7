// SPDX-License-Identifier: Apache-2.0
// Maxima over windows.
#include <algorithm>

#include "model/onnx/import_window.h"
#include "model/operators/window.h"

namespace quantbench {
namespace {

using onnx_import::AddCeilPadding;
using onnx_import::Enlarge;
using onnx_import::HasPadding;
using onnx_import::kLargestParameter;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::Source;

bool IsNeverNegative(const Graph& graph, ValueId value) {
  const std::optional<QParams>& given = graph.values[static_cast<size_t>(value)].given;
  if (given && given->zero_point == 0) return true;
  for (const Node& node : graph.nodes) {
    if (node.output == value) return node.activation != Activation::kNone;
  }
  return false;
}

void ImportMaxPool(NodeImport& node) {
  Source source = SourceOf(node);
  if (node.Int("storage_order", 0) != 0 || node.outputs() > 1)
    node.Refuse("the positions of maxima (a second output) are not supported");
  // Zeros of a Pad node lose against what a ReLU leaves, like the pool's own padding.
  const bool zeros_lose = IsNeverNegative(node.graph(), source.view.value);
  if (HasPadding(source.view.padding) && !zeros_lose)
    source = {.view = node.ViewAt(0), .dims = source.dims};
  MaxPool pool{.window = WindowOf(node, PairOf(node, "kernel_shape", 1), source.dims)};
  if (node.Int("ceil_mode", 0) != 0) AddCeilPadding(pool.window, source.dims);
  Enlarge(pool.window.padding, source.view.padding);
  source.view.padding = {};
  node.SetValue(node.Add(pool, {node.Image(source.view, "input")}));
}

void ImportGlobalMaxPool(NodeImport& node) {
  const ValueId image = node.Image(node.ViewAt(0), "input");
  const Shape& shape = node.ShapeOf(image);
  const std::array<int, 2> kernel{static_cast<int>(std::min(shape[1], kLargestParameter)),
                                  static_cast<int>(std::min(shape[2], kLargestParameter))};
  node.SetValue(node.Add(MaxPool{.window = {.kernel = kernel}}, {image}));
}

constexpr OperatorImport kMaxPoolImports[] = {{"MaxPool", ImportMaxPool},
                                              {"GlobalMaxPool", ImportGlobalMaxPool}};

class MaxPoolRoom final : public Rules<MaxPool> {
  std::string_view Name(const MaxPool&) const override { return "max_pool"; }
  Shape OutputShape(const MaxPool& pool, const NodeShapes& node) const override {
    return SlidePool(node, pool.window);
  }
  // A maximum of quantised values is the quantised maximum.
  bool SharesQParams() const override { return true; }
  qb_op PluginOp(const MaxPool&) const override { return QB_MAX_POOL; }
  void SetAttributes(const MaxPool& pool, qb_node& node) const override {
    SetWindow(pool.window, node);
  }
  void WriteOnnx(const MaxPool& pool, onnx_export::NodeWriter& node) const override {
    onnx_export::OnnxNode written = node.AddOperator("MaxPool");
    WriteWindow(pool.window, written);
    WriteDilation(pool.window, written);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kMaxPoolImports; }
};

}  // namespace

const Rules<MaxPool>& RulesOf(const MaxPool&) { return OnlyOne<MaxPoolRoom>(); }

}  // namespace quantbench
