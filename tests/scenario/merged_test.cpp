// SPDX-License-Identifier: Apache-2.0
// A merged scenario says what its files and overrides say together, from anywhere.
#include "scenario/merged.h"

#include <doctest/doctest.h>

#include "scenario/scenario_file.h"

namespace quantbench {
namespace {

using testing::ScenarioFile;

constexpr char kBase[] =
    "version: 1\n"
    "name: base\n"
    "model: {file: nets/model.pth, architecture: mobilenet_v2}\n"
    "dataset: {root: '${HOME}/images', synsets: classes.txt, calibration: {images: 10}}\n"
    "matrix: {backend: [reference, {name: own, file: own.so, options: {fast: on}}]}\n"
    "expect: {fp32_top1_percent: 80}\n";

TEST_CASE("a merged scenario is the same in another folder") {
  const ScenarioFile base(kBase);
  const testing::ScratchFolder other;
  WriteFileAtomically(
      base.folder() / "top.yaml",
      "extends: scenario.yaml\nname: top\nlatency: {min_seconds: 0.5}\n"
      "matrix: {layers: [{'a: [b]*': fp32}], techniques: [[cle, bias_correction]]}\n");
  const std::vector<Override> overrides{
      {"matrix.threads", "[1, 2]"}, {"expect", ""}, {"model.activation", "relu"}};
  const Scenario scenario = LoadScenario(base.folder() / "top.yaml", overrides);
  const std::filesystem::path file = other.path() / "merged.yaml";
  WriteFileAtomically(file, MergedScenario(scenario, overrides));
  const Scenario again = LoadScenario(file);
  CHECK(again.name == "top");
  CHECK(again.networks[0].model.file ==
        std::filesystem::absolute(scenario.networks[0].model.file).lexically_normal());
  CHECK(again.networks[0].model.activation == Activation::kRelu);
  CHECK(again.dataset.root == scenario.dataset.root);
  CHECK(again.dataset.synsets ==
        std::filesystem::absolute(scenario.dataset.synsets).lexically_normal());
  CHECK(again.latency.min_seconds == 0.5);
  CHECK_FALSE(again.networks[0].expect);
  CHECK(again.matrix.backend == scenario.matrix.backend);
  CHECK(again.matrix.threads == std::vector{1, 2});
  CHECK(again.matrix.layers == scenario.matrix.layers);
  CHECK(again.matrix.techniques == scenario.matrix.techniques);
  CHECK(ReadTextFile(file).find("${HOME}/images") != std::string::npos);
}

}  // namespace
}  // namespace quantbench
