// SPDX-License-Identifier: Apache-2.0
// Pairs rows and joins the findings to verdicts.
#include "compare/compare.h"

#include <algorithm>
#include <set>

#include "compare/findings.h"
#include "compare/pairs.h"
#include "record/read_results.h"
#include "scenario/matrix.h"
#include "support/error.h"
#include "support/number_text.h"

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
                          .base_label = base_.results.measured.label,
                          .new_label = changed_.results.measured.label,
                          .base_environment = base_.results.environment,
                          .new_environment = changed_.results.environment};
    for (const PairedRows& pair : options_.across_models
                                      ? PairsAcrossModels(base_, changed_)
                                      : PairsById(base_.results, changed_.results)) {
      if (Selected(pair)) comparison.cases.push_back(CompareCase(pair));
    }
    AddNotes(comparison);
    return comparison;
  }

 private:
  bool Selected(const PairedRows& pair) const {
    const auto matches = [&](const Row* row) {
      return row != nullptr && MatchesGlob(*options_.only, row->case_id);
    };
    return !options_.only || MatchesGlob(*options_.only, pair.id) || matches(pair.base) ||
           matches(pair.changed);
  }

  CaseComparison CompareCase(const PairedRows& rows) {
    if (rows.base == nullptr) {
      CaseComparison one{.case_id = rows.id, .verdict = Verdict::kNew, .changed = *rows.changed};
      if (rows.changed->status != Status::kOk) one.reasons.push_back(Described(*rows.changed));
      return one;
    }
    const Row &base = *rows.base, *const changed = rows.changed;
    CaseComparison result{.case_id = rows.id, .base = base};
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
                       .limits = options_.budget.For(rows.id),
                       .earlier = options_.earlier,
                       .across_models = options_.across_models};
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
        "the latency of " + CountText(count, "case") +
        " was measured at two times: to be sure, have both builds measured in turns, by "
        "`quantbench "
        "ab BASE_BUILD NEW_BUILD SCENARIO`, or by --confirm BASE_BUILD --scenario SCENARIO here");
  }

  // Networks of other sizes see the same images in other crops.
  bool CalibrationDiffers() const {
    const Results &base = base_.results, &changed = changed_.results;
    const std::string &before = base.measured.calibration.content,
                      &after = changed.measured.calibration.content;
    if (options_.across_models && !before.empty() && !after.empty()) return before != after;
    return base.inputs.calibration_images != changed.inputs.calibration_images;
  }

  static std::string ModelsOf(const Results& results) {
    std::vector<std::string> names;
    for (const Row& row : results.rows) {
      if (std::ranges::find(names, row.model) == names.end()) names.push_back(row.model);
    }
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  }

  void AddModels(Comparison& comparison) const {
    if (options_.across_models) {
      comparison.notes.push_back("across models: base " + ModelsOf(base_.results) + ", new " +
                                 ModelsOf(changed_.results));
      return;
    }
    const bool differ = std::ranges::any_of(comparison.cases, [](const CaseComparison& one) {
      return one.accuracy && one.accuracy->other_model;
    });
    if (differ) {
      comparison.notes.push_back(
          "the models differ: `--across models` compares them, on the same images");
    }
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
    AddModels(comparison);
    if (CalibrationDiffers()) {
      comparison.notes.push_back(
          "calibrated on other images, or only one of the two was calibrated");
    }
    for (const BudgetEntry& entry : options_.budget.cases) {
      const bool used = std::any_of(
          comparison.cases.begin(), comparison.cases.end(),
          [&](const CaseComparison& one) { return MatchesGlob(entry.match, one.case_id); });
      if (!used) comparison.notes.push_back("budget: '" + entry.match + "' matches no case");
    }
    const std::string &before = comparison.base_label, &after = comparison.new_label;
    if (before != after && !base_.results.environment.commit.empty())  // a baseline has neither
      comparison.notes.push_back("labels: base " + (before.empty() ? "none" : before) + ", new " +
                                 (after.empty() ? "none" : after));
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
