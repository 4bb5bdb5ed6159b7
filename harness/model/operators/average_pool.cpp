// SPDX-License-Identifier: Apache-2.0
// Means over windows and over whole images.
#include "model/onnx/import_window.h"
#include "model/operators/window.h"

namespace quantbench {
namespace {

using onnx_import::AddCeilPadding;
using onnx_import::HasPadding;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::Source;

// A mean whose window has holes, as a convolution: plugins' pools have none.
ValueId DilatedMean(NodeImport& node, ValueId image, const AveragePool& pool) {
  if (HasPadding(pool.window.padding) && !pool.count_include_pad)
    node.Refuse("dilations together with padding that doesn't count are not supported");
  const int64_t channels = node.ShapeOf(image)[0], kernel_rows = pool.window.kernel[0],
                kernel_columns = pool.window.kernel[1];
  const Shape shape{channels, 1, kernel_rows, kernel_columns};
  node.state().budget.Take(NumElements(shape));
  const float share = 1.0f / static_cast<float>(kernel_rows * kernel_columns);
  const std::vector<float> shares(static_cast<size_t>(NumElements(shape)), share);
  return node.Add(Conv{{.weight = {.shape = shape, .values = shares}, .bias = {}},
                       pool.window,
                       static_cast<int>(channels)},
                  {image});
}

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
    // What hangs over the padded image is never counted, so padding that is becomes pixels.
    if (longer && pool.count_include_pad && HasPadding(floor.padding)) {
      source.view.padding = floor.padding;
      source.view = node.Settled(source.view);
      const int bottom = pool.window.padding.bottom - floor.padding.bottom,
                right = pool.window.padding.right - floor.padding.right;
      pool.window.padding = {.bottom = bottom, .right = right};
    }
    if (longer) pool.count_include_pad = false;
  }
  const ValueId image = node.Image(source.view, "input");
  const bool has_holes = pool.window.dilation != std::array<int, 2>{1, 1};
  node.SetValue(has_holes ? DilatedMean(node, image, pool) : node.Add(pool, {image}));
}

void ImportGlobalAveragePool(NodeImport& node) {
  node.SetValue(node.Add(GlobalAveragePool{}, {node.Image(node.ViewAt(0), "input")}));
}

constexpr OperatorImport kGlobalImports[] = {{"GlobalAveragePool", ImportGlobalAveragePool}};
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
