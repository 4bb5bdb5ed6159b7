// SPDX-License-Identifier: Apache-2.0
// Resolves backend names through files given in the scenario, then through discovery.
#include "stage/backends.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include "support/error.h"
#include "support/hash.h"

namespace quantbench {
namespace {

std::optional<std::string> ForcedIsa() {
  const char* const isa = std::getenv("QUANTBENCH_ISA");
  if (isa == nullptr || *isa == '\0') return std::nullopt;
  return isa;
}

}  // namespace

Matrix WithBackends(const Scenario& scenario, const std::vector<FoundPlugin>& found) {
  Matrix matrix = scenario.matrix;
  const auto all = std::find(matrix.backend.begin(), matrix.backend.end(), kAllBackends);
  if (all == matrix.backend.end()) return matrix;
  matrix.backend.erase(all);
  std::set<std::string> names;
  for (const FoundPlugin& plugin : found) {
    if (plugin.refusal.empty() && plugin.info->RunsHere()) names.insert(plugin.info->name);
  }
  for (const std::string& named : matrix.backend) names.erase(named);
  matrix.backend.insert(matrix.backend.end(), names.begin(), names.end());
  if (matrix.backend.empty()) {
    throw Error(
        "backend: all: no plugin that can run here was found; `quantbench plugins` shows why");
  }
  return matrix;
}

ChosenBackend ChooseBackend(const std::string& name, const Scenario& scenario,
                            const std::vector<FoundPlugin>& found, const ProbeFunction& probe) {
  const auto file = scenario.backend_files.find(name);
  ChosenBackend chosen;
  if (file == scenario.backend_files.end()) {
    const FoundPlugin& plugin = PluginNamed(name, found);
    chosen.library = plugin.library;
    chosen.info = *plugin.info;
  } else {
    chosen.library = file->second;
    const ProbeResult result = probe({chosen.library}).front();
    if (!result.info) throw Error(result.refusal);
    chosen.info = *result.info;
  }
  chosen.library_hash = HashFile(chosen.library);
  chosen.isa = chosen.info.ChooseIsa(ForcedIsa());
  return chosen;
}

}  // namespace quantbench
