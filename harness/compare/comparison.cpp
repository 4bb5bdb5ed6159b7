// SPDX-License-Identifier: Apache-2.0
// Counting verdicts.
#include "compare/comparison.h"

#include <algorithm>
#include <array>

namespace quantbench {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"same",    "better", "worse",  "incomparable",
                                                    "missing", "new",    "unclear"};
constexpr int kRegressionExit = 3, kNothingComparedExit = 4;  // docs: exit status of compare

template <class FindingType>
bool WasCompared(const std::optional<FindingType>& finding) {
  return finding && finding->verdict != Verdict::kIncomparable;
}

}  // namespace

std::string_view ToString(Verdict verdict) { return kNames[static_cast<size_t>(verdict)]; }

int64_t Comparison::Count(Verdict verdict) const {
  return std::count_if(cases.begin(), cases.end(),
                       [&](const CaseComparison& one) { return one.verdict == verdict; });
}

int64_t Comparison::compared() const {
  int64_t count = 0;
  for (const CaseComparison& one : cases) {
    count += WasCompared(one.accuracy) + WasCompared(one.latency) + WasCompared(one.size);
  }
  return count;
}

std::vector<std::string> Comparison::ToConfirm() const {
  std::vector<std::string> ids;
  for (const CaseComparison& one : cases) {
    if (!one.latency || one.latency->interval) continue;
    const Verdict verdict = one.latency->verdict;
    if (verdict == Verdict::kWorse || verdict == Verdict::kUnclear) ids.push_back(one.case_id);
  }
  return ids;
}

int ExitCodeOf(const Comparison& comparison) {
  if (comparison.Count(Verdict::kWorse) > 0) return kRegressionExit;
  if (comparison.Count(Verdict::kMissing) + comparison.Count(Verdict::kIncomparable) > 0 ||
      comparison.compared() == 0) {
    return kNothingComparedExit;
  }
  return 0;
}

std::string SummaryLine(const Comparison& comparison) {
  const size_t cases = comparison.cases.size();
  std::string text = std::to_string(cases) + (cases == 1 ? " case" : " cases");
  const char* separator = ": ";
  for (size_t i = 0; i < kNames.size(); ++i) {
    const int64_t count = comparison.Count(static_cast<Verdict>(i));
    if (count == 0) continue;
    text += separator + std::to_string(count) + " " + std::string(kNames[i]);
    separator = ", ";
  }
  return text;
}

}  // namespace quantbench
