// SPDX-License-Identifier: Apache-2.0
// Histories as sparklines and as JSON.
#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "compare/history.h"
#include "report/text_table.h"
#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench {
namespace {

constexpr size_t kHistoryWidth = 100;
constexpr size_t kMostBars = 32;    // of a sparkline
constexpr size_t kFewestBars = 8;   // before names of cases are shortened
constexpr size_t kMostEvents = 12;  // told below the table
using Figure = std::optional<double> HistoryPoint::*;

std::vector<std::optional<double>> Values(const CaseHistory& history, Figure figure) {
  std::vector<std::optional<double>> values;
  for (const HistoryPoint& point : history.points) values.push_back(point.*figure);
  return values;
}

std::string LastBars(std::span<const std::optional<double>> values, size_t bars) {
  return Sparkline(values.last(std::min(values.size(), bars)));
}

// "85.08 -> 84.79" of the first and the last result that have the figure; "85.08" where all have
// the same.
std::string FirstAndLast(const std::vector<std::optional<double>>& values, int decimals) {
  std::vector<std::string> known;
  for (const auto& value : values) {
    if (value) known.push_back(FixedText(*value, decimals));
  }
  if (known.empty()) return "";
  const bool constant = std::all_of(known.begin(), known.end(),
                                    [&](const std::string& one) { return one == known.front(); });
  return constant ? known.front() : known.front() + " -> " + known.back();
}

struct Event {
  size_t result;
  std::string text;
};

// What became better, worse or unclear, and where the machine changed.
std::vector<Event> EventsOf(const History& history) {
  std::vector<Event> events;
  for (size_t i = 0; i < history.results.size(); ++i) {
    const HistoryResult& result = history.results[i];
    if (!result.machine_change.empty())
      events.push_back({i, LabelOf(result) + ": " + result.machine_change});
  }
  for (const CaseHistory& one : history.cases) {
    for (const HistoryPoint& point : one.points) {
      if (!point.IsChange() && point.verdict != Verdict::kUnclear) continue;
      std::string text = LabelOf(history.results[point.result]) + ": " + one.case_id() + ": " +
                         std::string(ToString(*point.verdict));
      for (const std::string& reason : point.reasons) text += "; " + reason;
      events.push_back({point.result, text});
    }
  }
  return events;
}

// Where something begins that stays.
std::vector<Event> StepEvents(const History& history) {
  std::vector<Event> events;
  for (const CaseHistory& one : history.cases) {
    for (const HistoryStep& step : one.steps) {
      const size_t result = one.points[step.point].result;
      events.push_back({result, LabelOf(history.results[result]) + ": " + one.case_id() + ": " +
                                    std::string(StepWord(step)) + ": " +
                                    StepText(step, one, history)});
    }
  }
  return events;
}

// The latest of them, oldest first.
void WriteEvents(std::vector<Event> events, std::ostream& stream) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.result < b.result; });
  const size_t skipped = events.size() - std::min(events.size(), kMostEvents);
  if (skipped > 0) {
    stream << skipped << " earlier changes aren't listed; --format html or json has all\n";
  }
  for (size_t i = skipped; i < events.size(); ++i)
    WriteWrapped(events[i].text, kHistoryWidth, stream);
}

TextTable TableOf(const History& history, const std::string& scenario, size_t bars) {
  TextTable table{.columns = {{.title = "case", .shortens = true},
                              {"Top-1 %"},
                              {"", true},
                              {"latency ms"},
                              {"", true}}};
  const bool throughput = std::ranges::any_of(history.cases, [&](const CaseHistory& one) {
    return one.row.scenario == scenario && one.row.streams;
  });
  if (throughput) table.columns.insert(table.columns.end(), {{"images/s"}, {"", true}});
  for (const CaseHistory& one : history.cases) {
    if (one.row.scenario != scenario) continue;
    const auto top1 = Values(one, &HistoryPoint::top1_percent);
    const auto latency = Values(one, &HistoryPoint::latency_ms);
    TableCell last{.text = FirstAndLast(latency, 3)};
    if (one.points.back().IsFailure())
      last = {.text = std::string(ToString(*one.points.back().status)), .ansi = "\033[1;31m"};
    table.rows.push_back({{.text = one.case_id()},
                          {.text = LastBars(top1, bars)},
                          {.text = FirstAndLast(top1, 2)},
                          {.text = LastBars(latency, bars)},
                          last});
    if (!throughput) continue;
    const auto images = Values(one, &HistoryPoint::images_per_s);
    table.rows.back().push_back({.text = LastBars(images, bars)});
    table.rows.back().push_back({.text = FirstAndLast(images, 1)});
  }
  return table;
}

