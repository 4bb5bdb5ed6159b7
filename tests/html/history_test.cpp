// SPDX-License-Identifier: Apache-2.0
// A history's page as text; how it looks and behaves is tested in a browser (tests/browser).
#include "html/history.h"

#include <doctest/doctest.h>

#include <limits>

#include "html/history_sections.h"
#include "support/contains.h"

namespace quantbench {
namespace {

using testing::Contains;

HistoryPoint PointAt(size_t result, double top1, double ms) {
  HistoryPoint point{.result = result, .status = Status::kOk};
  point.top1_percent = top1;
  point.latency_ms = ms;
  point.model_bytes = 1e6;
  return point;
}

History ThreeResults() {
  History history;
  for (const char* day : {"2026-01-01", "2026-01-02", "2026-01-03"}) {
    history.results.push_back({.name = day, .started_at = day + std::string("T02:00:00Z")});
  }
  Row row{{.scenario = "s", .case_id = "a/int8"}};
  row.backend = "a";
  row.precision = "int8";
  history.cases.push_back(
      {.row = row, .points = {PointAt(0, 80, 1), PointAt(1, 80, 1), PointAt(2, 79, 2)}});
  return history;
}

TEST_CASE("the stretch of a figure that can be compared") {
  History history = ThreeResults();
  CaseHistory& one = history.cases[0];
  const auto stretch = [&] { return html::ComparableStretch(one, html::kLatencyMetric); };
  CHECK(stretch()->first == 0);
  CHECK(stretch()->last == 2);
  one.points[1].latency_break = "another CPU";
  CHECK(stretch()->first == 1);
  CHECK(html::ComparableStretch(one, html::kTop1Metric)->first == 0);
  one.points[2].latency_ms.reset();
  CHECK(stretch()->last == 1);
  for (HistoryPoint& point : one.points) point.latency_ms.reset();
  CHECK(!stretch());
}

TEST_CASE("what changed is told with its reason, and the change since the first result") {
  History history = ThreeResults();
  history.cases[0].points[2].verdict = Verdict::kWorse;
  history.cases[0].points[2].reasons = {"twice the latency"};
  const std::string page = HtmlHistory(history);
  CHECK(Contains(page, "1 case is worse than in the one before it"));
  CHECK(Contains(page, "twice the latency"));
  CHECK(Contains(page, "2.00 ms, +100.0%"));
  CHECK(Contains(page, "79.00%, \u22121.00 pp"));
}

TEST_CASE("every text is escaped") {
  History history = ThreeResults();
  const std::string evil = "\"><script>alert(1)</script>";
  history.warnings = {evil};
  for (HistoryResult& result : history.results) {
    result.name = result.commit = result.scenario = result.cpu_model = evil;
    result.machine_change = result.quantbench_version = evil;
  }
  CaseHistory& one = history.cases[0];
  one.row.case_id = one.row.scenario = one.row.backend = evil;
  one.points[1].detail = one.points[1].isa = one.points[1].latency_break = evil;
  one.points[2].verdict = Verdict::kBetter;
  one.points[2].reasons = {evil};
  const std::string page = HtmlHistory(history);
  CHECK(!Contains(page, "<script>alert"));
  CHECK(Contains(page, "&lt;script&gt;alert"));
}

TEST_CASE("a page of nothing, and of figures that no run can have") {
  CHECK(Contains(HtmlHistory({}), "These results hold no case."));
  constexpr double kFigures[] = {0, -1, 1e308, std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::quiet_NaN()};
  for (const double figure : kFigures) {
    History history = ThreeResults();
    for (HistoryPoint& point : history.cases[0].points) {
      point = PointAt(point.result, figure, figure);
      point.model_bytes = point.latency_low_ms = point.latency_high_ms = figure;
    }
    CHECK(Contains(HtmlHistory(history), "</html>"));
  }
}

TEST_CASE("one result is a dot with its date") {
  History history = ThreeResults();
  history.results.resize(1);
  history.cases[0].points.resize(1);
  const std::string page = HtmlHistory(history);
  CHECK(Contains(page, "1 result, last 80.00%"));
  CHECK(Contains(page, "class=\"dots\""));
}

}  // namespace
}  // namespace quantbench
