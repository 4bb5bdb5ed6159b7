// SPDX-License-Identifier: Apache-2.0
// Classes, confusions and flips of a small run, counted by hand.
#include <doctest/doctest.h>

#include <sstream>

#include "classes/change.h"
#include "classes/counts.h"
#include "classes/sample_run.h"
#include "classes/write_files.h"
#include "classes/write_pair.h"
#include "record/csv.h"
#include "record/json.h"
#include "support/contains.h"
#include "support/error.h"

namespace quantbench {
namespace {

using testing::Contains;
using testing::SampleRun;

TEST_CASE("cases of one recipe with the same answers are one") {
  const SampleRun run;
  const ClassResults results(run.Load());
  REQUIRE(results.answers().size() == 2);
  CHECK(results.missing().empty());
  const CaseAnswers &fp32 = results.answers()[0], &int8 = results.answers()[1];
  CHECK(int8.name == "int8 on r, v");
  CHECK(int8.cases == std::vector<std::string>{"r/int8/b1", "r/int8/b4", "v/int8/b1"});
  CHECK(fp32.top1_correct == 4);
  CHECK(fp32.top5_correct == 5);
  CHECK(int8.top1_correct == 3);
  CHECK(int8.top5_correct == 4);
  CHECK(&results.DefaultBase() == &fp32);
  CHECK(&results.DefaultNew() == &int8);
  CHECK(results.TextOf(0) == "apple, red");
  CHECK(results.TextOf(9) == "class 9");
}

TEST_CASE("flips, counted and tested in pairs") {
  const SampleRun run;
  const ClassResults results(run.Load());
  const CaseAnswers &fp32 = results.answers()[0], &int8 = results.answers()[1];
  const Flips flips = CountFlips(results, fp32, int8);
  CHECK(flips.images == 6);
  CHECK(flips.lost == 2);
  CHECK(flips.gained == 1);
  CHECK(flips.other_class == 4);
  CHECK(flips.p == doctest::Approx(1));
  CHECK(flips.top5_lost == 2);
  CHECK(flips.top5_gained == 1);
  const Flips back = CountFlips(results, int8, fp32);
  CHECK(back.lost == flips.gained);
  CHECK(back.top5_gained == flips.top5_lost);
  CHECK(CountFlips(results, fp32, fp32).other_class == 0);

  std::string kinds;
  for (const FlipOf& flip : FlipsOf(results, fp32, int8))
    kinds += std::to_string(flip.image) + " " + std::string(flip.kind) + "; ";
  CHECK(kinds == "1 lost; 4 lost; 3 gained; 5 other; ");
}

TEST_CASE("an example of each confusion comes before a second one of any") {
  SampleRun run;
  std::string fp32 = "image,label,top1\r\n", int8 = fp32;
  // Lost: three times 0 for 1, twice 0 for 2, once 1 for 0.
  const struct { int label, taken_for; } lost[] = {{0, 1}, {0, 2}, {1, 0}, {0, 1}, {0, 2}, {0, 1}};
  for (size_t i = 0; i < std::size(lost); ++i) {
    const std::string begin = std::to_string(i) + "," + std::to_string(lost[i].label) + ",";
    fp32 += begin + std::to_string(lost[i].label) + "\r\n";
    int8 += begin + std::to_string(lost[i].taken_for) + "\r\n";
  }
  run.Write("fp32.csv", fp32);
  run.Write("int8.csv", int8);
  const ClassResults results(run.Load());
  std::string order;
  for (const FlipOf& flip : FlipsOf(results, results.answers()[0], results.answers()[1]))
    order += results.images()[flip.image];
  CHECK(order == "012345");
}

TEST_CASE("classes and confusions") {
  const SampleRun run;
  const ClassResults results(run.Load());
  const CaseAnswers &fp32 = results.answers()[0], &int8 = results.answers()[1];
  const std::vector<ClassAccuracy> classes = AccuracyByClass(results, int8);
  REQUIRE(classes.size() == 3);
  CHECK(classes[0].images == 2);
  CHECK(classes[0].top1_correct == 1);
  CHECK(classes[0].predicted == 2);
  CHECK(*classes[0].precision_percent == 50);
  CHECK(classes[2].predicted == 0);
  CHECK(!classes[2].precision_percent);
  CHECK(*classes[2].top5_percent == 50);

  const std::vector<ClassChange> changes = ChangesByClass(results, fp32, int8);
  CHECK(changes[0].label == 0);  // of two that lost one, the first
  CHECK(changes[0].lost == 1);
  CHECK(changes[2].label == 1);  // gained
  CHECK(changes[2].new_correct == 2);

  const std::vector<ConfusionChange> confusions = ConfusionsOfBoth(results, fp32, int8);
  REQUIRE(confusions.size() == 4);
  std::string all;
  for (const ConfusionChange& one : confusions)
    all += std::to_string(one.label) + std::to_string(one.taken_for.label) + ":" +
           std::to_string(one.base_images) + std::to_string(one.new_images) + " ";
  CHECK(all == "20:11 01:01 21:01 12:10 ");
}

TEST_CASE("what isn't there is said, and the rest is told") {
  const struct {
    const char* reason;
    void (*spoil)(SampleRun& run);
    size_t answers;
    const char* sentence;
  } cases[] = {
      {"no names",
       [](SampleRun& run) { std::filesystem::remove(run.folder() / "class_names.csv"); }, 2,
       "classes have numbers instead of names"},
      {"broken names", [](SampleRun& run) { run.WriteNames("a,b\r\n"); }, 2,
       "line 1: expected label,class,description"},
      {"a file is gone",
       [](SampleRun& run) { std::filesystem::remove(run.folder() / "predictions" / "fp32.csv"); },
       1, "the classes of 1 of 4 cases can't be told"},
      {"a broken file",
       [](SampleRun& run) { run.Write("fp32.csv", "image,label,top1\r\nx,0\r\n"); }, 1,
       "r/fp32/b1 is left out: "},
      {"other images",
       [](SampleRun& run) { run.Write("int8.csv", "image,label,top1\r\nz,0,0\r\n"); }, 1,
       "its predictions are of other images"},
      {"no accuracy",
       [](SampleRun& run) {
         for (Row& row : run.rows) row.accuracy.reset();
       },
       0, "no case has an accuracy"},
      {"an edited file", [](SampleRun& run) { run.rows[0].predictions_hash = "0123"; }, 1,
       "were edited"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    SampleRun run;
    one.spoil(run);
    const ClassResults results(run.Load());
    CHECK(results.answers().size() == one.answers);
    REQUIRE(!results.missing().empty());
    CHECK(Contains(results.missing()[0], one.sentence));
  }
}

TEST_CASE("cases are named by globs that mean one set of answers") {
  const SampleRun run;
  const ClassResults results(run.Load());
  CHECK(&results.Find("v/*", "--new") == &results.answers()[1]);
  CHECK(&results.Find("*/int8/*", "--new") == &results.answers()[1]);
  CHECK_THROWS_WITH_AS(results.Find("x", "--new"),
                       "--new 'x' matches no case with predictions; there are r/fp32/b1, r/int8/b1",
                       Error);
  CHECK_THROWS_WITH_AS(results.Find("*", "--base"),
                       doctest::Contains("matches cases of 2 different predictions"), Error);
}

TEST_CASE("text, CSV and JSON tell the same") {
  const SampleRun run;
  const ClassResults results(run.Load());
  const CaseAnswers &fp32 = results.answers()[0], &int8 = results.answers()[1];
  std::ostringstream text, csv, json, images;
  WritePairText(results, fp32, int8, {.limit = 1}, text);
  CHECK(Contains(text.str(), "Top-1 66.67% to 50.00% (-16.67 pp): 2 lost and 1 gained, p = 1"));
  CHECK(Contains(text.str(), "1 of 4 (--limit 0 shows all)"));

  WritePairCsv(results, fp32, int8, {.classes = false}, csv);
  const auto confusions = ParseCsv(csv.str());
  CHECK(confusions[0] == std::vector<std::string>{
                             "label", "class", "description", "taken_for_label", "taken_for_class",
                             "taken_for_description", "base_images", "new_images"});
  CHECK(confusions.size() == 5);
  WritePairCsv(results, fp32, int8, {.classes = false, .confusions = false}, images);
  CHECK(images.str().starts_with(
      "image,change,label,base_top1,base_top2,base_top3,base_top4,base_top5,new_top1,"));
  CHECK(Contains(images.str(), "\r\na/1.jpg,lost,0,0,1,,,,1,2,,,\r\n"));

  WritePairJson(results, fp32, int8, json);
  const Json pair = ParseJson(json.str());
  CHECK(pair["flips"]["lost"] == 2);
  CHECK(pair["images"].size() == 4);
  CHECK(pair["classes"][0]["description"] == "apple, red");
}

TEST_CASE("files of a run, and none where there is nothing to tell") {
  SampleRun run;
  WriteClassFiles(ClassResults(run.Load()), run.folder());
  const auto csv = ParseCsv(ReadTextFile(run.folder() / "classes.csv"));
  CHECK(csv.size() == 1 + 2 * 3);
  CHECK(csv[0][0] == "predictions_file");
  CHECK(csv[4][0] == "predictions/int8.csv");
  CHECK(csv[4][4] == "2");
  const Json json = ParseJson(ReadTextFile(run.folder() / "classes.json"));
  CHECK(json["schema"] == 1);
  CHECK(json["answers"][1]["confused_pairs"] == 3);
  CHECK(json["flips"][0]["new"] == 1);
  for (Row& row : run.rows) row.accuracy.reset();
  WriteClassFiles(ClassResults(run.Load()), run.folder());
  CHECK(!std::filesystem::exists(run.folder() / "classes.csv"));
  CHECK(!std::filesystem::exists(run.folder() / "classes.json"));
}

}  // namespace
}  // namespace quantbench
