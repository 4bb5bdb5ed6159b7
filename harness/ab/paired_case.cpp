// SPDX-License-Identifier: Apache-2.0
// From pairs to a verdict.
#include "ab/paired_case.h"

#include "support/number_text.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

std::string Percent(double share) { return FixedText(100 * share, 1) + "%"; }

}  // namespace

void PairedCase::Add(const Repetition& base, const Repetition& changed) {
  const bool wall = base.fast_ms && changed.fast_ms;
  const double base_ms = wall ? *base.fast_ms : base.fast_cpu_ms;
  const double new_ms = wall ? *changed.fast_ms : changed.fast_cpu_ms;
  if ((!wall && threads_ > 1) || base_ms <= 0 || new_ms <= 0) {
    ++disturbed_;
    return;
  }
  by_processor_time_ |= !wall;
  base_ms_.push_back(base.median_ms);
  new_ms_.push_back(changed.median_ms);
  ratios_.push_back(new_ms / base_ms);
  if (ratios_.size() < next_look_) return;
  Look();
  next_look_ = NextLook(ratios_.size());
  finished_ = estimate_->HalfWidth() <= precision_;
}

void PairedCase::Look() {
  estimate_ = EstimateRatio(ratios_, AlphaOfLook(++looks_, limits_.alpha));
}

void PairedCase::Fail(const std::string& why) {
  failure_ = why;
  finished_ = true;
}

void PairedCase::EndOfTime() {
  finished_ = true;
  // A look at what was looked at already would spend alpha for nothing.
  const bool anything_new = !estimate_ || estimate_->pairs < static_cast<int64_t>(ratios_.size());
  if (anything_new && !ratios_.empty()) Look();
}

std::string PairedCase::Evidence() const {
  const RatioEstimate& estimate = *estimate_;
  std::string text = FixedText(estimate.ratio, 3) + " times base's latency, ";
  if (estimate.low > 0) {
    text += FixedText(estimate.low, 3) + " to " + FixedText(estimate.high, 3) + " at " +
            TrimmedText(100 * (1 - limits_.alpha), 2) + "%";
  } else {
    text += "with too few pairs for an interval";
  }
  text += " (" + CountText(estimate.pairs, "pair");
  if (disturbed_ > 0)
    text += ", " + std::to_string(disturbed_) + " more were disturbed by other programs";
  if (by_processor_time_) text += ", partly by processor time";
  return text + ")";
}

LatencyFinding PairedCase::Finding() const {
  LatencyFinding finding;
  finding.measure = by_processor_time_ ? "processor time" : "wall time";
  const auto incomparable = [&](const std::string& reason) {
    finding.verdict = Verdict::kIncomparable;
    finding.reason = "latency: " + reason;
    return finding;
  };
  if (!failure_.empty()) return incomparable(failure_);
  if (!estimate_) return incomparable("every pair was disturbed by other programs");
  finding.ratio = estimate_->ratio;
  finding.interval = {.low = estimate_->low, .high = estimate_->high, .pairs = estimate_->pairs};
  finding.base_ms = Median(base_ms_);
  finding.new_ms = Median(new_ms_);
  const double limit = limits_.latency_ratio;
  if (estimate_->ratio > limit && estimate_->low > 1) {
    finding.verdict = Verdict::kWorse;
    finding.reason = Evidence();
  } else if (estimate_->ratio < 1 / limit && estimate_->high < 1) {
    finding.verdict = Verdict::kBetter;
    finding.reason = Evidence();
  } else if (estimate_->high > limit && estimate_->HalfWidth() > precision_) {
    return incomparable("unclear: " + Evidence() + "; the limit is " + TrimmedText(limit, 3) +
                        ", and " + Percent(precision_) +
                        " to each side weren't reached in time: give it more (--max-seconds), or "
                        "a quieter machine");
  }
  return finding;
}

}  // namespace quantbench
