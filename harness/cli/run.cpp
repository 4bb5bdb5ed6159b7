// SPDX-License-Identifier: Apache-2.0
// quantbench run: a scenario to results and the table.
#include "pipeline/run.h"

#include <algorithm>
#include <iostream>

#include "cli/commands.h"
#include "html/report.h"
#include "support/files.h"
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
    return row.top1_percent || row.latency_ms_median;
  });
  return measured ? kGood : kNothingMeasured;
}

}  // namespace

void AddRun(CLI::App& app, int& exit_code) {
  struct Options : ScenarioOptions {
    std::string out;
  };
  const auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("run", "Run a scenario and print its table");
  AddScenarioOptions(command, *options);
  command
      .add_option(
          "--out", options->out,
          "Where results.csv, results.json, report.html, models/ and predictions/ are written "
          "(default: results/<scenario name>)")
      ->type_name("DIR");
  command.callback([options, &exit_code] {
    const Scenario scenario = options->Load();
    const std::filesystem::path out = options->out.empty()
                                          ? std::filesystem::path("results") / scenario.name
                                          : std::filesystem::path(options->out);
    const Results results = RunScenario(scenario, {.out = out,
                                                   .cache = options->CacheFolder(),
                                                   .plugin_folders = options->plugin_folders,
                                                   .filter = options->filter,
                                                   .jobs = options->Jobs()});
    WriteTable(results.rows, std::cout, StdoutWantsColor(), results.environment.emulator);
    WriteFileAtomically(out / "report.html", HtmlReport(results));
    Log("results: " + (out / "results.csv").string() + ", results.json, report.html");
    exit_code = ExitCodeOf(results.rows);
  });
}

}  // namespace quantbench
