// SPDX-License-Identifier: Apache-2.0
// What a run would do, from the same keys that the run uses, without decoding an image or importing
// a model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/run.h"

namespace quantbench {

enum class PlanState {
  kNotNeeded,
  kToDo,
  kCached,
  kFinished,  // in the journal of an unfinished run that would be continued
  kUnknown,   // its key isn't known before something else is made
};
std::string_view ToString(PlanState state);  // "-", "to do", "cached", "finished", "unknown"

struct PlannedCase {
  Case one;
  std::string isa;  // empty where the backend can't run here
  PlanState crops = PlanState::kUnknown, statistics = PlanState::kUnknown;
  PlanState model = PlanState::kUnknown, predictions = PlanState::kUnknown;
  int repetitions = 0, repetitions_done = 0;  // of latency
};

struct PlannedImages {
  int64_t images = 0;
  int64_t to_decode = 0;
};

// Work that is left, with the time that it should take.
struct PlannedStage {
  std::string stage;
  int64_t items = 0;
  std::string unit;
  std::optional<double> seconds;  // nothing where such work was never done on this machine
  bool nominal = false;           // the least that the scenario's own settings take
};

struct Plan {
  std::vector<PlannedCase> cases;
  std::optional<PlannedImages> calibration, evaluation;
  std::vector<PlannedStage> stages;   // in the order of the run; what needn't be done isn't there
  std::string journal;                // what becomes of an unfinished run, in words; or empty
  std::vector<std::string> problems;  // that the run would stop at

  double KnownSeconds() const;
  bool AllSecondsAreKnown() const;  // none of the stages is without, or nominal
};

// The cases alone: nothing is looked at but plugins.
Plan ListCases(const Scenario& scenario, const RunOptions& options);

// Reads the model's file, cached models and images that weren't seen before for their hashes, and
// remembers those of images. Throws Error for what leaves no list of cases.
Plan PlanScenario(const Scenario& scenario, const RunOptions& options);

}  // namespace quantbench
