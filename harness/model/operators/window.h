// SPDX-License-Identifier: Apache-2.0
// What the rooms of operators share whose windows slide over an image.
#pragma once

#include <array>
#include <string>

#include "model/operators/rules.h"

namespace quantbench {

std::string ToString(const std::array<int, 2>& pair);  // "3x3"

// The result [channels, h', w'] of a window that slides over the node's only input, padding
// included.
Shape Slide(const NodeShapes& node, const Window& window, int64_t channels);
// The same for pooling, whose every window must see the image: a maximum or mean of nothing has no
// value.
Shape SlidePool(const NodeShapes& node, const Window& window);

void SetWindow(const Window& window, qb_node& node);
void WriteWindow(const Window& window, onnx_export::OnnxNode& node);  // all but the dilation
void WriteDilation(const Window& window, onnx_export::OnnxNode& node);

}  // namespace quantbench
