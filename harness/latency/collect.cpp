// SPDX-License-Identifier: Apache-2.0
// Quantiles of all runs and of the undisturbed ones.
#include "latency/collect.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "support/error.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

double FastOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return QuantileOfSorted(values, kFastQuantile);
}

// Every n-th value, such that no more than kMaxKeptSamples remain. Spread evenly over the
// repetition, so a drift within it stays in them.
std::vector<double> Thinned(const std::vector<double>& values) {
  const size_t step = (values.size() + kMaxKeptSamples - 1) / kMaxKeptSamples;
  std::vector<double> kept;
  for (size_t i = 0; i < values.size(); i += step) kept.push_back(values[i]);
  return kept;
}

}  // namespace

RepetitionSamples Collect(std::span<const RunTime> times) {
  std::vector<double> wall, undisturbed, cpu;
  for (const RunTime& time : times) {
    wall.push_back(time.wall_ms);
    cpu.push_back(time.cpu_ms);
    if (!time.preempted) undisturbed.push_back(time.wall_ms);
  }
  if (wall.empty()) throw Error("latency: nothing was measured");
  RepetitionSamples result{.repetition = {}, .milliseconds = Thinned(wall)};
  Repetition& repetition = result.repetition;
  repetition.samples = static_cast<int64_t>(wall.size());
  repetition.median_ms = Median(wall);
  repetition.min_ms = *std::min_element(wall.begin(), wall.end());
  repetition.mean_ms = Mean(wall);
  repetition.deviation_ms = StandardDeviation(wall);
  repetition.fast_cpu_ms = FastOf(std::move(cpu));
  repetition.preempted = repetition.samples - static_cast<int64_t>(undisturbed.size());
  if (static_cast<int64_t>(undisturbed.size()) >= kMinUndisturbedRuns) {
    std::sort(undisturbed.begin(), undisturbed.end());
    repetition.fast_ms = QuantileOfSorted(undisturbed, kFastQuantile);
    repetition.slow_ms = QuantileOfSorted(undisturbed, kSlowQuantile);
  }
  return result;
}

}  // namespace quantbench
