// SPDX-License-Identifier: Apache-2.0
// Calibration for the observers of all models that are missing.
#include "stage/statistics.h"

#include <algorithm>

#include "quantize/statistics_file.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {

StatisticsSource StatisticsStage::Source() const {
  return {.graph = graph_.key(),
          .images = CropsStage::KeyOf(crops_.calibration()),
          .normalize = normalize_,
          .batch_size = context_.scenario.calibration.batch_size};
}

bool StatisticsStage::IsCached(const ObserverSpec& observer) const {
  std::string problem;
  return context_.store.Find(kStatistics, StatisticsKey(Source(), observer), problem);
}

CaseState StatisticsStage::StateOf(const Case& one) {
  const StaticRecipe* const recipe = one.key.recipe.AsStatic();
  if (recipe == nullptr) return {ArtefactState::kNotNeeded};
  if (IsCached(recipe->observer)) return {ArtefactState::kCached};
  const bool needed = std::find(needed_.begin(), needed_.end(), recipe->observer) != needed_.end();
  return {needed ? ArtefactState::kToDo : ArtefactState::kNotNeeded};
}

std::string StatisticsStage::KindOfWork() const {
  std::vector<std::string> observers;
  for (const ObserverSpec& observer : needed_) observers.push_back(ToString(observer));
  return WorkKind({"calibrate", Machine(context_.jobs), graph_.key(),
                   CropSize(context_.scenario.preprocess), WorkKind(observers)});
}

std::vector<Work> StatisticsStage::WorkLeft() {
  const bool cached = std::all_of(needed_.begin(), needed_.end(),
                                  [&](const ObserverSpec& one) { return IsCached(one); });
  if (cached) return {};
  const auto images = static_cast<int64_t>(crops_.calibration()->request.index.images.size());
  return {context_.speeds.WorkOf(KindOfWork(), "calibrate", images, "images")};
}

void StatisticsStage::Make() {
  if (needed_.empty()) return;
  const Crops& crops = *crops_.calibration()->crops;
  const auto start = std::chrono::steady_clock::now();
  Calibration calibrated;
  {
    Progress progress("calibrate", "images");
    calibrated = Calibrate({.graph = *graph_.Get(),
                            .graph_key = graph_.key(),
                            .crops = crops,
                            .normalize = normalize_,
                            .batch_size = context_.scenario.calibration.batch_size,
                            .observers = needed_,
                            .store = &context_.store},
                           context_.pool, [&](int64_t done, int64_t total) {
                             ThrowIfInterrupted();
                             progress.Update(done, total);
                           });
  }
  if (calibrated.from_cache) {
    Log("calibrate: " + std::to_string(crops.count()) + " images (cached)");
  } else {
    context_.AddTime({.stage = "calibrate",
                      .items = crops.count(),
                      .unit = "images",
                      .seconds = SecondsSince(start)},
                     KindOfWork());
  }
  for (const std::string& problem : calibrated.rebuilt)
    Warn("calibrate: cached statistics were made anew: " + problem);
  for (size_t o = 0; o < needed_.size(); ++o)
    qparams_.emplace(needed_[o], std::move(calibrated.qparams[o]));
}

}  // namespace quantbench
