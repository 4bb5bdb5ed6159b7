// SPDX-License-Identifier: Apache-2.0
// Many results at once: those of a history, and those that lie beside others.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compare/compare.h"

namespace quantbench {

struct ManyResults {
  std::vector<LoadedResults> results;  // each file once, without single samples
  std::vector<std::string> left_out;   // what couldn't be read, and why
};

// Each path a results folder, a results.json, or a folder that holds such folders at any depth.
// What is named itself has to be readable; of what is found below a folder, what can't be read is
// left out. Throws Error where nothing can be.
ManyResults LoadAllResults(const std::vector<std::filesystem::path>& paths);

// The results in the folders beside those of `files` (results.json), the latest written where there
// are very many; those of `files` themselves among them. What can't be read isn't there.
std::vector<LoadedResults> LoadResultsBeside(const std::vector<std::filesystem::path>& files);

}  // namespace quantbench
