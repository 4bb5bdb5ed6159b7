// SPDX-License-Identifier: Apache-2.0
// Discovery, then the matrix.
#include "run/start.h"

#include <set>

#include "scenario/parse.h"
#include "support/error.h"

namespace quantbench {
namespace {

std::vector<FoundPlugin> Plugins(RunContext& context, const RunOptions& options) {
  return FindPlugins(PluginFolders(options.plugin_folders),
                     [&](const auto& libraries) { return context.runner->Probe(libraries); });
}

}  // namespace

RunContext ContextOf(const Scenario& scenario, const RunOptions& options, Store::Access access) {
  return {.scenario = scenario,
          .out = options.out,
          .models = options.out / "models",
          .jobs = options.jobs,
          .store = Store(options.cache, access),
          .pool = ThreadPool(options.jobs),
          .runner = MakeRunner({.enabled = options.isolate,
                                .timeout_seconds = scenario.timeout_seconds,
                                .memory_limit_mib = scenario.memory_limit_mib}),
          .speeds = RecordedSpeeds(Store(options.cache, access)),
          .part = options.part};
}

void FindCases(RunContext& context, const RunOptions& options) {
  std::vector<std::string> problems;
  FindCases(context, options, problems);
  if (!problems.empty()) throw Error(problems.front());
}

void FindCases(RunContext& context, const RunOptions& options, std::vector<std::string>& problems) {
  const std::vector<FoundPlugin> found = Plugins(context, options);
  const ProbeFunction probe = [&](const auto& libraries) {
    return context.runner->Probe(libraries);
  };
  context.cases = Filtered(ExpandMatrix(WithBackends(context.scenario, found)), options.filter);
  std::set<std::string> refused;
  std::string mistakes;
  int count = 0;
  for (const Case& one : context.cases) {
    if (context.backends.contains(one.key.backend) || refused.contains(one.key.backend)) continue;
    try {
      context.backends.emplace(one.key.backend,
                               ChooseBackend(one.key.backend, context.scenario, found, probe));
    } catch (const ScenarioError& error) {
      refused.insert(one.key.backend);
      mistakes += (count == 0 ? "" : "\n") + std::string(error.what());
      count += error.mistakes();
    } catch (const Error& error) {
      refused.insert(one.key.backend);
      problems.emplace_back(error.what());
    }
  }
  if (count > 0) throw ScenarioError(mistakes, count);
}

}  // namespace quantbench
