// SPDX-License-Identifier: Apache-2.0
// What a scenario gets from the file that it extends, and from zip groups and defaults.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scenario/matrix.h"
#include "scenario/scenario_file.h"

namespace quantbench {
namespace {

using testing::ScenarioFile;

std::vector<std::string> IdsOf(const Scenario& scenario) {
  std::vector<std::string> ids;
  for (const Case& one : ExpandMatrix(scenario.matrix)) ids.push_back(one.id);
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("extends: mappings are merged, values and lists replaced, keys set to nothing removed") {
  const ScenarioFile file(
      "extends: below/base.yaml\n"
      "name: top\n"
      "latency: {repetitions: 3}\n"
      "matrix: {batch_size: [8], observer: null}\n"
      "expect:\n");
  std::filesystem::create_directory(file.folder() / "below");
  WriteFileAtomically(file.folder() / "below" / "base.yaml",
                      "extends: ground.yaml\n"
                      "name: base\n"
                      "matrix: {precision: fp32, batch_size: [1, 4], observer: histogram}\n"
                      "expect: {fp32_top1_percent: 50}\n");
  WriteFileAtomically(
      file.folder() / "below" / "ground.yaml",
      std::string(testing::kSmallestScenario) + "latency: {repetitions: 7, warmup_seconds: 2}\n");
  const Scenario scenario = file.Load();
  CHECK(scenario.name == "top");
  CHECK(scenario.latency.repetitions == 3);
  CHECK(scenario.latency.warmup_seconds == 2);
  CHECK(scenario.matrix.observer == std::vector<ObserverSpec>(1));
  CHECK(IdsOf(scenario) == Ids{"reference/fp32/b8/t1"});
  CHECK(!scenario.networks[0].expect);
  // A path starts in the folder of the file that it stands in.
  CHECK(scenario.dataset.root == file.folder() / "below" / "images");
}

TEST_CASE("extends: a scenario that comes with quantbench, by its name") {
  const ScenarioFile file("extends: default\nname: mine\nmatrix: {backend: reference}\n");
  const Scenario scenario = file.Load();
  CHECK(scenario.name == "mine");
  CHECK(std::filesystem::exists(scenario.networks[0].model.file));
  // A file of that name in the scenario's folder comes first.
  WriteFileAtomically(file.folder() / "default", std::string(testing::kSmallestScenario));
  CHECK(file.Load().networks[0].model.file != scenario.networks[0].model.file);
}

TEST_CASE("extends: the hash of a scenario depends on the files below") {
  const ScenarioFile file("extends: base.yaml\n");
  WriteFileAtomically(file.folder() / "base.yaml", std::string(testing::kSmallestScenario));
  const std::string before = file.Load().text_hash;
  WriteFileAtomically(file.folder() / "base.yaml",
                      std::string(testing::kSmallestScenario) + "# a comment\n");
  CHECK(file.Load().text_hash != before);
}

TEST_CASE("a value that --set leaves empty is removed") {
  const ScenarioFile file;
  const std::vector<Override> overrides{{.path = "matrix.observer", .value = "histogram"},
                                        {.path = "matrix.observer", .value = ""},
                                        {.path = "nothing.there", .value = "null"},
                                        {.path = "matrix.qconfig", .value = "fbgemm"}};
  CHECK(IdsOf(file.Load(overrides)) ==
        Ids{"reference/fp32/b1/t1", "reference/int8/static/fbgemm/b1/t1"});
}

TEST_CASE("zip groups and defaults are read from the matrix") {
  const ScenarioFile file;
  const std::vector<Override> overrides{{.path = "matrix",
                                         .value = "{zip: [{backend: [a, b], threads: [1, 2]},"
                                                  " {batch_size: [1, 8]}], precision: fp32}"}};
  CHECK(IdsOf(file.Load(overrides)) ==
        Ids{"a/fp32/b1/t1", "a/fp32/b8/t1", "b/fp32/b1/t2", "b/fp32/b8/t2"});
  const std::vector<Override> defaults{
      {.path = "matrix",
       .value = "{defaults: {backend: a, threads: 2, precision: fp32},"
                " include: [{batch_size: 4}, {batch_size: 8, threads: 1}]}"}};
  CHECK(IdsOf(file.Load(defaults)) == Ids{"a/fp32/b1/t2", "a/fp32/b4/t2", "a/fp32/b8/t1"});
}

}  // namespace quantbench
