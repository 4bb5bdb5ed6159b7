// SPDX-License-Identifier: Apache-2.0
// Finds plugins: the host knows folders, never names.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backend/backend.h"

namespace quantbench {

// Where plugins are looked for, in this order: `extra` (--plugin-path), QUANTBENCH_PLUGIN_PATH
// (colon separated), and lib/quantbench beside the bin folder of the running program.
std::vector<std::filesystem::path> PluginFolders(const std::vector<std::filesystem::path>& extra);

// What came of looking into one library.
struct ProbeResult {
  std::optional<PluginInfo> info;
  std::string refusal;  // where there is no info
};

template <>
struct Fields<ProbeResult> {
  static constexpr std::tuple kAll{Embedded(&ProbeResult::info),
                                   Field("refusal", &ProbeResult::refusal)};
};

// Loads a library into this process and asks it about itself.
ProbeResult ProbeHere(const std::filesystem::path& library);

// Looks into libraries: one result each, in their order. A plugin may crash when it is loaded or
// asked, so programs that must survive that give a function that does it elsewhere (worker/).
using ProbeFunction =
    std::function<std::vector<ProbeResult>(const std::vector<std::filesystem::path>&)>;

// One library found: usable, or the reason why not.
struct FoundPlugin {
  std::filesystem::path library;
  std::optional<PluginInfo> info;
  std::string refusal;  // empty when usable
};

// Every *.so of the folders, sorted by name within a folder. A backend name that was already found
// in an earlier folder is shadowed: refusal says by which file. A folder that can't be read stands
// among them, refused. Without `probe`: ProbeHere.
std::vector<FoundPlugin> FindPlugins(const std::vector<std::filesystem::path>& folders,
                                     const ProbeFunction& probe = {});

// The plugin that a scenario names. Throws Error that lists what was found, with the reasons of
// those refused.
const FoundPlugin& PluginNamed(const std::string& name, const std::vector<FoundPlugin>& found);
// The same, loaded into this process.
Backend BackendNamed(const std::string& name, const std::vector<FoundPlugin>& found);

}  // namespace quantbench
