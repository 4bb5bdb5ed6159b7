// SPDX-License-Identifier: Apache-2.0
// Two networks in one run give what each gives alone; resumed, planned, quantised and in parts too.
#include <doctest/doctest.h>

#include <algorithm>

#include "run/merge.h"
#include "run/plan.h"
#include "run/small_scenario.h"
#include "support/error.h"

namespace quantbench {
namespace {

using testing::OptionsIn;
using testing::ScratchFolder;
using testing::TinyScenario;

// The network of the default scenario at two sizes; both see the same images.
constexpr char kSmall[] =
    "name: small, file: '@', architecture: mobilenet_v2, preprocess: {resize: 70, crop: 64}";
constexpr char kBig[] = "name: big, file: '@', architecture: mobilenet_v2";

std::string NetworkYaml(std::string text) {
  const auto file = testing::SourceDir() / "datasets" / "default" / "mobilenet_v2.pth";
  return "{" + text.replace(text.find('@'), 1, file.string()) + "}";
}

Scenario ScenarioOf(const std::string& model, std::vector<Override> changes = {}) {
  changes.insert(changes.begin(), {{"model", model}, {"matrix.granularity", "per_channel"}});
  return TinyScenario(changes);
}
Scenario Both(const std::vector<Override>& changes = {}) {
  return ScenarioOf("[" + NetworkYaml(kBig) + ", " + NetworkYaml(kSmall) + "]", changes);
}

TEST_CASE("each of two networks gives what it gives alone") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const Results both = RunScenario(Both(), options);
  REQUIRE(both.rows.size() == 4);
  REQUIRE(both.measured.networks.size() == 2);
  CHECK(both.measured.evaluation.images == 12);
  CHECK(both.measured.networks[1].preprocess.crop == "64");
  for (const auto& [name, text] : {std::pair("big", kBig), {"small", kSmall}}) {
    CAPTURE(name);
    RunOptions alone = options;
    alone.out = scratch.path() / name;
    alone.cache = scratch.path() / "another cache";
    const Results one = RunScenario(ScenarioOf(NetworkYaml(text)), alone);
    REQUIRE(one.rows.size() == 2);
    for (const Row& row : one.rows) {
      const Row* const other = both.Find(std::string(name) + "/" + row.case_id);
      REQUIRE(other != nullptr);
      CHECK(row.network.empty());
      CHECK(other->network == name);
      CHECK(other->model == name);
      REQUIRE(row.accuracy);
      REQUIRE(other->accuracy);
      CHECK(other->accuracy->outputs_hash == row.accuracy->outputs_hash);
      CHECK(other->model_bytes == row.model_bytes);
      CHECK(other->summary.top1_drop_pp == row.summary.top1_drop_pp);
      CHECK(ReadTextFile(options.out / other->predictions_file) ==
            ReadTextFile(alone.out / row.predictions_file));
      CHECK(both.InputsOf(*other).evaluation_images == one.inputs.evaluation_images);
      CHECK(both.InputsOf(*other).model == one.inputs.model);
    }
    // Other crops of the same images.
    CHECK(both.measured.evaluation.content == one.measured.evaluation.content);
    CHECK(std::filesystem::exists(options.out / "models" / name / "fp32.onnx"));
  }
  CHECK(both.InputsOf(both.rows.front()).evaluation_images !=
        both.InputsOf(both.rows.back()).evaluation_images);

  const Plan plan = PlanScenario(Both(), options);
  REQUIRE(plan.cases.size() == 4);
  for (const PlannedCase& planned : plan.cases) {
    CAPTURE(planned.one.id);
    for (const auto& [stage, state] : planned.stages)
      CHECK((stage == "latency" || state.state == ArtefactState::kCached ||
             state.state == ArtefactState::kNotNeeded));
  }

  // Out of the journal, and of nothing else.
  const std::string journal = testing::ReopenJournal(options);
  RunOptions again = options;
  again.cache = scratch.path() / "empty cache";
  const Results resumed = RunScenario(Both(), again);
  const std::string now = ReadTextFile(options.out / "journal.jsonl");
  CHECK(now.starts_with(journal));
  CHECK(std::ranges::count(now, '\n') == std::ranges::count(journal, '\n') + 1);  // finished
  for (const Row& row : resumed.rows)
    CHECK(row.accuracy->outputs_hash == both.Find(row.case_id)->accuracy->outputs_hash);
}

TEST_CASE("parts of a run with two networks give the bytes of the whole") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const ScratchFolder scratch;
  RunOptions options = OptionsIn(scratch);
  options.isolate = false;
  const Results whole = RunScenario(Both(), options);
  std::vector<std::filesystem::path> folders;
  for (int number = 1; number <= 2; ++number) {
    RunOptions part = options;
    part.out = scratch.path() / std::to_string(number);
    part.part = {.number = number, .count = 2, .latency_on = 0, .range = {}};
    RunScenario(Both(), part);
    folders.push_back(part.out);
  }
  const auto out = scratch.path() / "merged";
  const Results merged = MergeParts({.out = out, .from = folders, .partial = false});
  for (const std::string file :
       {"results.csv", "predictions/small/reference-fp32.csv", "models/big/fp32.onnx"})
    CHECK(ReadTextFile(out / file) == ReadTextFile(options.out / file));
  CHECK(merged.measured.evaluation.images == 12);
  CHECK(merged.measured.evaluation.content == whole.measured.evaluation.content);
  for (const Row& row : whole.rows)
    CHECK(merged.InputsOf(row).evaluation_images == whole.InputsOf(row).evaluation_images);
}

TEST_CASE("each network has the accuracy that is expected of it") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const ScratchFolder scratch;
  const std::string expects = std::string(kSmall) + ", expect: {fp32_top1_percent: 1, within: 2}";
  const Scenario scenario = ScenarioOf("[" + NetworkYaml(kBig) + ", " + NetworkYaml(expects) + "]");
  CHECK_THROWS_AS(RunScenario(scenario, OptionsIn(scratch)), Error);
}

TEST_CASE("models of two networks are written apart") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const ScratchFolder scratch;
  std::vector<std::string> names;
  for (const ModelFile& file : QuantizeScenario(Both(), OptionsIn(scratch)))
    names.push_back(file.path.lexically_relative(scratch.path() / "out").string());
  CHECK(names ==
        std::vector<std::string>{"big/fp32.onnx", "big/int8-static-minmax-per_channel.onnx",
                                 "small/fp32.onnx", "small/int8-static-minmax-per_channel.onnx"});
}

}  // namespace
}  // namespace quantbench
