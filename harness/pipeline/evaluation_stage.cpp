// SPDX-License-Identifier: Apache-2.0
// Which evaluations there are, and where each one's outcome comes from.
#include "pipeline/evaluation_stage.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "pipeline/evaluation_unit.h"
#include "pipeline/images.h"
#include "pipeline/keys.h"
#include "pipeline/predictions_cache.h"
#include "pipeline/predictions_file.h"
#include "pipeline/speeds.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;
using EvaluationOutcome = std::variant<Evaluation, Failure>;

class EvaluationStage {
 public:
  explicit EvaluationStage(RunState& run) : run_(run), cache_(run.options.cache / "predictions") {
    for (const JournalEntry& entry : run.journal->entries()) {
      const auto* evaluation = std::get_if<EvaluationEntry>(&entry);
      if (evaluation == nullptr) continue;
      known_.insert_or_assign(evaluation->name, evaluation->outcome);
      AddStage(*evaluation);
    }
  }

  void Execute() {
    std::vector<std::string> backends;
    for (const Case& one : run_.cases) {
      if (std::find(backends.begin(), backends.end(), one.key.backend) == backends.end())
        backends.push_back(one.key.backend);
    }
    if (run_.scenario.expect) CheckExpectation(backends);
    for (const Recipe& recipe : RecipesOf(run_.cases)) {
      for (const std::string& backend : backends) EvaluateRowsOf(backend, recipe);
    }
    if (from_cache_ > 0) {
      Log("evaluate: " + std::to_string(from_cache_) + " of " + std::to_string(known_.size()) +
          " cached");
    }
  }

 private:
  void EvaluateRowsOf(const std::string& backend, const Recipe& recipe) {
    std::map<int, std::vector<Row*>> by_batch;
    for (size_t i = 0; i < run_.cases.size(); ++i) {
      const CaseKey& key = run_.cases[i].key;
      if (key.backend == backend && RecipeOf(key) == recipe)
        by_batch[UnitOf(key).batch_size].push_back(&run_.results.rows[i]);
    }
    for (const auto& [batch_size, rows] : by_batch) {
      const EvaluationUnit unit{.backend = backend, .recipe = recipe, .batch_size = batch_size};
      const EvaluationOutcome& outcome = OutcomeOf(unit);
      for (Row* row : rows) Join(outcome, unit, *row);
      if (std::exchange(evaluated_, false)) run_.Save();
    }
  }

  static void Join(const EvaluationOutcome& outcome, const EvaluationUnit& unit, Row& row) {
    if (const auto* failure = std::get_if<Failure>(&outcome)) return SetFailure(*failure, row);
    const auto& evaluation = std::get<Evaluation>(outcome);
    row.accuracy = evaluation;
    row.preparation = evaluation.preparation;
    row.predictions_file = unit.PredictionsFile();
  }

  // From this run, the journal, the cache, or the backend.
  const EvaluationOutcome& OutcomeOf(const EvaluationUnit& unit) {
    const std::string name = unit.Name();
    if (const auto known = known_.find(name); known != known_.end()) {
      if (std::holds_alternative<Failure>(known->second) || FileIsThere(unit)) return known->second;
    }
    const std::string key = CacheKey(unit);
    run_.use.Hold(cache_.PathOf(key));
    std::string problem;
    if (const std::optional<Predictions> cached = cache_.Find(key, problem)) {
      ++from_cache_;
      LogDetail("evaluate " + name + ": predictions " + key + " from the cache");
      return Keep(unit, *cached, {.name = name, .outcome = Failure{}, .from_cache = true});
    }
    if (!problem.empty()) run_.AddWarning("evaluate " + name + ": made anew: " + problem);
    evaluated_ = true;
    run_.journal->Append(StartedEntry{.name = name});
    const Clock::time_point start = Clock::now();
    EvaluationEntry entry{.name = name, .outcome = Failure{}};
    try {
      const Predictions predictions = Evaluate(unit);
      entry.seconds = std::chrono::duration<double>(Clock::now() - start).count();
      RecordSpeed(unit, entry, predictions.images);
      cache_.Store(key, predictions);
      return Keep(unit, predictions, std::move(entry));
    } catch (const WriteError&) {
      throw;
    } catch (const Error& error) {
      entry.outcome = FailureOf(error);
      run_.journal->Append(entry);
      return known_.insert_or_assign(name, entry.outcome).first->second;
    }
  }

