// SPDX-License-Identifier: Apache-2.0
// quantbench run: a scenario to results and the table.
#include "run/run.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "classes/networks.h"
#include "classes/write_files.h"
#include "cli/commands.h"
#include "cli/label.h"
#include "mpi/run_on_ranks.h"
#include "record/results.h"
#include "report/table.h"
#include "run/outlook.h"
#include "run/quick.h"
#include "support/descriptor.h"
#include "support/error.h"
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

void AddResultsFormat(Command command, ResultsFormat& format) {
  command
      .AddChoice("--format", format, "What stdout gets (default: table)",
                 {{"table", ResultsFormat::kTable},
                  {"csv", ResultsFormat::kCsv},
                  {"json", ResultsFormat::kJson},
                  {"markdown", ResultsFormat::kMarkdown}})
      .Text("FORMAT:{table,csv,json,markdown}");
}

namespace {

// Below the table of a run with several.
void PrintNetworks(const Results& results, const std::filesystem::path& out, size_t width) {
  const bool several = std::ranges::any_of(
      results.rows, [](const Row& row) { return !row.network.empty() && row.accuracy; });
  if (!several) return;
  const ClassResults classes({.file = out / "results.json", .results = results});
  WriteNetworkPairs(PairNetworks(classes), width, std::cout);
}

}  // namespace

void PrintResults(const Results& results, const std::filesystem::path& out, ResultsFormat format) {
  const Marks marks = StdoutWantsColor()             ? Marks::kColors
                      : ::isatty(STDOUT_FILENO) == 1 ? Marks::kStars
                                                     : Marks::kNone;
  const std::string& emulator = results.environment.emulator;
  const size_t width = StdoutColumns().value_or(kTableColumns);
  switch (format) {
    case ResultsFormat::kTable:
      WriteTable(results.rows, std::cout, marks, emulator, width);
      return PrintNetworks(results, out, width);
    case ResultsFormat::kCsv:
      return WriteCsv(results.rows, std::cout);
    case ResultsFormat::kJson:
      return WriteJson(results, std::cout);
    case ResultsFormat::kMarkdown:
      return WriteMarkdownTable(results.rows, std::cout, emulator);
  }
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
      CountText(options.jobs, "worker"));
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

namespace {

struct RunCommand : ScenarioOptions {
  std::string out;
  std::string label;
  std::filesystem::path model, data;
  std::vector<std::string> backends;
  ResultsFormat format = ResultsFormat::kTable;
  CacheLimit cache_limit;
  std::optional<double> fail_if_noisy;
  bool quick = false;
  bool no_isolation = false;
  bool restart = false;
  ShardOptions shard;
};

// Without a scenario one is written to OUT, and run.
void WriteOwnScenario(RunCommand& options) {
  if (!options.file.empty())
    throw Error("give either a scenario, or --model and --data, which make one");
  if (options.model.empty()) ThrowRequired("--model");
  if (options.data.empty()) ThrowRequired("--data");
  const Outlook outlook = LookAt(options.model, options.data);
  if (options.out.empty())
    options.out =
        (std::filesystem::path("results") / (outlook.name + (options.quick ? "-quick" : "")))
            .string();
  CreateFolder(options.out);
  options.file = std::filesystem::path(options.out) / "init.yaml";
  WriteScenario(outlook, options.file);
  Log("scenario: " + options.file.string());
}

std::string ListOf(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "[" : ", ") + name;
  return list + "]";
}

Scenario ScenarioOf(RunCommand& options) {
  SetLog(options.log);
  if (!options.model.empty() || !options.data.empty()) {
    WriteOwnScenario(options);
  } else if (options.file.empty()) {
    ThrowRequired("a scenario, or --model and --data,");
  }
  if (!options.backends.empty())
    options.set.push_back("matrix.backend=" + ListOf(options.backends));
  Scenario scenario = options.Load();
  if (options.quick)
    MakeQuick(options.out.empty() ? OutFolder("", scenario).string() + "-quick" : options.out,
              scenario);
  return scenario;
}

void AddRunOptions(Command command, RunCommand& options) {
  AddScenarioOptions(command, options, ScenarioIs::kOptional);
  command
      .AddOption("--model", options.model,
                 "Without a scenario: a .onnx file, a .pth checkpoint or a .safetensors, in fp32 "
                 "and int8, on the images of --data")
      .TypeName("FILE");
  command
      .AddOption("--data", options.data,
                 "Images for --model: a folder with train and val, or with a folder for each class")
      .TypeName("DIR");
  command
      .AddOption("--backend", options.backends,
                 "Only this backend, in place of the scenario's (repeatable)")
      .TypeName("NAME")
      .OneValue();
  command.AddFlag("--quick", options.quick,
                  "A first look: 100 images at most, short latency; the figures are rough");
  AddOut(command, options.out,
         "Where results.csv, results.json, report.html, models/ and predictions/ are written");
  AddResultsFormat(command, options.format);
  command
      .AddOption("--label", options.label,
                 "What compare, history and the report call this run (default: the commit of the "
                 "folder that you are in)")
      .Text("TEXT");
  AddShard(command, options.shard);
  options.cache_limit.AddTo(command);
  command.AddFlag("--restart", options.restart,
                  "Begin anew where an unfinished run in DIR would be continued");
  command
      .AddOption("--fail-if-noisy", options.fail_if_noisy,
                 "End with exit status 4 where the interval of a latency is wider than this to a "
                 "side, or not known")
      .Text("PERCENT")
      .Positive();
  command.AddFlag("--no-isolation", options.no_isolation,
                  "Run plugins in this process, for a debugger: one that crashes ends the run");
}

}  // namespace

void AddRun(Command app, int& exit_code) {
  const auto options = std::make_shared<RunCommand>();
  Command command = app.AddSubcommand("run", "Run a scenario and print its table");
  AddRunOptions(command, *options);
  command.OnCall([options, &exit_code] {
    HandleInterrupts();
    const Scenario scenario = ScenarioOf(*options);
    if (options->fail_if_noisy && !scenario.latency.enabled) {
      throw Error(
          "--fail-if-noisy: latency is off in this scenario; switch it on, or leave out the "
          "option");
    }
    const PartSpec part = options->shard.Part();
    const std::filesystem::path out = OutFolder(options->out, scenario, part);
    const std::string remark = options->quick ? QuickRemark(scenario) : "";
    const RunOptions run{.out = out,
                         .cache = options->CacheFolder(),
                         .plugin_folders = options->plugin_folders,
                         .filter = options->filter,
                         .jobs = options->Jobs(),
                         .isolate = !options->no_isolation,
                         .restart = options->restart,
                         .part = part,
                         .remark = remark,
                         .label = options->label.empty() ? DefaultLabel() : options->label};
    const auto begin = std::chrono::system_clock::now();
    const std::optional<Results> finished =
        RunHereOrOnRanks(scenario, run, options->jobs > 0, exit_code);
    options->cache_limit.Enforce(run.cache, begin);
    if (!finished) return;
    const Results& results = *finished;
    const bool for_people =
        options->format == ResultsFormat::kTable || options->format == ResultsFormat::kMarkdown;
    if (for_people && !remark.empty()) std::cout << remark << "\n\n";
    PrintResults(results, out, options->format);
    Log("results: " + (out / "results.csv").string() + ", results.json, report.html");
    exit_code = ExitCodeOf(results.rows);
    if (exit_code == kGood && options->fail_if_noisy &&
        IsNoisy(results.rows, *options->fail_if_noisy)) {
      exit_code = kNothingMeasured;
    }
  });
}

}  // namespace quantbench
