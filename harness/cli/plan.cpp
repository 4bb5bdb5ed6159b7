// SPDX-License-Identifier: Apache-2.0
// quantbench plan: what a scenario would run, what of it is cached, and how long the rest will
// take.
#include "run/plan.h"

#include <unistd.h>

#include <iostream>
#include <limits>

#include "cli/commands.h"
#include "run/print_plan.h"
#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench {
namespace {

constexpr char kFormats[] =
    "Formats:\n"
    "  table  one line per case: ISA path, precision, observer, granularity, batch, threads; "
    "whether "
    "its\n"
    "         crops, statistics, model and predictions are cached, finished (in the journal of an\n"
    "         unfinished run) or to do; repetitions of latency done. Then images and time\n"
    "  ids    one case id per line on stdout, images and time on stderr; with --quiet only the "
    "ids,\n"
    "         and then neither images nor model are looked at\n"
    "  json   all of it\n"
    "\n"
    "No image is decoded and no model imported. Images that were never seen are read once for "
    "their\n"
    "hash. The time is what the same work took on this machine before; for latency that was never\n"
    "measured, the least that repetitions, warm-up and min_seconds take.";

void Print(const std::string& format, const Scenario& scenario, const Plan& plan) {
  for (const std::string& problem : plan.problems) Warn(problem);
  Log(scenario.name + ": " + CountText(plan.cases.size(), "case") + ", evaluation " +
      (scenario.evaluation.enabled ? "on" : "off") + ", latency " +
      (scenario.latency.enabled ? "on" : "off"));
  if (format == "json") return PrintPlanJson(scenario, plan, std::cout);
  if (format == "table") {
    PrintPlanTable(plan, StdoutColumns().value_or(std::numeric_limits<size_t>::max()),
                   StdoutWantsColor(), std::cout);
    for (const std::string& line : PlanSummary(plan)) std::cout << Printable(line) << '\n';
    return;
  }
  for (const PlannedCase& planned : plan.cases) std::cout << Printable(planned.one.id) << '\n';
  for (const std::string& line : PlanSummary(plan)) Log(line);
}

}  // namespace

void AddPlan(Command app, int& exit_code) {
  struct Options : ScenarioOptions {
    std::string out, format;
    ShardOptions shard;
  };
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand(
      "plan", "Show the cases of a scenario, what of them is cached, and the time for the rest");
  AddScenarioOptions(command, *options);
  AddOut(command, options->out, "Where the run would write: its journal tells what is finished");
  AddShard(command, options->shard);
  command
      .AddOption("--format", options->format,
                 "table, ids or json (default: table on a terminal, else ids)")
      .OneOf({"table", "ids", "json"})
      .TypeName("NAME");
  command.Footer(kFormats);
  command.OnCall([options, &exit_code] {
    const Scenario scenario = options->Load(ScenarioOptions::Images::kLeave);
    const std::string format = !options->format.empty()       ? options->format
                               : ::isatty(STDOUT_FILENO) == 1 ? "table"
                                                              : "ids";
    const PartSpec part = options->shard.Part();
    const RunOptions run{.out = OutFolder(options->out, scenario, part),
                         .cache = options->CacheFolder(),
                         .plugin_folders = options->plugin_folders,
                         .filter = options->filter,
                         .jobs = options->Jobs(),
                         .part = part};
    const bool only_ids = format == "ids" && options->log.quiet;
    Print(format, scenario, only_ids ? ListCases(scenario, run) : PlanScenario(scenario, run));
    exit_code = kGood;
  });
}

}  // namespace quantbench
