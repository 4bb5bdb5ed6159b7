// SPDX-License-Identifier: Apache-2.0
// Discovery, then the matrix.
#include "run/start.h"

#include <set>

#include "recipe/names.h"
#include "report/environment.h"
#include "scenario/parse.h"
#include "stage/kinds.h"
#include "stage/latency.h"
#include "support/cpu.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

std::vector<FoundPlugin> Plugins(RunContext& context, const RunOptions& options) {
  return FindPlugins(PluginFolders(options.plugin_folders),
                     [&](const auto& libraries) { return context.runner->Probe(libraries); });
}

Row NewRow(const RunContext& context, const Case& one) {
  const ChosenBackend& chosen = context.backends.at(one.key.backend);
  Row row{{.scenario = context.scenario.name, .case_id = one.id}};
  row.model = context.scenario.NetworkOf(one.key.network).name;
  row.backend_version = chosen.info.version;
  row.isa = chosen.isa;
  SetColumns(one.key, row);
  if (context.Measures()) row.streams = StreamsOf(context.scenario.latency, one.key.threads);
  const std::string why_not = context.WhyUnsupported(one.key.backend, one.key.recipe);
  if (!why_not.empty()) SetFailure({.status = Status::kUnsupported, .detail = why_not}, row);
  return row;
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
                                .memory_limit_mib = scenario.memory_limit_mib,
                                .waiting_mib = options.waiting_mib}),
          .speeds = RecordedSpeeds(Store(options.cache, access)),
          .part = options.part};
}

void TidyUp(const RunContext& context) {
  RemoveAbandonedFiles(context.out);
  for (const std::filesystem::path& folder : {context.models, context.out / "predictions"}) {
    RemoveAbandonedFiles(folder);
    for (const Network& network : context.scenario.networks)
      if (!network.id.empty()) RemoveAbandonedFiles(folder / network.id);
  }
  context.store.TidyUp(AllKinds());
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

void BeginResults(RunContext& context) {
  context.results.environment = DescribeEnvironment();
  const std::string& emulator = context.results.environment.emulator;
  if (!emulator.empty()) context.results.warnings.push_back(EmulationNote(emulator));
  for (const Case& one : context.cases) context.results.rows.push_back(NewRow(context, one));
}

}  // namespace quantbench
