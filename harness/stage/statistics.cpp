// SPDX-License-Identifier: Apache-2.0
// Calibration for the observers of all models that are missing.
#include "stage/statistics.h"

#include <algorithm>

#include "quantize/same_scores.h"
#include "quantize/statistics_file.h"
#include "support/interrupt.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {

void StatisticsStage::Need(const std::vector<Recipe>& recipes) {
  needed_.clear();
  std::map<Techniques, std::vector<Recipe>> of_graph;
  for (const Recipe& recipe : recipes) of_graph[recipe.GraphTechniques()].push_back(recipe);
  for (const auto& [techniques, some] : of_graph) {
    Observers observers = ObserversOf(some);
    if (!observers.empty()) needed_[techniques] = std::move(observers);
  }
}

StatisticsSource StatisticsStage::Source(Techniques techniques) const {
  return {.graph = graph_.KeyOf(techniques),
          .images = CropsStage::KeyOf(crops_.calibration()),
          .normalize = normalize_,
          .batch_size = context_.scenario.calibration.batch_size};
}

bool StatisticsStage::IsCached(Techniques techniques, const ObserverSpec& observer) const {
  std::string problem;
  return context_.store.Find(kStatistics, StatisticsKey(Source(techniques), observer), problem);
}

CaseState StatisticsStage::StateOf(const Case& one) {
  const StaticRecipe* const recipe = one.key.recipe.AsStatic();
  if (recipe == nullptr) return {ArtefactState::kNotNeeded};
  const Techniques techniques = one.key.recipe.GraphTechniques();
  if (IsCached(techniques, recipe->observer)) return {ArtefactState::kCached};
  const auto needed = needed_.find(techniques);
  const bool is_needed =
      needed != needed_.end() &&
      std::ranges::find(needed->second, ActivationSpecOf(*recipe)) != needed->second.end();
  return {is_needed ? ArtefactState::kToDo : ArtefactState::kNotNeeded};
}

std::string StatisticsStage::KindOfWork(Techniques techniques, const Observers& observers) const {
  std::vector<std::string> names;
  for (const ObserverSpec& observer : observers) {
    // The same statistic serves any number of bits.
    const std::string observed = ToString(observer);
    if (std::ranges::find(names, observed) == names.end()) names.push_back(observed);
  }
  return WorkKind({"calibrate", Machine(context_.jobs), graph_.KeyOf(techniques),
                   CropSize(network_.preprocess), WorkKind(names)});
}

std::vector<Work> StatisticsStage::WorkLeft() {
  std::vector<Work> left;
  for (const auto& [techniques, observers] : needed_) {
    const bool cached = std::ranges::all_of(
        observers, [&](const ObserverSpec& one) { return IsCached(techniques, one); });
    if (cached) continue;
    const auto images = static_cast<int64_t>(crops_.calibration()->request.index.images.size());
    left.push_back(context_.speeds.WorkOf(KindOfWork(techniques, observers),
                                          "calibrate" + OfNetwork(network_), images, "images"));
  }
  return left;
}

void StatisticsStage::Make() {
  for (const auto& [techniques, observers] : needed_) {
    if (!techniques.empty()) CheckScores(techniques);
    Calibrate(techniques, observers);
  }
}

// Techniques of the float network leave it what it was; rows of fp32 show that on all images, where
// there are any.
void StatisticsStage::CheckScores(Techniques techniques) const {
  constexpr int kImages = 32;
  const ScoreAgreement agreement =
      CompareScores(*graph_.Get(), *graph_.Get(techniques),
                    {*crops_.calibration()->crops, normalize_}, kImages, context_.pool);
  const std::string text =
      ToString(techniques) + ": the float network gives the class that it gave on " +
      std::to_string(agreement.same_class) + " of " + std::to_string(agreement.images) +
      " calibration images, scores differ by at most " +
      SignificantText(100 * agreement.largest_difference, 2) + "% of the largest";
  if (agreement.same_class == agreement.images) return Log(text);
  context_.AddWarning(text + "; compare the fp32 rows with and without it");
}

void StatisticsStage::Calibrate(Techniques techniques, const Observers& observers) {
  const Crops& crops = *crops_.calibration()->crops;
  const auto start = std::chrono::steady_clock::now();
  Calibration calibrated;
  {
    Progress progress("calibrate" + OfNetwork(network_), "images");
    calibrated = quantbench::Calibrate({.graph = *graph_.Get(techniques),
                                        .inputs_key = StatisticsInputs(Source(techniques)),
                                        .images = {crops, normalize_},
                                        .batch_size = context_.scenario.calibration.batch_size,
                                        .observers = observers,
                                        .store = &context_.store},
                                       context_.pool, [&](int64_t done, int64_t total) {
                                         ThrowIfInterrupted();
                                         progress.Update(done, total);
                                       });
  }
  if (calibrated.from_cache) {
    Log("calibrate" + OfNetwork(network_) + ": " + CountText(crops.count(), "image") + " (cached)");
  } else {
    context_.AddTime({.stage = "calibrate" + OfNetwork(network_),
                      .items = crops.count(),
                      .unit = "images",
                      .seconds = SecondsSince(start)},
                     KindOfWork(techniques, observers));
  }
  for (const std::string& problem : calibrated.rebuilt)
    Warn("calibrate" + OfNetwork(network_) + ": cached statistics were made anew: " + problem);
  for (size_t o = 0; o < observers.size(); ++o)
    qparams_[techniques].emplace(observers[o], std::move(calibrated.qparams[o]));
}

}  // namespace quantbench
