// SPDX-License-Identifier: Apache-2.0
// Measures again, in turns, what two runs at different times leave in doubt.
#include <algorithm>
#include <set>

#include "cli/turns.h"
#include "scenario/own_scenarios.h"
#include "support/error.h"
#include "support/program_file.h"

namespace quantbench {
namespace {

// The one backend that a plugin stands for.
std::string BackendOf(const std::vector<std::string>& ids, const Comparison& comparison) {
  std::set<std::string> backends;
  for (const CaseComparison& one : comparison.cases) {
    if (std::find(ids.begin(), ids.end(), one.case_id) != ids.end())
      backends.insert(one.changed->backend);
  }
  if (backends.size() == 1) return *backends.begin();
  throw Error("--confirm: a plugin stands for one backend, and cases of " +
              std::to_string(backends.size()) +
              " are in doubt; choose with --only, or give an installation as BASE_BUILD");
}

// This quantbench, or its plugin of the same file name.
std::filesystem::path CounterpartOf(const std::filesystem::path& base_build) {
  const std::filesystem::path prefix = ProgramFile().parent_path().parent_path();
  if (!std::filesystem::is_regular_file(base_build)) return prefix;
  const std::filesystem::path plugin = prefix / "lib" / "quantbench" / base_build.filename();
  if (std::filesystem::exists(plugin)) return plugin;
  throw Error("--confirm: this quantbench has no plugin " + base_build.filename().string() +
              " to measure against '" + base_build.string() + "'; name NEW's with --confirm-new");
}

}  // namespace

CommonArguments ArgumentsOf(const ScenarioOptions& options) {
  CommonArguments arguments{.scenario = {ScenarioFile(options.file).string()}};
  const auto add = [](const char* name, const auto& values, std::vector<std::string>& to) {
    for (const auto& value : values)
      to.insert(to.end(), {name, std::filesystem::path(value).string()});
  };
  add("--set", options.set, arguments.scenario);
  add("--plugin-path", options.plugin_folders, arguments.scenario);
  if (!options.cache.empty()) add("--cache", std::vector{options.cache}, arguments.scenario);
  if (options.log.quiet) arguments.scenario.emplace_back("--quiet");
  if (options.jobs > 0)
    add("--jobs", std::vector{std::to_string(options.jobs)}, arguments.scenario);
  add("--only", options.filter.only, arguments.selection);
  add("--skip", options.filter.skip, arguments.selection);
  return arguments;
}

void ApplyScenario(const Scenario& scenario, TurnSettings& turn) {
  if (scenario.latency.mode == LatencyMode::kThroughput) {
    throw Error(
        "latency.mode: ab measures the latency of two builds, not their throughput; take mode and "
        "streams out of the scenario, or compare two runs of it (quantbench compare)");
  }
  turn.pin = scenario.latency.pin;
}

void ConfirmOptions::AddTo(Command command) {
  command
      .AddOption(
          "--confirm", base_build,
          "Before a case's latency is called worse or unclear, measure it again, in turns, as "
          "`quantbench ab` does, on the plugin or installation that BASE is of")
      .TypeName("BASE_BUILD");
  command
      .AddOption(
          "--confirm-new", new_build,
          "NEW's plugin or installation (default: this quantbench, or its plugin of the same "
          "name)")
      .TypeName("NEW_BUILD");
  command
      .AddOption("--precision", precision_percent,
                 "Measure a case until the interval of its ratio is this tight, for --confirm")
      .Text("PERCENT (default: 3)")
      .Positive();
  command
      .AddOption("--max-seconds", max_seconds, "Measure a case no longer than this, for --confirm")
      .Text("S (default: 120)")
      .Positive();
  command.AddOption("--scenario", file, "The scenario of both results, for --confirm")
      .TypeName("SCENARIO");
  command.AddOption("--set", set, "Replace one value of that scenario, as in `run` (repeatable)")
      .TypeName("PATH=VALUE")
      .OneValue();
  AddCache(command, *this);
}

std::map<std::string, LatencyFinding> ConfirmOptions::Measure(const Comparison& first,
                                                              const CompareOptions& compare) const {
  const std::vector<std::string> ids = first.ToConfirm();
  if (file.empty()) ThrowRequired("--scenario");
  if (ids.empty()) return {};
  const std::filesystem::path changed =
      new_build.empty() ? CounterpartOf(base_build) : std::filesystem::path(new_build);
  const bool plugin = std::filesystem::is_regular_file(base_build);
  const BuildPair builds =
      FindBuilds(base_build, changed, plugin ? BackendOf(ids, first) : std::string());
  const Scenario scenario = Load();
  AbOptions ab{.arguments = ArgumentsOf(*this),
               .folder = std::filesystem::path("results") / (scenario.name + "-confirm"),
               .precision = precision_percent / 100,
               .max_seconds = max_seconds,
               .compare = compare};
  ab.compare.accuracy = ab.compare.size = false;
  ApplyScenario(scenario, ab.turn);
  for (const std::string& id : ids)
    ab.arguments.selection.insert(ab.arguments.selection.end(), {"--only", id});
  return MeasureInTurns(builds, ab);
}

}  // namespace quantbench
