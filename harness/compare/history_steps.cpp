// SPDX-License-Identifier: Apache-2.0
// Steps of a case, machine by machine.
#include "compare/history_steps.h"

#include <algorithm>

#include "compare/findings.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

bool IsComparable(const MeasuredPoint& a, const MeasuredPoint& b) {
  return MachineDifference(*a.environment, *b.environment).empty() &&
         PathDifference(*a.row, *b.row).empty();
}

using Series = std::vector<const MeasuredPoint*>;

std::vector<Series> SeriesOf(std::span<const MeasuredPoint> points) {
  std::vector<Series> all;
  for (const MeasuredPoint& point : points) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const Series& series) {
      return IsComparable(*series.front(), point);
    });
    (known == all.end() ? all.emplace_back() : *known).push_back(&point);
  }
  return all;
}

void AddStepsOf(const Series& series, double alpha, std::vector<HistoryStep>& steps) {
  std::vector<double> latencies;
  for (const MeasuredPoint* const point : series) latencies.push_back(point->latency);
  const std::vector<Step> found = FindSteps(latencies, alpha);
  for (size_t i = 0; i < found.size(); ++i) {
    const size_t end = i + 1 < found.size() ? found[i + 1].begin : series.size();
    steps.push_back({.point = series[found[i].begin]->point,
                     .last_before = series[found[i].begin - 1]->point,
                     .stays = end - found[i].begin,
                     .ratio = found[i].ratio,
                     .p = found[i].p});
  }
}

}  // namespace

std::vector<HistoryStep> StepsOf(std::span<const MeasuredPoint> points, double alpha) {
  std::vector<HistoryStep> steps;
  for (const Series& series : SeriesOf(points)) AddStepsOf(series, alpha, steps);
  std::sort(steps.begin(), steps.end(),
            [](const HistoryStep& a, const HistoryStep& b) { return a.point < b.point; });
  return steps;
}

std::string_view StepWord(const HistoryStep& step) {
  return step.IsSlower() ? "slower from here on" : "faster from here on";
}

std::string StepText(const HistoryStep& step, const CaseHistory& one, const History& history) {
  const auto label = [&](size_t point) {
    return LabelOf(history.results[one.points[point].result]);
  };
  return FixedText(step.ratio, 3) + " times the " +
         (one.row.streams ? "time per image" : "latency") + ", in " +
         CountText(step.stays, "result") + "; the last one before is " + label(step.last_before) +
         "; p = " + SignificantText(step.p, 2);
}

bool BecameSlower(const CaseHistory& one, size_t results) {
  return std::any_of(one.steps.begin(), one.steps.end(), [&](const HistoryStep& step) {
    return step.IsSlower() && one.points.size() - step.point <= results;
  });
}

}  // namespace quantbench
