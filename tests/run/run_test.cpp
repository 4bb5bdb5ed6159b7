// SPDX-License-Identifier: Apache-2.0
// Whole runs of the default scenario on a few of its images.
#include "run/run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "run/small_scenario.h"
#include "stage/backends.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

using testing::OptionsIn;
using testing::SmallScenario;

const std::filesystem::path kSource = quantbench::testing::SourceDir();
const std::filesystem::path kBinary = quantbench::testing::BinaryDir();

std::string BadPlugin(const std::string& name) {
  return (kBinary / "tests" / "bad_plugins" / (name + ".so")).string();
}

// PyTorch's Top-1 class of each image of the whole validation set.
std::map<std::string, std::string> PyTorchPredictions() {
  std::map<std::string, std::string> predictions;
  std::istringstream lines(
      ReadTextFile(kSource / "datasets" / "default" / "golden" / "predictions.csv"));
  for (std::string path, label, top1; std::getline(lines, path, ',') &&
                                      std::getline(lines, label, ',') &&
                                      std::getline(lines, top1);) {
    predictions[path] = top1;
  }
  return predictions;
}

// Field `column` of the line of each image in a predictions file.
std::map<std::string, std::string> ReadTop1(const std::filesystem::path& file) {
  std::map<std::string, std::string> predictions;
  std::istringstream lines(ReadTextFile(file));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string path, label, top1;
    std::getline(fields, path, ',');
    std::getline(fields, label, ',');
    std::getline(fields, top1, ',');
    predictions[path] = top1;
  }
  predictions.erase("image");  // the header
  return predictions;
}

TEST_CASE("a run gives a row a case, files, and PyTorch's fp32 predictions image by image") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const Results results = RunScenario(SmallScenario(), OptionsIn(scratch));
  REQUIRE(results.rows.size() == 3);
  for (const Row& row : results.rows) {
    CAPTURE(row.case_id);
    CHECK(row.status == Status::kOk);
    CHECK(row.accuracy->images == 48);
    CHECK(row.isa == "generic");
    CHECK(!row.summary.latency_ms_median);
  }
  const std::filesystem::path out = scratch.path() / "out";
  CHECK(results.rows[0].model_bytes ==
        static_cast<int64_t>(std::filesystem::file_size(out / "models" / "fp32.onnx")));
  CHECK(*results.rows[2].summary.size_ratio < 0.4);
  CHECK(std::filesystem::exists(out / "results.json"));
  const std::string csv = ReadTextFile(out / "results.csv");
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 4);

  const auto pytorch = PyTorchPredictions();
  const auto ours = ReadTop1(out / "predictions" / "reference-fp32.csv");
  CHECK(ours.size() == 48);
  for (const auto& [path, top1] : ours) {
    CAPTURE(path);
    CHECK(pytorch.at(path) == top1);
  }
}

TEST_CASE("integer backends have the reference's outputs to the bit") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const Results results = RunScenario(
      SmallScenario({{"matrix.backend", "all"}, {"matrix.precision", "int8"}}), OptionsIn(scratch));
  std::map<std::string, std::string> hashes;  // by granularity, of the backend that came first
  for (const Row& row : results.rows) {
    CAPTURE(row.case_id);
    CHECK(hashes.emplace(row.granularity, row.accuracy->outputs_hash).first->second ==
          row.accuracy->outputs_hash);
    CHECK(row.accuracy->outputs_hash.size() == 32);
  }
  CHECK(hashes["per_tensor"] != hashes["per_channel"]);
}

TEST_CASE("dynamic cases need no calibration image and are evaluated once a batch size") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Scenario scenario =
      SmallScenario({{"matrix.granularity", "per_channel"},
                     {"matrix.precision", "int8"},
                     {"matrix.quantization", "dynamic"},
                     {"matrix.batch_size", "[1, 5]"},  // 48 images: one batch of 3
                     {"dataset.calibration.split", "nowhere"}});
  std::string hashes[2];
  for (const int jobs : {1, 2}) {
    const testing::ScratchFolder scratch;
    const Results results = RunScenario(scenario, OptionsIn(scratch, jobs));
    REQUIRE(results.rows.size() == 2);
    for (const Row& row : results.rows) {
      CAPTURE(row.case_id);
      CHECK(row.status == Status::kOk);
      CHECK(row.detail == "");
      CHECK(row.accuracy->images == 48);
      CHECK(*row.summary.top1_percent > 60.0);
      hashes[jobs - 1] += row.accuracy->outputs_hash + " ";
      const std::string name =
          "reference-int8-dynamic-per_channel-b" + std::to_string(row.batch_size) + ".csv";
      CHECK(ReadTop1(scratch.path() / "out" / "predictions" / name).size() == 48);
    }
    CHECK(results.rows[0].accuracy->outputs_hash != results.rows[1].accuracy->outputs_hash);
    CHECK(std::filesystem::exists(scratch.path() / "out" / "models" /
                                  "int8-dynamic-per_channel.onnx"));
  }
  CHECK(hashes[0] == hashes[1]);
}

