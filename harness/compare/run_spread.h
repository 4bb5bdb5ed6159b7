// SPDX-License-Identifier: Apache-2.0
// How far the latencies of one case differ from one run to another, by what is known of the
// machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace quantbench {

constexpr size_t kLeastEarlierRuns = 5;
// In place of earlier runs: docs/compare.md tells the measurements behind it.
constexpr double kRunSpreadFloor = 1.25;

struct RunSpread {
  double ratio = 1;          // up to which two runs of one build may differ
  int64_t earlier_runs = 0;  // that were found
  bool is_floor = false;     // they are too few: ratio is kRunSpreadFloor
};

// From the latencies of earlier runs, above 0, oldest first: the prediction interval of the
// difference of two more runs' logarithms, Student's t times the standard deviation times the
// square root of 2, at the two-sided level alpha (Hahn and Meeker, Statistical Intervals, 1991,
// chapter 4). The deviation is that about the level of each stretch between steps, since a build
// that became faster once doesn't make the machine a restless one. At alpha 1 the ratio is 1.
RunSpread SpreadOfRuns(std::span<const double> latencies, double alpha);

}  // namespace quantbench
