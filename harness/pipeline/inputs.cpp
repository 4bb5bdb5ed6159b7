// SPDX-License-Identifier: Apache-2.0
// Hashes of what goes in.
#include "pipeline/inputs.h"

#include "dataset/fingerprints.h"
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
                       const std::filesystem::path& cache, ThreadPool& pool, CacheUse* use) {
  CheckModelFile(scenario.model.file);
  NamedInputs inputs;
  inputs.keys.graph = HashModel(scenario.model);
  const auto hold = [&](const NamedCrops& crops) {
    if (use == nullptr) return;
    use->Hold(FingerprintsFile(crops.request.index.folder, cache));
    use->Hold(crops.file);
  };
  if (NeedCalibration(recipes)) {
    inputs.calibration = NameCalibrationCrops(scenario, cache, pool);
    inputs.keys.calibration = inputs.calibration->name.key;
    hold(*inputs.calibration);
  }
  if (evaluate) {
    inputs.evaluation = NameEvaluationCrops(scenario, cache, pool);
    inputs.keys.evaluation = inputs.evaluation->name.key;
    hold(*inputs.evaluation);
  }
  return inputs;
}

}  // namespace quantbench
