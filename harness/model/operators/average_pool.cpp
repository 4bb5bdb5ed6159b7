// SPDX-License-Identifier: Apache-2.0
// Means over windows and over whole images.
#include <utility>

#include "model/onnx/import_window.h"
#include "model/operators/window.h"

namespace quantbench {
namespace {

using onnx_import::AddCeilPadding;
using onnx_import::HasPadding;
using onnx_import::Inverse;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::Source;
using onnx_import::View;
using onnx_import::WholeValue;

void ImportAveragePool(NodeImport& node) {
  Source source = SourceOf(node);
  AveragePool pool{.window = WindowOf(node, PairOf(node, "kernel_shape", 1), source.dims),
                   .count_include_pad = node.Int("count_include_pad", 0) != 0};
  if (HasPadding(source.view.padding)) {
    // A Pad node's zeros count like pixels: as this pool's padding, if it has none of its own.
    if (HasPadding(pool.window.padding) || node.Int("ceil_mode", 0) != 0) {
      source.view = node.ViewAt(0);
    } else {
      pool.window.padding = source.view.padding;
      pool.count_include_pad = true;
      source.view.padding = {};
    }
  }
  if (node.Int("ceil_mode", 0) != 0) {
    const Window floor = pool.window;
    AddCeilPadding(pool.window, source.dims);
    const bool longer = floor.padding.bottom != pool.window.padding.bottom ||
                        floor.padding.right != pool.window.padding.right;
    // What hangs over the padded image is never counted.
    if (longer && pool.count_include_pad && HasPadding(floor.padding))
      node.Refuse("ceil_mode together with padding that counts is not supported");
    if (longer) pool.count_include_pad = false;
  }
  node.SetValue(node.Add(pool, {node.Image(source.view, "input")}));
}

void ImportGlobalAveragePool(NodeImport& node) {
  node.SetValue(node.Add(GlobalAveragePool{}, {node.Image(node.ViewAt(0), "input")}));
}

// Means of an image [c,h,w] over rows, columns or both.
ValueId Mean(NodeImport& node, ValueId image, bool rows, bool columns) {
  if (rows && columns) return node.Add(GlobalAveragePool{}, {image});
  const Shape& shape = node.ShapeOf(image);
  const auto extent = [&](bool reduced, size_t d) {
    if (!reduced) return 1;
    if (shape[d] > (1 << 20)) node.Refuse("its image is too large");
    return static_cast<int>(shape[d]);
  };
  const std::array<int, 2> kernel{extent(rows, 1), extent(columns, 2)};
  return node.Add(AveragePool{.window = {.kernel = kernel, .stride = kernel}}, {image});
}

void ImportReduceMean(NodeImport& node) {
  const View view = node.ViewAt(0);
  const size_t rank = view.dims.size();
  std::vector<bool> reduced(rank, false);
  for (const int64_t each : node.IntsOrInput("axes", 1).value_or(std::vector<int64_t>())) {
    const int axis = node.Axis(each, rank + 1);
    if (axis == 0) node.Refuse("a mean over the batch is not possible");
    reduced[static_cast<size_t>(axis - 1)] = true;
  }
  Shape result_dims{node.batch()};
  for (size_t d = 0; d < rank; ++d) {
    if (!reduced[d] || node.Int("keepdims", 1) != 0)
      result_dims.push_back(reduced[d] ? 1 : view.dims[d]);
  }
  // In the value's order: an image [c,h,w], or one whose pixels are a single row, [c,h*w].
  const std::vector<int> order = OrderOfValue(view);
  const auto is_reduced = [&](size_t d) { return reduced[static_cast<size_t>(order[d])]; };
  if (rank < 2 || rank > 3 || is_reduced(0) || (!is_reduced(1) && !is_reduced(rank - 1)))
    node.Refuse("only means over height and width of an image are supported");
  View image = Permuted(view, order);
  if (rank == 2) {
    image.dims = {image.dims[0], 1, image.dims[1]};
    image.strides = {image.strides[0], 1, image.strides[1]};
  }
  const ValueId mean =
      Mean(node, node.Image(image, "input"), rank == 2 || is_reduced(1), is_reduced(rank - 1));
  const View result = WholeValue(node.graph(), mean);
  node.SetReshaped(rank == 3 ? Permuted(result, Inverse(order)) : result, result_dims);
}

constexpr OperatorImport kGlobalImports[] = {{"GlobalAveragePool", ImportGlobalAveragePool},
                                             {"ReduceMean", ImportReduceMean}};
constexpr OperatorImport kAveragePoolImports[] = {{"AveragePool", ImportAveragePool}};

class GlobalAveragePoolRoom final : public Rules<GlobalAveragePool> {
  std::string_view Name(const GlobalAveragePool&) const override { return "global_average_pool"; }
  Shape OutputShape(const GlobalAveragePool&, const NodeShapes& node) const override {
    return {node.OnlyImage()[0], 1, 1};
  }
  qb_op PluginOp(const GlobalAveragePool&) const override { return QB_GLOBAL_AVG_POOL; }
  void WriteOnnx(const GlobalAveragePool&, onnx_export::NodeWriter& node) const override {
    node.AddOperator("GlobalAveragePool");
  }
  std::span<const OperatorImport> OnnxImports() const override { return kGlobalImports; }
};

class AveragePoolRoom final : public Rules<AveragePool> {
  std::string_view Name(const AveragePool&) const override { return "average_pool"; }
  Shape OutputShape(const AveragePool& pool, const NodeShapes& node) const override {
    return SlidePool(node, pool.window);
  }
  qb_op PluginOp(const AveragePool&) const override { return QB_AVG_POOL; }
  void SetAttributes(const AveragePool& pool, qb_node& node) const override {
    SetWindow(pool.window, node);
    node.count_include_pad = pool.count_include_pad ? 1 : 0;
  }
  void WriteOnnx(const AveragePool& pool, onnx_export::NodeWriter& node) const override {
    onnx_export::OnnxNode written = node.AddOperator("AveragePool");
    WriteWindow(pool.window, written);
    written.Int("count_include_pad", pool.count_include_pad ? 1 : 0);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kAveragePoolImports; }
};

}  // namespace

const Rules<GlobalAveragePool>& RulesOf(const GlobalAveragePool&) {
  return OnlyOne<GlobalAveragePoolRoom>();
}
const Rules<AveragePool>& RulesOf(const AveragePool&) { return OnlyOne<AveragePoolRoom>(); }

}  // namespace quantbench
