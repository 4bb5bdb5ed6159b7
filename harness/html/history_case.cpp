// SPDX-License-Identifier: Apache-2.0
// The card of one case.
#include <algorithm>

#include "html/cases.h"
#include "html/history_sections.h"
#include "support/number_text.h"

namespace quantbench::html {
namespace {

constexpr size_t kShownChanges = 3;  // the latest; the others are folded

struct Change {
  std::string when;
  std::string badge;  // "worse", "better", a status; empty for what only isn't comparable
  std::string text;
  const char* badge_classes = "badge bad";
};

const char* BadgeOf(Verdict verdict) {
  return verdict == Verdict::kBetter  ? "badge good"
         : verdict == Verdict::kWorse ? "badge bad"
                                      : "badge";
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : "; ") + text;
  return joined;
}

// The latest first. Another machine is told with the results, once for all cases.
std::vector<Change> ChangesOf(const CaseHistory& history, const History& all) {
  std::vector<Change> changes;
  for (size_t i = 0; i < history.points.size(); ++i) {
    const HistoryPoint& point = history.points[i];
    const HistoryResult& result = all.results[point.result];
    const std::string when = LabelOf(result);
    for (const HistoryStep& step : history.steps) {
      if (step.point != i) continue;
      changes.push_back({when, std::string(StepWord(step)), StepText(step, history, all),
                         BadgeOf(step.IsSlower() ? Verdict::kWorse : Verdict::kBetter)});
    }
    if (point.IsChange() || point.verdict == Verdict::kUnclear) {
      changes.push_back({when, std::string(ToString(*point.verdict)), Joined(point.reasons),
                         BadgeOf(*point.verdict)});
    } else if (!point.accuracy_break.empty()) {
      changes.push_back({when, "", point.accuracy_break});
    }
    if (!point.latency_break.empty() && point.latency_break != result.machine_change)
      changes.push_back({when, "", "latency: " + point.latency_break});
  }
  const HistoryPoint& first = history.points.front();
  if (first.IsFailure()) {
    changes.insert(changes.begin(), {LabelOf(all.results[first.result]),
                                     std::string(ToString(*first.status)), first.detail});
  }
  std::reverse(changes.begin(), changes.end());
  return changes;
}

void AddChanges(const std::vector<Change>& changes, size_t begin, size_t end, Markup& page) {
  page.Open("ul", {{"class", "changes"}});
  for (size_t i = begin; i < end; ++i) {
    const Change& change = changes[i];
    page.Open("li").Leaf("span", {{"class", "when"}}, change.when).Text(" ");
    if (!change.badge.empty()) {
      page.Leaf("span", {{"class", change.badge_classes}}, change.badge).Text(" ");
    }
    page.Text(change.text).Close();
  }
  page.Close();
}

// What history.js sorts by: the last figure against the first that it can be compared with.
std::string SortKey(const CaseHistory& history, const Metric& metric) {
  const std::optional<Stretch> stretch = ComparableStretch(history, metric);
  if (!stretch) return "";
  const double before = *(history.points[stretch->first].*metric.value);
  const double now = *(history.points[stretch->last].*metric.value);
  return SignificantText(&metric == &kTop1Metric ? now - before : now / before, 9);
}

bool HasConstantSize(const CaseHistory& history) {
  std::optional<double> size;
  for (const HistoryPoint& point : history.points) {
    if (!point.model_bytes) continue;
    if (size && size != point.model_bytes) return false;
    size = point.model_bytes;
  }
  return true;
}

std::string Subtitle(const CaseHistory& history, const History& all) {
  std::string text = history.case_id();
  const std::optional<Stretch> stretch = ComparableStretch(history, kSizeMetric);
  if (stretch && HasConstantSize(history))
    text += " \u00B7 " + kSizeMetric.text(*history.points[stretch->last].model_bytes);
  const bool one_scenario = std::all_of(
      all.cases.begin(), all.cases.end(),
      [&](const CaseHistory& other) { return other.row.scenario == history.row.scenario; });
  return one_scenario ? text : history.row.scenario + " \u00B7 " + text;
}

}  // namespace

void AddHistoryCase(const CaseHistory& history, size_t index, const History& all, Markup& page) {
  const std::vector<Change> changes = ChangesOf(history, all);
  const HistoryPoint& last = history.points.back();
  size_t last_change = 0;
  bool worse = false;
  for (size_t i = 0; i < history.points.size(); ++i) {
    if (history.points[i].IsChange()) last_change = i + 1;
    worse = worse || history.points[i].verdict == Verdict::kWorse;
  }
  std::string state = last.IsFailure() ? "failing" : "";
  if (last_change > 0) state += " changed";
  if (worse) state += " worse";
  if (!history.steps.empty()) state += " stepped";
  page.Open("li", {{"class", "card history"},
                   {"data-index", std::to_string(index)},
                   {"data-name", history.case_id()},
                   {"data-top1", SortKey(history, kTop1Metric)},
                   {"data-latency", SortKey(history, kLatencyMetric)},
                   {"data-change", std::to_string(last_change)},
                   {"data-state", state}});
  page.Open("h3").Text(CaseLabel(history.row));
  if (last.IsFailure()) {
    page.Text(" ").Leaf("span", {{"class", "badge bad"}}, ToString(*last.status));
  } else if (!last.status) {
    page.Text(" ").Leaf("span", {{"class", "badge"}}, "not in the last result");
  } else if (last.verdict == Verdict::kWorse) {
    page.Text(" ").Leaf("span", {{"class", "badge bad"}}, "worse in the last result");
  }
  page.Close();
  page.Leaf("p", {{"class", "note"}}, Subtitle(history, all));
  page.Open("div", {{"class", "metrics"}});
  AddHistoryChart(history, kTop1Metric, all, page);
  AddHistoryChart(history, kLatencyMetric, all, page);
  AddHistoryChart(history, kThroughputMetric, all, page);
  if (!HasConstantSize(history)) AddHistoryChart(history, kSizeMetric, all, page);
  page.Close();
  const size_t shown = std::min(changes.size(), kShownChanges);
  if (shown > 0) AddChanges(changes, 0, shown, page);
  if (changes.size() > shown) {
    page.Open("details", {{"class", "note"}});
    page.Leaf("summary", {}, std::to_string(changes.size() - shown) + " earlier changes");
    AddChanges(changes, shown, changes.size(), page);
    page.Close();
  }
  page.Close();
}

}  // namespace quantbench::html
