// SPDX-License-Identifier: Apache-2.0
// Lists plugin folders and loads what lies in them.
#include "backend/discovery.h"

#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>
#include <cstdlib>
#include <sstream>

#include "support/error.h"

namespace quantbench {
namespace {

std::vector<std::filesystem::path> LibrariesIn(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> libraries;
  std::error_code ignored;  // a folder that isn't there has no plugins
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".so") libraries.push_back(entry.path());
  }
  std::sort(libraries.begin(), libraries.end());
  return libraries;
}

FoundPlugin TryLoad(const std::filesystem::path& library, const std::vector<FoundPlugin>& earlier) {
  FoundPlugin plugin{.library = library, .backend = std::nullopt, .refusal = {}};
  try {
    plugin.backend = Backend::Load(library);
  } catch (const Error& error) {
    plugin.refusal = error.what();
    return plugin;
  }
  for (const FoundPlugin& other : earlier) {
    if (other.refusal.empty() && other.backend->name() == plugin.backend->name()) {
      plugin.refusal = "plugin '" + library.string() + "': shadowed by '" + other.library.string() +
                       "', which has the same name '" + other.backend->name() + "'";
      break;
    }
  }
  return plugin;
}

}  // namespace

std::vector<std::filesystem::path> PluginFolders(const std::vector<std::filesystem::path>& extra) {
  std::vector<std::filesystem::path> folders = extra;
  if (const char* const from_environment = std::getenv("QUANTBENCH_PLUGIN_PATH")) {
    std::istringstream paths(from_environment);
    for (std::string path; std::getline(paths, path, ':');) {
      if (!path.empty()) folders.emplace_back(path);
    }
  }
  const std::filesystem::path program = boost::dll::program_location().string();
  folders.push_back(program.parent_path().parent_path() / "lib" / "quantbench");
  return folders;
}

std::vector<FoundPlugin> FindPlugins(const std::vector<std::filesystem::path>& folders) {
  std::vector<FoundPlugin> found;
  for (const std::filesystem::path& folder : folders) {
    for (const std::filesystem::path& library : LibrariesIn(folder))
      found.push_back(TryLoad(library, found));
  }
  return found;
}

const Backend& BackendNamed(const std::string& name, const std::vector<FoundPlugin>& found) {
  std::string known, refused;
  for (const FoundPlugin& plugin : found) {
    if (!plugin.refusal.empty()) {
      refused += "\n  " + plugin.refusal;
      continue;
    }
    if (plugin.backend->name() == name) return *plugin.backend;
    known += (known.empty() ? "" : ", ") + plugin.backend->name();
  }
  throw Error("there is no backend '" + name + "'; found: " + (known.empty() ? "none" : known) +
              (refused.empty() ? "" : "; refused:" + refused) +
              "\nadd its folder with --plugin-path or QUANTBENCH_PLUGIN_PATH; `quantbench plugins` "
              "shows all");
}

}  // namespace quantbench
