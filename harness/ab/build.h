// SPDX-License-Identifier: Apache-2.0
// One of two builds: an installed quantbench, or a plugin that this quantbench loads.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace quantbench {

struct Build {
  std::filesystem::path given;        // as on the command line
  std::filesystem::path program;      // the quantbench that runs it
  std::vector<std::string> settings;  // of its `run` and `plan`, beside the scenario's
  // An installation brings its plugins; whatever the environment says of others would measure one
  // plugin against itself.
  bool brings_plugins = false;
};

struct BuildPair {
  Build base, changed;
};

// Both are plugins (shared libraries), which take the place of the scenario's backends under one
// name (the file's of `changed` unless another is given), or both are folders with bin/quantbench,
// installed or built. Throws Error that says what is expected.
BuildPair FindBuilds(const std::filesystem::path& base, const std::filesystem::path& changed,
                     const std::string& backend = {});

}  // namespace quantbench
