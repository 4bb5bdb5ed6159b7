// SPDX-License-Identifier: Apache-2.0
// Timing of one prepared model, driven by Google Benchmark.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "support/thread_pool.h"

namespace quantbench {

struct LatencySettings {
  double warmup_seconds = 0.2;
  double min_seconds = 1.0;  // of timed runs in each repetition
  int repetitions = 5;
};

// Every timed run of a batch, in milliseconds, repetition after repetition.
struct LatencySamples {
  std::vector<double> milliseconds;
};

// Runs the batch again and again on the pool: `input` is [batch_size,c,h,w]. Nothing else may run
// meanwhile. Throws Error with the backend's text.
LatencySamples MeasureLatency(const Executable& executable, int batch_size,
                              std::span<const float> input, const LatencySettings& settings,
                              const ThreadPool& pool);

// What the table says of the samples. Percentiles by linear interpolation between order statistics.
struct LatencySummary {
  int64_t samples = 0;
  double median_ms = 0, mean_ms = 0, min_ms = 0;
  double p90_ms = 0;      // NaN with fewer than kMinSamplesForP90
  double cv_percent = 0;  // 100 * standard deviation / mean
};
constexpr int64_t kMinSamplesForP90 = 64;  // MLPerf's count for p90 at 99% confidence

LatencySummary Summarize(const LatencySamples& samples);

}  // namespace quantbench
