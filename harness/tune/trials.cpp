// SPDX-License-Identifier: Apache-2.0
// Scenarios with other cases, and what comes out of them.
#include "tune/trials.h"

#include <algorithm>
#include <cmath>

#include "compare/predictions.h"
#include "recipe/names.h"
#include "run/plan.h"
#include "run/run.h"
#include "support/error.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

// That names all it has.
CasePattern PatternOf(const CaseKey& key) {
  CasePattern pattern;
  ForEachDimension([&](const auto& dimension) {
    if (const auto* const value = Find(dimension, key)) dimension.of(pattern) = *value;
  });
  return pattern;
}

// How long the work of a plan takes, as far as it was ever done here.
std::string EstimateOf(const Plan& plan) {
  const double seconds = plan.KnownSeconds();
  if (seconds <= 0) return "";
  return (plan.AllSecondsAreKnown() ? ": about " : ": at least ") + DurationText(seconds);
}

// What is known of all images holds on a part of them within three standard errors.
void RequireExpectation(const std::optional<ExpectSpec>& expect, const Row& floats) {
  if (!expect) return;
  const double share = std::clamp(expect->fp32_top1_percent / 100, 0.001, 0.999);
  const double chance =
      300 * std::sqrt(share * (1 - share) / static_cast<double>(floats.accuracy->images));
  const double percent = floats.summary.top1_percent.value_or(0);
  if (std::abs(percent - expect->fp32_top1_percent) <= expect->within + chance) return;
  throw Error("fp32 Top-1 is " + FixedText(percent, 2) + "% on " +
              CountText(floats.accuracy->images, "image") + ", far from the " +
              FixedText(expect->fp32_top1_percent, 2) +
              "% that the scenario expects: model, labels and preprocessing don't fit together");
}

}  // namespace

std::string Trials::IdOf(const Recipe& recipe) const { return CaseId(space_.KeyOf(recipe)); }

Scenario Trials::ScenarioOf(const std::vector<Recipe>& recipes, ImagePart part,
                            bool latency) const {
  Scenario scenario = scenario_;
  Matrix matrix;
  matrix.network = {space_.network};
  matrix.backend = {space_.backend};
  matrix.precision = {Precision::kFp32};
  matrix.batch_size = {space_.batch_size};
  matrix.threads = {space_.threads};
  for (const Recipe& recipe : recipes) matrix.include.push_back(PatternOf(space_.KeyOf(recipe)));
  scenario.matrix = std::move(matrix);
  scenario.resolved.clear();  // that would say other cases
  scenario.evaluation.subset.part = part;
  scenario.latency.enabled = latency;
  scenario.calibration.seeds = 1;  // how far a calibration can be trusted isn't asked here
  scenario.ForgetExpectations();
  return scenario;
}

RunOptions Trials::OptionsIn(const std::string& folder) const {
  RunOptions options = options_;
  options.out = options_.out / folder;
  options.filter = {};
  options.finish = false;
  return options;
}

Results Trials::Run(const std::vector<Recipe>& recipes, ImagePart part, bool latency,
                    const std::string& folder) const {
  const Scenario scenario = ScenarioOf(recipes, part, latency);
  RunOptions options = OptionsIn(folder);
  options.restart = options.restart && latency;  // what else there is comes out the same
  const std::string what =
      "tune: " + std::to_string(recipes.size()) + (recipes.size() == 1 ? " recipe" : " recipes") +
      ", " + (latency ? "accuracy and time" : "accuracy") + ", in '" + options.out.string() + "'";
  Log(StderrIsTerminal() ? what + EstimateOf(PlanScenario(scenario, options)) : what);
  Results results = RunScenario(scenario, options);
  const Row* const floats = results.Find(IdOf(Recipe()));
  if (floats == nullptr || floats->status != Status::kOk || !floats->accuracy)
    throw Error("fp32 gives nothing on " + space_.backend + " to compare with" +
                (floats == nullptr ? "" : ": " + floats->detail));
  RequireExpectation(scenario_.NetworkOf(space_.network).expect, *floats);
  return results;
}

PairedCounts Trials::Compare(const Results& results, const std::string& folder,
                             const Recipe& recipe) const {
  PredictionsFolder predictions(options_.out / folder / "results.json");
  const auto find = [&](const Recipe& one) -> const PredictionsByImage& {
    const Row* const row = results.Find(IdOf(one));
    const PredictionsByImage* const found = row == nullptr ? nullptr : predictions.Find(*row);
    if (found == nullptr)
      throw Error("the predictions of " + IdOf(one) + " in '" + (options_.out / folder).string() +
                  "' are gone or were edited; run the same command again");
    return *found;
  };
  const PredictionsByImage& floats = find(Recipe());
  const PredictionsByImage& others = find(recipe);
  PairedCounts counts;
  for (const auto& [image, of_float] : floats) {
    const auto other = others.find(image);
    if (other == others.end()) continue;
    const bool a = of_float.IsRight(), b = other->second.IsRight();
    ++counts.images;
    counts.float_correct += a;
    counts.correct += b;
    counts.only_float_right += a && !b;
    counts.only_this_right += b && !a;
  }
  if (counts.images == 0) throw Error("no image was predicted by both models");
  return counts;
}

}  // namespace quantbench
