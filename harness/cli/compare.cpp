// SPDX-License-Identifier: Apache-2.0
// quantbench compare: a verdict a case, and an exit status for CI.
#include "compare/compare.h"

#include <iostream>

#include "cli/commands.h"
#include "compare/accept.h"
#include "support/error.h"
#include "support/printable.h"
#include "support/progress.h"

namespace quantbench {
namespace {

struct Options {
  std::filesystem::path base, changed;
  ComparisonOptions comparison;
  std::string only;
  bool strict = false, accept = false;
};

constexpr char kFooter[] =
    "Exit status: 0 nothing is worse; 3 a case is worse; 4 a case is missing or can't be\n"
    "compared, or nothing was compared; 2 bad usage or a broken file.\n"
    "Examples:\n"
    "  quantbench compare results/baselines/default.json results/default\n"
    "  quantbench compare base new --budget budget.yaml --format markdown --out comment.md\n"
    "  quantbench compare --accept results/baselines/default.json results/default";

int Compare(const Options& options) {
  CompareOptions compare = options.comparison.Parsed();
  compare.strict = options.strict;
  if (!options.only.empty()) compare.only = options.only;
  return options.comparison.Show(
      CompareResults(LoadResults(options.base), LoadResults(options.changed), compare));
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
  options->comparison.AddTo(command);
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
