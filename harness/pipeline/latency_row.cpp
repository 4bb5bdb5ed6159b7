// SPDX-License-Identifier: Apache-2.0
// The latency columns.
#include "pipeline/latency_row.h"

#include <algorithm>

#include "support/cpu.h"

namespace quantbench {

void AddRepetitionToRow(const RepetitionSamples& samples, Row& row) {
  row.fallback_nodes = samples.fallback_nodes;
  row.repetitions.push_back(samples.repetition);
  row.latency_samples_ms.insert(row.latency_samples_ms.end(), samples.milliseconds.begin(),
                                samples.milliseconds.end());
  const LatencySummary summary = Summarize(row.repetitions, row.latency_samples_ms);
  row.latency_samples = summary.samples;
  row.latency_repetitions = static_cast<int64_t>(row.repetitions.size());
  row.latency_outliers = summary.outliers;
  int64_t preempted = 0;
  for (const Repetition& one : row.repetitions) preempted += one.preempted;
  row.latency_preempted_percent =
      100.0 * static_cast<double>(preempted) / static_cast<double>(summary.samples);
  row.latency_ms_median = summary.median_ms;
  row.latency_ms_mean = summary.mean_ms;
  row.latency_ms_min = summary.min_ms;
  row.latency_ms_p90 = summary.p90_ms;
  row.latency_cv_percent = summary.cv_percent;
  row.images_per_second = row.batch_size * 1e3 / summary.median_ms;
}

void DescribeLatency(const std::string& emulator, Row& row) {
  if (!row.latency_samples) return;
  const auto say = [&](const std::string& text) {
    row.detail += (row.detail.empty() ? "" : "; ") + text;
  };
  if (!emulator.empty()) say(EmulationNote(emulator));
  if (*row.latency_samples < kMinSamplesForP90) {
    say("no p90: it needs " + std::to_string(kMinSamplesForP90) + " samples");
  }
  const auto unstable = std::count_if(row.repetitions.begin(), row.repetitions.end(),
                                      [](const Repetition& one) { return !one.warmed_up; });
  if (unstable > 0) {
    say("the time wasn't stable after warming up in " + std::to_string(unstable) + " of " +
        std::to_string(row.repetitions.size()) + " repetitions");
  }
}

}  // namespace quantbench
