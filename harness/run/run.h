// SPDX-License-Identifier: Apache-2.0
// Runs a scenario from images to results, or as far as its models.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "record/results.h"
#include "run/options.h"
#include "scenario/scenario.h"

namespace quantbench {

// Crops, models, accuracy, then latency with nothing else running. Every measurement goes to the
// journal in options.out before the next begins, and results.csv and results.json are written anew;
// the same call goes on where one was stopped. A case that fails becomes a row that says why.
// Throws Error for what no case can survive: model, images, a missing backend, a missed `expect`,
// another run in options.out; WriteError; and Interrupt, after saving what is finished.
Results RunScenario(const Scenario& scenario, const RunOptions& options);

struct ModelFile {
  std::filesystem::path path;
  int64_t bytes = 0;
};

// Stops before any backend: only the float and quantised model files, in options.out.
std::vector<ModelFile> QuantizeScenario(const Scenario& scenario, const RunOptions& options);

}  // namespace quantbench
