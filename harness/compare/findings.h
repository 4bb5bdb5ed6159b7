// SPDX-License-Identifier: Apache-2.0
// The rules of each metric.
#pragma once

#include <optional>
#include <string>

#include "compare/comparison.h"
#include "compare/predictions.h"

namespace quantbench {

// One row of each side and what its results are about.
struct RowPair {
  const Row& base;
  const Row& changed;
  const Results& base_results;
  const Results& new_results;
  CaseLimits limits;
};

// Nothing where base has no such figure. Predictions may be nullptr.
std::optional<AccuracyFinding> CompareAccuracy(const RowPair& pair,
                                               const PredictionsByImage* base_predictions,
                                               const PredictionsByImage* new_predictions);
std::optional<LatencyFinding> CompareLatency(const RowPair& pair);
std::optional<SizeFinding> CompareSize(const RowPair& pair);

// What both rows measured, if it isn't the same: "another measurement: latency, now throughput of 2
// streams".
std::string MeasurementDifference(const Row& base, const Row& changed);

// Why times of the two can't be compared, or an empty text: processor, architecture, cores, build
// type, emulation.
std::string MachineDifference(const Environment& base, const Environment& changed);

}  // namespace quantbench
