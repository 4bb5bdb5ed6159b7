// SPDX-License-Identifier: Apache-2.0
// The table of a history's results: when, what, on which machine, and how its cases went.
#include <map>
#include <set>

#include "html/history_sections.h"
#include "html/page.h"

namespace quantbench::html {
namespace {

struct ResultCounts {
  int ok = 0, failed = 0, worse = 0, better = 0;
};

std::map<size_t, ResultCounts> CountsOf(const History& history) {
  std::map<size_t, ResultCounts> counts;
  for (const CaseHistory& one : history.cases) {
    for (const HistoryPoint& point : one.points) {
      ResultCounts& result = counts[point.result];
      result.ok += point.status == Status::kOk;
      result.failed += point.IsFailure();
      result.worse += point.verdict == Verdict::kWorse;
      result.better += point.verdict == Verdict::kBetter;
    }
  }
  return counts;
}

class ResultsTable {
 public:
  ResultsTable(const History& history, Markup& page)
      : history_(history), counts_(CountsOf(history)), page_(page) {
    std::set<std::string> scenarios;
    for (const HistoryResult& result : history.results) {
      scenarios.insert(result.scenario);
      has_labels_ = has_labels_ || !result.label.empty();
    }
    several_scenarios_ = scenarios.size() > 1;
  }

  void Add() {
    page_.Open("section", {{"class", "card"}, {"aria-labelledby", "results"}});
    page_.Leaf("h2", {{"id", "results"}}, "Results");
    page_.Open("div", {{"class", "scroll"},
                       {"role", "region"},
                       {"aria-labelledby", "results"},
                       {"tabindex", "0"}});
    page_.Open("table", {{"id", "table"}});
    page_.Leaf("caption", {{"class", "hidden"}}, "All results; the buttons in the header sort it");
    page_.Open("thead").Open("tr");
    AddSortHeader("Started", "UTC", false, page_);
    if (has_labels_) AddSortHeader("Label", "of the run", false, page_);
    if (several_scenarios_) AddSortHeader("Scenario", "its name", false, page_);
    AddSortHeader("Commit", "of quantbench", false, page_);
    AddSortHeader("Version", "of quantbench", false, page_);
    AddSortHeader("Ok", "cases that went well", true, page_);
    AddSortHeader("Failed", "cases that didn't", true, page_);
    AddSortHeader("Worse", "cases, against the result before", true, page_);
    AddSortHeader("Better", "cases, against the result before", true, page_);
    AddSortHeader("Processor", "and what changed of the machine", false, page_);
    AddSortHeader("Results", "the folder", false, page_);
    page_.Close().Close().Open("tbody");
    for (size_t i = 0; i < history_.results.size(); ++i) AddRow(i);
    page_.Close().Close().Close().Close();
  }

 private:
  void AddRow(size_t index) {
    const HistoryResult& result = history_.results[index];
    page_.Open("tr", {{"id", "result-" + std::to_string(index)}, {"data-label", LabelOf(result)}});
    const std::string started = LabelOf({.name = "unknown", .started_at = result.started_at});
    std::string measured;
    for (const auto& [title, text] : result.measured)
      measured += (measured.empty() ? "" : "\n") + title + ": " + text;
    page_.Open("th", {{"scope", "row"}, {"data-text", result.started_at}});
    if (measured.empty()) {
      page_.Text(started);
    } else {
      page_.Leaf("span", {{"title", measured}}, started);
    }
    page_.Close();
    if (has_labels_) AddText(result.label);
    if (several_scenarios_) AddText(result.scenario);
    AddText(result.commit);
    AddText(result.quantbench_version);
    const ResultCounts& counts = counts_[index];
    AddCount(counts.ok, "");
    AddCount(counts.failed, " bad");
    AddCount(counts.worse, " bad");
    AddCount(counts.better, " best");
    page_.Open("td", {{"class", "text"}, {"data-text", result.cpu_model}}).Text(result.cpu_model);
    if (!result.machine_change.empty())
      page_.Leaf("span", {{"class", "detail"}}, result.machine_change);
    page_.Close();
    AddText(result.name);
    page_.Close();
  }

  void AddText(const std::string& text) {
    page_.Leaf("td", {{"class", "text"}, {"data-text", text}}, text);
  }
  // None is an empty cell, so that what there is stands out.
  void AddCount(int count, const char* classes) {
    const std::string text = count == 0 ? "" : std::to_string(count);
    page_.Leaf("td", {{"class", std::string("number") + classes}, {"data-value", text}}, text);
  }

  const History& history_;
  std::map<size_t, ResultCounts> counts_;
  Markup& page_;
  bool several_scenarios_ = false, has_labels_ = false;
};

}  // namespace

void AddHistoryResults(const History& history, Markup& page) { ResultsTable(history, page).Add(); }

}  // namespace quantbench::html
