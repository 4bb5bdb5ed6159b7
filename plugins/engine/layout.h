// SPDX-License-Identifier: Apache-2.0
// Between the engine's padded NHWC and the model's dense NCHW.
#pragma once

#include <cstdint>

#include "step.h"

namespace quantbench::engine {

// to[column * to_step + row] = from[row * from_step + column]
void Transpose(int64_t rows, int64_t columns, const float* from, int64_t from_step, float* to,
               int64_t to_step);
void Transpose(int64_t rows, int64_t columns, const uint8_t* from, int64_t from_step, uint8_t* to,
               int64_t to_step);

// Pixels [first, last) of one image of `value`, dense NCHW. T: uint8_t or float.
template <class T>
void ToDense(const Value& value, const T* nhwc, T* nchw, int64_t first, int64_t last) {
  Transpose(last - first, value.channels, nhwc + first * value.stride, value.stride, nchw + first,
            value.pixels());
}
template <class T>
void ToDense(const Value& value, const T* nhwc, T* nchw) {
  ToDense(value, nhwc, nchw, 0, value.pixels());
}

// The inverse; channels of padding are left alone.
template <class T>
void FromDense(const Value& value, const T* nchw, T* nhwc) {
  Transpose(value.channels, value.pixels(), nchw, value.pixels(), nhwc, value.stride);
}

inline void ToDenseBytes(const Value& value, const std::byte* nhwc, std::byte* nchw, int64_t first,
                         int64_t last) {
  if (value.is_float()) {
    ToDense(value, reinterpret_cast<const float*>(nhwc), reinterpret_cast<float*>(nchw), first,
            last);
  } else {
    ToDense(value, reinterpret_cast<const uint8_t*>(nhwc), reinterpret_cast<uint8_t*>(nchw), first,
            last);
  }
}
inline void ToDenseBytes(const Value& value, const std::byte* nhwc, std::byte* nchw) {
  ToDenseBytes(value, nhwc, nchw, 0, value.pixels());
}

inline void FromDenseBytes(const Value& value, const std::byte* nchw, std::byte* nhwc) {
  if (value.is_float()) {
    FromDense(value, reinterpret_cast<const float*>(nchw), reinterpret_cast<float*>(nhwc));
  } else {
    FromDense(value, reinterpret_cast<const uint8_t*>(nchw), reinterpret_cast<uint8_t*>(nhwc));
  }
}

}  // namespace quantbench::engine
