// SPDX-License-Identifier: Apache-2.0
// --set path=value: replacing, adding, and how its mistakes are located.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scenario/scenario_file.h"

namespace quantbench {
namespace {

using testing::kSmallestScenario;
using testing::ScenarioFile;

}  // namespace

TEST_CASE("overrides replace, add and extend") {
  const std::string smallest = kSmallestScenario;
  SUBCASE("a value that is there") {
    const std::vector<Override> overrides{{"dataset.calibration.images", "20"}};
    CHECK(ScenarioFile().Load(overrides).calibration.subset.images == 20);
  }
  SUBCASE("a value in a mapping that isn't there") {
    const std::vector<Override> overrides{{"latency.min_seconds", "0.5"}};
    CHECK(ScenarioFile().Load(overrides).latency.min_seconds == 0.5);
  }
  SUBCASE("a list, a single value and a whole mapping") {
    const std::vector<Override> overrides{{"matrix.batch_size", "[1, 4]"},
                                          {"matrix.precision", "fp32"},
                                          {"latency", "{repetitions: 3, min_seconds: 2}"}};
    const Scenario scenario = ScenarioFile().Load(overrides);
    CHECK(scenario.matrix.batch_size == std::vector<int>{1, 4});
    CHECK(scenario.matrix.precision == std::vector{Precision::kFp32});
    CHECK(scenario.latency.repetitions == 3);
  }
  SUBCASE("a mapping where the file has a single value") {
    const std::vector<Override> overrides{{"matrix.backend.name", "mine"},
                                          {"matrix.backend.file", "/mine.so"}};
    CHECK(ScenarioFile().Load(overrides).backend_files.at("mine") == "/mine.so");
  }
  SUBCASE("the last one wins") {
    const std::vector<Override> overrides{{"name", "first"}, {"name", "second"}};
    CHECK(ScenarioFile().Load(overrides).name == "second");
  }
  SUBCASE("a mapping where the file says off") {
    const std::vector<Override> overrides{{"latency.repetitions", "3"}};
    const Scenario scenario = ScenarioFile(smallest + "latency: off\n").Load(overrides);
    CHECK(scenario.latency.enabled);
    CHECK(scenario.latency.repetitions == 3);
  }
  SUBCASE("off where the file has a mapping") {
    const std::vector<Override> overrides{{"evaluation", "off"}};
    CHECK_FALSE(ScenarioFile().Load(overrides).evaluation.enabled);
  }
  SUBCASE("a mistake of the file is mended") {
    const std::vector<Override> overrides{{"latency", "{}"}};
    CHECK(ScenarioFile(smallest + "latency: {reptitions: 1}\n").Mistakes(overrides) == "");
  }
}

TEST_CASE("mistakes of an override are located at it") {
  struct Row {
    std::string why;
    Override set;
    std::string message;
  };
  const Row rows[] = {
      {"a bad value",
       {"latency.min_seconds", "x"},
       "--set latency.min_seconds=x: latency.min_seconds: expected a number from 0.001 to 3600; "
       "found 'x'"},
      {"an unknown last key",
       {"latency.reptitions", "3"},
       "--set latency.reptitions=3: latency.reptitions: unknown key; allowed: warmup_seconds, "
       "min_seconds, repetitions, pin, mode, streams, precision_percent, max_seconds (did you mean "
       "'repetitions'?)"},
      {"an unknown first key",
       {"latncy.repetitions", "3"},
       "--set latncy.repetitions=3: latncy: unknown key; allowed: version, name, extends, model, "
       "dataset, "
       "matrix, evaluation, latency, expect, timeout, memory_limit_mb (did you mean 'latency'?)"},
      {"an entry of a list",
       {"matrix.batch_size[0]", "1"},
       "--set matrix.batch_size[0]=1: matrix.batch_size[0]: unknown key; allowed: network, "
       "backend, "
       "precision, quantization, qconfig, observer, granularity, weight_observer, weight_bits, "
       "activation_bits, techniques, layers, batch_size, threads, zip, "
       "defaults, exclude, "
       "include "
       "(did you mean 'batch_size'?)"},
      {"a path with an empty key",
       {"latency..repetitions", "1"},
       "--set latency..repetitions=1: expected a path of keys such as latency.repetitions; found "
       "'latency..repetitions'"},
      {"an empty path",
       {"", "1"},
       "--set =1: expected a path of keys such as latency.repetitions; found ''"},
      {"a value that is no YAML",
       {"matrix.threads", "[1"},
       "--set matrix.threads=[1: YAML syntax error: end of sequence flow not found; the bracket "
       "opened at line 1 is still open here"},
      {"a mapping without a required key",
       {"model", "{architecture: mobilenet_v2}"},
       "--set model={architecture: mobilenet_v2}: model.file: missing; expected the path of a "
       "PyTorch checkpoint (.pth), a .safetensors or an ONNX file"},
      {"an unset variable",
       {"dataset.root", "${QUANTBENCH_TEST_UNSET}"},
       "--set dataset.root=${QUANTBENCH_TEST_UNSET}: dataset.root: the environment variable "
       "QUANTBENCH_TEST_UNSET is not set; set it, or write ${QUANTBENCH_TEST_UNSET:-default}"},
  };
  const ScenarioFile file;
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(file.Mistakes({row.set}) == row.message);
  }
}

TEST_CASE("mistakes of the file come before those of the overrides, in their order") {
  const ScenarioFile file(std::string(kSmallestScenario) + "latency: {repetitions: 0}\n");
  const std::string mistakes =
      file.Mistakes({{"matrix.threads", "0"}, {"latency.min_seconds", "-1"}});
  const size_t first = mistakes.find("scenario.yaml:6:24: latency.repetitions: ");
  const size_t second = mistakes.find("\n--set matrix.threads=0: matrix.threads: ");
  const size_t third = mistakes.find("\n--set latency.min_seconds=-1: latency.min_seconds: ");
  CHECK(first != std::string::npos);
  CHECK(first < second);
  CHECK(second < third);
  CHECK(third != std::string::npos);
}

}  // namespace quantbench
