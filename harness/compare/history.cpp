// SPDX-License-Identifier: Apache-2.0
// Histories as sparklines and as JSON.
#include "compare/history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "report/text_table.h"
#include "scenario/matrix.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr size_t kWidth = 100;
using Figure = std::optional<double> HistoryPoint::*;

std::string NameOf(const std::filesystem::path& file) {
  const bool is_default = file.filename() == "results.json" && file.has_parent_path();
  return is_default ? file.parent_path().string() : file.string();
}

HistoryPoint PointOf(const LoadedResults& loaded, const std::string& case_id) {
  const Environment& environment = loaded.results.environment;
  HistoryPoint point{.name = NameOf(loaded.file),
                     .started_at = environment.started_at,
                     .commit = environment.commit,
                     .cpu_model = environment.cpu_model};
  for (const Row& row : loaded.results.rows) {
    if (row.case_id != case_id || row.status != Status::kOk) continue;
    point.top1_percent = row.top1_percent;
    point.latency_ms = row.latency_ms_median;
    if (row.model_bytes) point.model_bytes = static_cast<double>(*row.model_bytes);
  }
  return point;
}

std::vector<std::optional<double>> Values(const CaseHistory& history, Figure figure) {
  std::vector<std::optional<double>> values;
  for (const HistoryPoint& point : history.points) values.push_back(point.*figure);
  return values;
}

// "85.08 -> 84.79" of the first and the last result that have the figure.
std::string FirstAndLast(const std::vector<std::optional<double>>& values, int decimals) {
  std::vector<double> known;
  for (const auto& value : values) {
    if (value) known.push_back(*value);
  }
  if (known.empty()) return "";
  const std::string last = FixedText(known.back(), decimals);
  return known.size() == 1 ? last : FixedText(known.front(), decimals) + " -> " + last;
}

nlohmann::ordered_json ToJson(std::optional<double> value) {
  if (!value) return nullptr;
  return *value;
}

}  // namespace

std::vector<CaseHistory> HistoryOf(std::span<const LoadedResults> results,
                                   const std::optional<std::string>& only) {
  std::vector<const LoadedResults*> sorted;
  for (const LoadedResults& one : results) sorted.push_back(&one);
  // ISO 8601 in UTC sorts as text.
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return a->results.environment.started_at < b->results.environment.started_at;
  });
  std::vector<CaseHistory> history;
  std::set<std::string> seen;
  for (const LoadedResults* loaded : sorted) {
    for (const Row& row : loaded->results.rows) {
      if ((only && !MatchesGlob(*only, row.case_id)) || !seen.insert(row.case_id).second) continue;
      CaseHistory& one = history.emplace_back(CaseHistory{.case_id = row.case_id});
      for (const LoadedResults* other : sorted) one.points.push_back(PointOf(*other, row.case_id));
    }
  }
  return history;
}

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

void WriteHistoryText(std::span<const CaseHistory> history, std::ostream& stream) {
  TextTable table{.columns = {{"case"}, {"Top-1 %"}, {"", true}, {"latency ms"}, {"", true}}};
  for (const CaseHistory& one : history) {
    const auto top1 = Values(one, &HistoryPoint::top1_percent);
    const auto latency = Values(one, &HistoryPoint::latency_ms);
    table.rows.push_back({{.text = one.case_id},
                          {.text = Sparkline(top1)},
                          {.text = FirstAndLast(top1, 2)},
                          {.text = Sparkline(latency)},
                          {.text = FirstAndLast(latency, 3)}});
  }
  table.WriteText(stream, kWidth, false);
}

void WriteHistoryJson(std::span<const CaseHistory> history, std::ostream& stream) {
  nlohmann::ordered_json cases = nlohmann::ordered_json::array();
  for (const CaseHistory& one : history) {
    nlohmann::ordered_json points = nlohmann::ordered_json::array();
    for (const HistoryPoint& point : one.points) {
      points.push_back({{"results", point.name},
                        {"started_at", point.started_at},
                        {"commit", point.commit},
                        {"cpu_model", point.cpu_model},
                        {"top1_percent", ToJson(point.top1_percent)},
                        {"latency_ms_median", ToJson(point.latency_ms)},
                        {"model_bytes", ToJson(point.model_bytes)}});
    }
    cases.push_back({{"case_id", one.case_id}, {"points", points}});
  }
  const nlohmann::ordered_json json = {{"schema", 1}, {"cases", cases}};
  stream << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

}  // namespace quantbench
