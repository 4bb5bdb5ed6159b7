// SPDX-License-Identifier: Apache-2.0
// quantbench plan: what a scenario would run, without loading an image or a model.
#include <iostream>

#include "cli/commands.h"
#include "pipeline/run.h"
#include "worker/runner.h"

namespace quantbench {

void AddPlan(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ScenarioOptions>();
  CLI::App& command =
      *app.add_subcommand("plan", "List the cases of a scenario; loads no image and no model");
  AddScenarioOptions(command, *options);
  command.callback([options, &exit_code] {
    const Scenario scenario = options->Load();
    const std::unique_ptr<Runner> runner = MakeRunner({});
    const std::vector<FoundPlugin> plugins =
        FindPlugins(PluginFolders(options->plugin_folders),
                    [&](const auto& libraries) { return runner->Probe(libraries); });
    const std::vector<Case> cases = SelectCases(scenario, plugins, options->filter);
    for (const Case& one : cases) std::cout << one.id << '\n';
    std::cerr << scenario.name << ": " << cases.size() << (cases.size() == 1 ? " case" : " cases")
              << ", evaluation " << (scenario.evaluation.enabled ? "on" : "off") << ", latency "
              << (scenario.latency.enabled ? "on" : "off") << '\n';
    exit_code = kGood;
  });
}

}  // namespace quantbench
