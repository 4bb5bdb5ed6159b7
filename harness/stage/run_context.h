// SPDX-License-Identifier: Apache-2.0
// What all stages work with: the scenario and its cases, the cache, the results as they grow.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/results.h"
#include "scenario/scenario.h"
#include "stage/backends.h"
#include "stage/journal.h"
#include "stage/speeds.h"
#include "store/store.h"
#include "support/thread_pool.h"
#include "worker/runner.h"

namespace quantbench {

struct RunContext {
  const Scenario& scenario;
  std::filesystem::path out;     // of a run: results, journal, predictions/
  std::filesystem::path models;  // folder of the .onnx files
  int jobs = 1;
  Store store;
  ThreadPool pool;
  std::unique_ptr<Runner> runner;
  std::vector<Case> cases{};
  std::map<std::string, ChosenBackend> backends{};
  RecordedSpeeds speeds;
  Results results{};  // rows[i] belongs to cases[i]; none before a run starts them
  std::optional<Journal> journal{};

  Target TargetOf(const std::string& backend, const std::filesystem::path& flat_model) const;
  void AddWarning(const std::string& text);
  // Keeps how long something took that was really done, for the results and for later plans.
  void AddTime(const StageTime& time, const std::string& work);
  // Writes results.csv and results.json. Rows that aren't complete are written as skipped, with
  // what they have so far.
  void Save();

 private:
  bool IsComplete(const Row& row) const;
};

double SecondsSince(std::chrono::steady_clock::time_point start);

// The failure that an exception of plugin code means.
Failure FailureOf(const Error& error);
void SetFailure(const Failure& failure, Row& row);

}  // namespace quantbench
