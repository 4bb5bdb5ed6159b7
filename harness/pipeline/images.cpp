// SPDX-License-Identifier: Apache-2.0
// Index, crop and report what could not be read.
#include "pipeline/images.h"

#include <chrono>

#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {
namespace {

Crops Load(const CropRequest& request, const std::string& stage, const std::filesystem::path& cache,
           ThreadPool& pool, Results& results) {
  Crops crops;
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress(stage, "images");
    crops = LoadCrops(request, cache, pool, [&](int64_t done, int64_t total) {
      ThrowIfInterrupted();
      progress.Update(done, total);
    });
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!crops.from_cache()) {
    results.stages.push_back(
        {.stage = stage, .items = crops.count(), .unit = "images", .seconds = seconds.count()});
  }
  if (crops.from_cache()) Log(stage + ": " + std::to_string(crops.count()) + " images (cached)");
  LogDetail(stage + ": mapped from " + crops.file().string());
  if (!crops.rebuilt_reason().empty()) {
    results.warnings.push_back(stage + ": cached crops were made anew: " + crops.rebuilt_reason());
  }
  for (const std::string& image : crops.unreadable()) {
    results.warnings.push_back(stage + ": left out " + image);
  }
  return crops;
}

}  // namespace

Crops LoadCalibrationCrops(const Scenario& scenario, const std::filesystem::path& cache,
                           ThreadPool& pool, Results& results) {
  const CropRequest request{.index = IndexImages(scenario.dataset, scenario.calibration.subset),
                            .preprocess = scenario.preprocess,
                            .transform = scenario.calibration.transform,
                            .seed = scenario.calibration.seed,
                            .max_unreadable = scenario.dataset.max_unreadable};
  return Load(request, "crop calibration images", cache, pool, results);
}

Crops LoadEvaluationCrops(const Scenario& scenario, const std::filesystem::path& cache,
                          ThreadPool& pool, Results& results) {
  const CropRequest request{.index = IndexImages(scenario.dataset, scenario.evaluation.subset),
                            .preprocess = scenario.preprocess,
                            .transform = CropTransform::kCenterCrop,
                            .seed = 0,
                            .max_unreadable = scenario.dataset.max_unreadable};
  return Load(request, "crop evaluation images", cache, pool, results);
}

ImageSource SourceOf(const Crops& crops, const Preprocess& preprocess) {
  return {.crops = crops.file(),
          .hash = crops.hash(),
          .size = crops.size(),
          .mean = preprocess.mean,
          .std = preprocess.std};
}

}  // namespace quantbench
