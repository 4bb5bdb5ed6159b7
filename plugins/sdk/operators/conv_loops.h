// SPDX-License-Identifier: Apache-2.0
// The loops of every convolution, one output plane at a time.
#pragma once

#include <algorithm>
#include <vector>

#include "quantbench/plugin.hpp"

namespace quantbench::plugin::reference {

// The extents of one convolution.
struct Geometry {
  int64_t c_per_group, oc_per_group;
  int64_t h, w, oh, ow;
  int64_t kh, kw, sy, sx, dy, dx, top, left;
};

inline Geometry GeometryOf(const Call& call) {
  const qb_node& node = *call.node;
  const Tensor& x = call.inputs[0];
  const Tensor& weight = call.inputs[1];
  Geometry g{.c_per_group = weight.dims[1],
             .oc_per_group = weight.dims[0] / node.groups,
             .h = x.dims[2],
             .w = x.dims[3],
             .oh = call.output.dims[2],
             .ow = call.output.dims[3],
             .kh = weight.dims[2],
             .kw = weight.dims[3],
             .sy = node.stride[0],
             .sx = node.stride[1],
             .dy = node.dilation[0],
             .dx = node.dilation[1],
             .top = node.padding[0],
             .left = node.padding[1]};
  const bool padded = node.padding[0] + node.padding[1] + node.padding[2] + node.padding[3] > 0;
  if (g.kh * g.kw == 1 && g.sy * g.sx == 1 && !padded) {
    // A 1x1 convolution doesn't know rows: one long row is the same and has a longer inner loop.
    g.w = g.ow = g.h * g.w;
    g.h = g.oh = 1;
  }
  return g;
}

// The output positions [first, last) whose input position o * stride + offset lies inside [0,
// extent).
struct Span {
  int64_t first, last;
};
inline Span InsideImage(int64_t outputs, int64_t stride, int64_t offset, int64_t extent) {
  const int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  const int64_t last = offset >= extent ? 0 : (extent - 1 - offset) / stride + 1;
  return {first, std::clamp(last, first, std::max(first, outputs))};
}

// acc[oy, ox] += sum over c, ky, kx of (x[c, oy * sy - top + ky * dy, ox * sx - left + kx * dx] -
// zero) * w[c, ky, kx], where padded positions add nothing. Wide is what a product's factors are
// widened to.
template <class Wide, class X, class W, class Acc>
void AccumulatePlane(const Geometry& g, const X* x, Wide zero, const W* weight, Acc* acc) {
  for (int64_t c = 0; c < g.c_per_group; ++c) {
    for (int64_t ky = 0; ky < g.kh; ++ky) {
      for (int64_t kx = 0; kx < g.kw; ++kx) {
        const auto w = static_cast<Wide>(weight[(c * g.kh + ky) * g.kw + kx]);
        const Span rows = InsideImage(g.oh, g.sy, ky * g.dy - g.top, g.h);
        const Span columns = InsideImage(g.ow, g.sx, kx * g.dx - g.left, g.w);
        for (int64_t oy = rows.first; oy < rows.last; ++oy) {
          const X* const row =
              x + (c * g.h + oy * g.sy - g.top + ky * g.dy) * g.w + kx * g.dx - g.left;
          Acc* const out = acc + oy * g.ow;
          for (int64_t ox = columns.first; ox < columns.last; ++ox) {
            const auto value = static_cast<Wide>(static_cast<Wide>(row[ox * g.sx]) - zero);
            out[ox] += static_cast<Acc>(value) * static_cast<Acc>(w);
          }
        }
      }
    }
  }
}

// Calls finish(plane, o, acc) for each output plane of each image with its sums, bias included.
template <class Wide, class X, class W, class Acc, class Finish>
void ForEachPlane(const Call& call, Wide zero, const Finish& finish) {
  const Geometry g = GeometryOf(call);
  const Tensor& x = call.inputs[0];
  const Tensor& weight = call.inputs[1];
  const Acc* const bias = call.inputs[2].As<const Acc>();
  const int64_t oc = call.output.dims[1];
  call.parallel.ForEach(call.output.dims[0] * oc, [&](int64_t plane, int /*worker*/) {
    const int64_t n = plane / oc;
    const int64_t o = plane % oc;
    const int64_t first_channel = n * x.dims[1] + o / g.oc_per_group * g.c_per_group;
    std::vector<Acc> acc(static_cast<size_t>(g.oh * g.ow), bias[o]);
    AccumulatePlane<Wide>(g, x.As<const X>() + first_channel * g.h * g.w, zero,
                          weight.As<const W>() + o * g.c_per_group * g.kh * g.kw, acc.data());
    finish(plane, o, acc);
  });
}

}  // namespace quantbench::plugin::reference
