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

#include "part/part_spec.h"
#include "record/results.h"
#include "scenario/scenario.h"
#include "stage/backends.h"
#include "stage/journal.h"
#include "stage/speeds.h"
#include "store/store.h"
#include "support/files.h"
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
  PartSpec part{};         // of the evaluation images that this process looks at
  bool has_images = true;  // a part may have none
  Results results{};       // rows[i] belongs to cases[i]; none before a run starts them
  std::optional<Journal> journal{};
  // Whether Save does; a range of a rank leaves its part alone.
  bool saves_results = true;

  bool Evaluates() const { return scenario.evaluation.enabled && has_images; }
  bool Measures() const { return scenario.latency.enabled && part.MeasuresLatency(); }
  // The model as its two files.
  Target TargetOf(const std::string& backend, const std::filesystem::path& flat,
                  const std::filesystem::path& onnx) const;
  // Why the case's backend can't have its model, known without a try; empty where it may.
  std::string WhyUnsupported(const std::string& backend, const Recipe& recipe) const;
  void AddWarning(const std::string& text);
  // Writes a file of the cache again that was removed under the run, which still has it mapped.
  void Restore(const std::filesystem::path& file, const MappedFile& mapped);
  // Keeps how long something took that was really done, for the results and for later plans.
  void AddTime(const StageTime& time, const std::string& work);
  // Adds to the journal, where one is kept.
  void Note(const JournalEntry& entry);
  // Writes results.csv and results.json. Rows that aren't complete are written as skipped, with
  // what they have so far; those of a part as partial.
  void Save();
  // The same rows as Save writes.
  std::vector<Row> RowsAsTheyAre() const;

 private:
  bool IsComplete(const Row& row) const;
};

// What `run` makes of the job that `make_job` names. A job that fails since files that it works on
// were removed from the cache meanwhile is made and run again.
bool FilesAreThere(const Target& target, const std::optional<ImageSource>& images);
template <class MakeJob, class Run>
auto RunOnCachedFiles(const MakeJob& make_job, const Run& run) {
  constexpr int kAttempts = 3;
  for (int attempt = 1;; ++attempt) {
    const auto job = make_job();
    try {
      return run(job);
    } catch (const WriteError&) {
      throw;
    } catch (const Error&) {
      if (attempt == kAttempts || FilesAreThere(job.target, job.images)) throw;
    }
  }
}

// " of resnet18", for titles; nothing where a run has one network.
std::string OfNetwork(const Network& network);

double SecondsSince(std::chrono::steady_clock::time_point start);

// The failure that an exception of plugin code means.
Failure FailureOf(const Error& error);
void SetFailure(const Failure& failure, Row& row);

}  // namespace quantbench
