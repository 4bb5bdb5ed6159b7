// SPDX-License-Identifier: Apache-2.0
// Which channel each value of a row-major tensor belongs to.
#pragma once

#include <cstddef>
#include <string_view>

#include "graph/graph.h"

namespace quantbench {

// Values lie as [outer, channels, inner].
struct ChannelLayout {
  size_t outer = 1, channels = 1, inner = 1;
  size_t ChannelOf(size_t index) const { return index / inner % channels; }
};

// Throws Error that names the tensor and its shape where it has no dimension `axis`, counted from
// 0.
ChannelLayout LayoutOf(const Shape& shape, int axis, std::string_view tensor);

}  // namespace quantbench
