// SPDX-License-Identifier: Apache-2.0
// The smallest and largest value of a tensor.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "support/thread_pool.h"

namespace quantbench {

struct Range {
  float min = 0.0f;
  float max = 0.0f;
  bool operator==(const Range&) const = default;
};

// Smallest and largest value; both 0 for no values. Nothing where a value is NaN or infinite, or
// where the two lie so far apart that their difference isn't a float32.
std::optional<Range> FiniteRange(std::span<const float> values);
// The same with all workers of the pool.
std::optional<Range> FiniteRange(std::span<const float> values, ThreadPool& pool);

// Throws Error that names the tensor and the position of a value that is NaN or infinite.
void RequireFinite(std::span<const float> values, std::string_view tensor);

// The rest of a message that begins with the tensor's name, for where FiniteRange gives nothing.
inline constexpr char kNotFinite[] =
    "holds NaN, infinity, or values further apart than float32 can tell; it has no scale";

// How parallel loops over a tensor's values are cut: fixed, so that no result depends on threads.
inline constexpr size_t kChunkValues = size_t{1} << 16;
inline size_t NumChunks(size_t values) { return (values + kChunkValues - 1) / kChunkValues; }
inline std::span<const float> Chunk(std::span<const float> values, size_t chunk) {
  const size_t begin = chunk * kChunkValues;
  return values.subspan(begin, std::min(kChunkValues, values.size() - begin));
}

}  // namespace quantbench
