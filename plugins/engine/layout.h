// SPDX-License-Identifier: Apache-2.0
// Between the engine's padded NHWC and the model's dense NCHW.
#pragma once

#include <cstdint>

#include "step.h"

namespace quantbench::engine {

// One image of `value`, dense NCHW. T: uint8_t or float.
template <class T>
void ToDense(const Value& value, const T* nhwc, T* nchw) {
  for (int64_t p = 0; p < value.pixels(); ++p)
    for (int64_t c = 0; c < value.channels; ++c)
      nchw[c * value.pixels() + p] = nhwc[p * value.stride + c];
}

// The inverse; channels of padding are left alone.
template <class T>
void FromDense(const Value& value, const T* nchw, T* nhwc) {
  for (int64_t p = 0; p < value.pixels(); ++p)
    for (int64_t c = 0; c < value.channels; ++c)
      nhwc[p * value.stride + c] = nchw[c * value.pixels() + p];
}

inline void ToDenseBytes(const Value& value, const std::byte* nhwc, std::byte* nchw) {
  if (value.is_float()) {
    ToDense(value, reinterpret_cast<const float*>(nhwc), reinterpret_cast<float*>(nchw));
  } else {
    ToDense(value, reinterpret_cast<const uint8_t*>(nhwc), reinterpret_cast<uint8_t*>(nchw));
  }
}

inline void FromDenseBytes(const Value& value, const std::byte* nchw, std::byte* nhwc) {
  if (value.is_float()) {
    FromDense(value, reinterpret_cast<const float*>(nchw), reinterpret_cast<float*>(nhwc));
  } else {
    FromDense(value, reinterpret_cast<const uint8_t*>(nchw), reinterpret_cast<uint8_t*>(nhwc));
  }
}

}  // namespace quantbench::engine
