// SPDX-License-Identifier: Apache-2.0
// How much was compared, and that nothing compared is never success.
#include "compare/compare.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "compare/sample_results.h"

namespace quantbench {
namespace {

using testing::SampleResults;
using testing::SampleRow;

TEST_CASE("never green by accident: nothing to compare is status 4") {
  const LoadedResults full = SampleResults({SampleRow("a"), SampleRow("b")});
  const LoadedResults one = SampleResults({SampleRow("a")});
  const LoadedResults other = SampleResults({SampleRow("c")});
  const LoadedResults empty = SampleResults({});
  CHECK(ExitCodeOf(CompareResults(full, full, {})) == 0);
  CHECK(ExitCodeOf(CompareResults(full, one, {})) == 4);   // a case is missing
  CHECK(ExitCodeOf(CompareResults(one, full, {})) == 0);   // a case is new
  CHECK(ExitCodeOf(CompareResults(one, other, {})) == 4);  // no case in common
  CHECK(ExitCodeOf(CompareResults(empty, full, {})) == 4);
  CHECK(ExitCodeOf(CompareResults(full, empty, {})) == 4);
  CHECK(ExitCodeOf(CompareResults(empty, empty, {})) == 4);
  CHECK(ExitCodeOf(CompareResults(full, full, {.only = "no such case"})) == 4);
  CHECK(ExitCodeOf(
            CompareResults(full, full, {.accuracy = false, .latency = false, .size = false})) == 4);
  const Comparison missing = CompareResults(full, one, {});
  CHECK(missing.Count(Verdict::kMissing) == 1);
  CHECK(SummaryLine(missing) == "2 cases: 1 same, 1 missing");
}

TEST_CASE("how much of each metric was compared") {
  LoadedResults base = SampleResults({SampleRow("a/b1"), SampleRow("b/b1"), SampleRow("c/b1")});
  LoadedResults changed = base;
  changed.results.environment.available_cores = 1;
  base.results.rows[1].accuracy.reset();
  base.results.rows[2].summary.latency_ms_median.reset();
  changed.results.rows[0].accuracy->images = 3;
  changed.results.rows[0].accuracy->top1_correct = 2;
  std::vector<std::string> lines;
  const Comparison comparison = CompareResults(base, changed, {});
  for (const Coverage& one : comparison.coverage()) lines.push_back(ToString(one));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "accuracy: 1 of 2 compared: other evaluation images (their hash differs)");
  CHECK(lines[1].starts_with("latency: 0 of 2 compared: another number of cores: "));
  CHECK(lines[2] == "size: 3 of 3 compared");
}

}  // namespace
}  // namespace quantbench
