// SPDX-License-Identifier: Apache-2.0
// Writes baselines.
#include "compare/accept.h"

#include <algorithm>
#include <ostream>

#include "record/read_results.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

Row WithoutLatency(Row row) {
  row.latency = {};
  row.detail.clear();
  row.predictions_file.clear();
  row.predictions_hash.clear();
  return row;
}

std::string Correct(const Row& row) {
  return row.accuracy ? std::to_string(row.accuracy->top1_correct) : "nothing";
}

std::string RowChange(const Row& base, const Row& changed) {
  std::string text;
  const auto say = [&](const std::string& change) { text += (text.empty() ? "" : "; ") + change; };
  const Accuracy before = base.accuracy.value_or(Accuracy());
  const Accuracy after = changed.accuracy.value_or(Accuracy());
  if (before.images != after.images)
    say("images " + std::to_string(before.images) + " -> " + std::to_string(after.images));
  if (Correct(base) != Correct(changed))
    say("Top-1 right " + Correct(base) + " -> " + Correct(changed));
  if (before.top5_correct != after.top5_correct) say("Top-5 changes");
  if (base.model_bytes != changed.model_bytes)
    say("bytes " + std::to_string(base.model_bytes.value_or(0)) + " -> " +
        std::to_string(changed.model_bytes.value_or(0)));
  if (before.outputs_hash != after.outputs_hash) say("other outputs");
  return text;
}

}  // namespace

Results BaselineOf(const Results& results) {
  Results baseline{.inputs = results.inputs};
  baseline.inputs.evaluation_crops.clear();
  if (results.measured.networks.size() > 1) {  // the hashes of one stand in inputs
    for (const MeasuredNetwork& one : results.measured.networks)
      baseline.measured.networks.push_back({.network = one.network,
                                            .model = one.model,
                                            .file = {},
                                            .model_hash = one.model_hash,
                                            .calibration_images = one.calibration_images,
                                            .evaluation_images = one.evaluation_images,
                                            .preprocess = one.preprocess});
  }
  baseline.environment.quantbench_version = results.environment.quantbench_version;
  baseline.environment.architecture = results.environment.architecture;
  for (const Row& row : results.rows) {
    if (row.status == Status::kOk && row.accuracy) baseline.rows.push_back(WithoutLatency(row));
  }
  if (baseline.rows.empty()) {
    throw Error("no case has an accuracy to accept as a baseline; is evaluation off?");
  }
  Derive(baseline.rows);
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
    const Row* const now = changed.Find(row.case_id);
    const std::string change = now == nullptr ? "is gone" : RowChange(row, *now);
    if (!change.empty()) changes.push_back(row.case_id + ": " + change);
  }
  for (const Row& row : changed.rows) {
    if (base.Find(row.case_id) == nullptr)
      changes.push_back(row.case_id + ": is new, Top-1 right " + Correct(row));
  }
  return changes;
}

std::vector<std::string> AcceptBaseline(const std::filesystem::path& file, const Results& changed) {
  if (changed.is_edited)
    throw Error(
        "the new results were edited by hand: their digest isn't that of their content; a "
        "baseline is made of what was measured");
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
