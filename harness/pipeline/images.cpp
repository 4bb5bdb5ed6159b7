// SPDX-License-Identifier: Apache-2.0
// Index, crop and report what could not be read.
#include "pipeline/images.h"

#include <chrono>

#include "pipeline/speeds.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {
namespace {

NamedCrops Named(CropRequest request, const std::string& stage, Store& store, ThreadPool& pool) {
  Progress progress("read images", "images", Progress::Closing::kIfSlow);
  CropsName name = NameCrops(request, store, pool, [&](int64_t done, int64_t total) {
    ThrowIfInterrupted();
    progress.Update(done, total);
  });
  return {.request = std::move(request), .stage = stage, .name = std::move(name)};
}

}  // namespace

NamedCrops NameCalibrationCrops(const Scenario& scenario, Store& store, ThreadPool& pool) {
  return Named({.index = IndexImages(scenario.dataset, scenario.calibration.subset),
                .preprocess = scenario.preprocess,
                .transform = scenario.calibration.transform,
                .seed = scenario.calibration.seed,
                .max_unreadable = scenario.dataset.max_unreadable},
               "crop calibration images", store, pool);
}

NamedCrops NameEvaluationCrops(const Scenario& scenario, Store& store, ThreadPool& pool) {
  return Named({.index = IndexImages(scenario.dataset, scenario.evaluation.subset),
                .preprocess = scenario.preprocess,
                .transform = CropTransform::kCenterCrop,
                .seed = 0,
                .max_unreadable = scenario.dataset.max_unreadable},
               "crop evaluation images", store, pool);
}

Crops LoadCrops(const NamedCrops& named, Store& store, ThreadPool& pool, Results& results) {
  const std::string& stage = named.stage;
  Crops crops;
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress(stage, "images");
    crops = LoadCrops(named.request, named.name.key, store, pool, [&](int64_t done, int64_t total) {
      ThrowIfInterrupted();
      progress.Update(done, total);
    });
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!crops.from_cache()) {
    results.stages.push_back(
        {.stage = stage, .items = crops.count(), .unit = "images", .seconds = seconds.count()});
    RecordedSpeeds::Add(store, CropWork(named.request, pool.threads()), crops.count(),
                        seconds.count());
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

ImageSource SourceOf(const Crops& crops, const Preprocess& preprocess) {
  return {.crops = crops.file(),
          .hash = crops.key(),
          .size = crops.size(),
          .mean = preprocess.mean,
          .std = preprocess.std};
}

}  // namespace quantbench
