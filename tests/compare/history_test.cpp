// SPDX-License-Identifier: Apache-2.0
// Sparklines, and the order of results.
#include "compare/history.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "compare/sample_results.h"
#include "html/history.h"
#include "support/utf8.h"

namespace quantbench {
namespace {

using testing::SampleResults;
using testing::SampleRow;
using Values = std::vector<std::optional<double>>;

TEST_CASE("sparklines") {
  CHECK(Sparkline(Values{}) == "");
  CHECK(Sparkline(Values{1, 2}) == "▁█");
  CHECK(Sparkline(Values{0, 1, 2, 3, 4, 5, 6, 7}) == "▁▂▃▄▅▆▇█");
  CHECK(Sparkline(Values{5, 5}) == "▅▅");
  CHECK(Sparkline(Values{1, std::nullopt, 2}) == "▁ █");
  CHECK(Sparkline(Values{std::nullopt}) == " ");
}

LoadedResults At(const std::string& time, double top1, std::vector<std::string> ids) {
  std::vector<Row> rows;
  for (const std::string& id : ids) {
    rows.push_back(SampleRow(id));
    rows.back().summary.top1_percent = top1;
  }
  LoadedResults loaded = SampleResults(std::move(rows));
  loaded.file = time + "/results.json";
  loaded.results.environment.started_at = time;
  return loaded;
}

TEST_CASE("results are ordered by time, cases by first appearance") {
  const std::vector<LoadedResults> results = {At("2026-02-01", 3, {"a", "b"}),
                                              At("2026-01-01", 1, {"b"})};
  const History history = HistoryOf(results, {});
  REQUIRE(history.cases.size() == 2);
  CHECK(history.results[0].name == "2026-01-01");
  CHECK(history.results[1].name == "2026-02-01");
  CHECK(history.cases[0].case_id() == "b");
  CHECK(history.cases[0].points[0].top1_percent == 1);
  CHECK(history.cases[0].points[1].top1_percent == 3);
  CHECK(history.cases[0].points[1].result == 1);
  CHECK(!history.cases[1].points[0].status);  // not yet there
  CHECK(HistoryOf(results, {.only = "a*"}).cases.size() == 1);
  CHECK(HistoryOf({}, {}).cases.empty());
}

// What a file may say: rows of no scenario, of several, of another than the first row's.
TEST_CASE("rows of one result may name any scenario") {
  using Names = std::vector<std::string>;
  for (const Names& names :
       {Names{"", ""}, Names{"", "s"}, Names{"s", ""}, Names{"s", "t"}, Names{"t", "t"}}) {
    CAPTURE(names[0]);
    CAPTURE(names[1]);
    std::vector<LoadedResults> results = {At("2026-01-01", 1, {"a", "b"}),
                                          At("2026-02-01", 2, {"a", "b"})};
    for (size_t i = 0; i < 2; ++i) results[1].results.rows[i].scenario = names[i];
    const History history = HistoryOf(results, {});
    for (const CaseHistory& one : history.cases) {
      REQUIRE(!one.points.empty());
      CHECK(one.row.case_id != "");
      for (const HistoryPoint& point : one.points) {
        const Row* const row = results[point.result].results.Find(one.case_id());
        CHECK(point.status.has_value() == (row->scenario == one.row.scenario));
      }
    }
    std::ostringstream text, json;
    WriteHistoryText(history, text, true);
    WriteHistoryJson(history, json);
    CHECK(HtmlHistory(history).find("</html>") != std::string::npos);
  }
}

TEST_CASE("the last few results") {
  std::vector<LoadedResults> results = {At("2026-03-01", 3, {}), At("2026-01-01", 1, {}),
                                        At("2026-02-01", 2, {})};
  KeepLast(2, results);
  REQUIRE(results.size() == 2);
  CHECK(results[0].results.environment.started_at == "2026-02-01");
  KeepLast(9, results);
  CHECK(results.size() == 2);
}

TEST_CASE("the same id in another scenario is another case") {
  std::vector<LoadedResults> results = {At("2026-01-01", 1, {"a"}), At("2026-01-02", 2, {"a"}),
                                        At("2026-01-03", 3, {"a"})};
  results[1].results.rows[0].scenario = "other";
  const History history = HistoryOf(results, {});
  REQUIRE(history.cases.size() == 2);
  REQUIRE(history.cases[0].points.size() == 2);
  CHECK(history.cases[0].points[1].result == 2);
  CHECK(history.cases[1].points.size() == 1);
}

TEST_CASE("each result is compared with the one before it that has the case") {
  std::vector<LoadedResults> results = {At("2026-01-01", 80, {"a", "b"}),
                                        At("2026-01-02", 80, {"b"}),
                                        At("2026-01-03", 80, {"a", "b"})};
  testing::SetLatency(1.3, testing::Repetitions(1.3), results[2].results.rows[0]);
  results[2].results.rows[1].status = Status::kCrashed;
  const History history = HistoryOf(results, {});
  const CaseHistory &a = history.cases[0], &b = history.cases[1];
  CHECK(!a.points[0].verdict);
  CHECK(!a.points[1].status);
  CHECK(a.points[2].latency_verdict == Verdict::kWorse);
  CHECK(a.points[2].accuracy_verdict == Verdict::kSame);
  CHECK(b.points[1].verdict == Verdict::kSame);
  CHECK(b.points[2].verdict == Verdict::kWorse);
  CHECK(b.points[2].IsFailure());
  CHECK(HistoryOf(results, {.budget = {.limits = {.latency_ratio = 1.5}}})
            .cases[0]
            .points[2]
            .verdict == Verdict::kSame);
}

// Results whose latency is ratio(i), one a day.
template <class Ratio>
std::vector<LoadedResults> Nights(int count, const Ratio& ratio) {
  std::vector<LoadedResults> results;
  for (int i = 0; i < count; ++i) {
    results.push_back(At("2026-01-" + std::to_string(10 + i), 80, {"a"}));
    results.back().results.environment.commit = "c" + std::to_string(i);
    const double ms = ratio(i) * (1 + 0.001 * (i % 4));
    testing::SetLatency(ms, testing::Repetitions(ms), results.back().results.rows[0]);
  }
  return results;
}

TEST_CASE("a step that stays is told with the commit where it begins") {
  std::vector<LoadedResults> results = Nights(20, [](int i) { return i < 13 ? 1 : 1.07; });
  const History history = HistoryOf(results, {});
  const CaseHistory& one = history.cases[0];
  REQUIRE(one.steps.size() == 1);
  CHECK(one.steps[0].point == 13);
  CHECK(one.steps[0].last_before == 12);
  CHECK(one.steps[0].stays == 7);
  CHECK(one.steps[0].ratio == doctest::Approx(1.07).epsilon(0.005));
  CHECK(BecameSlower(one, 7));
  CHECK(!BecameSlower(one, 6));
  for (const HistoryPoint& point : one.points) CHECK(!point.IsChange());  // below the limit
  std::ostringstream text, json;
  WriteHistoryText(history, text, false);
  CHECK(text.str().find("a: slower from here on: 1.07") != std::string::npos);
  CHECK(text.str().find("(c13): a: slower from here on") != std::string::npos);
  WriteHistoryJson(history, json);
  const auto step = nlohmann::json::parse(json.str())["cases"][0]["steps"][0];
  CHECK(step["begins_at"]["commit"] == "c13");
  CHECK(step["last_before"]["commit"] == "c12");
  const std::string page = HtmlHistory(history);
  CHECK(page.find("slower from here on") != std::string::npos);
  CHECK(page.find("class=\"step slower\"") != std::string::npos);
}

TEST_CASE("faster isn't slower; another machine is another series") {
  const History faster = HistoryOf(Nights(20, [](int i) { return i < 13 ? 1 : 0.9; }), {});
  REQUIRE(faster.cases[0].steps.size() == 1);
  CHECK(!BecameSlower(faster.cases[0], 20));
  // Two machines in turn, of which one is half as fast; a step on that one.
  std::vector<LoadedResults> results = Nights(40, [](int i) {
    return i % 2 == 0 ? 1 : i < 24 ? 2 : 2.4;
  });
  for (size_t i = 1; i < results.size(); i += 2)
    results[i].results.environment.cpu_model = "Abacus 4";
  const History two = HistoryOf(results, {});
  REQUIRE(two.cases[0].steps.size() == 1);
  CHECK(two.cases[0].steps[0].point == 25);
  CHECK(two.cases[0].steps[0].last_before == 23);
}

TEST_CASE("what is unclear is told in every form") {
  std::vector<LoadedResults> results = Nights(2, [](int i) { return i < 1 ? 1 : 1.15; });
  const History history = HistoryOf(results, {});
  CHECK(history.cases[0].points[1].verdict == Verdict::kUnclear);
  std::ostringstream text, json;
  WriteHistoryText(history, text, false);
  WriteHistoryJson(history, json);
  CHECK(text.str().find("a: unclear; 1.15") != std::string::npos);
  CHECK(nlohmann::json::parse(json.str())["cases"][0]["points"][1]["verdict"] == "unclear");
  CHECK(HtmlHistory(history).find("<span class=\"badge\">unclear</span>") != std::string::npos);
}

TEST_CASE("where figures stop being comparable") {
  std::vector<LoadedResults> results = {At("2026-01-01", 80, {"a"}), At("2026-01-02", 80, {"a"}),
                                        At("2026-01-03", 80, {"a"}), At("2026-01-04", 80, {"a"})};
  for (size_t i = 1; i < 4; ++i) results[i].results.environment.cpu_model = "Abacus 4";
  for (size_t i = 2; i < 4; ++i) results[i].results.inputs.evaluation_images = "others";
  results[3].results.rows[0].isa = "fast";
  const History history = HistoryOf(results, {});
  const std::vector<HistoryPoint>& points = history.cases[0].points;
  CHECK(history.results[1].machine_change == "another CPU: Abacus 3, now Abacus 4");
  CHECK(history.results[2].machine_change.empty());
  CHECK(points[1].latency_break == history.results[1].machine_change);
  CHECK(points[1].accuracy_break.empty());
  CHECK(points[2].latency_break.empty());
  CHECK(points[2].accuracy_break.find("other evaluation images") != std::string::npos);
  CHECK(points[3].latency_break == "another ISA path: generic, now fast");
}

TEST_CASE("a failed case has no figures") {
  LoadedResults failed = At("2026-01-01", 1, {"a"});
  failed.results.rows[0].status = Status::kFailed;
  const History history = HistoryOf(std::vector{failed}, {});
  CHECK(!history.cases[0].points[0].top1_percent);
  CHECK(history.cases[0].points[0].IsFailure());
}

TEST_CASE("a history as text and as JSON") {
  const std::vector<LoadedResults> results = {At("2026-01-01", 79, {"a"}),
                                              At("2026-02-01", 80.5, {"a"})};
  const History history = HistoryOf(results, {});
  std::ostringstream text, json;
  WriteHistoryText(history, text, false);
  CHECK(text.str().find("▁█       79.00 -> 80.50") != std::string::npos);
  WriteHistoryJson(history, json);
  const auto parsed = nlohmann::json::parse(json.str());
  CHECK(parsed["cases"][0]["points"][1]["top1_percent"] == 80.5);
  CHECK(parsed["cases"][0]["points"][1]["results"] == "2026-02-01");
  CHECK(parsed["cases"][0]["points"][1]["verdict"] == "same");
}

TEST_CASE("many results and long names still fit 100 columns") {
  std::vector<LoadedResults> results;
  for (int i = 10; i < 70; ++i)
    results.push_back(At("2026-" + std::to_string(i), i, {std::string(60, 'n')}));
  std::ostringstream text;
  WriteHistoryText(HistoryOf(results, {}), text, false);
  std::istringstream lines(text.str());
  for (std::string line; std::getline(lines, line);) CHECK(CharacterCount(line) <= 100);
  CHECK(text.str().find("the last 8 of 60 results are drawn") != std::string::npos);
}

}  // namespace
}  // namespace quantbench
