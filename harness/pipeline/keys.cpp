// SPDX-License-Identifier: Apache-2.0
// Keys out of the hashes of what goes in.
#include "pipeline/keys.h"

#include "code_version/evaluation.h"
#include "support/hash.h"

namespace quantbench {
namespace {

const std::string& ThisProgram() {
  static const std::string hash = HashFile("/proc/self/exe");
  return hash;
}

void AddNormalisation(const Preprocess& preprocess, Hasher& hasher) {
  for (const float value : preprocess.mean) hasher.Add(value);
  for (const float value : preprocess.std) hasher.Add(value);
}

}  // namespace

std::string ModelKey(const Scenario& scenario, const InputKeys& inputs, const Recipe& recipe) {
  Hasher hasher;
  hasher.Add("model").Add(ThisProgram()).Add(inputs.graph);
  recipe.AddTo(hasher);
  if (recipe.NeedsCalibration()) {
    hasher.Add(inputs.calibration).Add(scenario.calibration.batch_size);
    AddNormalisation(scenario.preprocess, hasher);
  }
  return hasher.Hex();
}

std::string PredictionsKey(const EvaluationUnit& unit, const ChosenBackend& backend,
                           const std::string& model_hash, const std::string& evaluation,
                           const Preprocess& preprocess) {
  Hasher hasher;
  hasher.Add("evaluation").Add(code_of_evaluation::kCodeVersion).Add(model_hash);
  hasher.Add(evaluation).Add(unit.batch_size).Add(backend.library_hash).Add(backend.isa);
  AddNormalisation(preprocess, hasher);
  return hasher.Hex();
}

StatisticsSource StatisticsOf(const Scenario& scenario, const InputKeys& inputs,
                              const Normalizer& normalize) {
  return {.graph = inputs.graph,
          .images = inputs.calibration,
          .normalize = normalize,
          .batch_size = scenario.calibration.batch_size};
}

RunIdentity IdentityOf(const Scenario& scenario, const std::vector<Case>& cases,
                       const InputKeys& inputs,
                       const std::map<std::string, ChosenBackend>& backends) {
  Hasher ids, settings;
  for (const Case& one : cases) ids.Add(one.id);
  // Environment variables can change these where the scenario's text stays the same.
  const LatencySpec& latency = scenario.latency;
  settings.Add(latency.enabled).Add(latency.warmup_seconds).Add(latency.min_seconds);
  settings.Add(latency.repetitions).Add(latency.pin).Add(scenario.evaluation.enabled);
  AddNormalisation(scenario.preprocess, settings);
  RunIdentity identity{{"scenario", scenario.text_hash},
                       {"set of cases", ids.Hex()},
                       {"model", inputs.graph},
                       {"settings", settings.Hex()},
                       {"calibration images", inputs.calibration},
                       {"evaluation images", inputs.evaluation},
                       {"quantbench", ThisProgram()}};
  for (const auto& [name, chosen] : backends)
    identity.emplace("backend " + name, chosen.library_hash + " " + chosen.isa);
  return identity;
}

}  // namespace quantbench
