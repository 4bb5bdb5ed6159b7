// SPDX-License-Identifier: Apache-2.0
// The L2 search of PyTorch 1.13's HistogramObserver, with its float32 roundings.
#include <algorithm>
#include <array>
#include <limits>

#include "quantize/pytorch_histogram.h"

namespace quantbench {
namespace {

constexpr int kLevels = 256;  // also under reduce_range, quant_min and quant_max
constexpr double kStep = 1e-5;

// The integral of x^2 from begin to end.
float SquaresBetween(float begin, float end) {
  return (end * end * end - begin * begin * begin) / 3.0f;
}

// The level in which a distance from the first level's beginning lies.
float LevelOf(float distance, float level_width) {
  // In double a quotient of two float32 can't be rounded up to a whole number.
  const double level = static_cast<double>(distance) / static_cast<double>(level_width);
  return static_cast<float>(
      static_cast<int>(std::min(std::max(level, 0.0), static_cast<double>(kLevels - 1))));
}

// Sum of squared errors when bins [first, last] share the levels and values beyond go to the
// nearest: each bin's values are spread evenly over it, each level stands for its centre.
double QuantizationError(const std::vector<float>& counts, double bin_width, int first, int last) {
  const double exact_level = bin_width * (last - first + 1) / kLevels;
  if (exact_level == 0.0) return 0.0;
  const auto width = static_cast<float>(bin_width), level = static_cast<float>(exact_level);
  const auto half = static_cast<float>(exact_level / 2);
  const float whole_level = SquaresBetween(-half, half);
  std::array<double, 8> sums{};  // one sum would wait for itself
  const auto bins = static_cast<int>(counts.size());
  for (int i = 0; i < bins; ++i) {
    const float begin = static_cast<float>(i - first) * width;
    const float end = begin + width;
    const float begin_level = LevelOf(begin, level), end_level = LevelOf(end, level);
    const float density = counts[static_cast<size_t>(i)] / width;
    float error = density * SquaresBetween(begin - (begin_level + 0.5f) * level, half);
    error += (end_level - begin_level - 1.0f) * (density * whole_level);
    error += density * SquaresBetween(-half, end - (end_level * level + half));
    sums[static_cast<size_t>(i % 8)] += static_cast<double>(error);
  }
  double sum = 0.0;
  for (const double one : sums) sum += one;
  return sum;
}

}  // namespace

Range PyTorchHistogram::Search() const {
  std::vector<float> sums;
  double sum = 0.0;
  for (const float count : counts_) {
    sum += static_cast<double>(count);
    sums.push_back(static_cast<float>(sum));
  }
  const auto total = static_cast<double>(static_cast<float>(sum));
  const double bin_width =
      (static_cast<double>(range_.max) - static_cast<double>(range_.min)) / bins_;
  const auto sum_at = [&](int bin) { return sums[static_cast<size_t>(bin)]; };

  double alpha = 0.0, beta = 1.0, least = std::numeric_limits<double>::infinity();
  int start = 0, end = bins_ - 1;
  while (alpha < beta) {
    const double next_alpha = alpha + kStep, next_beta = beta - kStep;
    int left = start, right = end;
    while (left < end && sum_at(left) < static_cast<float>(next_alpha * total)) ++left;
    while (right > start && sum_at(right) > static_cast<float>(next_beta * total)) --right;
    int next_start = start, next_end = end;
    if (left - start > end - right) {
      next_start = left;
      alpha = next_alpha;
    } else {
      next_end = right;
      beta = next_beta;
    }
    if (next_start == start && next_end == end) continue;
    const double error = QuantizationError(counts_, bin_width, next_start, next_end);
    if (error > least) break;
    least = error;
    start = next_start;
    end = next_end;
  }
  const float width = (range_.max - range_.min) / static_cast<float>(bins_);
  return {.min = range_.min + width * static_cast<float>(start),
          .max = range_.min + width * static_cast<float>(end + 1)};
}

}  // namespace quantbench
