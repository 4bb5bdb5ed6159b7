// SPDX-License-Identifier: Apache-2.0
// Floats as integers would have them, in loops that compilers make vectors of.
#pragma once

#include <algorithm>
#include <span>

#include "graph/graph.h"

namespace quantbench {

// rne(clamp(x / scale, lo, hi)) for integers lo and hi of at most 16 bits: QuantizeLinear
// without the zero point (plugins/sdk/arithmetic.md); NaN gives lo.
struct Grid {
  float scale, lo, hi;

  explicit Grid(const QParams& qparams)
      : scale(qparams.scale),
        lo(static_cast<float>(-qparams.zero_point)),
        hi(static_cast<float>(qparams.most - qparams.zero_point)) {}

  float Level(float x) const {
    const float r = x / scale;
    const float clamped = std::min(r > lo ? r : lo, hi);
    // Behind 2^23 floats are whole numbers, and a sum rounds half to even.
    constexpr float kWhole = 12582912.0f;  // 1.5 * 2^23
    return clamped + kWhole - kWhole;
  }
};

// to[i] = what is left of from[i] in those integers, as a float.
inline void FakeQuantize(std::span<const float> from, const QParams& qparams, std::span<float> to) {
  const Grid grid(qparams);
  for (size_t i = 0; i < from.size(); ++i) to[i] = grid.Level(from[i]) * grid.scale;
}

}  // namespace quantbench
