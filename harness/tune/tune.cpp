// SPDX-License-Identifier: Apache-2.0
// The order of a tuning.
#include "tune/tune.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "recipe/names.h"
#include "record/results.h"
#include "run/plan.h"
#include "run/run.h"
#include "support/error.h"
#include "support/files.h"
#include "support/lock_file.h"
#include "support/number_text.h"
#include "support/progress.h"
#include "tune/chosen.h"
#include "tune/fallback.h"
#include "tune/proof.h"
#include "tune/trials.h"
#include "tune/words.h"

namespace quantbench {
namespace {

constexpr char kFp32[] = "fp32", kSearch[] = "search", kFallback[] = "fallback";
constexpr int kMostFallbacks = 3;

void RequireTunable(const Scenario& scenario, const TuneRequest& request) {
  if (!scenario.evaluation.enabled)
    throw Error("tune needs labelled images: evaluation is off in this scenario");
  if (scenario.evaluation.subset.part != ImagePart::kAll)
    throw Error(
        "tune divides the images by itself; take dataset.evaluation.part out of the "
        "scenario");
  if (scenario.latency.mode == LatencyMode::kThroughput)
    throw Error("tune measures latency, not throughput; take mode and streams out of latency");
  if (request.objective == Objective::kLatency && !scenario.latency.enabled)
    throw Error(
        "latency is off in this scenario, so nothing tells which model is the fastest; "
        "switch it on, or give --objective size");
}

class Tuner {
 public:
  Tuner(const Scenario& scenario, const TuneRequest& request, const RunOptions& options)
      : scenario_(scenario),
        request_(request),
        options_(options),
        space_(SpaceOf(ListCases(scenario, options))),
        trials_(scenario, space_, options) {
    tuning_.scenario = scenario.name;
    tuning_.model = scenario.NetworkOf(space_.network).name;
    tuning_.backend = space_.backend;
    tuning_.isa = space_.isa;
    tuning_.objective = ToString(request.objective);
    tuning_.max_drop_pp = request.max_drop_pp;
    tuning_.confidence = request.confidence;
    for (const Recipe& recipe : space_.recipes) left_[CostOf(recipe)].push_back(recipe);
    Add(Recipe(), kFp32);
  }

  Tuning Run() {
    Search();
    if (Preferred().empty()) FallBack(request_.max_drop_pp);
    Measure();
    while (!Preferred().empty() && !Prove()) {
      // The less is lost on the one half, the likelier that the other shows it too.
      if (!SearchOn() && (fallbacks_ >= kMostFallbacks || !FallBack(TighterLimit()))) break;
      Measure();
    }
    Conclude();
    return std::move(tuning_);
  }

 private:
  void Add(const Recipe& recipe, const char* origin) {
    recipes_.push_back(recipe);
    const CaseKey key = space_.KeyOf(recipe);
    tuning_.models.push_back(
        {.case_id = CaseId(key), .recipe = RecipeLabel(TextsOf(key)), .origin = origin});
  }

  bool IsTried(const Recipe& recipe) const {
    return std::ranges::find(recipes_, recipe) != recipes_.end();
  }

  std::string Kind(const Recipe& recipe) const { return KindOf(recipe, request_.objective); }

  std::vector<size_t> Preferred() const { return ByPreference(tuning_.models, request_.objective); }

  // What a run on the search part found of the models so far.
  void Take(const Results& results) {
    const Row& floats = *results.Find(tuning_.models.front().case_id);
    for (TunedModel& model : tuning_.models) {
      const Row* const row = results.Find(model.case_id);
      if (row == nullptr) continue;
      model.status = row->status;
      model.detail = row->detail;
      model.model_bytes = row->model_bytes;
      model.size_ratio = row->summary.size_ratio;
      model.latency_ms_median = row->summary.latency_ms_median;
      model.speedup_vs_fp32 = row->summary.speedup_vs_fp32;
      if (!row->accuracy) continue;
      model.images = row->accuracy->images;
      model.top1_correct = row->accuracy->top1_correct;
      model.top1_percent = row->summary.top1_percent;
      model.top1_drop_pp =
          100.0 * static_cast<double>(floats.accuracy->top1_correct - *model.top1_correct) /
          static_cast<double>(*model.images);
      model.within = model.origin != kFp32 && row->status == Status::kOk &&
                     *model.top1_drop_pp <= request_.max_drop_pp + 1e-9;
    }
    tuning_.search_images = floats.accuracy->images;
  }

