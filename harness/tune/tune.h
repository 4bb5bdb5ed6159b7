// SPDX-License-Identifier: Apache-2.0
// The fastest or smallest model inside a limit of lost accuracy: search, fallback, proof.
#pragma once

#include <vector>

#include "record/tuning.h"
#include "run/options.h"
#include "scenario/parse.h"
#include "tune/pareto.h"

namespace quantbench {

struct TuneRequest {
  double max_drop_pp = 1;  // of Top-1 against fp32
  Objective objective = Objective::kLatency;
  double confidence = 0.95;
  bool all = false;                   // try every recipe, whether one of its kind suffices or not
  std::vector<Override> overrides{};  // that the scenario was loaded with
};

// Tries the scenario's recipes on one half of its evaluation images, the cheapest first; where none
// keeps the limit, the best one with layers in float; then measures what it tried, and shows on the
// other half, which nothing was chosen on, that the best one keeps it. Writes tuned.yaml,
// tuned.onnx (where one was found), tune.csv and tune.json to options.out, and the runs below it;
// the same call goes on where one was stopped. Throws as RunScenario does, and Error where the
// scenario leaves nothing to tune.
Tuning Tune(const Scenario& scenario, const TuneRequest& request, const RunOptions& options);

}  // namespace quantbench
