// SPDX-License-Identifier: Apache-2.0
// Ranges of one run after another give its bytes, from one worker process for each evaluation.
#include "run/ranged_run.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "run/merge.h"
#include "run/small_scenario.h"
#include "support/error.h"

namespace quantbench {
namespace {

// Floats, and dynamic models in batches of two: two evaluations.
Scenario ScenarioOfRanges(const std::vector<Override>& changes = {}) {
  std::vector<Override> all{{"matrix.quantization", "dynamic"},
                            {"matrix.granularity", "per_channel"},
                            {"matrix.batch_size", "2"}};
  all.insert(all.end(), changes.begin(), changes.end());
  return testing::TinyScenario(all);
}

// Processes that this one has started and that are there still.
std::set<std::string> Children() {
  std::set<std::string> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "status");
    for (std::string line; std::getline(file, line);) {
      if (line == "PPid:\t" + std::to_string(::getpid()))
        children.insert(entry.path().filename().string());
    }
  }
  return children;
}

TEST_CASE("ranges give the bytes of one run, and their workers stay") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const Scenario scenario = ScenarioOfRanges();
  RunOptions options = testing::OptionsIn(scratch);
  RunScenario(scenario, options);
  const std::string whole = ReadTextFile(options.out / "results.csv");

  for (const int64_t waiting_mib : {0, 4096}) {
    CAPTURE(waiting_mib);
    options.out = scratch.path() / ("ranges" + std::to_string(waiting_mib));
    options.cache = scratch.path() / ("cache" + std::to_string(waiting_mib));
    options.waiting_mib = waiting_mib;
    const std::set<std::string> before = Children();
    std::vector<std::filesystem::path> parts;
    {
      RangedRun run(scenario, options, options.out / "models");
      CHECK(run.shape().images == 12);
      CHECK(run.shape().batch == 2);
      run.MakeModels();
      run.Make({.begin = 4, .end = 12});
      const std::set<std::string> first = Children();
      CHECK(first.size() == before.size() + (waiting_mib > 0 ? 2 : 0));
      run.Make({.begin = 0, .end = 4});
      CHECK(Children() == first);
    }
    CHECK(Children() == before);
    MergeParts({.out = options.out, .from = {options.out}, .partial = false});
    CHECK(ReadTextFile(options.out / "results.csv") == whole);
  }
}

TEST_CASE("ranges of a run with several seeds are refused") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  CHECK_THROWS_AS(RangedRun(ScenarioOfRanges({{"dataset.calibration.seeds", "2"}}),
                            testing::OptionsIn(scratch), scratch.path() / "models"),
                  Error);
}

}  // namespace
}  // namespace quantbench
