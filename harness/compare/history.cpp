// SPDX-License-Identifier: Apache-2.0
// Joins many results to a history a case.
#include "compare/history.h"

#include <algorithm>
#include <map>

#include "compare/findings.h"
#include "compare/history_steps.h"
#include "scenario/matrix.h"
#include "support/error.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

// A budget by which every difference counts doesn't make every night a step.
constexpr double kMostStepAlpha = 0.05;

std::string NameOf(const std::filesystem::path& file) {
  const bool is_default = file.filename() == "results.json" && file.has_parent_path();
  return is_default ? file.parent_path().string() : file.string();
}

HistoryResult DescribedResult(const LoadedResults& loaded) {
  const Environment& environment = loaded.results.environment;
  const std::vector<Row>& rows = loaded.results.rows;
  return {.name = NameOf(loaded.file),
          .scenario = rows.empty() ? std::string() : rows.front().scenario,
          .started_at = environment.started_at,
          .commit = environment.commit,
          .quantbench_version = environment.quantbench_version,
          .label = loaded.results.measured.label,
          .measured = loaded.results.measured.Lines(),
          .cpu_model = environment.cpu_model};
}

void SetQuartiles(std::vector<double> values, std::optional<double>& low,
                  std::optional<double>& high) {
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  low = QuantileOfSorted(values, 0.25);
  high = QuantileOfSorted(values, 0.75);
}

HistoryPoint PointOf(size_t result, const Row* row) {
  HistoryPoint point{.result = result};
  if (row == nullptr) return point;
  point.status = row->status;
  point.detail = row->detail;
  point.isa = row->isa;
  if (row->status != Status::kOk) return point;
  point.top1_percent = row->summary.top1_percent;
  point.latency_ms = row->summary.latency_ms_median;
  if (row->model_bytes) point.model_bytes = static_cast<double>(*row->model_bytes);
  point.images_per_s = row->summary.throughput_images_per_s;
  std::vector<double> medians, throughputs;
  for (const Repetition& repetition : row->latency.repetitions) {
    medians.push_back(repetition.median_ms);
    if (repetition.throughput_images_per_s)
      throughputs.push_back(*repetition.throughput_images_per_s);
  }
  SetQuartiles(std::move(medians), point.latency_low_ms, point.latency_high_ms);
  SetQuartiles(std::move(throughputs), point.images_per_s_low, point.images_per_s_high);
  return point;
}

// ISO 8601 in UTC sorts as text.
bool StartedBefore(const LoadedResults& a, const LoadedResults& b) {
  return a.results.environment.started_at < b.results.environment.started_at;
}

class Historian {
 public:
  Historian(std::span<const LoadedResults> results, const HistoryOptions& options)
      : options_(options) {
    for (const LoadedResults& one : results) sorted_.push_back(&one);
    std::stable_sort(sorted_.begin(), sorted_.end(),
                     [](const auto* a, const auto* b) { return StartedBefore(*a, *b); });
  }

  History Tell() {
    for (const LoadedResults* one : sorted_) {
      HistoryResult& result = history_.results.emplace_back(DescribedResult(*one));
      const std::optional<size_t> before = LastOf(result.scenario, history_.results.size() - 1);
      if (!before) continue;
      result.machine_change =
          MachineDifference(sorted_[*before]->results.environment, one->results.environment);
    }
    for (size_t i = 0; i < sorted_.size(); ++i) {
      AddCasesOf(i);
      if (sorted_[i]->results.is_edited)
        history_.warnings.push_back(sorted_[i]->file.string() +
                                    " was edited by hand: its digest isn't that of its content");
    }
    AddSteps();
    return std::move(history_);
  }

 private:
  // The last result of the scenario before `end`.
  std::optional<size_t> LastOf(const std::string& scenario, size_t end) const {
    for (size_t i = end; i-- > 0;) {
      if (history_.results[i].scenario == scenario) return i;
    }
    return std::nullopt;
  }

  bool IsKnown(const Row& row) const {
    return std::any_of(history_.cases.begin(), history_.cases.end(), [&](const CaseHistory& one) {
      return one.row.scenario == row.scenario && one.row.case_id == row.case_id;
    });
  }

  // The cases that appear in result `first` for the first time.
  void AddCasesOf(size_t first) {
    for (const Row& row : sorted_[first]->results.rows) {
      if (options_.only && !MatchesGlob(*options_.only, row.case_id)) continue;
      if (!IsKnown(row)) AddCase(row);
    }
  }

  // Whether a result is one of that scenario. Rows of one file needn't agree, as far as it matters
  // here: it is a file.
  bool IsOf(const std::string& scenario, size_t result) const {
    return std::ranges::any_of(sorted_[result]->results.rows,
                               [&](const Row& row) { return row.scenario == scenario; });
  }

