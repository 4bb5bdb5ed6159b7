// SPDX-License-Identifier: Apache-2.0
// Whole tunings of the default network on a few of its images.
#include "tune/tune.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "run/fast_backend.h"
#include "run/small_scenario.h"
#include "support/contains.h"
#include "support/error.h"
#include "tune/proof.h"

namespace quantbench {
namespace {

using testing::Contains;
using testing::ErrorOf;
using testing::OptionsIn;

struct Asked {
  std::vector<Override> changes;
  Scenario scenario;
  TuneRequest request;
};

std::string BackendToTuneFor() {
  const std::optional<FoundPlugin> fast = testing::FastBackend();
  return fast ? fast->info->name : "reference";
}

// One scale a layer, 24 images in either half.
Asked Ask(double max_drop_pp, std::vector<Override> more = {}) {
  Asked asked{.changes = {{"dataset.root", testing::DefaultImages().string()},
                          {"dataset.calibration.per_class", "1"},
                          {"dataset.evaluation.per_class", "2"},
                          {"matrix.backend", BackendToTuneFor()},
                          {"matrix.batch_size", "1"},
                          {"matrix.granularity", "per_tensor"},
                          {"latency", "off"}}};
  asked.changes.insert(asked.changes.end(), more.begin(), more.end());
  asked.scenario = LoadScenario(testing::SourceDir() / "scenarios" / "default.yaml", asked.changes);
  asked.request = {
      .max_drop_pp = max_drop_pp, .objective = Objective::kSize, .overrides = asked.changes};
  return asked;
}

const TunedModel& ModelOf(const Tuning& tuning, const std::string& recipe) {
  const auto model = std::ranges::find(tuning.models, recipe, &TunedModel::recipe);
  REQUIRE(model != tuning.models.end());
  return *model;
}

std::string TextOfFile(const RunOptions& options, const char* name) {
  return ReadTextFile(options.out / name);
}

TEST_CASE("a wide limit is kept by what is cheap, proven, written, and given again") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const Asked asked = Ask(40);
  const Tuning tuning = Tune(asked.scenario, asked.request, options);
  CHECK(tuning.verdict == kProven);
  CHECK(tuning.search_images == 24);
  CHECK(tuning.proof_images == 24);
  CHECK(tuning.models.size() == 3);  // fp32, none, cle: no more was needed
  CHECK(tuning.looks.size() == 1);
  CHECK(Contains(tuning.words, "inside the limit of 40 points"));
  CHECK(std::filesystem::file_size(options.out / "tuned.onnx") ==
        static_cast<uintmax_t>(
            *std::ranges::find(tuning.models, true, &TunedModel::chosen)->model_bytes));

  SUBCASE("the scenario gives the row") {
    const RunOptions again{.out = scratch.path() / "again",
                           .cache = scratch.path() / "other cache",
                           .plugin_folders = options.plugin_folders,
                           .filter = {},
                           .jobs = 2};
    const Results results = RunScenario(LoadScenario(options.out / "tuned.yaml"), again);
    REQUIRE(results.rows.size() == 2);
    CHECK(results.rows[1].case_id == tuning.chosen);
    CHECK(results.rows[1].accuracy->top1_correct == tuning.looks[0].counts.correct);
    CHECK(results.rows[0].accuracy->top1_correct == tuning.looks[0].counts.float_correct);
  }
  SUBCASE("the same call gives the same") {
    const std::string table = TextOfFile(options, "tune.csv"),
                      all = TextOfFile(options, "tune.json");
    Tune(asked.scenario, asked.request, options);
    CHECK(TextOfFile(options, "tune.csv") == table);
    CHECK(TextOfFile(options, "tune.json") == all);
  }
}

TEST_CASE("a narrow limit is sought with layers in float, and too few images are told") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  // Two recipes, neither with a technique: only layers in float can mend them.
  const Asked asked = Ask(5, {{"matrix.observer", "[minmax, histogram]"}});
  const RunOptions options = OptionsIn(scratch);
  const Tuning tuning = Tune(asked.scenario, asked.request, options);
  CHECK(std::ranges::any_of(tuning.models, [](const TunedModel& model) {
    return model.origin == "fallback" && Contains(model.recipe, "=fp32");
  }));
  // 24 images prove nothing below 11 points.
  CHECK(tuning.verdict != kProven);
  CHECK(std::filesystem::exists(options.out / "tuned.onnx") == !tuning.chosen.empty());
  if (!tuning.chosen.empty()) CHECK(Contains(tuning.words, "too few images"));
}

TEST_CASE("what loses more on images that it wasn't chosen on gives way to the next one") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  // One scale a layer loses 16.7 points on the one half and 20.8 on the other.
  const Asked asked = Ask(17);
  const Tuning tuning = Tune(asked.scenario, asked.request, OptionsIn(scratch));
  REQUIRE(tuning.looks.size() >= 2);
  CHECK(tuning.looks[0].verdict == kOutside);
  CHECK(tuning.looks[0].recipe == "int8 minmax per_tensor");
  CHECK(tuning.looks[1].verdict != kOutside);
  CHECK(tuning.looks[1].case_id == tuning.chosen);
  CHECK(tuning.looks[1].confidence > tuning.looks[0].confidence);
  CHECK(Contains(tuning.words, "1 other that the search preferred loses more"));
}

TEST_CASE("--all tries what a cheaper recipe made needless") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  Asked asked = Ask(40, {{"matrix.techniques", "[none, bias_correction]"}});
  CHECK(Tune(asked.scenario, asked.request, OptionsIn(scratch)).models.size() == 2);
  asked.request.all = true;
  const Tuning tuning = Tune(asked.scenario, asked.request, OptionsIn(scratch));
  CHECK(ModelOf(tuning, "int8 minmax per_tensor bias_correction").top1_percent.has_value());
}

TEST_CASE("what can't be tuned is refused before anything runs") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  struct Case {
    Override change;
    Objective objective;
    std::string message;
  };
  for (const auto& [change, objective, message] :
       {Case{
            {"dataset.evaluation.part", "proof"}, Objective::kSize, "divides the images by itself"},
        Case{{"latency", "off"}, Objective::kLatency, "--objective size"},
        Case{{"latency", "{mode: throughput}"}, Objective::kSize, "not throughput"},
        Case{{"matrix.precision", "fp32"}, Objective::kSize, "no int8 case"}}) {
    Asked asked = Ask(1, {change});
    asked.request.objective = objective;
    const std::string error =
        ErrorOf([&] { Tune(asked.scenario, asked.request, OptionsIn(scratch)); });
    CHECK_MESSAGE(Contains(error, message), error);
  }
}

}  // namespace
}  // namespace quantbench
