// SPDX-License-Identifier: Apache-2.0
// What a dynamically quantised layer learns from its input: where that lies during a run.
#pragma once

#include "pack.h"
#include "quantbench/arithmetic.hpp"
#include "step.h"

namespace quantbench::engine {

// One for each dynamic layer, in image 0's part of the arena: the qparams are the whole batch's.
struct RunConstants {
  plugin::DynamicQParams* qparams = nullptr;  // the range step writes them
  int32_t* bias = nullptr;                    // [bias_rows][lanes] what the sums start with
  float* multiplier = nullptr;                // [lanes] input scale * weight scale
  uint8_t* padding = nullptr;                 // a row of zero points

  uint8_t zero_point() const { return static_cast<uint8_t>(qparams->zero_point); }
  bool has_range() const { return qparams->scale == qparams->scale; }
};

// How much room that takes.
struct RunConstantsSize {
  int64_t lanes = 0;          // of packed output channels
  int64_t bias_rows = 1;      // depthwise: output rows that are computed together
  int64_t padding_bytes = 0;  // depthwise only

  int64_t floats() const { return kHeader + (bias_rows + 1) * lanes + (padding_bytes + 3) / 4; }
  RunConstants At(const RunState& state, const Value& value) const {
    auto* const base = state.At<float>(value, 0);
    return {.qparams = reinterpret_cast<plugin::DynamicQParams*>(base),
            .bias = reinterpret_cast<int32_t*>(base + kHeader),
            .multiplier = base + kHeader + bias_rows * lanes,
            .padding = reinterpret_cast<uint8_t*>(base + kHeader + (bias_rows + 1) * lanes)};
  }

 private:
  static constexpr int64_t kHeader = 16;
};

// From what was packed, of `count` lanes from `first` on.
inline void FillStarts(const RunConstants& run, const SumStart* starts, int64_t first,
                       int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    run.bias[first + i] = starts[i].At(0, run.qparams->zero_point);
}
inline void FillMultipliers(const RunConstants& run, const float* weight_scales, int64_t first,
                            int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    run.multiplier[first + i] = run.qparams->scale * weight_scales[i];
}

// Every value of y in every image, where the input had no range.
inline void FillWithNan(const Work& work, const Value& y) {
  for (int64_t image = work.first_image; image < work.last_image; ++image) {
    float* const to = work.state.At<float>(y, image);
    for (int64_t i = 0; i < y.elements(); ++i) to[i] = std::numeric_limits<float>::quiet_NaN();
  }
}

}  // namespace quantbench::engine
