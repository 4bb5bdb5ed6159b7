// SPDX-License-Identifier: Apache-2.0
// Resolves backend names through files given in the scenario, then through discovery.
#include "stage/backends.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include "scenario/parse.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

std::optional<std::string> ForcedIsa() {
  const char* const isa = std::getenv("QUANTBENCH_ISA");
  if (isa == nullptr || *isa == '\0') return std::nullopt;
  return isa;
}

}  // namespace

std::string ChosenBackend::Hash() const {
  Hasher hasher;
  hasher.Add("backend").Add(library_hash).Add(info.version).Add(isa);
  for (const ChosenOption& one : options) hasher.Add(one.name).Add(one.value);
  return hasher.Hex();
}

Matrix WithBackends(const Scenario& scenario, const std::vector<FoundPlugin>& found) {
  Matrix matrix = scenario.matrix;
  const bool all = std::erase(matrix.backend, kAllBackends) > 0;
  const bool engines = std::erase(matrix.backend, kAllEngines) > 0;
  if (!all && !engines) return matrix;
  std::set<std::string> names;
  for (const FoundPlugin& plugin : found) {
    if (!plugin.refusal.empty() || !plugin.info->RunsHere()) continue;
    if (plugin.info->takes_file ? engines : all) names.insert(plugin.info->name);
  }
  for (const std::string& named : matrix.backend) names.erase(named);
  matrix.backend.insert(matrix.backend.end(), names.begin(), names.end());
  if (matrix.backend.empty()) {
    throw Error(std::string("backend: ") + (all ? kAllBackends : kAllEngines) +
                ": no plugin that can run here was found; `quantbench plugins` shows why");
  }
  return matrix;
}

namespace {

// The plugin's own list decides. All mistakes are told at once.
std::vector<ChosenOption> OptionsFor(const ConfiguredBackend& asked, const PluginInfo& info) {
  std::vector<ChosenOption> chosen;
  std::vector<std::string_view> names;
  for (const PluginOption& option : info.options) names.push_back(option.name);
  std::string mistakes;
  int count = 0;
  const auto report = [&](const Spot& spot, const std::string& message) {
    mistakes += (count++ == 0 ? "" : "\n") + spot.Say(message);
  };
  for (const ConfiguredBackend::Option& one : asked.options) {
    const auto known = std::find_if(info.options.begin(), info.options.end(),
                                    [&](const PluginOption& o) { return o.name == one.name; });
    if (known == info.options.end()) {
      report(one.name_spot, "backend '" + info.name + "' has no such option; it has " +
                                (names.empty() ? "none" : Join(names)) +
                                DidYouMean(one.name, names));
      continue;
    }
    const std::vector<std::string_view> values(known->values.begin(), known->values.end());
    if (std::find(values.begin(), values.end(), one.value) == values.end()) {
      report(one.value_spot, "'" + one.value + "' is unknown; allowed: " + Join(values) +
                                 DidYouMean(one.value, values));
    }
    chosen.push_back({.name = one.name, .value = one.value});
  }
  if (count > 0) throw ScenarioError(mistakes, count);
  return chosen;
}

}  // namespace

ChosenBackend ChooseBackend(const std::string& name, const Scenario& scenario,
                            const std::vector<FoundPlugin>& found, const ProbeFunction& probe) {
  const auto file = scenario.backend_files.find(name);
  const auto configured = scenario.configured_backends.find(name);
  const bool has_options = configured != scenario.configured_backends.end();
  ChosenBackend chosen;
  if (file == scenario.backend_files.end()) {
    const FoundPlugin& plugin = PluginNamed(has_options ? configured->second.plugin : name, found);
    chosen.library = plugin.library;
    chosen.info = *plugin.info;
  } else {
    chosen.library = file->second;
    const ProbeResult result = probe({chosen.library}).front();
    if (!result.info) throw Error(result.refusal);
    chosen.info = *result.info;
  }
  if (has_options) chosen.options = OptionsFor(configured->second, chosen.info);
  chosen.library_hash = HashFile(chosen.library);
  chosen.isa = chosen.info.ChooseIsa(ForcedIsa());
  return chosen;
}

}  // namespace quantbench
