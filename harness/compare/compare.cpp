// SPDX-License-Identifier: Apache-2.0
// Pairs rows and joins the findings to verdicts.
#include "compare/compare.h"

#include <algorithm>
#include <set>

#include "compare/findings.h"
#include "record/read_results.h"
#include "scenario/matrix.h"
#include "support/error.h"

namespace quantbench {
namespace {

std::string Described(const Row& row) {
  const std::string status(ToString(row.status));
  return row.detail.empty() ? status : status + " (" + row.detail + ")";
}

// The verdict of two rows that aren't both ok.
void CompareStatus(const Row& base, const Row& changed, CaseComparison& result) {
  const bool base_ok = base.status == Status::kOk, new_ok = changed.status == Status::kOk;
  if (base_ok && !new_ok) {
    result.verdict = Verdict::kWorse;
    result.reasons.push_back("ok in base, now " + Described(changed));
  } else if (!base_ok && new_ok) {
    result.verdict = Verdict::kBetter;
    result.reasons.push_back("ok now, in base it was " + Described(base));
  } else {
    result.verdict = Verdict::kIncomparable;
    result.reasons.push_back("no result on either side: " + Described(base) + ", now " +
                             Described(changed));
  }
}

class Comparer {
 public:
  Comparer(const LoadedResults& base, const LoadedResults& changed, const CompareOptions& options)
      : base_(base),
        changed_(changed),
        options_(options),
        base_predictions_(base.file),
        new_predictions_(changed.file) {}

  Comparison Compare() {
    Comparison comparison{.base_name = base_.file.string(),
                          .new_name = changed_.file.string(),
                          .base_environment = base_.results.environment,
                          .new_environment = changed_.results.environment};
    for (const Row& row : base_.results.rows) {
      if (Selected(row)) comparison.cases.push_back(CompareCase(row));
    }
    for (const Row& row : changed_.results.rows) {
      if (!Selected(row) || base_.results.Find(row.case_id) != nullptr) continue;
      CaseComparison one{.case_id = row.case_id, .verdict = Verdict::kNew, .changed = row};
      if (row.status != Status::kOk) one.reasons.push_back(Described(row));
      comparison.cases.push_back(std::move(one));
    }
    AddNotes(comparison);
    return comparison;
  }

 private:
  bool Selected(const Row& row) const {
    return !options_.only || MatchesGlob(*options_.only, row.case_id);
  }

  CaseComparison CompareCase(const Row& base) {
    CaseComparison result{.case_id = base.case_id, .base = base};
    const Row* const changed = changed_.results.Find(base.case_id);
    if (changed == nullptr) {
      result.verdict = Verdict::kMissing;
      result.reasons.push_back("new has no such case");
      return result;
    }
    result.changed = *changed;
    if (base.status != Status::kOk || changed->status != Status::kOk) {
      CompareStatus(base, *changed, result);
      return result;
    }
    const RowPair pair{.base = base,
                       .changed = *changed,
                       .base_results = base_.results,
                       .new_results = changed_.results,
                       .limits = options_.budget.For(base.case_id),
                       .earlier = options_.earlier};
    if (options_.accuracy) {
      result.accuracy =
          CompareAccuracy(pair, base_predictions_.Find(base), new_predictions_.Find(*changed));
    }
    if (options_.latency) result.latency = LatencyOf(pair);
    if (options_.size) result.size = CompareSize(pair);
    Join(result);
    return result;
  }

  std::optional<LatencyFinding> LatencyOf(const RowPair& pair) const {
    const auto paired = options_.paired_latency.find(pair.base.case_id);
    return paired != options_.paired_latency.end() ? paired->second : CompareLatency(pair);
  }

