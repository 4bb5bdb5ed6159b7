// SPDX-License-Identifier: Apache-2.0
// Runs a scenario from images to results.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backend/discovery.h"
#include "record/results.h"
#include "scenario/matrix.h"
#include "scenario/scenario.h"

namespace quantbench {

struct RunOptions {
  // results.csv, results.json, journal.jsonl, models/, predictions/
  std::filesystem::path out;
  std::filesystem::path cache;  // crops, statistics/, models/, predictions/
  std::vector<std::filesystem::path> plugin_folders;
  CaseFilter filter;
  int jobs = 1;          // workers of everything but latency
  bool isolate = true;   // plugin code in processes of its own
  bool restart = false;  // an unfinished run's journal isn't continued
};

// The scenario's cases that pass the filter. Throws Error as Filtered does.
std::vector<Case> SelectCases(const Scenario& scenario, const std::vector<FoundPlugin>& found,
                              const CaseFilter& filter);

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
