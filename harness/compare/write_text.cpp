// SPDX-License-Identifier: Apache-2.0
// The comparison as a table on the terminal and in Markdown.
#include <algorithm>
#include <cmath>
#include <ostream>

#include "compare/signed_text.h"
#include "compare/writers.h"
#include "report/text_table.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr size_t kTextWidth = 100;

const char* Color(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return "\033[32m";
    case Verdict::kWorse:
      return "\033[1;31m";
    case Verdict::kIncomparable:
    case Verdict::kMissing:
    case Verdict::kUnclear:
      return "\033[33m";
    default:
      return "";
  }
}

TableCell Cell(const std::string& text, Verdict verdict) {
  return {.text = text, .ansi = Color(verdict)};
}

TableCell AccuracyCell(const CaseComparison& one) {
  if (!one.accuracy) return {};
  const AccuracyFinding& finding = *one.accuracy;
  if (finding.verdict == Verdict::kIncomparable) return Cell("?", finding.verdict);
  return Cell(SignedText(finding.new_percent - finding.base_percent, 2) + " pp", finding.verdict);
}

TableCell OutputsCell(const CaseComparison& one) {
  if (!one.accuracy || one.accuracy->verdict == Verdict::kIncomparable) return {};
  const AccuracyFinding& finding = *one.accuracy;
  if (finding.identical) return {.text = "identical"};
  if (!finding.outputs_known) return {};
  return {.text = finding.paired ? std::to_string(finding.other_class) + " flips" : "differ"};
}

TableCell RatioCell(const Finding& finding, double ratio) {
  if (finding.verdict == Verdict::kIncomparable) return Cell("?", finding.verdict);
  return Cell(FixedText(ratio, 3) + "x", finding.verdict);
}

// "1.052x ±1.3%" where an interval is known.
TableCell LatencyCell(const LatencyFinding& finding) {
  TableCell cell = RatioCell(finding, finding.ratio);
  if (finding.interval && finding.verdict != Verdict::kIncomparable) {
    const double half = std::sqrt(finding.interval->high / finding.interval->low) - 1;
    cell.text += " \u00b1" + FixedText(100 * half, 1) + "%";
  }
  return cell;
}

TextTable TableOf(const Comparison& comparison) {
  TextTable table{.columns = {{.title = "case", .shortens = true},
                              {"verdict"},
                              {"Top-1", true},
                              {"outputs", true},
                              {"latency", true},
                              {"size", true}}};
  for (const CaseComparison& one : comparison.cases) {
    const auto latency = one.latency ? LatencyCell(*one.latency) : TableCell();
    const auto size = one.size ? RatioCell(*one.size, one.size->ratio) : TableCell();
    table.rows.push_back({{.text = one.case_id},
                          Cell(std::string(ToString(one.verdict)), one.verdict),
                          AccuracyCell(one),
                          OutputsCell(one),
                          latency,
                          size});
  }
  return table;
}

// Reasons that many cases share are told once.
struct SharedReason {
  std::string text;
  std::vector<std::string> cases;
};

std::vector<SharedReason> ReasonsOf(const Comparison& comparison) {
  std::vector<SharedReason> reasons;
  for (const CaseComparison& one : comparison.cases) {
    for (const std::string& text : one.reasons) {
      const auto known =
          std::find_if(reasons.begin(), reasons.end(),
                       [&](const SharedReason& other) { return other.text == text; });
      if (known == reasons.end()) {
        reasons.push_back({.text = text, .cases = {one.case_id}});
      } else {
        known->cases.push_back(one.case_id);
      }
    }
  }
  return reasons;
}

std::string CasesText(const std::vector<std::string>& cases) {
  if (cases.size() == 1) return cases[0];
  return CountText(cases.size(), "case") + " (" + cases[0] + ", ...)";
}

std::string Machine(const Environment& environment) {
  return (environment.cpu_model.empty() ? "unknown CPU" : environment.cpu_model) + ", " +
         CountText(environment.available_cores, "core") + ", quantbench " +
         environment.quantbench_version + " (" + environment.commit + "), " +
         environment.started_at;
}

}  // namespace

void WriteComparisonText(const Comparison& comparison, std::ostream& stream, bool color) {
  if (!comparison.cases.empty()) TableOf(comparison).WriteText(stream, kTextWidth, color);
  for (const SharedReason& reason : ReasonsOf(comparison)) {
    WriteWrapped(CasesText(reason.cases) + ": " + reason.text, kTextWidth, stream);
  }
  for (const std::string& note : comparison.notes)
    WriteWrapped("note: " + note, kTextWidth, stream);
  stream << SummaryLine(comparison) << '\n';
  for (const Coverage& one : comparison.coverage()) WriteWrapped(ToString(one), kTextWidth, stream);
  if (comparison.compared() == 0) stream << "nothing was compared\n";
}

void WriteComparisonMarkdown(const Comparison& comparison, std::ostream& stream) {
  stream << "### quantbench: " << MarkdownText(SummaryLine(comparison)) << "\n\n";
  if (comparison.compared() == 0) stream << "**Nothing was compared.**\n\n";
  const std::vector<Coverage> coverage = comparison.coverage();
  for (const Coverage& one : coverage) stream << "- " << MarkdownText(ToString(one)) << '\n';
  if (!coverage.empty()) stream << '\n';
  if (!comparison.cases.empty()) {
    TableOf(comparison).WriteMarkdown(stream);
    stream << '\n';
  }
  for (const SharedReason& reason : ReasonsOf(comparison)) {
    stream << "- " << MarkdownText(CasesText(reason.cases)) << ": " << MarkdownText(reason.text)
           << '\n';
  }
  for (const std::string& note : comparison.notes)
    stream << "- note: " << MarkdownText(note) << '\n';
  stream << "\n<details><summary>Machines</summary>\n\n"
         << "- base: " << MarkdownText(Machine(comparison.base_environment)) << '\n'
         << "- new: " << MarkdownText(Machine(comparison.new_environment)) << '\n'
         << "\n</details>\n";
}

}  // namespace quantbench
