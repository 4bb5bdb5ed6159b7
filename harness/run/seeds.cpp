// SPDX-License-Identifier: Apache-2.0
// Runs of the same scenario without latency, one a seed.
#include "run/seeds.h"

#include <string>

#include "run/run.h"
#include "support/error.h"
#include "support/progress.h"

namespace quantbench {
namespace {

Scenario WithSeed(const Scenario& scenario, uint64_t seed) {
  Scenario other = scenario;
  other.calibration.seeds = 1;
  other.calibration.seed = other.calibration.subset.seed = seed;
  other.latency.enabled = false;
  other.resolved.clear();      // that would say the first seed
  other.ForgetExpectations();  // fp32 was judged already
  return other;
}

bool DependsOnCalibration(const Row& row) {
  return row.status == Status::kOk && row.summary.top1_percent &&
         Is(row.quantization, Quantization::kStatic);
}

}  // namespace

void RequireOneSeed(const Scenario& scenario) {
  if (scenario.calibration.seeds > 1)
    throw Error(scenario.calibration.spot.Say(
        "whole runs alone are repeated with other seeds; leave out seeds, or --shard"));
}

void MeasureSeeds(const Scenario& scenario, const RunOptions& options, std::vector<Row>& rows) {
  const int seeds = scenario.evaluation.enabled ? scenario.calibration.seeds : 1;
  if (seeds == 1) return;
  Derive(rows);
  for (Row& row : rows) {
    row.top1_percent_by_seed.clear();
    if (DependsOnCalibration(row)) row.top1_percent_by_seed = {*row.summary.top1_percent};
  }
  for (int i = 1; i < seeds; ++i) {
    const uint64_t seed = scenario.calibration.seed + static_cast<uint64_t>(i);
    Log("calibration images " + std::to_string(i + 1) + " of " + std::to_string(seeds) +
        ": those of seed " + std::to_string(seed));
    RunOptions own = options;
    own.out = options.out / "seeds" / std::to_string(seed);
    const Results results = RunScenario(WithSeed(scenario, seed), own);
    for (Row& row : rows) {
      const Row* const other = results.Find(row.case_id);
      if (!row.top1_percent_by_seed.empty() && other != nullptr && DependsOnCalibration(*other))
        row.top1_percent_by_seed.push_back(*other->summary.top1_percent);
    }
  }
}

}  // namespace quantbench
