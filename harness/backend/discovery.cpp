// SPDX-License-Identifier: Apache-2.0
// Lists plugin folders and loads what lies in them.
#include "backend/discovery.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "support/error.h"
#include "support/no_such_file.h"
#include "support/process_state.h"
#include "support/program_file.h"
#include "support/suggest.h"
#include "support/system_error.h"

namespace quantbench {
namespace {

// The *.so of a folder, sorted. What keeps it from being read to its end is told.
std::vector<std::filesystem::path> LibrariesIn(const std::filesystem::path& folder,
                                               std::string& problem) {
  std::vector<std::filesystem::path> libraries;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".so") libraries.push_back(entry->path());
  }
  if (error == std::errc::no_such_file_or_directory) {
    problem = "plugin folder: " + NoSuchFile(folder);
  } else if (error) {
    problem =
        "plugin folder '" + folder.string() + "' can't be read: " + SystemReason(error.value());
  }
  std::sort(libraries.begin(), libraries.end());
  return libraries;
}

// Why an earlier plugin stands in this one's place; empty where none does.
std::string ShadowOf(const FoundPlugin& plugin, const std::vector<FoundPlugin>& earlier) {
  for (const FoundPlugin& other : earlier) {
    if (!other.refusal.empty() || other.info->name != plugin.info->name) continue;
    return "plugin '" + plugin.library.string() + "': shadowed by '" + other.library.string() +
           "', which has the same name '" + other.info->name + "'";
  }
  return "";
}

std::filesystem::path OwnPluginFolder() {
  return ProgramFile().parent_path().parent_path() / "lib" / "quantbench";
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
  folders.push_back(OwnPluginFolder());
  return folders;
}

ProbeResult ProbeHere(const std::filesystem::path& library) {
  // Some set flags of the processor as soon as they are loaded, which the next one would find.
  const ProcessState state;
  struct PutBack {
    const ProcessState& state;
    ~PutBack() { state.Restore(); }
  } const put_back{state};
  try {
    return {.info = Backend::Load(library).Describe(), .refusal = {}};
  } catch (const Error& error) {
    return {.info = std::nullopt, .refusal = error.what()};
  }
}

std::vector<FoundPlugin> FindPlugins(const std::vector<std::filesystem::path>& folders,
                                     const ProbeFunction& probe) {
  std::vector<std::filesystem::path> libraries;
  std::vector<FoundPlugin> found;
  for (const std::filesystem::path& folder : folders) {
    std::string problem;
    const std::vector<std::filesystem::path> inside = LibrariesIn(folder, problem);
    // Its own folder is looked into whether it was installed or not.
    if (folder == OwnPluginFolder() && !std::filesystem::exists(folder)) problem.clear();
    libraries.insert(libraries.end(), inside.begin(), inside.end());
    if (!problem.empty())
      found.push_back({.library = folder, .info = std::nullopt, .refusal = problem});
  }
  std::vector<ProbeResult> results;
  if (probe) {
    results = probe(libraries);
  } else {
    for (const std::filesystem::path& library : libraries) results.push_back(ProbeHere(library));
  }
  for (size_t i = 0; i < libraries.size(); ++i) {
    FoundPlugin plugin{.library = libraries[i],
                       .info = std::move(results[i].info),
                       .refusal = std::move(results[i].refusal)};
    if (plugin.info) plugin.refusal = ShadowOf(plugin, found);
    found.push_back(std::move(plugin));
  }
  return found;
}

const FoundPlugin& PluginNamed(const std::string& name, const std::vector<FoundPlugin>& found) {
  std::vector<std::string_view> known;
  std::string refused;
  for (const FoundPlugin& plugin : found) {
    if (!plugin.refusal.empty()) {
      refused += "\n  " + plugin.refusal;
      continue;
    }
    if (plugin.info->name == name) return plugin;
    known.push_back(plugin.info->name);
  }
  throw Error("there is no backend '" + name +
              "'; found: " + (known.empty() ? "none" : Join(known)) + DidYouMean(name, known) +
              (refused.empty() ? "" : "; refused:" + refused) +
              "\nadd its folder with --plugin-path or QUANTBENCH_PLUGIN_PATH; `quantbench plugins` "
              "shows all");
}

Backend BackendNamed(const std::string& name, const std::vector<FoundPlugin>& found) {
  return Backend::Load(PluginNamed(name, found).library);
}

}  // namespace quantbench
