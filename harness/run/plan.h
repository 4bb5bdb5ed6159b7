// SPDX-License-Identifier: Apache-2.0
// What a run would do, told by the stages that the run makes, without decoding an image or
// importing a model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/options.h"
#include "scenario/scenario.h"
#include "stage/stage.h"

namespace quantbench {

struct PlannedCase {
  Case one;
  std::string isa;  // empty where the backend can't run here
  struct StageState {
    std::string name;
    CaseState state;
  };
  std::vector<StageState> stages{};  // in their order; none where only ids were asked for
};

struct PlannedImages {
  int64_t images = 0;
  int64_t to_decode = 0;
};

struct Plan {
  std::vector<PlannedCase> cases;
  std::optional<PlannedImages> calibration, evaluation;
  std::vector<Work> work;  // in the order of the run; what needn't be done isn't there
  std::string part;        // which of the run's images these are, in words; or empty
  std::string journal;     // what becomes of an unfinished run, in words; or empty
  std::vector<std::string> unsupported;  // why some cases will be rows without figures
  std::vector<std::string> problems;     // that the run would stop at

  double KnownSeconds() const;
  bool AllSecondsAreKnown() const;  // no work is without, or nominal
};

// The cases alone: nothing is looked at but plugins.
Plan ListCases(const Scenario& scenario, const RunOptions& options);

// Reads the model's file, cached models and images that weren't seen before for their hashes, and
// remembers those of images. Throws Error for what leaves no list of cases.
Plan PlanScenario(const Scenario& scenario, const RunOptions& options);

}  // namespace quantbench
