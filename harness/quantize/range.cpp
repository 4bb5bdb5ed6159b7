// SPDX-License-Identifier: Apache-2.0
// Minimum and maximum in lanes, which compilers turn into vector instructions.
#include "quantize/range.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "support/error.h"

namespace quantbench {
namespace {

constexpr size_t kLanes = 16;

struct Extremes {
  Range range;
  bool finite = true;
};

bool IsFinite(float value) {
  return (std::bit_cast<uint32_t>(value) & 0x7f80'0000u) != 0x7f80'0000u;
}

// A single running minimum would wait for itself at each value; sixteen don't.
Extremes ExtremesOf(std::span<const float> values) {
  if (values.empty()) return {};
  float lo[kLanes], hi[kLanes];
  uint32_t bad[kLanes] = {};
  std::fill_n(lo, kLanes, values[0]);
  std::fill_n(hi, kLanes, values[0]);
  const size_t whole = values.size() / kLanes * kLanes;
  const float* const data = values.data();
  for (size_t i = 0; i < whole; i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const float value = data[i + lane];
      lo[lane] = value < lo[lane] ? value : lo[lane];
      hi[lane] = value > hi[lane] ? value : hi[lane];
      const uint32_t bits = std::bit_cast<uint32_t>(value) & 0x7f80'0000u;
      bad[lane] |= bits == 0x7f80'0000u ? 1u : 0u;  // infinity or NaN
    }
  }
  Extremes extremes{.range = {.min = lo[0], .max = hi[0]}};
  for (size_t lane = 0; lane < kLanes; ++lane) {
    extremes.range.min = std::min(extremes.range.min, lo[lane]);
    extremes.range.max = std::max(extremes.range.max, hi[lane]);
    extremes.finite = extremes.finite && bad[lane] == 0;
  }
  for (const float value : values.subspan(whole)) {
    extremes.range.min = std::min(extremes.range.min, value);
    extremes.range.max = std::max(extremes.range.max, value);
    extremes.finite = extremes.finite && IsFinite(value);
  }
  return extremes;
}

std::optional<Range> Checked(const Extremes& extremes) {
  const Range& range = extremes.range;
  if (!extremes.finite || !std::isfinite(range.max - range.min)) return std::nullopt;
  return Range{.min = range.min + 0.0f, .max = range.max + 0.0f};  // whichever zero came first
}

}  // namespace

std::optional<Range> FiniteRange(std::span<const float> values) {
  return Checked(ExtremesOf(values));
}

std::optional<Range> FiniteRange(std::span<const float> values, ThreadPool& pool) {
  std::vector<Extremes> chunks(NumChunks(values.size()));
  pool.ForEach(static_cast<int64_t>(chunks.size()), [&](int64_t c, int) {
    const auto chunk = static_cast<size_t>(c);
    chunks[chunk] = ExtremesOf(Chunk(values, chunk));
  });
  if (chunks.empty()) return Range{};
  Extremes all = chunks[0];
  for (const Extremes& chunk : chunks) {
    all.range.min = std::min(all.range.min, chunk.range.min);
    all.range.max = std::max(all.range.max, chunk.range.max);
    all.finite = all.finite && chunk.finite;
  }
  return Checked(all);
}

void RequireFinite(std::span<const float> values, std::string_view tensor) {
  const auto bad = std::find_if_not(values.begin(), values.end(), IsFinite);
  if (bad == values.end()) return;
  throw Error("tensor '" + std::string(tensor) + "' holds NaN or infinity at position " +
              std::to_string(bad - values.begin()) +
              "; it can't be quantised, check where it comes from");
}

}  // namespace quantbench
