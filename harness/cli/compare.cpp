// SPDX-License-Identifier: Apache-2.0
// quantbench compare: a verdict a case, and an exit status for CI.
#include "compare/compare.h"

#include <algorithm>
#include <iostream>

#include "cli/turns.h"
#include "compare/accept.h"
#include "compare/load_results.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/printable.h"
#include "support/progress.h"

namespace quantbench {
namespace {

struct Options {
  std::filesystem::path base, changed;
  ComparisonOptions comparison;
  std::string only;
  bool strict = false, accept = false;
  std::string across;
  std::vector<std::filesystem::path> history;
  ConfirmOptions confirm;
};

constexpr char kFooter[] =
    "A latency beyond its limit is unclear, which is no failure, where runs of one build differ "
    "as\n"
    "much on that machine: by at least five earlier runs (--history), else by a stated floor.\n"
    "Exit status: 0 nothing is worse; 3 a case is worse; 4 a case is missing or can't be\n"
    "compared, or nothing was, or nothing of accuracy, latency or size (--metrics leaves one\n"
    "out); 2 bad usage or a broken file.\n"
    "Examples:\n"
    "  quantbench compare results/baselines/default.json results/default\n"
    "  quantbench compare base new --budget budget.yaml --format markdown --out comment.md\n"
    "  quantbench compare --accept results/baselines/default.json results/default";

// Reading many results takes time, and most comparisons have no use for them.
bool WantsEarlierRuns(const Comparison& comparison) {
  return std::any_of(
      comparison.cases.begin(), comparison.cases.end(),
      [](const CaseComparison& one) { return one.latency && one.latency->between_runs; });
}

Comparison Confirmed(const Options& options, const LoadedResults& base,
                     const LoadedResults& changed, const Comparison& first,
                     CompareOptions& compare) {
  compare.paired_latency = options.confirm.Measure(first, compare);
  Comparison comparison = CompareResults(base, changed, compare);
  for (const std::string& id : comparison.ToConfirm()) {
    comparison.notes.insert(comparison.notes.begin(),
                            id + " couldn't be measured in turns: it isn't a case of the scenario, "
                                 "or one of the builds can't run it");
  }
  return comparison;
}

int Compare(const Options& options) {
  CompareOptions compare = options.comparison.Parsed();
  compare.strict = options.strict;
  compare.across_models = !options.across.empty();
  if (compare.across_models && options.confirm.IsAsked())
    throw Error("--confirm measures two builds of one model; leave it or --across out");
  if (!options.only.empty()) compare.only = options.only;
  const LoadedResults base = LoadResults(options.base), changed = LoadResults(options.changed);
  Comparison comparison = CompareResults(base, changed, compare);
  std::vector<LoadedResults> earlier;
  if (!options.history.empty()) {
    ManyResults found = LoadAllResults(options.history);
    for (const std::string& warning : found.left_out) Warn(warning);
    earlier = std::move(found.results);
  } else if (WantsEarlierRuns(comparison)) {
    earlier = LoadResultsBeside({base.file, changed.file});
  }
  for (const LoadedResults& one : earlier) compare.earlier.push_back(&one.results);
  if (!earlier.empty()) comparison = CompareResults(base, changed, compare);
  if (!options.confirm.IsAsked()) return options.comparison.Show(comparison);
  HandleInterrupts();
  try {
    return options.comparison.Show(Confirmed(options, base, changed, comparison, compare));
  } catch (const Interrupt& interrupt) {
    LogError(interrupt.what());
    return 128 + interrupt.signal();
  }
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
  command
      .AddOption("--across", options->across,
                 "models: compare other models too, on the same images; of results with several "
                 "networks each with each")
      .OneOf({"models"})
      .TypeName("WHAT");
  command
      .AddOption(
          "--history", options->history,
          "Earlier runs, as `quantbench history` takes them: how far runs of a case differ on "
          "this machine (repeatable; default: the results in the folders beside BASE's and "
          "NEW's)")
      .TypeName("DIR")
      .OneValue();
  options->confirm.AddTo(command);
  command.AddFlag("--accept", options->accept,
                  "Make NEW's accuracy the baseline BASE, and say what that changes");
  command.OnCall([options, &exit_code] {
    if (!options->confirm.IsAsked() && options->confirm.IsDescribed()) ThrowRequired("--confirm");
    exit_code = options->accept ? Accept(*options) : Compare(*options);
  });
}

}  // namespace quantbench
