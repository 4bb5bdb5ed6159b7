// SPDX-License-Identifier: Apache-2.0
// quantbench compare: a verdict a case, and an exit status for CI.
#include "compare/compare.h"

#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>

#include "cli/commands.h"
#include "compare/accept.h"
#include "compare/writers.h"
#include "support/error.h"
#include "support/files.h"
#include "support/printable.h"
#include "support/progress.h"

namespace quantbench {
namespace {

struct Options {
  std::filesystem::path base, changed, budget, out;
  std::string format = "text", only;
  std::vector<std::string> metrics{"accuracy", "latency", "size"};
  bool strict = false, accept = false;
};

constexpr char kFooter[] =
    "Exit status: 0 nothing is worse; 3 a case is worse; 4 a case is missing or can't be\n"
    "compared, or nothing was compared; 2 bad usage or a broken file.\n"
    "Examples:\n"
    "  quantbench compare results/baselines/default.json results/default\n"
    "  quantbench compare base new --budget budget.yaml --format markdown --out comment.md\n"
    "  quantbench compare --accept results/baselines/default.json results/default";

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

CompareOptions ToCompareOptions(const Options& options) {
  CompareOptions result;
  if (!options.budget.empty()) result.budget = LoadBudget(options.budget);
  const auto wanted = [&](const char* metric) {
    return std::find(options.metrics.begin(), options.metrics.end(), metric) !=
           options.metrics.end();
  };
  result.accuracy = wanted("accuracy");
  result.latency = wanted("latency");
  result.size = wanted("size");
  result.strict = options.strict;
  if (!options.only.empty()) result.only = options.only;
  return result;
}

int Compare(const Options& options) {
  const Comparison comparison = CompareResults(
      LoadResults(options.base), LoadResults(options.changed), ToCompareOptions(options));
  if (options.out.empty()) {
    Write(comparison, options.format, std::cout, StdoutWantsColor());
  } else {
    WriteFileAtomically(options.out, [&](std::ostream& stream) {
      Write(comparison, options.format, stream, false);
    });
    Log(SummaryLine(comparison));
  }
  return ExitCodeOf(comparison);
}

int Accept(const Options& options) {
  const std::filesystem::path file =
      std::filesystem::is_directory(options.base) ? options.base / "results.json" : options.base;
  const std::vector<std::string> changes =
      AcceptBaseline(file, LoadResults(options.changed).results);
  for (const std::string& change : changes) std::cout << Printable(change) << '\n';
  Log(changes.empty() ? file.string() + ": nothing changes" : "accepted as " + file.string());
  return kGood;
}

}  // namespace

void AddCompare(Command app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand(
      "compare", "Compare two results case by case: accuracy, latency, size; for CI");
  command.Footer(kFooter);
  command.AddOption("base", options->base, "What to compare with: a folder or a results.json")
      .TypeName("BASE")
      .Required();
  command.AddOption("new", options->changed, "What is compared: a folder or a results.json")
      .TypeName("NEW")
      .Required();
  command
      .AddOption("--budget", options->budget,
                 "How much worse a case may be, a YAML file (see docs/compare.md)")
      .TypeName("FILE");
  command
      .AddOption("--format", options->format,
                 "text, markdown, json, junit, gab (github-action-benchmark), bmf (Bencher)")
      .OneOf({"text", "markdown", "json", "junit", "gab", "bmf"})
      .TypeName("NAME");
  command.AddOption("--out", options->out, "Write to this file instead of stdout").TypeName("FILE");
  command
      .AddOption("--metrics", options->metrics,
                 "Compare only these, separated by commas: accuracy, latency, size")
      .Delimiter(',')
      .OneValue()
      .OneOf({"accuracy", "latency", "size"})
      .TypeName("LIST");
  command.AddOption("--only", options->only, "Only the cases whose id matches").TypeName("GLOB");
  command.AddFlag("--strict", options->strict,
                  "A metric that can't be compared makes its case incomparable (exit status 4), "
                  "latency of another machine too");
  command.AddFlag("--accept", options->accept,
                  "Make NEW's accuracy the baseline BASE, and say what that changes");
  command.OnCall([options, &exit_code] {
    exit_code = options->accept ? Accept(*options) : Compare(*options);
  });
}

}  // namespace quantbench
