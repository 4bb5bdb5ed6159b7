// SPDX-License-Identifier: Apache-2.0
// Images made larger or smaller by repeating and leaving out pixels.
#include <algorithm>
#include <cmath>
#include <string>

#include "model/onnx/fold.h"
#include "model/onnx/import_window.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
namespace {

// Where pixel `at` of `to` lies in `from`, as the operator's coordinate transformations say.
double OriginalPosition(const NodeImport& node, const std::string& how, int64_t at, int64_t from,
                        int64_t to, double scale) {
  const auto x = static_cast<double>(at);
  if (how == "asymmetric") return x / scale;
  if (how == "align_corners")
    return to == 1 ? 0.0 : x * static_cast<double>(from - 1) / static_cast<double>(to - 1);
  if (how == "half_pixel" || (how == "pytorch_half_pixel" && to > 1))
    return (x + 0.5) / scale - 0.5;
  if (how == "pytorch_half_pixel") return 0.0;
  node.Refuse("its coordinate_transformation_mode '" + how + "' is not supported");
}

int64_t Nearest(const NodeImport& node, const std::string& how, double position) {
  if (how == "floor") return static_cast<int64_t>(std::floor(position));
  if (how == "ceil") return static_cast<int64_t>(std::ceil(position));
  if (how == "round_prefer_floor") return static_cast<int64_t>(std::ceil(position - 0.5));
  if (how == "round_prefer_ceil") return static_cast<int64_t>(std::floor(position + 0.5));
  node.Refuse("its nearest_mode '" + how + "' is not supported");
}

struct Resizing {
  std::string transformation, rounding;
  std::vector<double> scales;  // of each dimension, the batch's first
  Shape dims;                  // of the result
};

// Sizes or scales, of all dimensions or of those in `axes`.
Resizing ResizingOf(NodeImport& node, const Shape& full) {
  const bool first = node.proto().op_type() == "Upsample" || node.opset() < 11;
  Resizing resizing{
      .transformation =
          first ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel"),
      .rounding = first ? "floor" : node.Text("nearest_mode", "round_prefer_floor"),
      .scales = std::vector<double>(full.size(), 1.0),
      .dims = full};
  std::vector<int64_t> axes = node.Ints("axes");
  if (axes.empty()) axes = Ascending(full.size());
  const int scales_at = first ? 1 : 2;
  std::vector<float> scales = node.Floats("scales");  // an attribute before opset 9
  if (scales.empty() && node.Has(scales_at)) scales = node.ConstantAt(scales_at, "scales").floats;
  std::vector<int64_t> sizes;
  if (!first && node.Has(3)) sizes = node.ConstantAt(3, "sizes").integers;
  if (std::max(scales.size(), sizes.size()) != axes.size())
    node.Refuse("it needs a scale or a size for each dimension");
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto d = static_cast<size_t>(node.Axis(axes[i], full.size()));
    const auto extent = static_cast<double>(full[d]);
    const double scale =
        scales.empty() ? static_cast<double>(sizes[i]) / extent : double{scales[i]};
    if (!(scale > 0.0) || !(scale * extent < 0x1p20)) node.Refuse("its scales are out of range");
    resizing.scales[d] = scale;
    resizing.dims[d] = scales.empty() ? sizes[i] : static_cast<int64_t>(std::floor(scale * extent));
  }
  return resizing;
}

void ImportResize(NodeImport& node) {
  const View view = node.ViewAt(0);
  const Shape full = node.FullDims(view);
  const Resizing resizing = ResizingOf(node, full);
  if (resizing.dims == full) return node.SetView(view);
  const std::string mode = node.Text("mode", "nearest");
  if (mode != "nearest")
    node.Refuse("its mode '" + mode +
                "' is not supported, only nearest; resize the images by the "
                "scenario's preprocess");
  if (node.Text("keep_aspect_ratio_policy", "stretch") != "stretch" || resizing.dims[0] != full[0])
    node.Refuse("only stretching images is supported");
  const Shape dims(resizing.dims.begin() + 1, resizing.dims.end());
  std::vector<std::vector<int64_t>> sources;  // of each position, along each dimension
  for (size_t d = 0; d < dims.size(); ++d) {
    std::vector<int64_t>& positions = sources.emplace_back();
    for (int64_t at = 0; at < dims[d]; ++at)
      positions.push_back(std::clamp<int64_t>(
          Nearest(node, resizing.rounding,
                  OriginalPosition(node, resizing.transformation, at, view.dims[d], dims[d],
                                   resizing.scales[d + 1])),
          0, view.dims[d] - 1));
  }
  if (!IsPossible(dims)) node.Refuse("it makes " + ToString(dims) + ", which is too large");
  node.SetView(node.Rearranged(view, dims, [&](int64_t i) {
    int64_t element = 0, stride = 1;
    for (size_t d = dims.size(); d-- > 0; i /= dims[d]) {
      element += sources[d][At(i % dims[d])] * stride;
      stride *= view.dims[d];
    }
    return element;
  }));
}

constexpr OperatorImport kResizeOperators[] = {{"Resize", ImportResize},
                                               {"Upsample", ImportResize}};

}  // namespace

std::span<const OperatorImport> ResizeOperators() { return kResizeOperators; }

}  // namespace quantbench::onnx_import
