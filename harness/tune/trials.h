// SPDX-License-Identifier: Apache-2.0
// Trials as rows: cases of a scenario, run as any others are.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "record/results.h"
#include "record/tuning.h"
#include "run/options.h"
#include "scenario/scenario.h"
#include "tune/space.h"

namespace quantbench {

class Trials {
 public:
  // Everything of the runs goes below options.out.
  Trials(const Scenario& scenario, const Space& space, const RunOptions& options)
      : scenario_(scenario), space_(space), options_(options) {}

  std::string IdOf(const Recipe& recipe) const;
  // The scenario with one part of its images, and with fp32 and these recipes as its only cases.
  Scenario ScenarioOf(const std::vector<Recipe>& recipes, ImagePart part, bool latency) const;
  RunOptions OptionsIn(const std::string& folder) const;

  // Runs that in a folder of its own, whose journal stays open: called again it goes on, or gives
  // the same at once. On a terminal it says first about how long that takes. Throws as RunScenario
  // does, and Error where fp32 itself has no result.
  Results Run(const std::vector<Recipe>& recipes, ImagePart part, bool latency,
              const std::string& folder) const;

  // Image by image, of a run's two rows. Throws Error.
  PairedCounts Compare(const Results& results, const std::string& folder,
                       const Recipe& recipe) const;

 private:
  const Scenario& scenario_;
  const Space& space_;
  const RunOptions& options_;
};

}  // namespace quantbench
