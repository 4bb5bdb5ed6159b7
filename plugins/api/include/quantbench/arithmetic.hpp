// SPDX-License-Identifier: Apache-2.0
// The formulas of arithmetic.md that every integer operator shares, in plain C++.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "quantbench/plugin.h"

namespace quantbench::plugin {

// What a quantised output may be: the integers lo..hi around its zero point.
struct OutputRange {
  int32_t lo;
  int32_t hi;
  int32_t zero_point;
};

inline OutputRange RangeOf(qb_activation activation, float scale, int32_t zero_point) {
  OutputRange range{.lo = 0, .hi = 255, .zero_point = zero_point};
  if (activation != QB_NONE) range.lo = std::max(0, zero_point);
  if (activation == QB_RELU6) {
    const double six = std::nearbyint(6.0 / static_cast<double>(scale));
    range.hi = static_cast<int32_t>(std::min(255.0, zero_point + six));
  }
  return range;
}

// emit(r) = z + rne(clamp(r, lo - z, hi - z)); NaN gives lo.
inline uint8_t Emit(float r, const OutputRange& range) {
  const auto lo = static_cast<float>(range.lo - range.zero_point);
  const auto hi = static_cast<float>(range.hi - range.zero_point);
  const float clamped = std::min(r > lo ? r : lo, hi);
  // lrintf rounds like rne and is one instruction where nearbyintf is a call.
  return static_cast<uint8_t>(range.zero_point + static_cast<int32_t>(std::lrintf(clamped)));
}

// Products and quotients of scales: in float64, rounded to float32 once.
inline float ConvMultiplier(float input_scale, float weight_scale, float output_scale) {
  return static_cast<float>(static_cast<double>(input_scale) * static_cast<double>(weight_scale) /
                            static_cast<double>(output_scale));
}
inline float RescaleMultiplier(float input_scale, float output_scale) {
  return static_cast<float>(static_cast<double>(input_scale) / static_cast<double>(output_scale));
}
inline float PoolMultiplier(float input_scale, float output_scale, int64_t count) {
  return static_cast<float>(static_cast<double>(input_scale) /
                            (static_cast<double>(output_scale) * static_cast<double>(count)));
}

// The range that dynamic quantisation finds in a tensor; it always includes 0. Both ends are NaN
// where the tensor holds NaN or infinity.
struct DynamicRange {
  float lo = 0.0f;
  float hi = 0.0f;
};

struct DynamicQParams {
  float scale;  // NaN: the range has no qparams, and outputs are NaN
  int32_t zero_point;
};

inline DynamicQParams DynamicQParamsOf(const DynamicRange& range) {
  const float width = range.hi - range.lo;
  // False for NaN as well as for a width beyond float32.
  if (!(width <= std::numeric_limits<float>::max()))
    return {.scale = std::numeric_limits<float>::quiet_NaN(), .zero_point = 0};
  const float scale = std::max(width / 255.0f, 0x1p-23f);
  const float zero_point = std::clamp(-std::nearbyintf(range.lo / scale), 0.0f, 255.0f);
  return {.scale = scale, .zero_point = static_cast<int32_t>(zero_point)};
}

}  // namespace quantbench::plugin
