// SPDX-License-Identifier: Apache-2.0
// Looks for what the run would look for, in the run's order.
#include "pipeline/plan.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "pipeline/evaluation_unit.h"
#include "pipeline/inputs.h"
#include "pipeline/model_cache.h"
#include "pipeline/models.h"
#include "pipeline/predictions_cache.h"
#include "pipeline/speeds.h"
#include "quantize/statistics_file.h"
#include "support/error.h"
#include "support/hash.h"
#include "worker/runner.h"

namespace quantbench {
namespace {

// A repetition's process, beside what is timed.
constexpr double kSecondsToStart = 0.2;

class Planner {
 public:
  Planner(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario),
        options_(options),
        pool_(options.jobs),
        predictions_(options.cache / "predictions"),
        normalize_(scenario.preprocess),
        speeds_(options.cache) {}

  void FindCases() {
    const std::unique_ptr<Runner> runner = MakeRunner({});
    const ProbeFunction probe = [&](const auto& libraries) { return runner->Probe(libraries); };
    const std::vector<FoundPlugin> found =
        FindPlugins(PluginFolders(options_.plugin_folders), probe);
    cases_ = SelectCases(scenario_, found, options_.filter);
    const int repetitions = scenario_.latency.enabled ? scenario_.latency.repetitions : 0;
    for (const Case& one : cases_) {
      PlannedCase planned{.one = one, .repetitions = repetitions};
      try {
        if (!backends_.contains(one.key.backend) && !refused_.contains(one.key.backend))
          backends_.merge(ChooseBackends(scenario_, {one}, found, probe));
      } catch (const Error& error) {
        refused_.insert(one.key.backend);
        plan_.problems.emplace_back(error.what());
      }
      if (const auto chosen = backends_.find(one.key.backend); chosen != backends_.end())
        planned.isa = chosen->second.isa;
      plan_.cases.push_back(std::move(planned));
    }
  }

  void LookIntoCaches() {
    recipes_ = RecipesToBuild(scenario_, cases_);
    try {
      inputs_ = NameInputs(scenario_, recipes_, scenario_.evaluation.enabled, options_.cache, pool_,
                           nullptr);
    } catch (const Error& error) {  // then no key is known
      plan_.problems.emplace_back(error.what());
      return;
    }
    PlanCrops(inputs_.calibration, plan_.calibration);
    PlanCrops(inputs_.evaluation, plan_.evaluation);
    models_ = FindModels(scenario_, inputs_.keys, recipes_, options_.cache, nullptr);
    ReadJournalOfRun();
    for (PlannedCase& planned : plan_.cases) PlanCase(planned);
    PlanModels();
    PlanEvaluations();
    PlanLatency();
  }

  Plan Take() { return std::move(plan_); }

 private:
  void PlanCrops(const std::optional<NamedCrops>& crops, std::optional<PlannedImages>& planned) {
    if (!crops) return;
    const auto images = static_cast<int64_t>(crops->request.index.images.size());
    const bool cached = HasCrops(crops->file, crops->name.key, scenario_.preprocess.crop);
    planned = PlannedImages{.images = images, .to_decode = cached ? 0 : images};
    if (!cached) AddStage(crops->stage, images, "images", CropWork(crops->request, options_.jobs));
  }

  // What a journal finished counts where the run would go on with it.
  void ReadJournalOfRun() {
    if (!refused_.empty()) return;
    const JournalContent content =
        ReadJournal(options_.out, IdentityOf(scenario_, cases_, inputs_.keys, backends_));
    for (const JournalEntry& entry : content.entries) {
      if (const auto* evaluation = std::get_if<EvaluationEntry>(&entry)) {
        std::error_code ignored;
        const bool failed = std::holds_alternative<Failure>(evaluation->outcome);
        if (failed) failed_.insert(evaluation->name);
        if (failed || std::filesystem::exists(
                          options_.out / "predictions" / (evaluation->name + ".csv"), ignored))
          evaluated_.insert(evaluation->name);
      } else if (const auto* repetition = std::get_if<RepetitionEntry>(&entry)) {
        repetitions_[repetition->case_id] += 1;
        if (std::holds_alternative<Failure>(repetition->outcome))
          failed_.insert(repetition->case_id);
      }
    }
    const std::string journal = (options_.out / "journal.jsonl").string();
    if (content.good_bytes > 0) plan_.journal = "goes on with the unfinished run of " + journal;
    if (!content.why_not.empty())
      plan_.journal = "begins anew: " + journal + " isn't continued, since " + content.why_not;
  }

