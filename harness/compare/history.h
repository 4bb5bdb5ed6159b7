// SPDX-License-Identifier: Apache-2.0
// Cases over many results: how each went, where it became better or worse, and where figures before
// and after can't be compared.
#pragma once

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compare/change_points.h"
#include "compare/compare.h"

namespace quantbench {

struct HistoryResult {
  std::string name;      // its folder
  std::string scenario;  // of its cases; empty where it has none
  std::string started_at, commit, quantbench_version;
  std::string label;                                          // see HowMeasured
  std::vector<std::pair<std::string, std::string>> measured;  // HowMeasured::Lines
  std::string cpu_model;
  // Why times aren't comparable with those of the result before it of the same scenario: another
  // CPU, number of cores, build type. Empty where they are.
  std::string machine_change;
};

struct HistoryPoint {
  size_t result = 0;             // index into History::results
  std::optional<Status> status;  // nothing where the result lacks the case
  std::string detail;
  std::string isa;
  std::optional<double> top1_percent, latency_ms, model_bytes;  // of cases that are ok
  std::optional<double> latency_low_ms, latency_high_ms;  // quartiles of the repetitions' medians
  // Of all streams together, with the quartiles of the repetitions.
  std::optional<double> images_per_s, images_per_s_low, images_per_s_high;
  // Against the point before it that has the case, by the rules of CompareResults.
  std::optional<Verdict> verdict;
  std::optional<Verdict> accuracy_verdict, latency_verdict, size_verdict;
  std::vector<std::string> reasons;
  // Why Top-1 or latency is another measurement than the one before: other images, another machine.
  std::string accuracy_break, latency_break;

  bool IsChange() const { return verdict == Verdict::kWorse || verdict == Verdict::kBetter; }
  bool IsFailure() const { return status && *status != Status::kOk; }
};

// From a point on the latency (of streams: the time an image) is another, and stays so.
struct HistoryStep {
  size_t point = 0;        // index into CaseHistory::points: the first of the new level
  size_t last_before = 0;  // the last comparable one of the level before
  size_t stays = 0;        // how many points the new level has so far, before another step
  double ratio = 1;        // of the medians of what is compared, new / before
  double p = 1;

  bool IsSlower() const { return ratio > 1; }
};

struct CaseHistory {
  Row row;                           // of the last result that has the case, without samples
  std::vector<HistoryPoint> points;  // one a result of its scenario, oldest first
  std::vector<HistoryStep> steps{};  // oldest first

  const std::string& case_id() const { return row.case_id; }
};

struct History {
  std::vector<HistoryResult> results;  // oldest first
  std::vector<CaseHistory> cases;      // in the order in which they first appear
  std::vector<std::string> warnings;   // what was left out
};

struct HistoryOptions {
  std::optional<std::string> only;  // glob on case ids
  Budget budget;                    // what counts as better and worse
};

// Keeps the `count` results that were started last.
void KeepLast(size_t count, std::vector<LoadedResults>& results);

// Results by the time at which they were started, those that don't tell first, in the order given.
// Cases of the same id in another scenario are other cases. Steps are looked for with the alpha of
// the budget, shared out among the cases.
History HistoryOf(std::span<const LoadedResults> results, const HistoryOptions& options);

// "2026-11-03 02:00 (abc1234)", with its label or quantbench's commit, or the name where a result
// doesn't tell when it was made.
std::string LabelOf(const HistoryResult& result);

// "slower from here on", or faster.
std::string_view StepWord(const HistoryStep& step);
// "1.123 times the latency, in 7 results; the last one before is 2026-11-02 02:00 (def5678); p =
// 0.0002".
std::string StepText(const HistoryStep& step, const CaseHistory& one, const History& history);

// The case has a step to a slower level that begins within its last `results`.
bool BecameSlower(const CaseHistory& one, size_t results);

// One character a value, the lowest value lowest; a space where there is none. All equal values are
// drawn in the middle.
std::string Sparkline(std::span<const std::optional<double>> values);

// A table with sparklines of the last results, the first and the last figure of Top-1 and latency;
// below it what became better or worse, failed, or stopped being comparable.
void WriteHistoryText(const History& history, std::ostream& stream, bool color);
void WriteHistoryJson(const History& history, std::ostream& stream);

}  // namespace quantbench
