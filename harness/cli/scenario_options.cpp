// SPDX-License-Identifier: Apache-2.0
// What `run`, `plan` and `quantize` take alike.
#include <cstdlib>

#include "cli/commands.h"
#include "cli/default_images.h"
#include "scenario/own_scenarios.h"
#include "scenario/parse.h"
#include "support/error.h"
#include "support/progress.h"
#include "support/thread_pool.h"

namespace quantbench {

void AddPluginPath(Command command, std::vector<std::filesystem::path>& folders) {
  command
      .AddOption("--plugin-path", folders,
                 "Look for plugins in this folder first (repeatable; also QUANTBENCH_PLUGIN_PATH, "
                 "colon separated)")
      .TypeName("DIR")
      .OneValue();
}

void AddCache(Command command, ScenarioOptions& options) {
  command
      .AddOption("--cache", options.cache,
                 "Where crops and calibration statistics are kept between runs (default: "
                 "$QUANTBENCH_CACHE, else "
                 "$XDG_CACHE_HOME/quantbench, else ~/.cache/quantbench)")
      .TypeName("DIR");
}

void AddCacheAndJobs(Command command, ScenarioOptions& options) {
  AddCache(command, options);
  command.AddOption("--jobs", options.jobs, "Workers for decoding, calibration and evaluation")
      .Text("N")
      .Range(1, 1024);
}

void AddScenarioOptions(Command command, ScenarioOptions& options, ScenarioIs scenario) {
  const Option file =
      command
          .AddOption("scenario", options.file,
                     "The scenario: a YAML file, or the name of one that comes with quantbench")
          .TypeName("SCENARIO");
  if (scenario == ScenarioIs::kRequired) file.Required();
  command
      .AddOption("--set", options.set,
                 "Replace one value of the scenario, for instance latency.min_seconds=0.5 or "
                 "matrix.batch_size=[1,4] (repeatable)")
      .TypeName("PATH=VALUE")
      .OneValue();
  command
      .AddOption("--only", options.filter.only,
                 "Only the cases whose id matches, for instance '*/int8/*' (repeatable; see plan)")
      .TypeName("GLOB")
      .OneValue();
  command
      .AddOption("--skip", options.filter.skip,
                 "All but the cases whose id matches, for instance 'reference/*' (repeatable)")
      .TypeName("GLOB")
      .OneValue();
  AddCacheAndJobs(command, options);
  const Option quiet =
      command.AddFlag("--quiet", options.log.quiet, "Only warnings and errors on stderr");
  command
      .AddFlag("--verbose", options.log.verbose, "More on stderr: what comes from the cache, why")
      .Excludes(quiet);
  command
      .AddChoice("--log-format", options.log.format,
                 "What stderr gets: text, or json with one object per line (default: text)",
                 {{"text", LogFormat::kText}, {"json", LogFormat::kJson}})
      .Text("FORMAT:{text,json}");
  AddPluginPath(command, options.plugin_folders);
}

void AddOut(Command command, std::string& out, const std::string& description) {
  command.AddOption("--out", out, description + " (default: results/<scenario name>)")
      .TypeName("DIR");
}

std::filesystem::path OutFolder(const std::string& out, const Scenario& scenario,
                                const PartSpec& part) {
  if (!out.empty()) return out;
  std::string name = scenario.name;
  if (part.count > 0)
    name += "-" + std::to_string(part.number) + "-of-" + std::to_string(part.count);
  return std::filesystem::path("results") / name;
}

PartSpec ShardOptions::Part() const {
  if (!shard.empty()) return ParsePart(shard, latency_on);
  if (latency_on != 0) throw Error("--latency-on names a part of a run; give --shard I/N as well");
  return {};
}

void AddShard(Command command, ShardOptions& options) {
  command
      .AddOption("--shard", options.shard,
                 "Only part I of N of the evaluation images, for `quantbench merge`; latency isn't "
                 "measured")
      .TypeName("I/N");
  command
      .AddOption(
          "--latency-on", options.latency_on,
          "The part that measures latency and looks at no image; the others share the images")
      .Text("I")
      .Range(1, 100'000);
}

std::vector<Override> ScenarioOptions::Overrides() const {
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error("--set '" + text + "': give PATH=VALUE, for instance latency.min_seconds=0.5");
    }
    overrides.push_back({.path = text.substr(0, equals), .value = text.substr(equals + 1)});
  }
  return overrides;
}

Scenario ScenarioOptions::Load(Images images) const {
  SetLog(log);
  const DefaultImages own(CacheFolder());
  Scenario scenario = LoadScenario(ScenarioFile(file), Overrides());
  if (images == Images::kLeave) {
    own.SayIfMissing(scenario.dataset.root);
  } else {
    own.Make(scenario.dataset.root, log.quiet || log.format == LogFormat::kJson);
  }
  return scenario;
}

std::filesystem::path ScenarioOptions::CacheFolder() const {
  if (!cache.empty()) return cache;
  const auto variable = [](const char* name) -> std::string {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
  };
  if (const std::string own = variable("QUANTBENCH_CACHE"); !own.empty()) return own;
  // A relative one would be another cache in each folder: XDG's specification has it ignored.
  const std::filesystem::path xdg = variable("XDG_CACHE_HOME");
  if (xdg.is_absolute()) return xdg / "quantbench";
  const std::filesystem::path home = variable("HOME");
  if (home.empty()) throw Error("there is no HOME to keep a cache in; give --cache DIR");
  if (home.is_relative())
    throw Error(
        "HOME is '" + home.string() +
        "', which isn't an absolute path, so there is no place for a cache; give --cache DIR");
  return home / ".cache" / "quantbench";
}

int ScenarioOptions::Jobs() const { return jobs > 0 ? jobs : AvailableProcessors(); }

}  // namespace quantbench
