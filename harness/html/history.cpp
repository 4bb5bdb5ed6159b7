// SPDX-License-Identifier: Apache-2.0
// The frame of a history's page, and the table of its results.
#include "html/history.h"

#include <algorithm>
#include <set>

#include "html/assets.h"
#include "html/cases.h"
#include "html/history_sections.h"
#include "html/page.h"
#include "support/number_text.h"

namespace quantbench {
namespace html {
namespace {

// Figures that no run can have are left out.
History WithoutNonsense(History history) {
  for (CaseHistory& one : history.cases) {
    for (HistoryPoint& point : one.points) {
      DropOutside(0, 100, point.top1_percent);
      for (auto* latency : {&point.latency_ms, &point.latency_low_ms, &point.latency_high_ms}) {
        DropOutside(kLeastMilliseconds, kMostMilliseconds, *latency);
      }
      for (auto* rate : {&point.images_per_s, &point.images_per_s_low, &point.images_per_s_high}) {
        DropOutside(1e-6, 1e12, *rate);
      }
      DropOutside(1, 1e15, point.model_bytes);
    }
  }
  return history;
}

std::string Counted(size_t count, const char* one, const char* several) {
  return std::to_string(count) + " " + (count == 1 ? one : several);
}

std::string TitleOf(const History& history) {
  std::set<std::string> scenarios;
  for (const CaseHistory& one : history.cases) scenarios.insert(one.row.scenario);
  return scenarios.size() == 1 ? "History of " + *scenarios.begin() : "History";
}

std::string Subtitle(const History& history) {
  std::set<std::string> processors;
  for (const HistoryResult& result : history.results) processors.insert(result.cpu_model);
  std::string text = Counted(history.results.size(), "result", "results");
  if (!history.results.empty()) {
    const std::string first = LabelOf(history.results.front());
    const std::string last = LabelOf(history.results.back());
    text += " \u00B7 " + first + (first == last ? "" : " to " + last);
  }
  if (processors.size() > 1) return text + " \u00B7 " + std::to_string(processors.size()) + " CPUs";
  return processors.empty() || processors.begin()->empty()
             ? text
             : text + " \u00B7 " + *processors.begin();
}

struct Counts {
  size_t worse_now = 0, failing_now = 0;
  size_t worse = 0, better = 0;  // changes, in all results
  size_t slower_steps = 0, faster_steps = 0;
};

Counts Count(const History& history) {
  Counts counts;
  for (const CaseHistory& one : history.cases) {
    counts.worse_now += one.points.back().verdict == Verdict::kWorse;
    counts.failing_now += one.points.back().IsFailure();
    for (const HistoryStep& step : one.steps)
      ++(step.IsSlower() ? counts.slower_steps : counts.faster_steps);
    for (const HistoryPoint& point : one.points) {
      counts.worse += point.verdict == Verdict::kWorse;
      counts.better += point.verdict == Verdict::kBetter;
    }
  }
  return counts;
}

std::string Headline(const History& history, const Counts& counts) {
  if (history.cases.empty()) return "These results hold no case.";
  if (counts.worse_now == 0 && counts.failing_now == 0)
    return "In the last result no case is worse than in the one before it, and none fails.";
  std::string text = "In the last result ";
  if (counts.worse_now > 0)
    text += Counted(counts.worse_now, "case is", "cases are") + " worse than in the one before it";
  if (counts.failing_now > 0) {
    text += (counts.worse_now > 0 ? ", and " : "") +
            Counted(counts.failing_now, "case fails", "cases fail");
  }
  return text + ".";
}

void AddHeader(const History& history, Markup& page) {
  const Counts counts = Count(history);
  page.Open("header");
  AddTitle(TitleOf(history), page);
  page.Leaf("p", {{"class", "subtitle"}}, Subtitle(history));
  page.Leaf("p", {{"class", "headline"}}, Headline(history, counts));
  page.Open("dl", {{"class", "figures"}});
  AddFigureCard("Results", std::to_string(history.results.size()), "oldest first", page);
  AddFigureCard("Cases", std::to_string(history.cases.size()),
                Counted(counts.failing_now, "fails", "fail") + " in the last result", page);
  AddFigureCard("Became worse", std::to_string(counts.worse), "cases, all results together", page);
  AddFigureCard("Became better", std::to_string(counts.better), "cases, all results together",
                page);
  if (const size_t steps = counts.slower_steps + counts.faster_steps; steps > 0) {
    AddFigureCard("Steps in latency", std::to_string(steps),
                  std::to_string(counts.slower_steps) + " of them to slower", page);
  }
  page.Close();
  AddWarnings(history.warnings, page);
  page.Close();
}

void AddLegend(Markup& page) {
  const auto entry = [&](const char* classes, const char* path, const char* text) {
    page.Open("li").Open("svg", {{"viewBox", "0 0 16 16"}, {"aria-hidden", "true"}});
    page.Empty("path", {{"class", classes}, {"d", path}});
    page.Close().Text(text).Close();
  };
  page.Open("ul", {{"class", "legend"}});
  entry("dots", "M8 8h0", "a result");
  entry("range", "M8 1V15", "middle half of its repetitions");
  entry("worse", "M8 2l7 12h-14z", "worse than the one before");
  entry("better", "M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0z", "better");
  entry("failed", "M4 4l8 8m-8 0l8 -8", "failed");
  entry("step slower", "M8 0V16", "slower from here on, and it stays");
  entry("step", "M8 0V16", "faster from here on");
  entry("break", "M8 0V16", "another machine, path or model: not comparable");
  page.Close();
}

void AddSelect(const char* id, const char* label,
               std::initializer_list<std::pair<const char*, const char*>> choices, Markup& page) {
  page.Open("label").Leaf("span", {}, label).Open("select", {{"id", id}});
  for (const auto& [value, text] : choices) page.Leaf("option", {{"value", value}}, text);
  page.Close().Close();
}

void AddFilters(Markup& page) {
  page.Open("form", {{"class", "filters"}, {"id", "filters"}, {"role", "search"}, {"hidden", ""}});
  page.Open("label").Leaf("span", {}, "Filter");
  page.Empty("input", {{"type", "search"}, {"id", "filter"}, {"placeholder", "words of a case"}});
  page.Close();
  AddSelect("state", "Show",
            {{"", "all cases"},
             {"changed", "those that changed"},
             {"worse", "those that became worse"},
             {"stepped", "those with a step in latency"},
             {"failing", "those that fail now"}},
            page);
  AddSelect("order", "Sort by",
            {{"index", "order of the run"},
             {"name", "name"},
             {"latency", "latency, greatest growth"},
             {"top1", "Top-1, greatest loss"},
             {"change", "latest change"}},
            page);
  page.Leaf("button", {{"type", "reset"}}, "Show all");
  page.Leaf("output", {{"id", "count"}, {"aria-live", "polite"}}, "");
  page.Close();
}

void AddCases(const History& history, Markup& page) {
  page.Open("section", {{"aria-labelledby", "cases"}});
  page.Leaf("h2", {{"id", "cases"}, {"tabindex", "-1"}}, "Cases");
  page.Leaf("p", {{"class", "note"}},
            "Each result is compared with the one before it, by the rules of quantbench compare: "
            "a mark means more than chance and more than the budget allows. Changes in figures are "
            "against the first result that is comparable.");
  AddLegend(page);
  AddFilters(page);
  page.Open("ul", {{"class", "histories"}, {"id", "histories"}});
  for (size_t i = 0; i < history.cases.size(); ++i)
    AddHistoryCase(history.cases[i], i, history, page);
  page.Close().Close();
}

}  // namespace
}  // namespace html

std::string HtmlHistory(const History& all) {
  const History history = html::WithoutNonsense(all);
  Markup page;
  html::OpenPage(html::TitleOf(history) + " \u2013 quantbench", html::kHistoryCss, "cases", page);
  html::AddHeader(history, page);
  page.Open("main");
  if (!history.cases.empty()) html::AddCases(history, page);
  if (!history.results.empty()) html::AddHistoryResults(history, page);
  page.Close();
  html::ClosePage(html::kHistoryJs, page);
  return page.str();
}

}  // namespace quantbench
