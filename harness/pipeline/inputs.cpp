// SPDX-License-Identifier: Apache-2.0
// Hashes of what goes in.
#include "pipeline/inputs.h"

#include "dataset/crops_file.h"
#include "model/source_hash.h"
#include "support/error.h"

namespace quantbench {
namespace {

void CheckModelFile(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return;
  throw Error("model.file: there is no '" + file.string() +
              "'; a relative path starts at the scenario's folder");
}

}  // namespace

NamedInputs NameInputs(const Scenario& scenario, const std::vector<Recipe>& recipes, bool evaluate,
                       Store& store, ThreadPool& pool) {
  CheckModelFile(scenario.model.file);
  NamedInputs inputs;
  inputs.keys.graph = HashModel(scenario.model);
  if (NeedCalibration(recipes)) {
    inputs.calibration = NameCalibrationCrops(scenario, store, pool);
    inputs.keys.calibration = inputs.calibration->name.key;
    store.Hold(kCrops, inputs.keys.calibration);
  }
  if (evaluate) {
    inputs.evaluation = NameEvaluationCrops(scenario, store, pool);
    inputs.keys.evaluation = inputs.evaluation->name.key;
    store.Hold(kCrops, inputs.keys.evaluation);
  }
  return inputs;
}

}  // namespace quantbench
