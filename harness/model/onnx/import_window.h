// SPDX-License-Identifier: Apache-2.0
// What the operators of ONNX files say of windows that slide over an image.
#pragma once

#include <array>
#include <string_view>

#include "model/onnx/node_import.h"

namespace quantbench::onnx_import {

constexpr int64_t kLargestParameter = 1 << 20;  // of a window, in pixels

// {height, width} of an attribute; one number twice where it is left out.
std::array<int, 2> PairOf(const NodeImport& node, std::string_view name, int otherwise);

Padding ToPadding(const NodeImport& node, const std::array<int64_t, 4>& pads);

// The image that a window slides over, with zeros that a Pad node put around it still apart.
struct Source {
  View view;
  Shape dims;  // zeros included
};
Source SourceOf(const NodeImport& node);

// The window of a node whose kernel is known, Pad nodes' zeros not counted.
Window WindowOf(const NodeImport& node, const std::array<int, 2>& kernel, const Shape& image);

void Enlarge(Padding& padding, const Padding& by);

// ceil_mode: rows and columns to add at the end, so that a last window that hangs over is counted
// as well; PyTorch's rule, by which it must begin inside the image or the padding before it.
void AddCeilPadding(Window& window, const Shape& image);

}  // namespace quantbench::onnx_import
