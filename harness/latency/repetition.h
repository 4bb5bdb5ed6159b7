// SPDX-License-Identifier: Apache-2.0
// What one repetition of a case's timing found: plain numbers, kept with the results.
#pragma once

#include <cstdint>
#include <optional>

namespace quantbench {

// Fewer undisturbed runs than this give no undisturbed_ms.
constexpr int64_t kMinUndisturbedRuns = 5;

// Runs within a repetition resemble each other more than runs of different repetitions do, so
// whoever asks whether two builds differ counts repetitions, not runs.
struct Repetition {
  int64_t samples = 0;   // timed runs
  double median_ms = 0;  // wall time of a batch over all runs
  double min_ms = 0;
  // The median over the runs in which no thread of this process had to make room for another
  // process; empty with fewer than kMinUndisturbedRuns.
  std::optional<double> undisturbed_ms;
  double cpu_ms = 0;        // median processor time of a run, all threads together
  int64_t preempted = 0;    // runs in which a thread had to make room
  double yardstick_ms = 0;  // a fixed computation timed around the runs: how fast the machine was
  bool warmed_up = true;    // the last two windows of the warm-up agreed
};

}  // namespace quantbench
