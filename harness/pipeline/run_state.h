// SPDX-License-Identifier: Apache-2.0
// What the stages of a run share.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/backends.h"
#include "pipeline/journal.h"
#include "pipeline/keys.h"
#include "pipeline/models.h"
#include "pipeline/run.h"
#include "worker/runner.h"

namespace quantbench {

struct RunState {
  const Scenario& scenario;
  const RunOptions& options;
  ThreadPool pool;
  std::unique_ptr<Runner> runner;
  Store store;
  std::vector<Case> cases;
  std::map<std::string, ChosenBackend> backends;
  InputKeys inputs;
  std::optional<Crops> calibration, evaluation;
  std::map<Recipe, BuiltModel> models;
  Results results;  // rows[i] belongs to cases[i]
  std::optional<Journal> journal;

  Target TargetOf(const std::string& backend, const Recipe& recipe) const;
  void AddWarning(const std::string& text);

  // Writes results.csv and results.json. Rows that aren't complete are written as skipped, with
  // what they have so far.
  void Save();

 private:
  bool IsComplete(const Row& row) const;
};

// The failure that an exception of plugin code means.
Failure FailureOf(const Error& error);
void SetFailure(const Failure& failure, Row& row);

}  // namespace quantbench
