// SPDX-License-Identifier: Apache-2.0
// Bytes of two models.
#include "compare/findings.h"
#include "support/number_text.h"

namespace quantbench {

std::optional<SizeFinding> CompareSize(const RowPair& pair) {
  if (!pair.base.model_bytes) return std::nullopt;
  SizeFinding finding{.base_bytes = *pair.base.model_bytes};
  if (!pair.changed.model_bytes || *pair.changed.model_bytes <= 0 || finding.base_bytes <= 0) {
    finding.verdict = Verdict::kIncomparable;
    finding.reason = "size: not known in both";
    return finding;
  }
  finding.new_bytes = *pair.changed.model_bytes;
  finding.ratio = static_cast<double>(finding.new_bytes) / static_cast<double>(finding.base_bytes);
  const double limit = pair.limits.size_ratio;
  if (finding.ratio > limit || finding.ratio < 1 / limit) {
    finding.verdict = finding.ratio > limit ? Verdict::kWorse : Verdict::kBetter;
    finding.reason = FixedText(finding.ratio, 4) + " times the size (" +
                     std::to_string(finding.base_bytes) + " bytes, now " +
                     std::to_string(finding.new_bytes) + ")";
  }
  return finding;
}

}  // namespace quantbench
