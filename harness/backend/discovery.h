// SPDX-License-Identifier: Apache-2.0
// Finds plugins: the host knows folders, never names.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "backend/backend.h"

namespace quantbench {

// Where plugins are looked for, in this order: `extra` (--plugin-path), QUANTBENCH_PLUGIN_PATH
// (colon separated), and lib/quantbench beside the bin folder of the running program.
std::vector<std::filesystem::path> PluginFolders(const std::vector<std::filesystem::path>& extra);

// One library found: usable, or the reason why not.
struct FoundPlugin {
  std::filesystem::path library;
  std::optional<Backend> backend;
  std::string refusal;  // empty when usable
};

// Every *.so of the folders, sorted by name within a folder. A backend name that was already found
// in an earlier folder is shadowed: refusal says by which file.
std::vector<FoundPlugin> FindPlugins(const std::vector<std::filesystem::path>& folders);

// The backend that a scenario names. Throws Error that lists what was found, with the reasons of
// those refused.
const Backend& BackendNamed(const std::string& name, const std::vector<FoundPlugin>& found);

}  // namespace quantbench
