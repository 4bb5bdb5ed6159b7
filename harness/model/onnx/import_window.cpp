// SPDX-License-Identifier: Apache-2.0
// What the operators of ONNX files say of windows that slide over an image, padding above all.
#include "model/onnx/import_window.h"
#include "support/number_text.h"

#include <algorithm>

namespace quantbench::onnx_import {
namespace {

// What SAME_UPPER and SAME_LOWER add in all along one axis of `extent` pixels.
int64_t SamePadding(const Window& window, size_t axis, int64_t extent) {
  const int64_t stride = window.stride[axis];
  const int64_t outputs = (extent + stride - 1) / stride;
  return std::max<int64_t>(0, (outputs - 1) * stride + window.Covered(axis) - extent);
}

std::array<int64_t, 4> ExplicitPads(const NodeImport& node) {
  const std::vector<int64_t> pads = node.Ints("pads");
  if (pads.empty()) return {};
  if (pads.size() != 4)
    node.Refuse("its pads have " + CountText(pads.size(), "value") +
                "; four (top, left, bottom, right) were expected");
  return {pads[0], pads[1], pads[2], pads[3]};
}

// {top, left, bottom, right} as attributes pads and auto_pad say.
std::array<int64_t, 4> PadsOf(const NodeImport& node, const Window& window, const Shape& image) {
  const std::string automatic = node.Text("auto_pad", "NOTSET");
  if (automatic == "VALID") return {};
  if (automatic == "NOTSET" || automatic.empty()) return ExplicitPads(node);
  if (automatic != "SAME_UPPER" && automatic != "SAME_LOWER")
    node.Refuse("its auto_pad '" + automatic +
                "' is none of NOTSET, VALID, SAME_UPPER, SAME_LOWER");
  std::array<int64_t, 4> pads{};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t total = SamePadding(window, axis, image[axis + 1]);
    const int64_t smaller = total / 2, larger = total - smaller;
    pads[axis] = automatic == "SAME_UPPER" ? smaller : larger;
    pads[axis + 2] = automatic == "SAME_UPPER" ? larger : smaller;
  }
  return pads;
}

}  // namespace

std::array<int, 2> PairOf(const NodeImport& node, std::string_view name, int otherwise) {
  const std::vector<int64_t> values = node.Ints(name);
  if (values.empty()) return {otherwise, otherwise};
  if (values.size() != 2)
    node.Refuse("its " + std::string(name) + " has " + CountText(values.size(), "value") +
                "; only two-dimensional windows are supported");
  for (const int64_t value : values) {
    if (value < 1 || value > kLargestParameter)
      node.Refuse("its " + std::string(name) + " " + std::to_string(value) + " is out of range");
  }
  return {static_cast<int>(values[0]), static_cast<int>(values[1])};
}

Padding ToPadding(const NodeImport& node, const std::array<int64_t, 4>& pads) {
  for (const int64_t pad : pads) {
    if (pad < 0 || pad > kLargestParameter)
      node.Refuse("its padding of " + std::to_string(pad) +
                  " is out of range (cutting an image by negative pads is not supported)");
  }
  const auto narrow = [&](size_t i) { return static_cast<int>(pads[i]); };
  return {.top = narrow(0), .left = narrow(1), .bottom = narrow(2), .right = narrow(3)};
}

Source SourceOf(const NodeImport& node) {
  Source source{.view = node.PaddedViewAt(0), .dims = {}};
  source.dims = source.view.dims;
  if (source.dims.size() != 3)
    node.Refuse("its input must be an image [n,c,h,w], it has " +
                CountText(source.dims.size() + 1, "dimension"));
  const Padding& p = source.view.padding;
  source.dims[1] += p.top + p.bottom;
  source.dims[2] += p.left + p.right;
  return source;
}

Window WindowOf(const NodeImport& node, const std::array<int, 2>& kernel, const Shape& image) {
  Window window{.kernel = kernel,
                .stride = PairOf(node, "strides", 1),
                .dilation = PairOf(node, "dilations", 1),
                .padding = {}};
  window.padding = ToPadding(node, PadsOf(node, window, image));
  return window;
}

void Enlarge(Padding& padding, const Padding& by) {
  padding.top += by.top;
  padding.left += by.left;
  padding.bottom += by.bottom;
  padding.right += by.right;
}

void AddCeilPadding(Window& window, const Shape& image) {
  int* const after[] = {&window.padding.bottom, &window.padding.right};
  const int before[] = {window.padding.top, window.padding.left};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t stride = window.stride[axis], extent = image[axis + 1];
    const int64_t free = extent + before[axis] + *after[axis] - window.Covered(axis);
    if (free < 0) return;  // shape inference refuses it
    int64_t outputs = (free + stride - 1) / stride + 1;
    if ((outputs - 1) * stride >= extent + before[axis]) --outputs;
    const int64_t needed = (outputs - 1) * stride + window.Covered(axis) - extent - before[axis];
    *after[axis] = static_cast<int>(std::max<int64_t>(*after[axis], needed));
  }
}

}  // namespace quantbench::onnx_import
