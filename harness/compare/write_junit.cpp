// SPDX-License-Identifier: Apache-2.0
// JUnit XML: one suite, one test case a case.
#include <ostream>

#include "chart/markup.h"
#include "compare/writers.h"

namespace quantbench {
namespace {

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += EscapeMarkup(line) + "\n";
  return text;
}

const char* Element(Verdict verdict) {
  switch (verdict) {
    case Verdict::kWorse:
      return "failure";
    case Verdict::kMissing:
    case Verdict::kIncomparable:
      return "error";
    default:
      return nullptr;
  }
}

std::string Backend(const CaseComparison& one) {
  return one.base ? one.base->backend : one.changed->backend;
}

void WriteCase(const CaseComparison& one, std::ostream& stream) {
  stream << "    <testcase name=\"" << EscapeMarkup(one.case_id) << "\" classname=\"quantbench."
         << EscapeMarkup(Backend(one)) << "\" time=\"0\">";
  const std::string first = one.reasons.empty() ? "" : EscapeMarkup(one.reasons[0]);
  if (const char* const element = Element(one.verdict)) {
    stream << "\n      <" << element << " type=\"" << ToString(one.verdict) << "\" message=\""
           << first << "\">" << Joined(one.reasons) << "</" << element << ">\n    ";
  } else if (one.verdict == Verdict::kNew) {
    stream << "\n      <skipped message=\"new: base has no such case\"/>\n    ";
  } else if (!one.reasons.empty()) {
    stream << "\n      <system-out>" << ToString(one.verdict) << ": " << Joined(one.reasons)
           << "</system-out>\n    ";
  }
  stream << "</testcase>\n";
}

}  // namespace

void WriteComparisonJunit(const Comparison& comparison, std::ostream& stream) {
  const int64_t failures = comparison.Count(Verdict::kWorse);
  int64_t errors = comparison.Count(Verdict::kMissing) + comparison.Count(Verdict::kIncomparable);
  // A suite without a test, or with new cases alone, would look like success.
  const bool nothing = ExitCodeOf(comparison) != 0 && failures + errors == 0;
  errors += nothing;
  const size_t tests = comparison.cases.size() + (nothing ? 1 : 0);
  stream << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
         << "  <testsuite name=\"quantbench compare\" tests=\"" << tests << "\" failures=\""
         << failures << "\" errors=\"" << errors << "\" skipped=\""
         << comparison.Count(Verdict::kNew) << "\" time=\"0\">\n";
  const std::vector<Coverage> coverage = comparison.coverage();
  if (!coverage.empty()) {
    stream << "    <properties>\n";
    for (const Coverage& one : coverage)
      stream << "      <property name=\"" << one.metric << "\" value=\""
             << EscapeMarkup(ToString(one)) << "\"/>\n";
    stream << "    </properties>\n";
  }
  for (const CaseComparison& one : comparison.cases) WriteCase(one, stream);
  if (nothing) {
    std::string message = "nothing was compared";
    for (const Coverage& one : coverage) {
      if (comparison.compared() > 0 && one.compared == 0) message = ToString(one);
    }
    stream << "    <testcase name=\"compare\" classname=\"quantbench\" time=\"0\">\n"
           << "      <error type=\"incomparable\" message=\"" << EscapeMarkup(message) << "\"/>\n"
           << "    </testcase>\n";
  }
  stream << "  </testsuite>\n</testsuites>\n";
}

}  // namespace quantbench
