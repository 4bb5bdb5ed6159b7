// SPDX-License-Identifier: Apache-2.0
// The float pass: every value of the graph, batch by batch, into statistics.
#pragma once

#include <span>
#include <vector>

#include "quantize/calibrate.h"
#include "quantize/statistic.h"

namespace quantbench {

// [values] whether a value has qparams of its own: all but what flatten and max pool write.
std::vector<bool> ObservedValues(const Graph& graph);

// Runs the images through the built-in operators once and feeds each of `targets` ([values] each,
// empty before). Throws Error as Calibrate does.
void CollectStatistics(const CalibrationRequest& request,
                       std::span<std::vector<Statistic>* const> targets, ThreadPool& pool,
                       const ProgressCallback& progress);

}  // namespace quantbench
