// SPDX-License-Identifier: Apache-2.0
// The backends that a scenario names, found, probed and with their ISA path chosen.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "scenario/matrix.h"

namespace quantbench {

struct ChosenBackend {
  Backend backend;
  std::string isa;
};

// By the name that the cases use. Throws Error where one is missing or can't run here: a fallback
// would measure something else than what was asked for.
std::map<std::string, ChosenBackend> ChooseBackends(
    const Scenario& scenario, const std::vector<Case>& cases,
    const std::vector<std::filesystem::path>& extra_plugin_folders);

}  // namespace quantbench