  // Has a point at least for the result that the row is from.
  void AddCase(const Row& first) {
    CaseHistory one{.row = first, .points = {}};
    std::vector<MeasuredPoint>& measured = measured_.emplace_back();
    std::optional<size_t> before;
    for (size_t i = 0; i < sorted_.size(); ++i) {
      if (!IsOf(first.scenario, i)) continue;
      const Row* row = sorted_[i]->results.Find(first.case_id);
      if (row != nullptr && row->scenario != first.scenario) row = nullptr;
      HistoryPoint& point = one.points.emplace_back(PointOf(i, row));
      if (row == nullptr) continue;
      if (before) AddChange(*before, *row, point);
      before = i;
      one.row = *row;
      if (const std::optional<double> latency = ComparedLatency(*row)) {
        measured.push_back({.point = one.points.size() - 1,
                            .row = row,
                            .environment = &sorted_[i]->results.environment,
                            .latency = *latency});
      }
    }
    one.row.latency.samples_ms.clear();
    history_.cases.push_back(std::move(one));
  }

  void AddSteps() {
    const auto cases = static_cast<double>(history_.cases.size());
    for (size_t i = 0; i < history_.cases.size(); ++i) {
      CaseHistory& one = history_.cases[i];
      const double alpha = std::min(options_.budget.For(one.case_id()).alpha, kMostStepAlpha);
      one.steps = StepsOf(measured_[i], alpha / cases);
    }
  }

  void AddChange(size_t before, const Row& row, HistoryPoint& point) {
    const Comparison& comparison = Compared(before, point.result);
    const auto found =
        std::find_if(comparison.cases.begin(), comparison.cases.end(),
                     [&](const CaseComparison& one) { return one.case_id == row.case_id; });
    if (found == comparison.cases.end()) return;
    point.verdict = found->verdict;
    point.reasons = found->reasons;
    if (found->accuracy) point.accuracy_verdict = found->accuracy->verdict;
    if (found->latency) point.latency_verdict = found->latency->verdict;
    if (found->size) point.size_verdict = found->size->verdict;
    if (found->accuracy && found->accuracy->verdict == Verdict::kIncomparable &&
        row.summary.top1_percent) {
      point.accuracy_break = found->accuracy->reason;
    }
    if (!found->base || !found->base->summary.latency_ms_median || !point.latency_ms) return;
    const std::string machine =
        MachineDifference(comparison.base_environment, comparison.new_environment);
    point.latency_break = machine.empty() ? PathDifference(*found->base, row) : machine;
  }

  // Neighbours are compared once for all their cases.
  const Comparison& Compared(size_t before, size_t now) {
    const auto known = compared_.find({before, now});
    if (known != compared_.end()) return known->second;
    CompareOptions options{.budget = options_.budget, .only = options_.only};
    for (size_t i = 0; i < now; ++i) options.earlier.push_back(&sorted_[i]->results);
    try {
      return compared_[{before, now}] = CompareResults(*sorted_[before], *sorted_[now], options);
    } catch (const Error& error) {  // a broken predictions file
      history_.warnings.push_back("compared by counts, not image by image: " +
                                  std::string(error.what()));
    }
    LoadedResults counts = *sorted_[now];
    for (Row& row : counts.results.rows) row.predictions_file.clear();
    LoadedResults base = *sorted_[before];
    for (Row& row : base.results.rows) row.predictions_file.clear();
    return compared_[{before, now}] = CompareResults(base, counts, options);
  }

  const HistoryOptions& options_;
  std::vector<const LoadedResults*> sorted_;
  std::map<std::pair<size_t, size_t>, Comparison> compared_;
  std::vector<std::vector<MeasuredPoint>> measured_;  // one a case of history_
  History history_;
};

}  // namespace

void KeepLast(size_t count, std::vector<LoadedResults>& results) {
  std::stable_sort(results.begin(), results.end(), StartedBefore);
  if (results.size() > count) {
    results.erase(results.begin(), results.end() - static_cast<std::ptrdiff_t>(count));
  }
}

History HistoryOf(std::span<const LoadedResults> results, const HistoryOptions& options) {
  return Historian(results, options).Tell();
}

std::string LabelOf(const HistoryResult& result) {
  constexpr size_t kToMinutes = 16;  // "2026-11-03T02:00"
  if (result.started_at.empty()) return result.name;
  std::string text = result.started_at.substr(0, kToMinutes);
  std::replace(text.begin(), text.end(), 'T', ' ');
  const std::string& label = result.label.empty() ? result.commit : result.label;
  return text + (label.empty() ? "" : " (" + label + ")");
}

}  // namespace quantbench
