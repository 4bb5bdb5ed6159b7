// SPDX-License-Identifier: Apache-2.0
// Sparklines, and the order of results.
#include "compare/history.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "compare/sample_results.h"

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
    rows.back().top1_percent = top1;
  }
  LoadedResults loaded = SampleResults(std::move(rows));
  loaded.file = time + "/results.json";
  loaded.results.environment.started_at = time;
  return loaded;
}

TEST_CASE("results are ordered by time, cases by first appearance") {
  const std::vector<LoadedResults> results = {At("2026-02-01", 3, {"a", "b"}),
                                              At("2026-01-01", 1, {"b"})};
  const std::vector<CaseHistory> history = HistoryOf(results, std::nullopt);
  REQUIRE(history.size() == 2);
  CHECK(history[0].case_id == "b");
  CHECK(history[0].points[0].top1_percent == 1);
  CHECK(history[0].points[1].top1_percent == 3);
  CHECK(history[0].points[1].name == "2026-02-01");
  CHECK(!history[1].points[0].top1_percent);  // not yet there
  CHECK(HistoryOf(results, "a*").size() == 1);
  CHECK(HistoryOf({}, std::nullopt).empty());
}

TEST_CASE("a failed case has no figures") {
  LoadedResults failed = At("2026-01-01", 1, {"a"});
  failed.results.rows[0].status = Status::kFailed;
  CHECK(!HistoryOf(std::vector{failed}, std::nullopt)[0].points[0].top1_percent);
}

TEST_CASE("a history as text and as JSON") {
  const std::vector<LoadedResults> results = {At("2026-01-01", 79, {"a"}),
                                              At("2026-02-01", 80.5, {"a"})};
  const auto history = HistoryOf(results, std::nullopt);
  std::ostringstream text, json;
  WriteHistoryText(history, text);
  CHECK(text.str().find("▁█       79.00 -> 80.50") != std::string::npos);
  WriteHistoryJson(history, json);
  const auto parsed = nlohmann::json::parse(json.str());
  CHECK(parsed["cases"][0]["points"][1]["top1_percent"] == 80.5);
}

}  // namespace
}  // namespace quantbench
