// SPDX-License-Identifier: Apache-2.0
// Timing of one prepared model, driven by Google Benchmark.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "latency/repetition.h"
#include "support/thread_pool.h"

namespace quantbench {

struct RepetitionSettings {
  double warmup_seconds = 0.2;  // at least; up to five times as long until the time is stable
  double min_seconds = 1.0;     // of timed runs, where `iterations` is 0
  int64_t iterations = 0;       // timed runs; 0: as many as min_seconds needs
};

// At most so many runs of a repetition are kept one by one: every n-th, in order.
constexpr size_t kMaxKeptSamples = 1000;

// What all timed runs of a batch say together, and the times of those that are kept.
struct RepetitionSamples {
  Repetition repetition;  // of all runs
  std::vector<double> milliseconds;
  std::optional<int64_t> fallback_nodes{};  // of the executable, where its plugin tells
};

// Runs the batch again and again on the pool: `input` is [batch_size,c,h,w]. Nothing else may run
// meanwhile. Throws Error with the backend's text.
RepetitionSamples MeasureRepetition(const Executable& executable, int batch_size,
                                    std::span<const float> input,
                                    const RepetitionSettings& settings, const ThreadPool& pool);

// What the table says of all repetitions. Count, mean, minimum and variation are of all runs;
// median, p90 and outliers are those of the runs that were kept, by linear interpolation between
// order statistics.
struct LatencySummary {
  int64_t samples = 0;
  double median_ms = 0, mean_ms = 0, min_ms = 0;
  double p90_ms = 0;      // NaN with fewer than kMinSamplesForP90
  double cv_percent = 0;  // 100 * standard deviation / mean
  // Samples above the third quartile by more than three interquartile ranges (Tukey's far out);
  // scaled up from those that were kept.
  int64_t outliers = 0;
};
constexpr int64_t kMinSamplesForP90 = 64;  // MLPerf's count for p90 at 99% confidence

// `kept` are the samples of all repetitions; each repetition counts by how many it kept.
LatencySummary Summarize(std::span<const Repetition> repetitions, std::span<const double> kept);

}  // namespace quantbench