  void Try(const std::vector<Recipe>& recipes, const char* origin) {
    for (const Recipe& recipe : recipes) Add(recipe, origin);
    const std::string folder = std::string(origin) + "-" + std::to_string(++tries_);
    Take(trials_.Run(recipes, ImagePart::kSearch, /*latency=*/false, folder));
  }

  // All recipes of one cost at once. Of one kind, dearer ones have nothing to add where one keeps
  // the limit; they stay in `left_`.
  void Search() {
    Log("tune: " + CountText(space_.recipes.size(), "recipe") + " to choose among, for " +
        space_.backend + "; Top-1 may fall by less than " + TrimmedText(request_.max_drop_pp, 2) +
        " points");
    std::set<std::string> settled;
    for (auto& [cost, recipes] : left_) {
      std::vector<Recipe> wanted;
      std::erase_if(recipes, [&](const Recipe& recipe) {
        if (!request_.all && settled.contains(Kind(recipe))) return false;
        wanted.push_back(recipe);
        return true;
      });
      if (!wanted.empty()) Try(wanted, kSearch);
      for (size_t i = 0; i < recipes_.size(); ++i)
        if (tuning_.models[i].within) settled.insert(Kind(recipes_[i]));
    }
  }

  // What the search had no need of, the cheapest first. False where nothing is left.
  bool SearchOn() {
    const auto next =
        std::ranges::find_if(left_, [](const auto& one) { return !one.second.empty(); });
    if (next == left_.end()) return false;
    Try(std::exchange(next->second, {}), kSearch);
    return true;
  }

  // The most accurate model of the search, which needs the fewest layers in float.
  size_t Best() const {
    size_t best = 0;
    for (size_t i = 1; i < recipes_.size(); ++i) {
      const TunedModel& model = tuning_.models[i];
      if (model.origin != kSearch || model.status != Status::kOk) continue;
      if (best == 0 || model.top1_correct > tuning_.models[best].top1_correct) best = i;
    }
    return best;
  }

  double TighterLimit() const {
    const double drop_pp = tuning_.models[Best()].top1_drop_pp.value_or(0);
    return std::min(drop_pp, request_.max_drop_pp) / (2 << fallbacks_);
  }

  // False where it adds nothing. Where the search half loses no more than the limit though unseen
  // images do, the classes that change on it still tell layers apart: what is tried next depends on
  // that half alone, so each look at the other stays a test of its own.
  bool FallBack(double limit_pp) {
    const size_t best = Best();
    if (best == 0) return false;
    FallbackGoal goal{.limit_pp = limit_pp};
    std::string until = "the drop is " + TrimmedText(limit_pp, 2) + " points";
    if (tuning_.models[best].top1_drop_pp.value_or(0) <= limit_pp) {
      goal = {.changed_part = 1.0 / (2 << fallbacks_)};
      until =
          TrimmedText(100 * *goal.changed_part, 1) + "% are left of the images that change class";
    }
    ++fallbacks_;
    Log("tune: looking for layers of " + tuning_.models[best].recipe + " to keep in float until " +
        until);
    std::vector<Recipe> recipes = WithLayersInFloat(trials_, recipes_[best], goal, "diagnosis");
    std::erase_if(recipes, [&](const Recipe& one) { return IsTried(one); });
    if (recipes.empty()) return false;
    Try(recipes, kFallback);
    return true;
  }

  void Measure() {
    if (!scenario_.latency.enabled) return;
    std::vector<Recipe> ran;
    for (size_t i = 1; i < recipes_.size(); ++i)
      if (tuning_.models[i].status == Status::kOk) ran.push_back(recipes_[i]);
    const std::string folder = measured_++ == 0 ? "trials" : "trials-" + std::to_string(measured_);
    Take(trials_.Run(ran, ImagePart::kSearch, /*latency=*/true, folder));
  }

  // A model that ran in the search, and doesn't any more.
  static void GiveUp(const Row* row, TunedModel& model) {
    model.within = false;
    model.status = row == nullptr ? Status::kFailed : row->status;
    model.detail = row == nullptr ? "" : row->detail;
    Warn("tune: " + model.recipe + " failed on unseen images: " + model.detail);
  }

