// SPDX-License-Identifier: Apache-2.0
// The backends that a scenario names, found, probed and with their ISA path chosen.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backend/discovery.h"
#include "scenario/matrix.h"

namespace quantbench {

struct ChosenBackend {
  PluginInfo info;
  std::filesystem::path library;
  std::string library_hash;
  std::string isa;
  std::vector<ChosenOption> options{};

  // Of all that decides what it computes. A plugin's version may be that of an engine of its own.
  std::string Hash() const;
};

// What `backend: all` in a scenario stands for: every plugin found that can run here and takes the
// host's model, by name.
inline constexpr char kAllBackends[] = "all";
// And those that import models by themselves, whose numbers are their own.
inline constexpr char kAllEngines[] = "engines";

// The scenario's matrix with these two replaced. Throws Error where that leaves no backend.
Matrix WithBackends(const Scenario& scenario, const std::vector<FoundPlugin>& found);

// The backend that cases call by that name. Throws Error where it is missing or can't run here: a
// fallback would measure something else than what was asked for. `probe` looks into libraries that
// the scenario names as files.
ChosenBackend ChooseBackend(const std::string& name, const Scenario& scenario,
                            const std::vector<FoundPlugin>& found, const ProbeFunction& probe);

}  // namespace quantbench
