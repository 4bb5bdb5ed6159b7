// SPDX-License-Identifier: Apache-2.0
// Resolves backend names through files given in the scenario, then through discovery.
#include "pipeline/backends.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include "support/error.h"

namespace quantbench {
namespace {

std::optional<std::string> ForcedIsa() {
  const char* const isa = std::getenv("QUANTBENCH_ISA");
  if (isa == nullptr || *isa == '\0') return std::nullopt;
  return isa;
}

bool RunsHere(const Backend& backend) {
  for (const IsaStatus& isa : backend.Isas()) {
    if (isa.why_not.empty()) return true;
  }
  return false;
}

}  // namespace

Matrix WithBackends(const Scenario& scenario, const std::vector<FoundPlugin>& found) {
  Matrix matrix = scenario.matrix;
  const auto all = std::find(matrix.backend.begin(), matrix.backend.end(), kAllBackends);
  if (all == matrix.backend.end()) return matrix;
  matrix.backend.erase(all);
  std::set<std::string> names;
  for (const FoundPlugin& plugin : found) {
    if (plugin.refusal.empty() && RunsHere(*plugin.backend)) names.insert(plugin.backend->name());
  }
  for (const std::string& named : matrix.backend) names.erase(named);
  matrix.backend.insert(matrix.backend.end(), names.begin(), names.end());
  if (matrix.backend.empty()) {
    throw Error(
        "backend: all: no plugin that can run here was found; `quantbench plugins` shows why");
  }
  return matrix;
}

std::map<std::string, ChosenBackend> ChooseBackends(const Scenario& scenario,
                                                    const std::vector<Case>& cases,
                                                    const std::vector<FoundPlugin>& found) {
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
