// SPDX-License-Identifier: Apache-2.0
// What `run`, `plan` and `quantize` take alike.
#include <cstdlib>

#include "cli/commands.h"
#include "scenario/parse.h"
#include "support/error.h"
#include "support/progress.h"
#include "support/thread_pool.h"

namespace quantbench {

void AddPluginPath(CLI::App& command, std::vector<std::filesystem::path>& folders) {
  command
      .add_option("--plugin-path", folders,
                  "Look for plugins in this folder first (repeatable; also QUANTBENCH_PLUGIN_PATH, "
                  "colon separated)")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

void AddScenarioOptions(CLI::App& command, ScenarioOptions& options) {
  command.add_option("scenario", options.file, "The scenario, a YAML file")
      ->type_name("SCENARIO")
      ->required();
  command
      .add_option("--set", options.set,
                  "Replace one value of the scenario, for instance latency.min_seconds=0.5 or "
                  "matrix.batch_size=[1,4] (repeatable)")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command
      .add_option("--only", options.filter.only,
                  "Only the cases whose id matches, for instance '*/int8/*' (repeatable; see plan)")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command
      .add_option("--skip", options.filter.skip,
                  "All but the cases whose id matches, for instance 'reference/*' (repeatable)")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  command
      .add_option("--cache", options.cache,
                  "Where crops and calibration statistics are kept between runs (default: "
                  "$QUANTBENCH_CACHE, else "
                  "$XDG_CACHE_HOME/quantbench, else ~/.cache/quantbench)")
      ->type_name("DIR");
  command.add_option("--jobs", options.jobs, "Workers for decoding, calibration and evaluation")
      ->option_text("N")
      ->check(CLI::Range(1, 1024));
  CLI::Option* const quiet =
      command.add_flag("--quiet", options.log.quiet, "Only warnings and errors on stderr");
  command
      .add_flag("--verbose", options.log.verbose, "More on stderr: what comes from the cache, why")
      ->excludes(quiet);
  command
      .add_option("--log-format", options.log.format,
                  "What stderr gets: text, or json with an object a line (default: text)")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, LogFormat>{{"text", LogFormat::kText}, {"json", LogFormat::kJson}}))
      ->option_text("FORMAT:{text,json}");
  AddPluginPath(command, options.plugin_folders);
}

void AddOut(CLI::App& command, std::string& out, const std::string& description) {
  command.add_option("--out", out, description + " (default: results/<scenario name>)")
      ->type_name("DIR");
}

std::filesystem::path OutFolder(const std::string& out, const Scenario& scenario) {
  if (!out.empty()) return out;
  return std::filesystem::path("results") / scenario.name;
}

Scenario ScenarioOptions::Load() const {
  SetLog(log);
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error("--set '" + text + "': give PATH=VALUE, for instance latency.min_seconds=0.5");
    }
    overrides.push_back({.path = text.substr(0, equals), .value = text.substr(equals + 1)});
  }
  return LoadScenario(file, overrides);
}

std::filesystem::path ScenarioOptions::CacheFolder() const {
  if (!cache.empty()) return cache;
  const auto variable = [](const char* name) -> std::string {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
  };
  if (const std::string own = variable("QUANTBENCH_CACHE"); !own.empty()) return own;
  if (const std::string xdg = variable("XDG_CACHE_HOME"); !xdg.empty()) {
    return std::filesystem::path(xdg) / "quantbench";
  }
  const std::string home = variable("HOME");
  if (home.empty()) throw Error("there is no HOME to keep a cache in; give --cache DIR");
  return std::filesystem::path(home) / ".cache" / "quantbench";
}

int ScenarioOptions::Jobs() const { return jobs > 0 ? jobs : AvailableProcessors(); }

}  // namespace quantbench
