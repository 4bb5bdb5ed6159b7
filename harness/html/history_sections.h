// SPDX-License-Identifier: Apache-2.0
// The parts of a history's page.
#pragma once

#include <optional>
#include <string>

#include "chart/markup.h"
#include "compare/history.h"

namespace quantbench::html {

// A figure of a case that is drawn over its results.
struct Metric {
  const char* title;
  bool has_steps = false;  // those of the case are of this figure
  std::optional<double> HistoryPoint::*value;
  std::optional<double> HistoryPoint::*low;  // of the bar behind a point; nullptr: none
  std::optional<double> HistoryPoint::*high;
  std::optional<Verdict> HistoryPoint::*verdict;
  std::string HistoryPoint::*broken_by;  // nullptr: always comparable
  double (*least_extent)(double value);  // of the axis, so that noise isn't blown up
  std::string (*text)(double value);
  std::string (*change)(double before, double now);
};
extern const Metric kTop1Metric, kLatencyMetric, kThroughputMetric, kSizeMetric;

// The index of the first point since which the figure can be compared with that of the last point
// that has it. Nothing where no point has it.
struct Stretch {
  size_t first = 0, last = 0;
};
std::optional<Stretch> ComparableStretch(const CaseHistory& history, const Metric& metric);

// The chart with its title and figures in text. Nothing where no point has the figure.
void AddHistoryChart(const CaseHistory& history, const Metric& metric, const History& all,
                     Markup& page);

// A list item: what the case is, its charts, and what became of it.
void AddHistoryCase(const CaseHistory& history, size_t index, const History& all, Markup& page);

// The table of the results.
void AddHistoryResults(const History& history, Markup& page);

}  // namespace quantbench::html