  // Looks at one model after another, the best first. True where no more need be looked at.
  bool Prove() {
    for (const size_t i : Preferred()) {
      const std::string& id = tuning_.models[i].case_id;
      if (std::ranges::find(tuning_.looks, id, &ProofLook::case_id) != tuning_.looks.end())
        continue;
      const size_t look = tuning_.looks.size();
      const double confidence = ConfidenceOfLook(look, request_.confidence);
      const std::string folder = "proof-" + std::to_string(look + 1);
      const Results results =
          trials_.Run({recipes_[i]}, ImagePart::kProof, /*latency=*/false, folder);
      if (const Row* const row = results.Find(id); row == nullptr || !row->accuracy) {
        GiveUp(row, tuning_.models[i]);
        continue;
      }
      const PairedCounts counts = trials_.Compare(results, folder, recipes_[i]);
      ProofLook judged = Judge(counts, request_.max_drop_pp, confidence);
      judged.case_id = id;
      judged.recipe = tuning_.models[i].recipe;
      tuning_.proof_images = counts.images;
      tuning_.looks.push_back(judged);
      Log("tune: " + judged.recipe + " on unseen images: " + judged.verdict);
      if (judged.verdict == kProven) return true;
      if (judged.verdict == kUndecided &&
          !CanBeProven(counts.images, request_.max_drop_pp, confidence))
        return true;
    }
    return false;
  }

  // The look that decides: one that proves, else of those that don't speak against their models the
  // one that comes nearest to a proof. All bounds hold together, so the least of them does.
  const ProofLook* Deciding() const {
    const ProofLook* nearest = nullptr;
    for (const ProofLook& look : tuning_.looks) {
      if (look.verdict == kProven) return &look;
      if (look.verdict != kUndecided) continue;
      if (nearest == nullptr || look.bound_pp < nearest->bound_pp) nearest = &look;
    }
    return nearest;
  }

  void Conclude() {
    const ProofLook* const look = Deciding();
    tuning_.verdict = look == nullptr ? "none" : look->verdict;
    if (look != nullptr) {
      tuning_.chosen = look->case_id;
      const auto model = std::ranges::find(tuning_.models, look->case_id, &TunedModel::case_id);
      model->chosen = true;
      WriteChosen(recipes_[static_cast<size_t>(model - tuning_.models.begin())], *look);
    } else {
      std::error_code ignored;  // of another tuning
      std::filesystem::remove(options_.out / "tuned.yaml", ignored);
      std::filesystem::remove(options_.out / "tuned.onnx", ignored);
    }
    MarkDominated(tuning_.models);
    tuning_.words = WordsOf(tuning_);
    WriteFileAtomically(options_.out / "tune.csv",
                        [&](std::ostream& stream) { WriteTuningCsv(tuning_, stream); });
    WriteFileAtomically(options_.out / "tune.json",
                        [&](std::ostream& stream) { WriteTuningJson(tuning_, stream); });
  }

  // Its scenario is run as users will, which measures it once more: times that a model was chosen
  // by are flattering.
  void WriteChosen(const Recipe& recipe, const ProofLook& look) {
    const std::filesystem::path file = options_.out / "tuned.yaml";
    WriteFileAtomically(file,
                        "# Written by quantbench tune: the model that it chose, on images "
                        "that it wasn't chosen on.\n" +
                            ScenarioOfChosen(scenario_, request_.overrides, space_, recipe));
    const RunOptions options = trials_.OptionsIn("tuned");
    const Results results = RunScenario(LoadScenario(file), options);
    const Row* const row = results.Find(look.case_id);
    if (row == nullptr || !row->accuracy || row->accuracy->images != look.counts.images ||
        row->accuracy->top1_correct != look.counts.correct)
      throw Error("'" + file.string() + "' doesn't give " + look.case_id +
                  " again; did images or environment variables change meanwhile?");
    tuning_.latency_ms_median = row->summary.latency_ms_median;
    tuning_.speedup_vs_fp32 = row->summary.speedup_vs_fp32;
    const MappedFile onnx(options.out / "models" / (recipe.Name() + ".onnx"));
    WriteFileAtomically(options_.out / "tuned.onnx", onnx.text());
  }

  const Scenario& scenario_;
  const TuneRequest& request_;
  const RunOptions& options_;
  const Space space_;
  const Trials trials_;
  Tuning tuning_;
  std::vector<Recipe> recipes_;              // [models]
  std::map<int, std::vector<Recipe>> left_;  // of the space, by their cost
  int tries_ = 0, measured_ = 0, fallbacks_ = 0;
};

}  // namespace

Tuning Tune(const Scenario& scenario, const TuneRequest& request, const RunOptions& options) {
  RequireTunable(scenario, request);
  Tuner tuner(scenario, request, options);
  const FolderLock lock(options.out);
  return tuner.Run();
}

}  // namespace quantbench