TEST_CASE("the number of workers changes no byte of the results") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  std::string csv[2];
  for (const int jobs : {1, 2}) {
    const testing::ScratchFolder scratch;
    RunScenario(SmallScenario(), OptionsIn(scratch, jobs));
    csv[jobs - 1] = ReadTextFile(scratch.path() / "out" / "results.csv");
  }
  CHECK(csv[0] == csv[1]);
}

TEST_CASE("a backend that fails hurts only its own rows") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const Results results = RunScenario(
      SmallScenario({{"matrix.precision", "fp32"},
                     {"matrix.backend",
                      "[{name: bad, file: '" + BadPlugin("fails_in_run") + "'}, reference]"}}),
      OptionsIn(scratch));
  REQUIRE(results.rows.size() == 2);
  CHECK(results.rows[0].status == Status::kFailed);
  CHECK(results.rows[0].detail == "backend 'bad' failed in a run: ran out of beads");
  CHECK(results.rows[1].status == Status::kOk);
  CHECK(results.rows[1].accuracy->images == 48);
}

TEST_CASE("`all` is every plugin found that can run here, `engines` those with importers") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  FoundPlugin reference;
  for (const FoundPlugin& plugin : FindPlugins({kBinary / "lib" / "quantbench"})) {
    if (plugin.info && plugin.info->name == "reference") reference = plugin;
  }
  FoundPlugin engine = reference;
  engine.info->name = "engine";
  engine.info->takes_file = true;
  const std::vector<FoundPlugin> found{reference, engine};
  const auto chosen = [&](const char* backends) {
    return WithBackends(SmallScenario({{"matrix.backend", backends}}), found).backend;
  };
  CHECK(chosen("all") == std::vector<std::string>{"reference"});
  CHECK(chosen("engines") == std::vector<std::string>{"engine"});
  CHECK(chosen("[engines, all]") == std::vector<std::string>{"engine", "reference"});
  CHECK_THROWS_WITH_AS(WithBackends(SmallScenario({{"matrix.backend", "all"}}), {}),
                       doctest::Contains("no plugin that can run here was found"), Error);
}

TEST_CASE("what no case can survive stops the run with its cause") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const struct {
    std::string reason;
    std::vector<Override> changes;
    std::string message;
  } cases[] = {
      {"a backend that isn't there",
       {{"matrix.backend", "[refrence]"}},
       "there is no backend 'refrence'"},
      {"a backend that can't run here",
       {{"matrix.backend", "{name: bad, file: '" + BadPlugin("cannot_run") + "'}"}},
       "can't run on this machine: generic: needs an abacus"},
      {"no such model", {{"model.file", "nowhere.pth"}}, "there is no 'nowhere.pth' (looked for '"},
      {"more images than there are", {{"dataset.evaluation.images", "1000"}}, "1000"},
      {"accuracy is not what it should be",
       {{"expect", "{fp32_top1_percent: 12.5, within: 1}"}},
       "the scenario expects 12.50% within 1.00%. The usual causes"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const testing::ScratchFolder scratch;
    CHECK_THROWS_WITH_AS(RunScenario(SmallScenario(one.changes), OptionsIn(scratch)),
                         doctest::Contains(one.message.c_str()), Error);
    CHECK(!std::filesystem::exists(scratch.path() / "out" / "results.csv"));
  }
}

TEST_CASE("quantize writes the model files and nothing else") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const std::vector<ModelFile> files = QuantizeScenario(SmallScenario(), OptionsIn(scratch));
  REQUIRE(files.size() == 3);
  CHECK(files[0].path.filename() == "fp32.onnx");
  CHECK(files[2].path.filename() == "int8-static-minmax-per_channel.onnx");
  CHECK(files[2].bytes < files[0].bytes / 2);
}

}  // namespace
}  // namespace quantbench