  const EvaluationOutcome& Keep(const EvaluationUnit& unit, const Predictions& predictions,
                                EvaluationEntry entry) {
    WritePredictions(predictions, *run_.evaluation, run_.options.out / unit.PredictionsFile());
    entry.outcome = Evaluation(predictions);
    run_.journal->Append(entry);
    AddStage(entry);
    return known_.insert_or_assign(entry.name, entry.outcome).first->second;
  }

  void AddStage(const EvaluationEntry& entry) {
    const auto* accuracy = std::get_if<Evaluation>(&entry.outcome);
    if (accuracy == nullptr || entry.from_cache) return;
    run_.results.stages.push_back({.stage = "evaluate " + entry.name,
                                   .items = accuracy->images,
                                   .unit = "images",
                                   .seconds = entry.seconds});
  }

  void RecordSpeed(const EvaluationUnit& unit, const EvaluationEntry& entry, int64_t images) const {
    RecordedSpeeds::Add(run_.options.cache,
                        EvaluateWork(run_.scenario, run_.inputs.graph,
                                     run_.backends.at(unit.backend), unit, run_.options.jobs),
                        images, entry.seconds);
  }

  Predictions Evaluate(const EvaluationUnit& unit) const {
    Progress progress("evaluate " + unit.Name(), "images");
    return run_.runner->Evaluate(
        {.target = run_.TargetOf(unit.backend, unit.recipe),
         .images = SourceOf(*run_.evaluation, run_.scenario.preprocess),
         .batch_size = unit.batch_size,
         .jobs = run_.options.jobs},
        [&](int64_t done, int64_t total) { progress.Update(done, total); });
  }

  bool FileIsThere(const EvaluationUnit& unit) const {
    std::error_code ignored;
    return std::filesystem::exists(run_.options.out / unit.PredictionsFile(), ignored);
  }

  std::string CacheKey(const EvaluationUnit& unit) const {
    return PredictionsKey(unit, run_.backends.at(unit.backend), run_.models.at(unit.recipe).hash,
                          run_.inputs.evaluation, run_.scenario.preprocess);
  }

  // The self-test: a float network that misses its known accuracy makes every other figure
  // meaningless. The first backend that has an accuracy is asked.
  void CheckExpectation(const std::vector<std::string>& backends) {
    for (const std::string& backend : backends) {
      const EvaluationOutcome& outcome = OutcomeOf({.backend = backend, .recipe = kFloatRecipe});
      const auto* accuracy = std::get_if<Evaluation>(&outcome);
      if (accuracy != nullptr) return CompareWithExpectation(backend, *accuracy);
    }
    run_.AddWarning("expect: fp32 runs on no backend, so that there is nothing to compare with");
  }

  void CompareWithExpectation(const std::string& backend, const Accuracy& accuracy) const {
    const double top1 =
        100.0 * static_cast<double>(accuracy.top1_correct) / static_cast<double>(accuracy.images);
    const ExpectSpec& expect = *run_.scenario.expect;
    if (std::abs(top1 - expect.fp32_top1_percent) <= expect.within) return;
    const auto percent = [](double value) { return FixedText(value, 2) + "%"; };
    throw Error(
        "expect: fp32 Top-1 on '" + backend + "' is " + percent(top1) + " of " +
        std::to_string(accuracy.images) + " images, the scenario expects " +
        percent(expect.fp32_top1_percent) + " within " + percent(expect.within) +
        ". The usual causes, in this order:\n"
        "  - preprocess: mean and std, resize and crop, resize_method differ from training\n"
        "  - label order: the synsets file doesn't belong to the checkpoint\n"
        "  - padding: 'same' for TensorFlow's networks, 'symmetric' for torchvision's\n"
        "  - activation: relu6 or relu\n"
        "  - another subset of images than the one that the expected figure was made with");
  }

  RunState& run_;
  PredictionsCache cache_;
  std::map<std::string, EvaluationOutcome> known_;  // by name
  size_t from_cache_ = 0;
  bool evaluated_ = false;  // since the last Save: what was known is saved with the next news
};

}  // namespace

void EvaluateAll(RunState& run) {
  if (run.scenario.evaluation.enabled) EvaluationStage(run).Execute();
}

}  // namespace quantbench
