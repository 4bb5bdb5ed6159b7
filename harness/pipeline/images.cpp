// SPDX-License-Identifier: Apache-2.0
// Index, crop and report what could not be read.
#include "pipeline/images.h"

#include "support/progress.h"

namespace quantbench {
namespace {

Crops Load(const CropRequest& request, const std::string& stage, const std::filesystem::path& cache,
           ThreadPool& pool, std::vector<std::string>& warnings) {
  Crops crops;
  {
    Progress progress(stage, "images");
    crops = LoadCrops(request, cache, pool,
                      [&](int64_t done, int64_t total) { progress.Update(done, total); });
  }
  if (crops.from_cache()) Log(stage + ": " + std::to_string(crops.count()) + " images (cached)");
  if (!crops.rebuilt_reason().empty()) {
    warnings.push_back(stage + ": cached crops were made anew: " + crops.rebuilt_reason());
  }
  for (const std::string& image : crops.unreadable()) {
    warnings.push_back(stage + ": left out " + image);
  }
  return crops;
}

}  // namespace

Crops LoadCalibrationCrops(const Scenario& scenario, const std::filesystem::path& cache,
                           ThreadPool& pool, std::vector<std::string>& warnings) {
  const CropRequest request{.index = IndexImages(scenario.dataset, scenario.calibration.subset),
                            .preprocess = scenario.preprocess,
                            .transform = scenario.calibration.transform,
                            .seed = scenario.calibration.seed,
                            .max_unreadable = scenario.dataset.max_unreadable};
  return Load(request, "crop calibration images", cache, pool, warnings);
}

Crops LoadEvaluationCrops(const Scenario& scenario, const std::filesystem::path& cache,
                          ThreadPool& pool, std::vector<std::string>& warnings) {
  const CropRequest request{.index = IndexImages(scenario.dataset, scenario.evaluation.subset),
                            .preprocess = scenario.preprocess,
                            .transform = CropTransform::kCenterCrop,
                            .seed = 0,
                            .max_unreadable = scenario.dataset.max_unreadable};
  return Load(request, "crop evaluation images", cache, pool, warnings);
}

std::vector<float> BatchOf(const Crops& crops, const Normalizer& normalize, int count) {
  const auto elements = static_cast<size_t>(crops.size()) * static_cast<size_t>(crops.size()) * 3;
  std::vector<float> batch(elements * static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    normalize(crops.pixels(i % crops.count()),
              std::span(batch).subspan(static_cast<size_t>(i) * elements, elements));
  }
  return batch;
}

}  // namespace quantbench
