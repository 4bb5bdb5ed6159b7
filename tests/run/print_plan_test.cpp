// SPDX-License-Identifier: Apache-2.0
// What people read of a plan.
#include "run/print_plan.h"

#include <doctest/doctest.h>

#include <sstream>

namespace quantbench {
namespace {

Plan PlanOf(std::vector<Work> work) {
  const CaseKey key{.backend = "reference", .recipe = FloatRecipe{}};
  return {
      .cases = {{.one = {.id = "reference/fp32/b1/t1", .key = key},
                 .isa = "generic",
                 .stages = {{"crops", {ArtefactState::kCached}},
                            {"statistics", {ArtefactState::kNotNeeded}},
                            {"model", {ArtefactState::kToDo}},
                            {"predictions", {ArtefactState::kUnknown}},
                            {"latency", {ArtefactState::kToDo, CaseState::Repetitions{2, 5}}}}}},
      .evaluation = PlannedImages{.images = 50, .to_decode = 0},
      .work = std::move(work)};
}

}  // namespace

TEST_CASE("plan table: what ids tell goes where there is no room, ids never do") {
  std::ostringstream wide, medium, narrow;
  PrintPlanTable(PlanOf({}), 200, false, wide);
  PrintPlanTable(PlanOf({}), 80, false, medium);
  PrintPlanTable(PlanOf({}), 40, false, narrow);
  CHECK(wide.str() ==
        "case                  isa      type  observer  granularity  batch  thr  crops   "
        "statistics  model  predictions  latency\n" +
            std::string(119, '-') +
            "\n"
            "reference/fp32/b1/t1  generic  fp32                             1    1  cached  -"
            "           to do  unknown          2/5\n");
  CHECK(medium.str() ==
        "case                  isa      crops   statistics  model  predictions  latency\n" +
            std::string(78, '-') +
            "\n"
            "reference/fp32/b1/t1  generic  cached  -           to do  unknown          2/5\n");
  CHECK(narrow.str() ==
        "case                  crops   statistics  model  predictions  latency\n" +
            std::string(69, '-') +
            "\n"
            "reference/fp32/b1/t1  cached  -           to do  unknown          2/5\n");
}

TEST_CASE("plan summary: the time says how far it can be relied on") {
  const Work crop{.name = "crop", .items = 50, .unit = "images", .seconds = 2.0};
  const Work first{.name = "evaluate a", .items = 50, .unit = "images", .seconds = 3.0};
  const Work second{.name = "evaluate b", .items = 50, .unit = "images", .seconds = 4.0};
  const Work latency{
      .name = "latency", .items = 3, .unit = "repetitions", .seconds = 6.0, .nominal = true};
  const Work calibrate{.name = "calibrate", .items = 9, .unit = "images", .seconds = {}};
  const struct {
    std::string reason;
    std::vector<Work> work;
    std::vector<std::string> lines;
  } cases[] = {
      {"nothing to do", {}, {"time: about a second, nothing is left to do"}},
      {"all known, evaluations together",
       {crop, first, second},
       {"time: about 9.0 s: crop (50 images) 2.0 s, evaluate (2 evaluations) 7.0 s"}},
      {"settings are a lower bound",
       {crop, latency},
       {"time: at least 8.0 s: crop (50 images) 2.0 s, latency (3 repetitions) at least 6.0 s"}},
      {"unknown is told apart",
       {crop, calibrate},
       {"time: at least 2.0 s: crop (50 images) 2.0 s",
        "time unknown, since never done on this machine: calibrate (9 images)"}},
      {"nothing known",
       {calibrate},
       {"time unknown, since never done on this machine: calibrate (9 images)"}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    std::vector<std::string> expected{
        "images: 50 for evaluation (cached)",
        "unknown: whether predictions are cached shows when the model is made"};
    expected.insert(expected.end(), one.lines.begin(), one.lines.end());
    CHECK(PlanSummary(PlanOf(one.work)) == expected);
  }
}

}  // namespace quantbench