// As many results drawn as fit the width.
void WriteTable(const History& history, const std::string& scenario, std::ostream& stream,
                bool color) {
  size_t points = 0;
  for (const CaseHistory& one : history.cases) {
    if (one.row.scenario == scenario) points = std::max(points, one.points.size());
  }
  size_t bars = std::min(points, kMostBars);
  while (bars > kFewestBars && TableOf(history, scenario, bars).Width() > kHistoryWidth) --bars;
  TableOf(history, scenario, bars).WriteText(stream, kHistoryWidth, color);
  if (points > bars) {
    stream << "the last " << bars << " of " << points
           << " results are drawn; --format html draws all\n";
  }
}

nlohmann::ordered_json ToJson(std::optional<double> value) {
  if (!value) return nullptr;
  return *value;
}

nlohmann::ordered_json ToJson(const HistoryPoint& point, const HistoryResult& result) {
  nlohmann::ordered_json json = {{"results", result.name},
                                 {"started_at", result.started_at},
                                 {"commit", result.commit},
                                 {"label", result.label},
                                 {"cpu_model", result.cpu_model},
                                 {"top1_percent", ToJson(point.top1_percent)},
                                 {"latency_ms_median", ToJson(point.latency_ms)},
                                 {"throughput_images_per_s", ToJson(point.images_per_s)},
                                 {"model_bytes", ToJson(point.model_bytes)},
                                 {"status", nullptr},
                                 {"isa", point.isa},
                                 {"verdict", nullptr},
                                 {"reasons", point.reasons},
                                 {"accuracy_break", point.accuracy_break},
                                 {"latency_break", point.latency_break}};
  if (point.status) json["status"] = ToString(*point.status);
  if (point.verdict) json["verdict"] = ToString(*point.verdict);
  return json;
}

nlohmann::ordered_json ToJson(const HistoryStep& step, const CaseHistory& one,
                              const History& history) {
  const auto place = [&](size_t point) -> nlohmann::ordered_json {
    const HistoryResult& result = history.results[one.points[point].result];
    return {{"results", result.name},
            {"started_at", result.started_at},
            {"commit", result.commit},
            {"label", result.label}};
  };
  return {{"begins_at", place(step.point)},
          {"last_before", place(step.last_before)},
          {"latency_ratio", step.ratio},
          {"stays", step.stays},
          {"p", step.p}};
}

}  // namespace

std::string Sparkline(std::span<const std::optional<double>> values) {
  constexpr std::array<const char*, 8> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double low = 0, high = 0;
  bool any = false;
  for (const std::optional<double>& value : values) {
    if (!value) continue;
    low = any ? std::min(low, *value) : *value;
    high = any ? std::max(high, *value) : *value;
    any = true;
  }
  std::string line;
  for (const std::optional<double>& value : values) {
    const double height = value && high > low ? (*value - low) / (high - low) : 0.5;
    line += value ? kBars[static_cast<size_t>(std::lround(height * (kBars.size() - 1)))] : " ";
  }
  return line;
}

void WriteHistoryText(const History& history, std::ostream& stream, bool color) {
  std::vector<std::string> scenarios;
  for (const CaseHistory& one : history.cases) {
    if (std::find(scenarios.begin(), scenarios.end(), one.row.scenario) == scenarios.end())
      scenarios.push_back(one.row.scenario);
  }
  for (const std::string& scenario : scenarios) {
    if (scenarios.size() > 1) stream << Printable(scenario) << ":\n";
    WriteTable(history, scenario, stream, color);
  }
  WriteEvents(EventsOf(history), stream);
  WriteEvents(StepEvents(history), stream);  // last, so that it is seen
  for (const std::string& warning : history.warnings) WriteWrapped(warning, kHistoryWidth, stream);
}

void WriteHistoryJson(const History& history, std::ostream& stream) {
  nlohmann::ordered_json cases = nlohmann::ordered_json::array();
  for (const CaseHistory& one : history.cases) {
    nlohmann::ordered_json points = nlohmann::ordered_json::array();
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const HistoryStep& step : one.steps) steps.push_back(ToJson(step, one, history));
    for (const HistoryPoint& point : one.points) {
      points.push_back(ToJson(point, history.results[point.result]));
    }
    cases.push_back({{"case_id", one.case_id()},
                     {"points", points},
                     {"scenario", one.row.scenario},
                     {"steps", steps}});
  }
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (const HistoryResult& result : history.results) {
    nlohmann::ordered_json measured = nlohmann::ordered_json::object();
    for (const auto& [title, text] : result.measured) measured[title] = text;
    results.push_back({{"results", result.name}, {"measured", measured}});
  }
  const nlohmann::ordered_json json = {
      {"schema", 1}, {"cases", cases}, {"results", results}, {"warnings", history.warnings}};
  stream << PrintableLines(
                json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace))
         << '\n';
}

}  // namespace quantbench
