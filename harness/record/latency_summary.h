// SPDX-License-Identifier: Apache-2.0
// What is told of the repetitions of a case together.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "record/repetition.h"

namespace quantbench {

// What the table says of all repetitions. Count, mean, minimum and variation are of all runs;
// median, p90 and outliers are those of the runs that were kept, by linear interpolation between
// order statistics.
struct LatencySummary {
  int64_t samples = 0;
  double median_ms = 0, mean_ms = 0, min_ms = 0;
  // IntervalOfMedian of the repetitions' medians, and the median of all runs is inside.
  std::optional<double> low_ms, high_ms;
  double p90_ms = 0;      // NaN with fewer than kMinSamplesForP90
  double cv_percent = 0;  // 100 * standard deviation / mean
  // Samples above the third quartile by more than three interquartile ranges (Tukey's far out);
  // scaled up from those that were kept.
  int64_t outliers = 0;
  double preempted_percent = 0;                   // of the samples
  std::optional<double> throughput_images_per_s;  // median of the repetitions that tell it
};
constexpr int64_t kMinSamplesForP90 = 64;  // MLPerf's count for p90 at 99% confidence

// How far the farther end of an interval is from the median, in percent of it; nothing where the
// interval isn't known.
std::optional<double> OffPercent(double median, std::optional<double> low,
                                 std::optional<double> high);

// `kept` are the samples of all repetitions; each repetition counts by how many it kept.
LatencySummary Summarize(std::span<const Repetition> repetitions, std::span<const double> kept);

}  // namespace quantbench
