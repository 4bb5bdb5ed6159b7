// SPDX-License-Identifier: Apache-2.0
// Top-1 of two runs over the same images.
#include <cmath>

#include "compare/findings.h"
#include "compare/signed_text.h"
#include "compare/significance.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

std::string OtherModel(const RowPair& pair) {
  if (pair.across_models) return {};
  if (pair.base.model != pair.changed.model)
    return "another model: " + pair.base.model + ", now " + pair.changed.model;
  if (pair.base_results.InputsOf(pair.base).model != pair.new_results.InputsOf(pair.changed).model)
    return "other weights (the model's hash differs)";
  return {};
}

enum class SameImages { kYes, kNo, kUnknown };

// Networks may see the same images in other sizes; results of older versions don't tell then.
SameImages AreSame(const RowPair& pair) {
  if (pair.base.accuracy->images != pair.changed.accuracy->images) return SameImages::kNo;
  if (pair.base_results.InputsOf(pair.base).evaluation_images ==
      pair.new_results.InputsOf(pair.changed).evaluation_images)
    return SameImages::kYes;
  if (!pair.across_models) return SameImages::kNo;
  const std::string& base = pair.base_results.measured.evaluation.content;
  const std::string& changed = pair.new_results.measured.evaluation.content;
  if (base.empty() || changed.empty()) return SameImages::kUnknown;
  return base == changed ? SameImages::kYes : SameImages::kNo;
}

// True where both know the same images and labels.
bool CountFlips(const PredictionsByImage& base, const PredictionsByImage& changed,
                AccuracyFinding& finding) {
  if (base.size() != changed.size()) return false;
  for (auto b = base.begin(), c = changed.begin(); b != base.end(); ++b, ++c) {
    if (b->first != c->first || b->second.label != c->second.label) return false;
    finding.lost += b->second.IsRight() && !c->second.IsRight();
    finding.gained += !b->second.IsRight() && c->second.IsRight();
    finding.other_class += b->second.top.empty() != c->second.top.empty() ||
                           (!b->second.top.empty() && b->second.top[0] != c->second.top[0]);
  }
  return true;
}

// A file that was left from another run must not speak for this row.
bool Fits(const PredictionsByImage* predictions, const Accuracy& accuracy) {
  if (predictions == nullptr || std::cmp_not_equal(predictions->size(), accuracy.images))
    return false;
  int64_t right = 0;
  for (const auto& [image, prediction] : *predictions) right += prediction.IsRight();
  return right == accuracy.top1_correct;
}

void Test(const RowPair& pair, const PredictionsByImage* base, const PredictionsByImage* changed,
          AccuracyFinding& finding) {
  const Accuracy &before = *pair.base.accuracy, &after = *pair.changed.accuracy;
  finding.images = before.images;
  if (Fits(base, before) && Fits(changed, after)) {
    AccuracyFinding counted = finding;
    if (CountFlips(*base, *changed, counted)) {
      finding = counted;
      finding.paired = true;
      finding.p = McNemarExact(finding.lost, finding.gained);
      finding.test = "McNemar exact";
      return;
    }
  }
  const CountTest test =
      CompareCounts(before.top1_correct, before.images, after.top1_correct, after.images);
  finding.p = test.p;
  finding.test = test.exact ? "Fisher exact" : "two proportions, normal";
}

std::string Evidence(const AccuracyFinding& finding) {
  std::string text = SignedText(finding.new_percent - finding.base_percent, 2) + " pp Top-1";
  if (finding.paired) {
    text += ", " + CountText(finding.lost, "image") + " lost and " +
            std::to_string(finding.gained) + " gained";
  }
  return text + ", p = " + SignificantText(finding.p, 3) + " (" + std::string(finding.test) + ")";
}

std::string Changes(const AccuracyFinding& finding) {
  if (!finding.paired) return "outputs differ";
  return "outputs differ; " + std::to_string(finding.other_class) + " of " +
         CountText(finding.images, "image") + " have another best class";
}

void Judge(const CaseLimits& limits, AccuracyFinding& finding) {
  const double drop = finding.base_percent - finding.new_percent;
  const bool significant = finding.p <= limits.alpha;
  if (drop > limits.top1_drop_pp && significant) {
    finding.verdict = Verdict::kWorse;
    finding.reason = Evidence(finding);
  } else if (limits.identical_outputs && !finding.identical) {
    finding.verdict = finding.outputs_known ? Verdict::kWorse : Verdict::kIncomparable;
    finding.reason = finding.outputs_known
                         ? Changes(finding) + ", where the budget wants identical ones"
                         : "the budget wants identical outputs, and no hash tells";
  } else if (-drop > limits.top1_drop_pp && significant) {
    finding.verdict = Verdict::kBetter;
    finding.reason = Evidence(finding);
  } else if (std::abs(drop) > limits.top1_drop_pp) {
    finding.reason =
        Evidence(finding) + ": beyond the limit, yet it may be chance; more images tell";
  } else if (finding.outputs_known && !finding.identical) {
    finding.reason = Changes(finding);
  }
}

}  // namespace

std::optional<AccuracyFinding> CompareAccuracy(const RowPair& pair,
                                               const PredictionsByImage* base_predictions,
                                               const PredictionsByImage* new_predictions) {
  const auto complete = [](const Row& row) {
    return row.accuracy && row.accuracy->images > 0 &&
           row.accuracy->top1_correct <= row.accuracy->images;
  };
  if (!pair.base.accuracy) return std::nullopt;
  AccuracyFinding finding;
  const auto incomparable = [&](const std::string& reason) {
    finding.verdict = Verdict::kIncomparable;
    finding.reason = "accuracy: " + reason;
    return finding;
  };
  if (!complete(pair.base)) return incomparable("base's counts of images make no sense");
  if (!complete(pair.changed)) return incomparable("not measured in new");
  if (const std::string reason = OtherModel(pair); !reason.empty()) {
    finding.other_model = true;
    return incomparable(reason);
  }
  const SameImages same = AreSame(pair);
  if (same == SameImages::kNo) return incomparable("other evaluation images (their hash differs)");

  const Accuracy &base = *pair.base.accuracy, &changed = *pair.changed.accuracy;
  const auto percent = [](const Accuracy& one) {
    return 100.0 * static_cast<double>(one.top1_correct) / static_cast<double>(one.images);
  };
  finding.base_percent = percent(base);
  finding.new_percent = percent(changed);
  finding.outputs_known = !base.outputs_hash.empty() && !changed.outputs_hash.empty();
  finding.identical = finding.outputs_known && base.outputs_hash == changed.outputs_hash;
  Test(pair, base_predictions, new_predictions, finding);
  if (same == SameImages::kUnknown && !finding.paired)
    return incomparable("nothing tells whether the evaluation images are the same");
  Judge(pair.limits, finding);
  return finding;
}

}  // namespace quantbench
