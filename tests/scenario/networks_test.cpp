// SPDX-License-Identifier: Apache-2.0
// Several networks in one scenario: what each has for itself, and which cases there are.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scenario/matrix.h"
#include "scenario/scenario_file.h"

namespace quantbench {
namespace {

using testing::ScenarioFile;

constexpr char kTwo[] =
    "version: 1\n"
    "name: two\n"
    "model:\n"
    "  - {file: nets/big.onnx, expect: {fp32_top1_percent: 70}}\n"
    "  - {name: small, file: nets/other.pth, padding: same, preprocess: {crop: 160, std: [1, 1, "
    "1]}}\n"
    "dataset:\n"
    "  root: images\n"
    "  calibration: {images: 10}\n"
    "  preprocess: {resize: 200, crop: 192, mean: [0.5, 0.5, 0.5]}\n"
    "matrix: {backend: [a, b], precision: fp32}\n";

std::vector<std::string> IdsOfNetworks(const Scenario& scenario) {
  std::vector<std::string> ids;
  for (const Case& one : ExpandMatrix(scenario.matrix)) ids.push_back(one.id);
  return ids;
}

TEST_CASE("a network has its own file, name and preprocessing, and the dataset's for the rest") {
  const ScenarioFile file(kTwo);
  const Scenario scenario = file.Load();
  REQUIRE(scenario.networks.size() == 2);
  const Network &big = scenario.NetworkOf("big"), &small = scenario.NetworkOf("small");
  CHECK(big.model.file == file.folder() / "nets/big.onnx");
  CHECK(small.model.padding == PaddingStyle::kSame);
  CHECK(big.expect.has_value());
  CHECK_FALSE(small.expect);
  CHECK(big.preprocess.crop == 192);
  CHECK(small.preprocess.crop == 160);
  CHECK(small.model.input_width == 160);
  CHECK(small.preprocess.resize == 200);
  CHECK(small.preprocess.mean[0] == 0.5f);
  CHECK(small.preprocess.std[0] == 1.0f);
  CHECK(big.preprocess.std[0] == 0.229f);
}

TEST_CASE("ids carry a network's name where there are several networks") {
  const struct {
    const char* description;
    std::vector<Override> overrides;
    std::vector<std::string> ids;
  } tests[] = {
      {"several: the outermost dimension",
       {},
       {"big/a/fp32/b1/t1", "big/b/fp32/b1/t1", "small/a/fp32/b1/t1", "small/b/fp32/b1/t1"}},
      {"one of them", {{"matrix.network", "small"}}, {"small/a/fp32/b1/t1", "small/b/fp32/b1/t1"}},
      {"in exclude",
       {{"matrix.exclude", "{network: big, backend: b}"}},
       {"big/a/fp32/b1/t1", "small/a/fp32/b1/t1", "small/b/fp32/b1/t1"}},
      {"in zip, with backends",
       {{"matrix", "{precision: fp32, zip: [{network: [small, big], backend: [a, b]}]}"}},
       {"small/a/fp32/b1/t1", "big/b/fp32/b1/t1"}},
      {"a mapping", {{"model", "{file: x.onnx}"}}, {"a/fp32/b1/t1", "b/fp32/b1/t1"}},
      {"a list of one", {{"model", "[{file: x.onnx}]"}}, {"a/fp32/b1/t1", "b/fp32/b1/t1"}},
      {"one, by its name",
       {{"model", "{file: x.onnx, name: it}"}, {"matrix.network", "it"}},
       {"a/fp32/b1/t1", "b/fp32/b1/t1"}},
  };
  const ScenarioFile file(kTwo);
  for (const auto& test : tests) {
    CAPTURE(test.description);
    CHECK(IdsOfNetworks(file.Load(test.overrides)) == test.ids);
  }
}

TEST_CASE("a value inside of a list can't be set by a path") {
  const std::string mistakes = ScenarioFile(kTwo).Mistakes({{"model.padding", "same"}});
  CHECK(mistakes.find("--set model.padding=same: model.padding: the scenario has a list on the "
                      "way there; give the list as a whole") != std::string::npos);
}

TEST_CASE("what was read is kept in full") {
  const testing::EnvironmentVariable folder("QUANTBENCH_TEST_FOLDER", "some where");
  const ScenarioFile base(kTwo);
  WriteFileAtomically(base.folder() / "top.yaml",
                      "extends: scenario.yaml\n"
                      "dataset: {root: '${QUANTBENCH_TEST_FOLDER}'}\n"
                      "model: {file: a$$b.onnx, name: it}\n");
  const Scenario scenario = LoadScenario(base.folder() / "top.yaml", {{"matrix.threads", "2"}});
  for (const char* const text :
       {"root: \"some where\"", "file: a$$b.onnx", "threads: 2", "precision: fp32", "crop: 192"}) {
    CAPTURE(text);
    CHECK(scenario.resolved.find(text) != std::string::npos);
  }
  CHECK(scenario.resolved.find("extends") == std::string::npos);
  // It is a scenario.
  const ScenarioFile again(scenario.resolved);
  CHECK(again.Load().networks[0].model.file == again.folder() / "a$b.onnx");
}

}  // namespace
}  // namespace quantbench
