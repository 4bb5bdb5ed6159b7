// SPDX-License-Identifier: Apache-2.0
// Many repetitions to the figures of one row.
#include "record/latency_summary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "support/error.h"
#include "support/intervals.h"
#include "support/statistics.h"

namespace quantbench {

std::optional<double> OffPercent(double median, std::optional<double> low,
                                 std::optional<double> high) {
  if (!low || !high) return std::nullopt;
  return 100 * ConfidenceInterval{.low = *low, .high = *high}.OffFrom(median) / median;
}

LatencySummary Summarize(std::span<const Repetition> repetitions, std::span<const double> kept) {
  if (repetitions.empty() || kept.empty()) throw Error("latency: nothing was measured");
  LatencySummary summary{.min_ms = repetitions.front().min_ms};
  double sum = 0;
  int64_t preempted = 0;
  std::vector<double> throughputs, medians;
  for (const Repetition& one : repetitions) {
    summary.samples += one.samples;
    preempted += one.preempted;
    summary.min_ms = std::min(summary.min_ms, one.min_ms);
    sum += one.mean_ms * static_cast<double>(one.samples);
    medians.push_back(one.median_ms);
    if (one.throughput_images_per_s) throughputs.push_back(*one.throughput_images_per_s);
  }
  if (!throughputs.empty()) summary.throughput_images_per_s = Median(throughputs);
  const auto all = static_cast<double>(summary.samples);
  summary.mean_ms = sum / all;
  summary.preempted_percent = 100.0 * static_cast<double>(preempted) / all;
  double squares = 0;  // of the distances to the mean: within repetitions, and of their means
  for (const Repetition& one : repetitions) {
    const auto count = static_cast<double>(one.samples);
    const double distance = one.mean_ms - summary.mean_ms;
    squares += (count - 1) * one.deviation_ms * one.deviation_ms + count * distance * distance;
  }
  const double deviation = summary.samples > 1 ? std::sqrt(squares / (all - 1)) : 0.0;
  summary.cv_percent = 100.0 * deviation / summary.mean_ms;

  std::vector<double> sorted(kept.begin(), kept.end());
  std::sort(sorted.begin(), sorted.end());
  summary.median_ms = QuantileOfSorted(sorted, 0.5);
  if (const auto interval = IntervalOfMedian(medians)) {
    const ConfidenceInterval whole = interval->Including(summary.median_ms);
    summary.low_ms = whole.low;
    summary.high_ms = whole.high;
  }
  summary.p90_ms = summary.samples >= kMinSamplesForP90 ? QuantileOfSorted(sorted, 0.9)
                                                        : std::numeric_limits<double>::quiet_NaN();
  const double third_quartile = QuantileOfSorted(sorted, 0.75);
  const double fence = third_quartile + 3 * (third_quartile - QuantileOfSorted(sorted, 0.25));
  const auto beyond = sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), fence);
  const double share = static_cast<double>(beyond) / static_cast<double>(sorted.size());
  summary.outliers = std::llround(share * all);
  return summary;
}

}  // namespace quantbench
