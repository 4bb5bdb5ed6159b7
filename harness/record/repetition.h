// SPDX-License-Identifier: Apache-2.0
// What one repetition of a case's timing found: plain numbers, kept with the results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/field.h"
#include "record/memory.h"
#include "record/preparation.h"

namespace quantbench {

// Noise only ever adds time: other processes take the processor and leave cold caches behind. So
// what a build can do shows in its fast runs, the quantile up to which they count.
constexpr double kFastQuantile = 0.05;
constexpr double kSlowQuantile = 0.8;
// Fewer undisturbed runs than this give no fast_ms.
constexpr int64_t kMinUndisturbedRuns = 5;

// Runs within a repetition resemble each other more than runs of different repetitions do, so
// whoever asks whether two builds differ counts repetitions, not runs.
struct Repetition {
  int64_t samples = 0;   // timed runs
  double median_ms = 0;  // wall time of a batch over all runs
  double min_ms = 0;
  double mean_ms = 0, deviation_ms = 0;  // over all runs; sample standard deviation
  // Wall time of the fast runs among those in which no thread of this process had to make room for
  // another process; empty with fewer than kMinUndisturbedRuns of these, as is slow_ms.
  std::optional<double> fast_ms;
  // The slow ones among the same runs: how far the times of a build spread by themselves.
  std::optional<double> slow_ms;
  double fast_cpu_ms = 0;   // processor time of the fast runs, all threads together
  int64_t preempted = 0;    // runs in which a thread had to make room
  double yardstick_ms = 0;  // a fixed computation timed around the runs: how fast the machine was
  bool warmed_up = true;    // the last two windows of the warm-up agreed
  // Of all streams together, where several ran at once.
  std::optional<double> throughput_images_per_s;
};

template <>
struct Fields<Repetition> {
  static constexpr std::tuple kAll{
      Field("samples", &Repetition::samples),
      Field("median_ms", &Repetition::median_ms),
      Field("min_ms", &Repetition::min_ms),
      Field("mean_ms", &Repetition::mean_ms),
      Field("deviation_ms", &Repetition::deviation_ms),
      Field("fast_ms", &Repetition::fast_ms),
      Field("slow_ms", &Repetition::slow_ms),
      Field("fast_cpu_ms", &Repetition::fast_cpu_ms),
      Field("preempted", &Repetition::preempted),
      Field("yardstick_ms", &Repetition::yardstick_ms),
      Field("warmed_up", &Repetition::warmed_up),
      Field("throughput_images_per_s", &Repetition::throughput_images_per_s)};
};

// What all timed runs of a batch say together, and the times of those that are kept.
struct RepetitionSamples {
  Repetition repetition;  // of all runs
  std::vector<double> milliseconds;
  Preparation preparation{};
  Memory memory{};
  std::optional<std::string> remark{};  // see AddRemark
};

template <>
struct Fields<RepetitionSamples> {
  static constexpr std::tuple kAll{
      Field("milliseconds", &RepetitionSamples::milliseconds),
      Embedded(&RepetitionSamples::repetition), Embedded(&RepetitionSamples::preparation),
      Embedded(&RepetitionSamples::memory), Field("remark", &RepetitionSamples::remark)};
};

}  // namespace quantbench
