// SPDX-License-Identifier: Apache-2.0
// What `compare` and `ab` take alike: limits, metrics, and where the verdicts go.
#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "cli/commands.h"
#include "compare/compare.h"
#include "compare/writers.h"
#include "support/files.h"
#include "support/progress.h"

namespace quantbench {
namespace {

void Write(const Comparison& comparison, const std::string& format, std::ostream& stream,
           bool color) {
  const std::map<std::string, std::function<void(const Comparison&, std::ostream&)>> writers = {
      {"markdown", WriteComparisonMarkdown},
      {"json", WriteComparisonJson},
      {"junit", WriteComparisonJunit},
      {"gab", WriteGithubActionBenchmark},
      {"bmf", WriteBencherMetrics},
      {"text",
       [color](const Comparison& c, std::ostream& s) { WriteComparisonText(c, s, color); }}};
  writers.at(format)(comparison, stream);
}

}  // namespace

void ComparisonOptions::AddTo(Command command) {
  command
      .AddOption("--budget", budget,
                 "How much worse a case may be, a YAML file (see docs/compare.md)")
      .TypeName("FILE");
  command
      .AddOption("--format", format,
                 "text, markdown, json, junit, gab (github-action-benchmark), bmf (Bencher)")
      .OneOf({"text", "markdown", "json", "junit", "gab", "bmf"})
      .TypeName("NAME");
  command.AddOption("--out", out, "Write to this file instead of stdout").TypeName("FILE");
  command
      .AddOption("--metrics", metrics,
                 "Compare only these, separated by commas: accuracy, latency, size")
      .Delimiter(',')
      .OneValue()
      .OneOf({"accuracy", "latency", "size"})
      .TypeName("LIST");
}

CompareOptions ComparisonOptions::Parsed() const {
  CompareOptions result;
  if (!budget.empty()) result.budget = LoadBudget(budget);
  const auto wanted = [&](const char* metric) {
    return std::find(metrics.begin(), metrics.end(), metric) != metrics.end();
  };
  result.accuracy = wanted("accuracy");
  result.latency = wanted("latency");
  result.size = wanted("size");
  return result;
}

int ComparisonOptions::Show(const Comparison& comparison) const {
  if (out.empty()) {
    Write(comparison, format, std::cout, StdoutWantsColor());
  } else {
    WriteFileAtomically(out,
                        [&](std::ostream& stream) { Write(comparison, format, stream, false); });
    Log(SummaryLine(comparison));
  }
  return ExitCodeOf(comparison);
}

}  // namespace quantbench
