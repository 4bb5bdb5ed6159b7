// SPDX-License-Identifier: Apache-2.0
// Runs with the calibration images of several seeds, and images that are in both subsets.
#include <doctest/doctest.h>

#include <algorithm>

#include "run/small_scenario.h"
#include "support/error.h"

namespace quantbench {
namespace {

using testing::OptionsIn;
using testing::TinyScenario;

std::vector<Override> Drawn(int seed, int seeds) {
  return {{"dataset.calibration", "{split: train, random: 6, seed: " + std::to_string(seed) +
                                      ", seeds: " + std::to_string(seeds) + "}"},
          {"matrix.granularity", "per_tensor"}};
}

}  // namespace

TEST_CASE(
    "rows have Top-1 with the calibration images of each seed, as runs of that seed give it") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  RunOptions options = OptionsIn(scratch);
  const Results results = RunScenario(TinyScenario(Drawn(5, 3)), options);
  REQUIRE(results.rows.size() == 2);
  CHECK(results.rows[0].top1_percent_by_seed.empty());  // fp32 depends on no calibration
  CHECK(!results.rows[0].summary.top1_percent_seeds_sd);
  const Row& row = results.rows[1];
  REQUIRE(row.top1_percent_by_seed.size() == 3);
  for (int i = 0; i < 3; ++i) {
    options.out = scratch.path() / "alone";
    const Results alone = RunScenario(TinyScenario(Drawn(5 + i, 1)), options);
    CAPTURE(i);
    CHECK(row.top1_percent_by_seed[static_cast<size_t>(i)] == *alone.rows[1].summary.top1_percent);
    CHECK(!alone.rows[1].summary.top1_percent_seeds_sd);
  }
  const auto [least, most] = std::ranges::minmax(row.top1_percent_by_seed);
  CHECK(row.summary.top1_percent_seeds_min == least);
  CHECK(row.summary.top1_percent_seeds_max == most);
  CHECK(*row.summary.top1_percent_seeds_sd <= most - least);
  CHECK(std::filesystem::exists(scratch.path() / "out" / "seeds" / "6" / "results.csv"));
}

TEST_CASE("an image that is calibrated on and evaluated is refused, whatever its name") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const std::filesystem::path root = scratch.path() / "images";
  std::filesystem::copy(testing::DefaultImages(), root, std::filesystem::copy_options::recursive);
  const auto first_in = [&](const std::string& split) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / split))
      if (entry.is_regular_file()) files.push_back(entry.path());
    return *std::ranges::min_element(files);
  };
  const std::filesystem::path seen = first_in("train"), evaluated = first_in("val");
  const Scenario scenario = TinyScenario({{"dataset.root", root.string()}});
  std::filesystem::copy_file(seen, evaluated, std::filesystem::copy_options::overwrite_existing);
  try {
    RunScenario(scenario, OptionsIn(scratch));
    FAIL("was accepted");
  } catch (const Error& error) {
    const std::string text = error.what();
    CAPTURE(text);
    CHECK(text.find("default.yaml:") != std::string::npos);
    CHECK(text.find("dataset.calibration: 1 of 24 calibration images are evaluated too ('" +
                    seen.string() + "', which is '" + evaluated.string() + "')") !=
          std::string::npos);
  }
  // Where nothing is evaluated, nothing is said too well.
  CHECK_NOTHROW(QuantizeScenario(scenario, OptionsIn(scratch)));
}

}  // namespace quantbench
