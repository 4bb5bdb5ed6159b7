// SPDX-License-Identifier: Apache-2.0
// quantbench history: how each case went over many results.
#include "compare/history.h"

#include <algorithm>
#include <iostream>

#include "cli/commands.h"
#include "compare/load_results.h"
#include "html/history.h"
#include "support/error.h"
#include "support/files.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

struct Options {
  std::vector<std::filesystem::path> results;
  std::filesystem::path budget, out;
  std::string format = "text", only;
  size_t last = 0;          // 0: all
  size_t fail_on_step = 0;  // of so many last results; 0: never
};

constexpr char kFooter[] =
    "Each result is compared with the one before it, as `quantbench compare` does.\n"
    "Exit status: 0, whatever the history tells; with --fail-on-step 3 where a case became slower "
    "and\n"
    "stayed so; 4 there is no case in it; 2 bad usage or a broken file.\n"
    "Examples:\n"
    "  quantbench history nightly/\n"
    "  quantbench history nightly/2026-11-*/ --only 'x86_vnni/*' --format html --out history.html";

History Tell(const Options& options) {
  ManyResults found = LoadAllResults(options.results);
  HistoryOptions history_options;
  if (!options.only.empty()) history_options.only = options.only;
  if (!options.budget.empty()) history_options.budget = LoadBudget(options.budget);
  if (options.last > 0) KeepLast(options.last, found.results);
  History history = HistoryOf(found.results, history_options);
  history.warnings.insert(history.warnings.begin(), found.left_out.begin(), found.left_out.end());
  return history;
}

void Write(const History& history, const std::string& format, std::ostream& stream, bool color) {
  if (format == "html") {
    stream << HtmlHistory(history);
  } else if (format == "json") {
    WriteHistoryJson(history, stream);
  } else {
    WriteHistoryText(history, stream, color);
  }
}

int StatusOf(const History& history, size_t fail_on_step) {
  if (history.cases.empty()) return kNothingMeasured;
  const bool slower =
      std::any_of(history.cases.begin(), history.cases.end(),
                  [&](const CaseHistory& one) { return BecameSlower(one, fail_on_step); });
  return slower ? kRegression : kGood;
}

}  // namespace

void AddHistory(Command app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  Command command =
      app.AddSubcommand("history", "Show how each case went over many results, oldest first");
  command.Footer(kFooter);
  command
      .AddOption("results", options->results,
                 "Folders of runs, folders that hold such folders, or results.json files")
      .TypeName("RESULTS")
      .Required();
  command
      .AddOption("--format", options->format,
                 "text, json, or html: one page with one chart per case, which loads nothing")
      .OneOf({"text", "json", "html"})
      .TypeName("NAME");
  command.AddOption("--out", options->out, "Write to this file instead of stdout").TypeName("FILE");
  command.AddOption("--only", options->only, "Only the cases whose id matches").TypeName("GLOB");
  command.AddOption("--last", options->last, "Only this many results, the latest")
      .Positive()
      .Text("N");
  command
      .AddOption("--budget", options->budget,
                 "What counts as better or worse, a YAML file (see docs/compare.md)")
      .TypeName("FILE");
  command
      .AddOption(
          "--fail-on-step", options->fail_on_step,
          "Exit status 3 where the latency of a case became slower within its last N results "
          "and stayed so, for nightly jobs; a step is seen after " +
              CountText(kLeastStay, "result") + " at the earliest")
      .Range(kLeastStay, 1'000'000)
      .Text("N");
  command.OnCall([options, &exit_code] {
    const History history = Tell(*options);
    if (options->out.empty()) {
      Write(history, options->format, std::cout, StdoutWantsColor());
    } else {
      WriteFileAtomically(options->out, [&](std::ostream& stream) {
        Write(history, options->format, stream, false);
      });
      Log("history: " + options->out.string());
    }
    exit_code = StatusOf(history, options->fail_on_step);
  });
}

}  // namespace quantbench
