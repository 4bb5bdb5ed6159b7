// SPDX-License-Identifier: Apache-2.0
// Baselines are made on purpose, hold no machine, and tell what they change.
#include <doctest/doctest.h>

#include "compare/accept.h"
#include "compare/sample_results.h"
#include "record/read_results.h"
#include "support/error.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::SampleResults;
using testing::SampleRow;
using Lines = std::vector<std::string>;

TEST_CASE("a baseline keeps accuracy, size and hash, and nothing of the machine") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "baselines" / "b.json";
  const LoadedResults changed = SampleResults();
  CHECK(AcceptBaseline(file, changed.results) ==
        Lines{"other weights", "other evaluation images", "r/int8/b1/t1: is new, Top-1 right 800"});
  const std::string text = ReadTextFile(file);
  CHECK(text.find("Abacus") == std::string::npos);
  CHECK(text.find("beads") == std::string::npos);
  const Results baseline = ReadResults(file);
  CHECK(baseline.rows[0].accuracy->outputs_hash == "0123");
  CHECK(baseline.rows[0].model_bytes == 1000000);
  CHECK(!baseline.rows[0].summary.latency_ms_median);
  CHECK(baseline.rows[0].latency.repetitions.empty());

  CompareOptions options;
  options.budget.limits.identical_outputs = true;
  const LoadedResults base{.file = file, .results = baseline};
  CHECK(ExitCodeOf(CompareResults(base, changed, options)) == 0);
}

TEST_CASE("accepting tells what changes and writes only then") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "b.json";
  AcceptBaseline(file, SampleResults({SampleRow("a"), SampleRow("b")}).results);
  const auto written = std::filesystem::last_write_time(file);
  CHECK(AcceptBaseline(file, SampleResults({SampleRow("a"), SampleRow("b")}).results).empty());
  CHECK(std::filesystem::last_write_time(file) == written);

  Row row = SampleRow("a");
  row.accuracy->top1_correct = 801;
  row.accuracy->outputs_hash = "4567";
  row.model_bytes = 2;
  CHECK(AcceptBaseline(file, SampleResults({row, SampleRow("c")}).results) ==
        Lines{"a: Top-1 right 800 -> 801; bytes 1000000 -> 2; other outputs", "b: is gone",
              "c: is new, Top-1 right 800"});
  CHECK(ReadResults(file).rows.size() == 2);
}

TEST_CASE("what is no baseline isn't accepted, and the old one stays") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "b.json";
  AcceptBaseline(file, SampleResults().results);
  const std::string before = ReadTextFile(file);
  Row failed = SampleRow("a");
  failed.status = Status::kFailed;
  CHECK_THROWS_WITH_AS(AcceptBaseline(file, SampleResults({SampleRow("b"), failed}).results),
                       doctest::Contains("runs without failures"), Error);
  Row unmeasured = SampleRow("a");
  unmeasured.accuracy.reset();
  CHECK_THROWS_WITH_AS(AcceptBaseline(file, SampleResults({unmeasured}).results),
                       doctest::Contains("no case has an accuracy"), Error);
  CHECK(ReadTextFile(file) == before);
  WriteFileAtomically(file, "not JSON");
  CHECK_THROWS_AS(AcceptBaseline(file, SampleResults().results), Error);
}

}  // namespace
}  // namespace quantbench
