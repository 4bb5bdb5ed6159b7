// SPDX-License-Identifier: Apache-2.0
// Resolves backend names through files given in the scenario, then through discovery.
#include "pipeline/backends.h"

#include <cstdlib>
#include <optional>

#include "backend/discovery.h"

namespace quantbench {
namespace {

std::optional<std::string> ForcedIsa() {
  const char* const isa = std::getenv("QUANTBENCH_ISA");
  if (isa == nullptr || *isa == '\0') return std::nullopt;
  return isa;
}

}  // namespace

std::map<std::string, ChosenBackend> ChooseBackends(
    const Scenario& scenario, const std::vector<Case>& cases,
    const std::vector<std::filesystem::path>& extra_plugin_folders) {
  const std::vector<FoundPlugin> found = FindPlugins(PluginFolders(extra_plugin_folders));
  std::map<std::string, ChosenBackend> chosen;
  for (const Case& one : cases) {
    const std::string& name = one.key.backend;
    if (chosen.contains(name)) continue;
    const auto file = scenario.backend_files.find(name);
    const Backend backend = file != scenario.backend_files.end() ? Backend::Load(file->second)
                                                                 : BackendNamed(name, found);
    chosen.emplace(name, ChosenBackend{.backend = backend, .isa = backend.ChooseIsa(ForcedIsa())});
  }
  return chosen;
}

}  // namespace quantbench
