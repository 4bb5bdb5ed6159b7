// SPDX-License-Identifier: Apache-2.0
// The extents of a convolution or pooling window, and what lies inside the image.
#pragma once

#include <algorithm>
#include <cstdint>

#include "step.h"

namespace quantbench::engine {

struct Geometry {
  int64_t in_h, in_w, out_h, out_w;
  int64_t kh, kw, sy, sx, dy, dx, top, left;

  int64_t taps() const { return kh * kw; }
  // Every output pixel reads just the input pixel at its own place.
  bool pointwise() const {
    return taps() == 1 && sy == 1 && sx == 1 && top == 0 && left == 0 && in_h == out_h &&
           in_w == out_w;
  }
  // Output columns [first, last) that read no column outside the image.
  void InteriorColumns(int64_t* first, int64_t* last) const {
    *first = std::min(out_w, (left + sx - 1) / sx);
    const int64_t room = in_w - 1 - (kw - 1) * dx + left;
    *last = std::clamp(room < 0 ? 0 : room / sx + 1, *first, std::max(*first, out_w));
  }
  bool InteriorRow(int64_t oy) const {
    const int64_t y = oy * sy - top;
    return y >= 0 && y + (kh - 1) * dy < in_h;
  }
};

inline bool IsLinear(const qb_node& node) {
  return node.op == QB_LINEAR || node.op == QB_DYNAMIC_LINEAR;
}
inline bool IsConv(const qb_node& node) { return node.op == QB_CONV || node.op == QB_DYNAMIC_CONV; }

inline bool IsDynamic(const qb_node& node) {
  return node.op == QB_DYNAMIC_CONV || node.op == QB_DYNAMIC_LINEAR;
}

// A linear layer is a convolution of one pixel.
inline Geometry GeometryOf(const qb_node& node, const Value& x, const Value& y, int64_t kh,
                           int64_t kw) {
  Geometry g{.in_h = x.height,
             .in_w = x.width,
             .out_h = y.height,
             .out_w = y.width,
             .kh = kh,
             .kw = kw,
             .sy = 1,
             .sx = 1,
             .dy = 1,
             .dx = 1,
             .top = 0,
             .left = 0};
  if (IsLinear(node)) return g;
  g.sy = node.stride[0];
  g.sx = node.stride[1];
  g.dy = node.dilation[0];
  g.dx = node.dilation[1];
  g.top = node.padding[0];
  g.left = node.padding[1];
  return g;
}

}  // namespace quantbench::engine
