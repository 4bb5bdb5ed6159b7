// SPDX-License-Identifier: Apache-2.0
// Writes baselines.
#include "compare/accept.h"

#include <algorithm>
#include <ostream>

#include "report/read_results.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

Row WithoutLatency(const Row& row) {
  Row kept = row;
  kept.detail.clear();
  kept.latency_ms_median = kept.latency_ms_mean = kept.latency_ms_min = kept.latency_ms_p90 = {};
  kept.latency_cv_percent = kept.images_per_second = kept.speedup_vs_fp32 = {};
  kept.latency_preempted_percent = {};
  kept.latency_samples = kept.latency_repetitions = kept.latency_outliers = {};
  kept.latency_samples_ms.clear();
  kept.repetitions.clear();
  kept.predictions_file.clear();
  return kept;
}

const Row* FindRow(const Results& results, const std::string& case_id) {
  const auto found = std::find_if(results.rows.begin(), results.rows.end(),
                                  [&](const Row& row) { return row.case_id == case_id; });
  return found == results.rows.end() ? nullptr : &*found;
}

std::string Correct(const Row& row) {
  return row.top1_correct ? std::to_string(*row.top1_correct) : "nothing";
}

std::string RowChange(const Row& base, const Row& changed) {
  std::string text;
  const auto say = [&](const std::string& change) { text += (text.empty() ? "" : "; ") + change; };
  if (base.images != changed.images)
    say("images " + std::to_string(base.images.value_or(0)) + " -> " +
        std::to_string(changed.images.value_or(0)));
  if (base.top1_correct != changed.top1_correct)
    say("Top-1 right " + Correct(base) + " -> " + Correct(changed));
  if (base.top5_correct != changed.top5_correct) say("Top-5 changes");
  if (base.model_bytes != changed.model_bytes)
    say("bytes " + std::to_string(base.model_bytes.value_or(0)) + " -> " +
        std::to_string(changed.model_bytes.value_or(0)));
  if (base.outputs_hash != changed.outputs_hash) say("other outputs");
  return text;
}

}  // namespace

Results BaselineOf(const Results& results) {
  Results baseline{.inputs = results.inputs};
  baseline.environment.quantbench_version = results.environment.quantbench_version;
  baseline.environment.architecture = results.environment.architecture;
  for (const Row& row : results.rows) {
    if (row.status == Status::kOk && row.top1_correct) baseline.rows.push_back(WithoutLatency(row));
  }
  if (baseline.rows.empty()) {
    throw Error("no case has an accuracy to accept as a baseline; is evaluation off?");
  }
  return baseline;
}

std::vector<std::string> BaselineChanges(const Results& base, const Results& changed) {
  std::vector<std::string> changes;
  if (base.inputs.model != changed.inputs.model) changes.push_back("other weights");
  if (base.inputs.evaluation_images != changed.inputs.evaluation_images)
    changes.push_back("other evaluation images");
  if (base.inputs.calibration_images != changed.inputs.calibration_images)
    changes.push_back("other calibration images");
  for (const Row& row : base.rows) {
    const Row* const now = FindRow(changed, row.case_id);
    const std::string change = now == nullptr ? "is gone" : RowChange(row, *now);
    if (!change.empty()) changes.push_back(row.case_id + ": " + change);
  }
  for (const Row& row : changed.rows) {
    if (FindRow(base, row.case_id) == nullptr)
      changes.push_back(row.case_id + ": is new, Top-1 right " + Correct(row));
  }
  return changes;
}

std::vector<std::string> AcceptBaseline(const std::filesystem::path& file, const Results& changed) {
  for (const Row& row : changed.rows) {
    if (row.status == Status::kFailed || row.status == Status::kCrashed ||
        row.status == Status::kTimeout) {
      throw Error(row.case_id + ": " + std::string(ToString(row.status)) + " (" + row.detail +
                  "); a baseline is made of runs without failures");
    }
  }
  const Results baseline = BaselineOf(changed);
  Results before;
  if (std::filesystem::exists(file)) before = ReadResults(file);
  std::vector<std::string> changes = BaselineChanges(before, baseline);
  if (!changes.empty()) {
    WriteFileAtomically(file, [&](std::ostream& stream) { WriteJson(baseline, stream); });
  }
  return changes;
}

}  // namespace quantbench
