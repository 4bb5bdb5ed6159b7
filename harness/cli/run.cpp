// SPDX-License-Identifier: Apache-2.0
// quantbench run: a scenario to results and the table.
#include "run/run.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "classes/write_files.h"
#include "cli/commands.h"
#include "mpi/run_on_ranks.h"
#include "report/table.h"
#include "support/files.h"
#include "support/interrupt.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {

int ExitCodeOf(const std::vector<Row>& rows) {
  const auto has = [&](auto... statuses) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const Row& row) { return ((row.status == statuses) || ...); });
  };
  if (has(Status::kFailed, Status::kCrashed, Status::kTimeout)) return kCaseFailed;
  const bool measured = std::any_of(rows.begin(), rows.end(), [](const Row& row) {
    // A part without images has done all that it had to.
    return row.summary.top1_percent || row.summary.latency_ms_median ||
           row.status == Status::kPartial;
  });
  return measured ? kGood : kNothingMeasured;
}

void PrintTable(const Results& results) {
  const Marks marks = StdoutWantsColor()             ? Marks::kColors
                      : ::isatty(STDOUT_FILENO) == 1 ? Marks::kStars
                                                     : Marks::kNone;
  WriteTable(results.rows, std::cout, marks, results.environment.emulator,
             StdoutColumns().value_or(kTableColumns));
}

void WriteFilesOf(const Results& results, const std::filesystem::path& out,
                  const std::filesystem::path& cache) {
  const LoadedResults loaded{.file = out / "results.json", .results = results};
  const ClassResults classes(loaded);
  WriteClassFiles(classes, out);
  WriteFileAtomically(out / "report.html", ReportPage(loaded, classes, cache));
}

namespace {

// Says which latencies aren't known to so many percent.
bool IsNoisy(const std::vector<Row>& rows, double percent) {
  bool noisy = false;
  for (const Row& row : rows) {
    const Summary& figures = row.summary;
    if (!figures.latency_ms_median) continue;
    const auto off =
        OffPercent(*figures.latency_ms_median, figures.latency_ms_low, figures.latency_ms_high);
    if (off && *off <= percent) continue;
    noisy = true;
    if (off) {
      LogError(row.case_id + ": its latency is known to " + FixedText(*off, 1) + "% only, beyond " +
               TrimmedText(percent, 2) + "% of --fail-if-noisy");
    } else {
      LogError(row.case_id + ": --fail-if-noisy needs latency.repetitions of 5 or more");
    }
  }
  return noisy;
}

// Nothing where the run was stopped: what is finished is kept, and `exit_code` says so; nor on
// another rank than the first, which tells of all.
std::optional<Results> RunToTheEnd(const Scenario& scenario, const RunOptions& options,
                                   const Ranks* ranks, int& exit_code) {
  try {
    std::optional<Results> results =
        ranks == nullptr ? RunScenario(scenario, options) : RunOnRanks(scenario, options, *ranks);
    if (results) WriteFilesOf(*results, options.out, options.cache);
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

// The same where others may wait for this rank: one that can't go on ends them all.
std::optional<Results> RunHereOrOnRanks(const Scenario& scenario, RunOptions options,
                                        bool jobs_are_given, int& exit_code) {
  // With a part given, a launcher of ranks is as good as any other.
  if (!Ranks::AreStarted() || !options.part.IsWhole())
    return RunToTheEnd(scenario, options, nullptr, exit_code);
  const Ranks ranks;
  if (!jobs_are_given) options.jobs = ranks.processors();
  Log("rank " + std::to_string(ranks.rank()) + " of " + std::to_string(ranks.size()) + ": " +
      std::to_string(options.jobs) + (options.jobs == 1 ? " worker" : " workers"));
  try {
    exit_code = kGood;
    std::optional<Results> results = RunToTheEnd(scenario, options, &ranks, exit_code);
    if (exit_code != kGood) ranks.EndAll(exit_code);
    return results;
  } catch (const std::exception& error) {
    LogError(error.what());
    ranks.EndAll(kBadInput);
  }
}

}  // namespace

void AddRun(Command app, int& exit_code) {
  struct Options : ScenarioOptions {
    std::string out;
    CacheLimit cache_limit;
    std::optional<double> fail_if_noisy;
    bool no_isolation = false;
    bool restart = false;
    ShardOptions shard;
  };
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand("run", "Run a scenario and print its table");
  AddScenarioOptions(command, *options);
  AddOut(command, options->out,
         "Where results.csv, results.json, report.html, models/ and predictions/ are written");
  AddShard(command, options->shard);
  options->cache_limit.AddTo(command);
  command.AddFlag("--restart", options->restart,
                  "Begin anew where an unfinished run in DIR would be continued");
  command
      .AddOption("--fail-if-noisy", options->fail_if_noisy,
                 "End with exit status 4 where the interval of a latency is wider than this to a "
                 "side, or not known")
      .Text("PERCENT")
      .Positive();
  command.AddFlag("--no-isolation", options->no_isolation,
                  "Run plugins in this process, for a debugger: one that crashes ends the run");
  command.OnCall([options, &exit_code] {
    HandleInterrupts();
    const Scenario scenario = options->Load();
    const PartSpec part = options->shard.Part();
    const std::filesystem::path out = OutFolder(options->out, scenario, part);
    const RunOptions run{.out = out,
                         .cache = options->CacheFolder(),
                         .plugin_folders = options->plugin_folders,
                         .filter = options->filter,
                         .jobs = options->Jobs(),
                         .isolate = !options->no_isolation,
                         .restart = options->restart,
                         .part = part};
    const auto begin = std::chrono::system_clock::now();
    const std::optional<Results> finished =
        RunHereOrOnRanks(scenario, run, options->jobs > 0, exit_code);
    options->cache_limit.Enforce(run.cache, begin);
    if (!finished) return;
    const Results& results = *finished;
    PrintTable(results);
    Log("results: " + (out / "results.csv").string() + ", results.json, report.html");
    exit_code = ExitCodeOf(results.rows);
    if (exit_code == kGood && options->fail_if_noisy &&
        IsNoisy(results.rows, *options->fail_if_noisy)) {
      exit_code = kNothingMeasured;
    }
  });
}

}  // namespace quantbench
