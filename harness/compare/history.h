// SPDX-License-Identifier: Apache-2.0
// One case over many results.
#pragma once

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compare/compare.h"

namespace quantbench {

struct HistoryPoint {
  std::string name;  // of the results: their folder
  std::string started_at, commit, cpu_model;
  std::optional<double> top1_percent, latency_ms, model_bytes;
};

struct CaseHistory {
  std::string case_id;
  std::vector<HistoryPoint> points;  // one a result, oldest first; empty figures where it has none
};

// Cases in the order in which they first appear; results by the time at which they were started,
// those that don't tell first, in the order given. `only` is a glob on case ids.
std::vector<CaseHistory> HistoryOf(std::span<const LoadedResults> results,
                                   const std::optional<std::string>& only);

// One character a value, the lowest value lowest; a space where there is none. All equal values are
// drawn in the middle.
std::string Sparkline(std::span<const std::optional<double>> values);

// A table with a sparkline, the first and the last figure, and the change for Top-1 and latency.
void WriteHistoryText(std::span<const CaseHistory> history, std::ostream& stream);
void WriteHistoryJson(std::span<const CaseHistory> history, std::ostream& stream);

}  // namespace quantbench
