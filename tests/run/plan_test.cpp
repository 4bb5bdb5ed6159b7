// SPDX-License-Identifier: Apache-2.0
// A plan says what the run behind it then does.
#include "run/plan.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "run/fast_backend.h"
#include "run/small_scenario.h"
#include "support/files.h"

namespace quantbench {
namespace {

using testing::OptionsIn;
using testing::TinyScenario;
using Names = std::vector<std::string>;

Names NamesOf(const std::vector<Work>& all) {
  Names names;
  for (const Work& work : all) names.push_back(work.name);
  std::sort(names.begin(), names.end());
  return names;
}
Names NamesOf(const std::vector<StageTime>& stages) {
  Names names;
  for (const StageTime& stage : stages) names.push_back(stage.stage);
  std::sort(names.begin(), names.end());
  return names;
}

bool EachIs(const Plan& plan, std::string_view stage, ArtefactState state) {
  return std::all_of(plan.cases.begin(), plan.cases.end(), [&](const PlannedCase& one) {
    return std::any_of(one.stages.begin(), one.stages.end(), [&](const auto& entry) {
      return entry.name == stage && entry.state.state == state;
    });
  });
}

constexpr std::string_view kStages[] = {"crops", "model", "predictions"};

}  // namespace

TEST_CASE("plan: the stages that it names are those that the run does") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const struct {
    std::string reason;
    std::vector<Override> changes;
    size_t stages;  // beside: a plan without stages would agree with a run that does nothing
  } cases[] = {
      {"an empty cache", {}, 7},
      {"nothing changed", {}, 0},
      {"another observer with other statistics", {{"matrix.observer", "histogram"}}, 4},
      {"another observer with the same ones", {{"matrix.observer", "mse"}}, 3},
      {"other images to evaluate", {{"dataset.evaluation.images", "13"}}, 4},
      {"dynamic: as many evaluations as batch sizes",
       {{"matrix.quantization", "dynamic"}, {"matrix.batch_size", "[1, 2]"}},
       5},
      {"fp32 alone", {{"matrix.precision", "fp32"}}, 0},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const Scenario scenario = TinyScenario(one.changes);
    const Plan plan = PlanScenario(scenario, options);
    CHECK(plan.problems.empty());
    CHECK(plan.work.size() == one.stages);
    const Results results = RunScenario(scenario, options);
    CHECK(NamesOf(plan.work) == NamesOf(results.stages));
    CHECK(plan.cases.size() == results.rows.size());
    for (size_t i = 0; i < plan.cases.size(); ++i) {
      CHECK(plan.cases[i].one.id == results.rows[i].case_id);
      CHECK(plan.cases[i].isa == results.rows[i].isa);
    }
  }
}

TEST_CASE("plan: states before and after a run, images, and times that are known then") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const Plan before = PlanScenario(TinyScenario(), options);
  for (const auto stage : kStages) CHECK(EachIs(before, stage, ArtefactState::kToDo));
  CHECK(before.evaluation.value().images == 12);
  CHECK(before.evaluation.value().to_decode == 12);
  CHECK_FALSE(before.AllSecondsAreKnown());
  RunScenario(TinyScenario(), options);
  const Plan after = PlanScenario(TinyScenario(), options);
  for (const auto stage : kStages) CHECK(EachIs(after, stage, ArtefactState::kCached));
  CHECK(after.calibration.value().to_decode == 0);
  CHECK(after.evaluation.value().to_decode == 0);
  CHECK(after.KnownSeconds() == 0);

  RunOptions elsewhere = options;  // what is known of the speeds, without what they made
  elsewhere.cache = scratch.path() / "other_cache";
  std::filesystem::create_directory(elsewhere.cache);
  std::filesystem::copy(options.cache / "speeds.jsonl", elsewhere.cache / "speeds.jsonl");
  const Plan again = PlanScenario(TinyScenario(), elsewhere);
  CHECK(again.work.size() == before.work.size());
  CHECK(again.AllSecondsAreKnown());
  CHECK(again.KnownSeconds() > 0);
}

TEST_CASE("plan: without an evaluation or with one backend less, and latency by its settings") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const Plan plan = PlanScenario(
      TinyScenario({{"evaluation", "off"},
                    {"matrix.precision", "fp32"},
                    {"latency", "{warmup_seconds: 0.5, min_seconds: 1.5, repetitions: 3}"}}),
      options);
  REQUIRE(plan.work.size() == 2);  // the model, and latency
  CHECK(plan.work[1].items == 3);
  CHECK(plan.work[1].nominal);
  CHECK(plan.work[1].seconds.value() >= 3 * 2.0);
  CHECK(plan.cases.at(0).stages.back().state.repetitions.value().total == 3);
  CHECK(EachIs(plan, "predictions", ArtefactState::kNotNeeded));
  CHECK(EachIs(plan, "crops", ArtefactState::kNotNeeded));
}

TEST_CASE(
    "plan: activations of 16 bits on a backend without them are told, and no row has figures") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const std::optional<FoundPlugin> fast = testing::FastBackend();
  if (!fast) return;
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const Scenario scenario =
      TinyScenario({{"matrix.backend", fast->info->name},
                    {"matrix.precision", "int8"},
                    {"matrix.layers", "{'features.0*': {activation_bits: 16}}"}});
  const Plan plan = PlanScenario(scenario, options);
  REQUIRE(plan.unsupported.size() == 1);
  CHECK(EachIs(plan, "predictions", ArtefactState::kUnsupported));
  const Results results = RunScenario(scenario, options);
  for (const Row& row : results.rows) {
    CHECK(row.status == Status::kUnsupported);
    CHECK(row.detail == plan.unsupported[0]);
  }
}

TEST_CASE("plan: what a journal finished counts, as long as the run would go on with it") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  RunScenario(TinyScenario(), options);
  const std::string text = testing::ReopenJournal(options);
  std::filesystem::remove_all(options.cache / "predictions");
  const Plan plan = PlanScenario(TinyScenario(), options);
  CHECK(EachIs(plan, "predictions", ArtefactState::kFinished));
  CHECK(plan.work.empty());
  CHECK(plan.journal.find("goes on") != std::string::npos);
  CHECK(ReadTextFile(options.out / "journal.jsonl") == text);

  const Plan other = PlanScenario(TinyScenario({{"matrix.precision", "fp32"}}), options);
  CHECK(EachIs(other, "predictions", ArtefactState::kToDo));
  CHECK(other.journal.find("set of cases") != std::string::npos);
}

TEST_CASE("plan: cases are told although images, model or a backend are missing") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const struct {
    std::string reason;
    Override change;
    std::string problem;
  } cases[] = {
      {"images", {"dataset.root", "/nowhere"}, "/nowhere"},
      {"model", {"model.file", "/nowhere.pth"}, "/nowhere.pth"},
      {"backend", {"matrix.backend", "[reference, no_such]"}, "no_such"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const Plan plan = PlanScenario(TinyScenario({one.change}), options);
    CHECK(plan.cases.size() >= 3);
    REQUIRE(plan.problems.size() == 1);
    CHECK(plan.problems[0].find(one.problem) != std::string::npos);
  }
}

}  // namespace quantbench