  bool IsMissing(const Recipe& recipe) const {
    return std::find(models_.missing.begin(), models_.missing.end(), recipe) !=
           models_.missing.end();
  }

  void PlanCase(PlannedCase& planned) {
    const CaseKey& key = planned.one.key;
    const Recipe& recipe = key.recipe;
    const bool decode_calibration =
        recipe.NeedsCalibration() && plan_.calibration && plan_.calibration->to_decode > 0;
    const bool decode_evaluation = plan_.evaluation && plan_.evaluation->to_decode > 0;
    planned.crops = decode_calibration || decode_evaluation ? PlanState::kToDo : PlanState::kCached;
    if (!plan_.evaluation && !recipe.NeedsCalibration()) planned.crops = PlanState::kNotNeeded;
    planned.model = IsMissing(recipe) ? PlanState::kToDo : PlanState::kCached;
    planned.statistics = PlanState::kNotNeeded;
    if (const StaticRecipe* const made = recipe.AsStatic()) {
      const bool there = HasStatistics(made->observer);
      if (there || IsMissing(recipe))
        planned.statistics = there ? PlanState::kCached : PlanState::kToDo;
    }
    planned.predictions =
        scenario_.evaluation.enabled ? StateOf(UnitOf(key)) : PlanState::kNotNeeded;
    const auto measured = repetitions_.find(planned.one.id);
    if (measured != repetitions_.end()) planned.repetitions_done = measured->second;
  }

  bool HasStatistics(const ObserverSpec& observer) const {
    const std::filesystem::path file = StatisticsFile(
        options_.cache / "statistics", StatisticsOf(scenario_, inputs_.keys, normalize_), observer);
    std::error_code ignored;
    return std::filesystem::exists(file, ignored) && DamageInStatisticsFile(file).empty();
  }

  PlanState StateOf(const EvaluationUnit& unit) {
    const auto [known, is_new] = units_.try_emplace(unit.Name());
    if (is_new) known->second = Look(unit);
    return known->second;
  }

  PlanState Look(const EvaluationUnit& unit) {
    if (evaluated_.contains(unit.Name())) return PlanState::kFinished;
    const auto backend = backends_.find(unit.backend);
    if (backend == backends_.end()) return PlanState::kUnknown;
    std::error_code ignored;
    if (IsMissing(unit.recipe)) {
      // A model that is made anew may turn out to be one that was evaluated before.
      const bool none = std::filesystem::is_empty(options_.cache / "predictions", ignored);
      return none || ignored ? PlanState::kToDo : PlanState::kUnknown;
    }
    std::string& hash = model_hashes_[unit.recipe];
    if (hash.empty()) {
      const ModelCache models(options_.cache / "models");
      hash = HashFile(models.PathsOf(models_.keys.at(unit.recipe)).flat);
    }
    std::string problem;
    const std::string key =
        PredictionsKey(unit, backend->second, hash, inputs_.keys.evaluation, scenario_.preprocess);
    return predictions_.Find(key, problem) ? PlanState::kCached : PlanState::kToDo;
  }

  void PlanModels() {
    const std::vector<ObserverSpec> observers = ObserversOf(models_.missing);
    const bool counted = std::all_of(observers.begin(), observers.end(),
                                     [&](const ObserverSpec& one) { return HasStatistics(one); });
    if (!counted) {
      AddStage("calibrate", plan_.calibration->images, "images",
               CalibrateWork(scenario_, inputs_.keys.graph, observers, options_.jobs));
    }
    if (!models_.missing.empty()) {
      AddStage("quantize", static_cast<int64_t>(models_.missing.size()), "models",
               QuantizeWork(inputs_.keys.graph, options_.jobs));
    }
  }

