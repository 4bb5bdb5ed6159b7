// SPDX-License-Identifier: Apache-2.0
// quantbench run: a scenario to results and the table.
#include "run/run.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "classes/write_files.h"
#include "cli/commands.h"
#include "report/table.h"
#include "support/files.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {
namespace {

int ExitCodeOf(const std::vector<Row>& rows) {
  const auto has = [&](auto... statuses) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const Row& row) { return ((row.status == statuses) || ...); });
  };
  if (has(Status::kFailed, Status::kCrashed, Status::kTimeout)) return kCaseFailed;
  const bool measured = std::any_of(rows.begin(), rows.end(), [](const Row& row) {
    return row.summary.top1_percent || row.summary.latency_ms_median;
  });
  return measured ? kGood : kNothingMeasured;
}

// People see which value is the best; what goes into a pipe is plain.
Marks MarksOfStdout() {
  if (StdoutWantsColor()) return Marks::kColors;
  return ::isatty(STDOUT_FILENO) == 1 ? Marks::kStars : Marks::kNone;
}

// Nothing where the run was stopped: what is finished is kept, and `exit_code` says so.
std::optional<Results> RunToTheEnd(const Scenario& scenario, const RunOptions& options,
                                   int& exit_code) {
  try {
    Results results = RunScenario(scenario, options);
    const LoadedResults loaded{.file = options.out / "results.json", .results = results};
    const ClassResults classes(loaded);
    WriteClassFiles(classes, options.out);
    WriteFileAtomically(options.out / "report.html", ReportPage(loaded, classes, options.cache));
    return results;
  } catch (const Interrupt& interrupt) {
    LogError(interrupt.what() + std::string(kGoOn));
    exit_code = 128 + interrupt.signal();  // as shells have it
  } catch (const WriteError& error) {
    LogError(error.what() + std::string(kGoOn));
    exit_code = kCaseFailed;
  }
  return std::nullopt;
}

}  // namespace

void AddRun(Command app, int& exit_code) {
  struct Options : ScenarioOptions {
    std::string out;
    CacheLimit cache_limit;
    bool no_isolation = false;
    bool restart = false;
  };
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand("run", "Run a scenario and print its table");
  AddScenarioOptions(command, *options);
  AddOut(command, options->out,
         "Where results.csv, results.json, report.html, models/ and predictions/ are written");
  options->cache_limit.AddTo(command);
  command.AddFlag("--restart", options->restart,
                  "Begin anew where an unfinished run in DIR would be continued");
  command.AddFlag("--no-isolation", options->no_isolation,
                  "Run plugins in this process, for a debugger: one that crashes ends the run");
  command.OnCall([options, &exit_code] {
    HandleInterrupts();
    const Scenario scenario = options->Load();
    const std::filesystem::path out = OutFolder(options->out, scenario);
    const RunOptions run{.out = out,
                         .cache = options->CacheFolder(),
                         .plugin_folders = options->plugin_folders,
                         .filter = options->filter,
                         .jobs = options->Jobs(),
                         .isolate = !options->no_isolation,
                         .restart = options->restart};
    const auto begin = std::chrono::system_clock::now();
    const std::optional<Results> finished = RunToTheEnd(scenario, run, exit_code);
    options->cache_limit.Enforce(run.cache, begin);
    if (!finished) return;
    const Results& results = *finished;
    WriteTable(results.rows, std::cout, MarksOfStdout(), results.environment.emulator);
    Log("results: " + (out / "results.csv").string() + ", results.json, report.html");
    exit_code = ExitCodeOf(results.rows);
  });
}

}  // namespace quantbench
