// SPDX-License-Identifier: Apache-2.0
// The rules of each metric.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

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
  std::span<const Results* const> earlier;
  bool across_models = false;
};

// Nothing where base has no such figure. Predictions may be nullptr.
std::optional<AccuracyFinding> CompareAccuracy(const RowPair& pair,
                                               const PredictionsByImage* base_predictions,
                                               const PredictionsByImage* new_predictions);
std::optional<LatencyFinding> CompareLatency(const RowPair& pair);
std::optional<SizeFinding> CompareSize(const RowPair& pair);

// What a row's latency, or time an image where streams ran, is compared by: in units of the
// yardstick. Nothing where it wasn't measured, or other processes interrupted nearly every run.
std::optional<double> ComparedLatency(const Row& row);

// What the row's case took in those earlier results that are comparable with it and started before
// it, each once, oldest first; the latest of them, where there are very many.
std::vector<double> EarlierLatencies(const RowPair& pair);

// Why the latencies of two rows of one case on one machine can't be compared, or an empty text:
// another ISA path, model (unless across models) or measurement.
std::string PathDifference(const Row& base, const Row& changed, bool across_models = false);

// Why times of the two can't be compared, or an empty text: processor, architecture, cores, build
// type, emulation.
std::string MachineDifference(const Environment& base, const Environment& changed);

}  // namespace quantbench
