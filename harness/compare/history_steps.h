// SPDX-License-Identifier: Apache-2.0
// Change points of one case's latency, in what can be compared of it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "compare/history.h"

namespace quantbench {

struct MeasuredPoint {
  size_t point = 0;  // of the case's history
  const Row* row = nullptr;
  const Environment* environment = nullptr;
  double latency = 0;  // as compared: in units of the yardstick
};

// Points of one machine, path and measurement are a series, also where others lie in between.
std::vector<HistoryStep> StepsOf(std::span<const MeasuredPoint> points, double alpha);

}  // namespace quantbench
