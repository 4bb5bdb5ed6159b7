// SPDX-License-Identifier: Apache-2.0
// Counting verdicts.
#include "compare/comparison.h"
#include "support/number_text.h"

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

// The reason of most of them; of equally many the first.
std::string MostCommon(const std::vector<std::string>& reasons) {
  const auto times = [&](const std::string& one) { return std::ranges::count(reasons, one); };
  std::string most;
  for (const std::string& one : reasons) {
    if (most.empty() || times(one) > times(most)) most = one;
  }
  return most;
}

template <class FindingType>
void AddCoverage(std::string_view metric, const std::vector<CaseComparison>& cases,
                 std::optional<FindingType> CaseComparison::*of, std::vector<Coverage>& all) {
  Coverage coverage{.metric = metric};
  std::vector<std::string> reasons;
  for (const CaseComparison& one : cases) {
    const auto& finding = one.*of;
    if (!finding) continue;
    ++coverage.of;
    if (WasCompared(finding)) {
      ++coverage.compared;
    } else {
      const std::string prefix = std::string(metric) + ": ";
      reasons.push_back(finding->reason.starts_with(prefix) ? finding->reason.substr(prefix.size())
                                                            : finding->reason);
    }
  }
  coverage.reason = MostCommon(reasons);
  if (coverage.of > 0) all.push_back(std::move(coverage));
}

}  // namespace

std::string ToString(const Coverage& coverage) {
  return std::string(coverage.metric) + ": " + std::to_string(coverage.compared) + " of " +
         std::to_string(coverage.of) + " compared" +
         (coverage.reason.empty() ? "" : ": " + coverage.reason);
}

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

std::vector<Coverage> Comparison::coverage() const {
  std::vector<Coverage> all;
  AddCoverage("accuracy", cases, &CaseComparison::accuracy, all);
  AddCoverage("latency", cases, &CaseComparison::latency, all);
  AddCoverage("size", cases, &CaseComparison::size, all);
  return all;
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
  const std::vector<Coverage> coverage = comparison.coverage();
  if (std::ranges::any_of(coverage, [](const Coverage& one) { return one.compared == 0; }))
    return kNothingComparedExit;
  return 0;
}

std::string SummaryLine(const Comparison& comparison) {
  const size_t cases = comparison.cases.size();
  std::string text = CountText(cases, "case");
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