  void PlanEvaluations() {
    if (!plan_.evaluation) return;
    std::set<std::string> seen;
    const auto add = [&](const EvaluationUnit& unit) {
      if (!backends_.contains(unit.backend) || !seen.insert(unit.Name()).second) return;
      const PlanState state = StateOf(unit);
      if (state != PlanState::kToDo && state != PlanState::kUnknown) return;
      AddStage("evaluate " + unit.Name(), plan_.evaluation->images, "images",
               EvaluateWork(scenario_, inputs_.keys.graph, backends_.at(unit.backend), unit,
                            options_.jobs));
    };
    if (scenario_.expect) add({.backend = cases_.front().key.backend, .recipe = FloatRecipe{}});
    for (const Case& one : cases_) add(UnitOf(one.key));
  }

  void PlanLatency() {
    PlannedStage stage{.stage = "latency", .unit = "repetitions"};
    double seconds = 0;
    const LatencySpec& latency = scenario_.latency;
    for (const PlannedCase& planned : plan_.cases) {
      const CaseKey& key = planned.one.key;
      const int left = planned.repetitions - planned.repetitions_done;
      // What failed isn't timed any more.
      const bool failed = failed_.contains(planned.one.id) || failed_.contains(UnitOf(key).Name());
      if (left <= 0 || failed || !backends_.contains(key.backend)) continue;
      stage.items += left;
      const auto known = speeds_.Seconds(
          LatencyWork(scenario_, inputs_.keys.graph, backends_.at(key.backend), key), left);
      if (!known) stage.nominal = true;
      seconds +=
          known.value_or(left * (latency.warmup_seconds + latency.min_seconds + kSecondsToStart));
    }
    stage.seconds = seconds;
    if (stage.items > 0) plan_.stages.push_back(stage);
  }

  void AddStage(const std::string& stage, int64_t items, const std::string& unit,
                const std::string& work) {
    plan_.stages.push_back(
        {.stage = stage, .items = items, .unit = unit, .seconds = speeds_.Seconds(work, items)});
  }

  const Scenario& scenario_;
  const RunOptions& options_;
  ThreadPool pool_;
  PredictionsCache predictions_;
  Normalizer normalize_;
  RecordedSpeeds speeds_;
  std::vector<Case> cases_;
  std::map<std::string, ChosenBackend> backends_;
  std::set<std::string> refused_;  // backends
  std::vector<Recipe> recipes_;
  NamedInputs inputs_;
  NamedModels models_;
  std::map<Recipe, std::string> model_hashes_;
  std::map<std::string, PlanState> units_;
  // From the journal: names of evaluations, names and case ids of what failed, counts by case id.
  std::set<std::string> evaluated_, failed_;
  std::map<std::string, int> repetitions_;
  Plan plan_;
};

}  // namespace

std::string_view ToString(PlanState state) {
  switch (state) {
    case PlanState::kNotNeeded:
      return "-";
    case PlanState::kToDo:
      return "to do";
    case PlanState::kCached:
      return "cached";
    case PlanState::kFinished:
      return "finished";
    case PlanState::kUnknown:
      return "unknown";
  }
  return "";
}

double Plan::KnownSeconds() const {
  return std::accumulate(
      stages.begin(), stages.end(), 0.0,
      [](double sum, const PlannedStage& stage) { return sum + stage.seconds.value_or(0); });
}

bool Plan::AllSecondsAreKnown() const {
  return std::all_of(stages.begin(), stages.end(),
                     [](const PlannedStage& stage) { return stage.seconds && !stage.nominal; });
}

Plan ListCases(const Scenario& scenario, const RunOptions& options) {
  Planner planner(scenario, options);
  planner.FindCases();
  return planner.Take();
}

Plan PlanScenario(const Scenario& scenario, const RunOptions& options) {
  Planner planner(scenario, options);
  planner.FindCases();
  planner.LookIntoCaches();
  return planner.Take();
}

}  // namespace quantbench