  // Worse beats all; then incomparable, for what must be compared; then unclear; then better.
  void Join(CaseComparison& result) const {
    std::vector<const Finding*> findings;
    if (result.accuracy) findings.push_back(&*result.accuracy);
    if (result.latency) findings.push_back(&*result.latency);
    if (result.size) findings.push_back(&*result.size);
    const bool any_compared = std::any_of(findings.begin(), findings.end(), [](const Finding* one) {
      return one->verdict != Verdict::kIncomparable;
    });
    const bool excused = result.latency && result.latency->other_machine && any_compared;
    const auto counts = [&](const Finding* one) {
      return options_.strict || !excused || one != &*result.latency;
    };
    if (findings.empty()) {
      result.verdict = Verdict::kIncomparable;
      result.reasons.push_back("base has none of the figures that are compared");
    }
    for (const Verdict verdict :
         {Verdict::kWorse, Verdict::kIncomparable, Verdict::kUnclear, Verdict::kBetter}) {
      for (const Finding* one : findings) {
        if (one->verdict != verdict || !counts(one)) continue;
        if (result.reasons.empty()) result.verdict = verdict;
        result.reasons.push_back(one->reason);
      }
    }
    for (const Finding* one : findings) {
      const bool told = std::find(result.reasons.begin(), result.reasons.end(), one->reason) !=
                        result.reasons.end();
      if (!one->reason.empty() && !told) result.reasons.push_back(one->reason);
    }
  }

  static void AddEdited(const char* side, const LoadedResults& loaded,
                        const PredictionsFolder& predictions, Comparison& comparison) {
    const std::string of = std::string(side) + ": ";
    if (loaded.results.is_edited) {
      comparison.notes.push_back(of + loaded.file.string() +
                                 " was edited by hand: its digest isn't that of its content");
    }
    for (const std::string& file : predictions.edited()) {
      comparison.notes.push_back(of + file +
                                 " was edited by hand: it isn't the file that the run wrote, so "
                                 "accuracy is compared by counts, not image by image");
    }
  }

  static void AddHowToConfirm(Comparison& comparison) {
    const size_t count = comparison.ToConfirm().size();
    if (count == 0) return;
    comparison.notes.push_back(
        "the latency of " + std::to_string(count) + (count == 1 ? " case" : " cases") +
        " was measured at two times: to be sure, have both builds measured in turns, by "
        "`quantbench "
        "ab BASE_BUILD NEW_BUILD SCENARIO`, or by --confirm BASE_BUILD --scenario SCENARIO here");
  }

  void AddNotes(Comparison& comparison) const {
    AddHowToConfirm(comparison);
    AddEdited("base", base_, base_predictions_, comparison);
    AddEdited("new", changed_, new_predictions_, comparison);
    if (base_.results.rows.empty()) comparison.notes.push_back("base has no case at all");
    if (changed_.results.rows.empty()) comparison.notes.push_back("new has no case at all");
    if (comparison.cases.empty() && options_.only) {
      comparison.notes.push_back("--only '" + *options_.only + "' matches no case of either");
    }
    const InputHashes& base = base_.results.inputs;
    const InputHashes& changed = changed_.results.inputs;
    if (base.calibration_images != changed.calibration_images) {
      comparison.notes.push_back(
          "calibrated on other images, or only one of the two was calibrated");
    }
    for (const BudgetEntry& entry : options_.budget.cases) {
      const bool used = std::any_of(
          comparison.cases.begin(), comparison.cases.end(),
          [&](const CaseComparison& one) { return MatchesGlob(entry.match, one.case_id); });
      if (!used) comparison.notes.push_back("budget: '" + entry.match + "' matches no case");
    }
    const std::string& base_commit = base_.results.environment.commit;
    const std::string& new_commit = changed_.results.environment.commit;
    if (!base_commit.empty() && base_commit != new_commit)  // a baseline has none
      comparison.notes.push_back("commits: base " + base_commit + ", new " + new_commit);
  }

  const LoadedResults& base_;
  const LoadedResults& changed_;
  const CompareOptions& options_;
  PredictionsFolder base_predictions_, new_predictions_;
};

}  // namespace

LoadedResults LoadResults(const std::filesystem::path& path) {
  const std::filesystem::path file = ResultsFile(path);
  return {.file = file, .results = ReadResults(file)};
}

Comparison CompareResults(const LoadedResults& base, const LoadedResults& changed,
                          const CompareOptions& options) {
  return Comparer(base, changed, options).Compare();
}

}  // namespace quantbench
