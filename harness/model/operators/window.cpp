// SPDX-License-Identifier: Apache-2.0
// Windows: the extents of what they give, and how plugins and ONNX files describe them.
#include "model/operators/window.h"

#include <algorithm>

namespace quantbench {
namespace {

std::string Describe(const Window& window) {
  const Padding& padding = window.padding;
  return "kernel " + ToString(window.kernel) + ", stride " + ToString(window.stride) +
         ", dilation " + ToString(window.dilation) + ", padding " + std::to_string(padding.top) +
         "," + std::to_string(padding.left) + "," + std::to_string(padding.bottom) + "," +
         std::to_string(padding.right) + " (top,left,bottom,right)";
}

}  // namespace

std::string ToString(const std::array<int, 2>& pair) {
  return std::to_string(pair[0]) + "x" + std::to_string(pair[1]);
}

Shape Slide(const NodeShapes& node, const Window& window, int64_t channels) {
  const Padding& padding = window.padding;
  const std::array<std::array<int, 2>, 2> around{
      {{padding.top, padding.bottom}, {padding.left, padding.right}}};
  Shape output{channels};
  for (size_t axis = 0; axis < 2; ++axis) {
    const auto [before, after] = around[axis];
    if (window.kernel[axis] < 1 || window.stride[axis] < 1 || window.dilation[axis] < 1 ||
        before < 0 || after < 0)
      node.Refuse("kernel, stride and dilation must be positive, padding not negative: " +
                  Describe(window));
    const int64_t covered = window.Covered(axis);
    const int64_t padded = node.OnlyImage()[axis + 1] + before + after;
    if (covered > padded)
      node.Refuse("its window covers " + std::to_string(covered) + " of a padded " +
                  (axis == 0 ? "height" : "width") + " of only " + std::to_string(padded) + ": " +
                  Describe(window));
    output.push_back((padded - covered) / window.stride[axis] + 1);
  }
  return output;
}

Shape SlidePool(const NodeShapes& node, const Window& window) {
  const Shape& image = node.OnlyImage();
  const Shape output = Slide(node, window, image[0]);
  const Padding& padding = window.padding;
  const std::array<int, 2> largest{std::max(padding.top, padding.bottom),
                                   std::max(padding.left, padding.right)};
  for (size_t axis = 0; axis < 2; ++axis) {
    const bool can_skip_image = window.dilation[axis] > image[axis + 1];
    if (largest[axis] > 0 && (largest[axis] >= window.Covered(axis) || can_skip_image))
      node.Refuse("some of its windows would lie in the padding alone: " + Describe(window));
  }
  return output;
}

void SetWindow(const Window& window, qb_node& node) {
  for (size_t i = 0; i < 2; ++i) {
    node.kernel[i] = window.kernel[i];
    node.stride[i] = window.stride[i];
    node.dilation[i] = window.dilation[i];
  }
  const Padding& p = window.padding;
  const int sides[] = {p.top, p.left, p.bottom, p.right};
  std::copy(std::begin(sides), std::end(sides), node.padding);
}

void WriteWindow(const Window& window, onnx_export::OnnxNode& node) {
  const Padding& p = window.padding;
  node.Ints("kernel_shape", {window.kernel[0], window.kernel[1]})
      .Ints("strides", {window.stride[0], window.stride[1]})
      .Ints("pads", {p.top, p.left, p.bottom, p.right});
}

void WriteDilation(const Window& window, onnx_export::OnnxNode& node) {
  node.Ints("dilations", {window.dilation[0], window.dilation[1]});
}

}  // namespace quantbench
