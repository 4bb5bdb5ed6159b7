// SPDX-License-Identifier: Apache-2.0
// How fast each stage was when it was last done, kept in the cache to tell how long the next one
// will take.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/crops.h"
#include "pipeline/backends.h"
#include "pipeline/evaluation_unit.h"
#include "scenario/scenario.h"

namespace quantbench {

// The work of a stage: two that have the same name take the same time for each of their items, on
// this machine and with as many workers.
std::string CropWork(const CropRequest& request, int jobs);
std::string CalibrateWork(const Scenario& scenario, const std::string& graph,
                          const std::vector<ObserverSpec>& observers, int jobs);
std::string QuantizeWork(const std::string& graph, int jobs);
// How observers chose their qparams doesn't matter to backends.
std::string EvaluateWork(const Scenario& scenario, const std::string& graph,
                         const ChosenBackend& backend, const EvaluationUnit& unit, int jobs);
std::string LatencyWork(const Scenario& scenario, const std::string& graph,
                        const ChosenBackend& backend, const CaseKey& key);

// CACHE/speeds.jsonl. Several runs may add to it at once.
class RecordedSpeeds {
 public:
  explicit RecordedSpeeds(const std::filesystem::path& cache);

  // What `items` of that work should take, from the last time that about as many were done.
  std::optional<double> Seconds(const std::string& work, int64_t items) const;

  // Adds to the file; one that can't be written to costs estimates alone.
  static void Add(const std::filesystem::path& cache, const std::string& work, int64_t items,
                  double seconds);

 private:
  std::map<std::string, std::map<int64_t, double>> seconds_;  // work -> items -> seconds
};

// What is wrong with such a file; empty where it is whole.
std::string DamageInSpeeds(const std::filesystem::path& file);

}  // namespace quantbench
