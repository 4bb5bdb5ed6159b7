// SPDX-License-Identifier: Apache-2.0
// Accuracy image by image, from predictions files; and files that are none.
#include <doctest/doctest.h>

#include <numeric>
#include <span>

#include "compare/sample_results.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::PredictionsCsv;
using testing::SampleResults;

// Images begin ... begin + count - 1.
std::vector<int> Images(int begin, int count) {
  std::vector<int> images(static_cast<size_t>(count));
  std::iota(images.begin(), images.end(), begin);
  return images;
}

// Results of 1,000 images of which `wrong` are wrong, with their predictions in `folder`.
LoadedResults ResultsWith(const std::filesystem::path& folder, const std::vector<int>& wrong) {
  LoadedResults loaded = SampleResults();
  loaded.file = folder / "results.json";
  Row& row = loaded.results.rows[0];
  row.accuracy->top1_correct = 1000 - static_cast<int64_t>(wrong.size());
  row.predictions_file = "predictions/p.csv";
  WriteFileAtomically(folder / "predictions" / "p.csv", PredictionsCsv(1000, wrong));
  return loaded;
}

TEST_CASE("the same net loss can be chance or not: the flips tell") {
  const testing::ScratchFolder scratch;
  const LoadedResults base = ResultsWith(scratch.path() / "base", Images(0, 200));
  SUBCASE("ten lost, none gained: p = 2/1024") {
    const LoadedResults changed = ResultsWith(scratch.path() / "new", Images(0, 210));
    const Comparison comparison = CompareResults(base, changed, {});
    const AccuracyFinding& finding = *comparison.cases[0].accuracy;
    CHECK(finding.paired);
    CHECK(finding.test == "McNemar exact");
    CHECK(finding.lost == 10);
    CHECK(finding.gained == 0);
    CHECK(finding.other_class == 10);
    CHECK(finding.p == doctest::Approx(2.0 / 1024));
    CHECK(finding.verdict == Verdict::kWorse);
  }
  SUBCASE("a hundred and ten lost, a hundred gained") {
    const LoadedResults changed = ResultsWith(scratch.path() / "new", Images(100, 210));
    const Comparison comparison = CompareResults(base, changed, {});
    CHECK(comparison.cases[0].accuracy->gained == 100);
    CHECK(comparison.cases[0].accuracy->p > 0.4);
    CHECK(comparison.cases[0].verdict == Verdict::kSame);
  }
}

TEST_CASE("predictions that don't belong to the row are left aside for the counts") {
  const testing::ScratchFolder scratch;
  const LoadedResults base = ResultsWith(scratch.path() / "base", Images(0, 200));
  LoadedResults changed = ResultsWith(scratch.path() / "new", Images(0, 200));
  SUBCASE("of another run") { changed.results.rows[0].accuracy->top1_correct = 790; }
  SUBCASE("not there") { changed.results.rows[0].predictions_file = "predictions/none.csv"; }
  SUBCASE("of other images") {
    std::string text = PredictionsCsv(1000, Images(0, 200));
    text.replace(text.find("i7.jpg"), 6, "x7.jpg");
    WriteFileAtomically(scratch.path() / "new" / "predictions" / "p.csv", text);
  }
  CHECK(!CompareResults(base, changed, {}).cases[0].accuracy->paired);
}

TEST_CASE("a broken predictions file is an error with its place") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "p.csv";
  const struct {
    const char* reason;
    std::string text;
    const char* message;
  } cases[] = {
      {"empty", "", "p.csv: expected the columns image,label,top1"},
      {"another table", "a,b,c\n1,2,3\n", "expected the columns"},
      {"cut off", "image,label,top1,top2\ni0,0\n", "line 2: 2 fields; the header has 4"},
      {"no number", "image,label,top1\ni0,0,cat\n", "line 2: 'cat' isn't a class number"},
      {"negative", "image,label,top1\ni0,-1,0\n", "line 2: '-1' isn't a class number"},
      {"beyond int", "image,label,top1\ni0,99999999999,0\n", "isn't a class number"},
      {"twice", "image,label,top1\ni0,0,0\ni0,0,0\n", "line 3: image 'i0' is there twice"},
      {"open quote", "image,label,top1\n\"i0,0,0\n", "line 2 isn't CSV: a quote is never closed"},
      {"quote inside", "image,label,top1\ni\"0,0,0\n", "line 2 isn't CSV"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    WriteFileAtomically(file, one.text);
    CHECK_THROWS_WITH_AS(ReadPredictions(file), doctest::Contains(one.message), Error);
  }
  WriteFileAtomically(file, "image,label,top1,top2\r\n\"a,\"\"b\"\".jpg\",1,1,\r\n");
  const PredictionsByImage good = ReadPredictions(file);
  CHECK(good.at("a,\"b\".jpg").IsRight());
  CHECK(good.at("a,\"b\".jpg").top.size() == 1);
}

TEST_CASE("predictions that were edited since the run are named and left aside") {
  const testing::ScratchFolder scratch;
  LoadedResults base = ResultsWith(scratch.path() / "base", Images(0, 200));
  LoadedResults changed = ResultsWith(scratch.path() / "new", Images(0, 200));
  for (LoadedResults* one : {&base, &changed}) {
    const std::string text = ReadTextFile(one->file.parent_path() / "predictions" / "p.csv");
    one->results.rows[0].predictions_hash = HashBytes(std::as_bytes(std::span(text)));
  }
  CHECK(CompareResults(base, changed, {}).cases[0].accuracy->paired);
  CHECK(CompareResults(base, changed, {}).notes.empty());
  // As many wrong as before, others.
  WriteFileAtomically(scratch.path() / "new" / "predictions" / "p.csv",
                      PredictionsCsv(1000, Images(100, 200)));
  const Comparison comparison = CompareResults(base, changed, {});
  CHECK(!comparison.cases[0].accuracy->paired);
  REQUIRE(comparison.notes.size() == 1);
  CHECK(comparison.notes[0].starts_with("new: predictions/p.csv was edited by hand"));
}

TEST_CASE("results that were edited by hand are named") {
  LoadedResults base = SampleResults();
  base.results.is_edited = true;
  const Comparison comparison = CompareResults(base, SampleResults(), {});
  REQUIRE(comparison.notes.size() == 1);
  CHECK(comparison.notes[0].starts_with("base: nowhere/results.json was edited by hand"));
}

TEST_CASE("results can't make compare read outside their folder") {
  const testing::ScratchFolder scratch;
  for (const char* const path : {"/etc/passwd", "../p.csv", "predictions/../../p.csv"}) {
    CAPTURE(path);
    LoadedResults base = ResultsWith(scratch.path() / "base", {});
    base.results.rows[0].predictions_file = path;
    CHECK_THROWS_WITH_AS(CompareResults(base, base, {}), doctest::Contains("leaves the results"),
                         Error);
  }
}

}  // namespace
}  // namespace quantbench
