// SPDX-License-Identifier: Apache-2.0
// What a dynamically quantised layer learns from its input: where that lies during a run.
#pragma once

#include "quantbench/arithmetic.hpp"
#include "step.h"

namespace quantbench::engine {

// One for each dynamic layer, in image 0's part of the arena: the qparams are the whole batch's.
struct RunConstants {
  plugin::DynamicQParams* qparams = nullptr;  // the range step writes them
  int32_t* bias = nullptr;                    // [lanes] compensation of the zero point
  float* multiplier = nullptr;                // [lanes] input scale * weight scale
  uint8_t* padding = nullptr;                 // a row of zero points

  uint8_t zero_point() const { return static_cast<uint8_t>(qparams->zero_point); }
  bool has_range() const { return qparams->scale == qparams->scale; }
};

// How much room that takes.
struct RunConstantsSize {
  int64_t lanes = 0;          // of packed output channels
  int64_t padding_bytes = 0;  // depthwise only

  int64_t floats() const { return kHeader + 2 * lanes + (padding_bytes + 3) / 4; }
  RunConstants At(const RunState& state, const Value& value) const {
    auto* const base = state.At<float>(value, 0);
    return {.qparams = reinterpret_cast<plugin::DynamicQParams*>(base),
            .bias = reinterpret_cast<int32_t*>(base + kHeader),
            .multiplier = base + kHeader + lanes,
            .padding = reinterpret_cast<uint8_t*>(base + kHeader + 2 * lanes)};
  }

 private:
  static constexpr int64_t kHeader = 16;
};

// From what was packed, of `count` lanes: minus the sums of weights, and the weights' scales.
inline void FillRunConstants(const RunConstants& run, const int32_t* minus_sums,
                             const float* weight_scales, int64_t first, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    // Sums are exact modulo 2^32, and the final sum fits: so may this wrap.
    run.bias[first + i] = static_cast<int32_t>(static_cast<uint32_t>(run.qparams->zero_point) *
                                               static_cast<uint32_t>(minus_sums[i]));
    run.multiplier[first + i] = run.qparams->scale * weight_scales[i];
  }
}

// Every value of y in every image, where the input had no range.
inline void FillWithNan(const Work& work, const Value& y) {
  for (int64_t image = work.first_image; image < work.last_image; ++image) {
    float* const to = work.state.At<float>(y, image);
    for (int64_t i = 0; i < y.elements(); ++i) to[i] = std::numeric_limits<float>::quiet_NaN();
  }
}

}  // namespace quantbench::engine
