// SPDX-License-Identifier: Apache-2.0
// One flipped bit of one weight in a plugin is found, on a few images.
#include <doctest/doctest.h>

#include "compare/compare.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

Results RunWith(const std::string& backend, const testing::ScratchFolder& scratch,
                const std::string& out) {
  const std::filesystem::path plugins = testing::BinaryDir();
  const Scenario scenario = LoadScenario(testing::SourceDir() / "scenarios" / "default.yaml",
                                         {{"dataset.root", testing::DefaultImages().string()},
                                          {"dataset.calibration.per_class", "1"},
                                          {"matrix.backend", backend},
                                          {"matrix.precision", "int8"},
                                          {"matrix.granularity", "per_channel"},
                                          {"matrix.batch_size", "1"},
                                          {"latency", "off"},
                                          {"expect", "off"}});
  return RunScenario(scenario, {.out = scratch.path() / out,
                                .cache = scratch.path() / "cache",
                                .plugin_folders = {plugins / "lib" / "quantbench"},
                                .jobs = 2});
}

TEST_CASE("a wrong bit in a plugin is a change of outputs") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const std::string mutant = (testing::BinaryDir() / "tests" / "compare_plugins" / "mutant.so");
  RunWith("reference", scratch, "base");
  RunWith("{name: mutant, file: '" + mutant + "'}", scratch, "new");
  const LoadedResults base = LoadResults(scratch.path() / "base");
  LoadedResults changed = LoadResults(scratch.path() / "new");
  for (Row& row : changed.results.rows) row.case_id = base.results.rows[0].case_id;

  const AccuracyFinding finding = *CompareResults(base, changed, {}).cases[0].accuracy;
  CHECK(finding.outputs_known);
  CHECK(!finding.identical);
  CHECK(finding.paired);  // the predictions files were found and fit their rows

  CompareOptions exact;
  exact.budget.limits.identical_outputs = true;
  CHECK(ExitCodeOf(CompareResults(base, changed, exact)) == 3);
  CHECK(ExitCodeOf(CompareResults(base, base, exact)) == 0);
}

}  // namespace
}  // namespace quantbench
