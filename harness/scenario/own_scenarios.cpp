// SPDX-License-Identifier: Apache-2.0
// Looks above the program's own file: PREFIX/bin has PREFIX/share/quantbench beside it, and
// TREE/build/PRESET/bin lies in TREE.
#include "scenario/own_scenarios.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "support/error.h"
#include "support/no_such_file.h"
#include "support/program_file.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> OwnScenarios(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string NotThere(const fs::path& word, const std::string& stem,
                     const std::vector<std::string>& own) {
  const std::vector<std::string_view> known(own.begin(), own.end());
  const std::string near = DidYouMean(stem, known);
  return NoSuchFile(word) + ", and quantbench brings no scenario of that name; it has " +
         Join(known) + near;
}

bool IsFile(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
}

}  // namespace

fs::path OwnFolder() {
  std::error_code ignored;
  for (fs::path folder = ProgramFile().parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    for (const fs::path& own : {folder / "share" / "quantbench", folder}) {
      if (fs::exists(own / "scenarios" / "default.yaml", ignored)) return own;
    }
  }
  return {};
}

std::optional<fs::path> OwnScenario(const fs::path& name) {
  if (name.has_parent_path() || name.empty()) return {};
  const fs::path own = OwnFolder();
  if (own.empty()) return {};
  fs::path found = own / "scenarios" / name;
  if (found.extension() != ".yaml") found += ".yaml";
  return IsFile(found) ? std::optional(found) : std::nullopt;
}

fs::path ScenarioFile(const fs::path& word) {
  std::error_code ignored;
  if (IsFile(word)) return word;
  if (const auto found = OwnScenario(word)) return *found;
  if (fs::exists(word, ignored) || word.empty()) return word;
  const std::string stem = word.extension() == ".yaml" ? word.stem().string() : word.string();
  if (word.has_parent_path()) {
    if (!OwnScenario(word.filename())) return word;
    throw Error(NoSuchFile(word) + "; quantbench brings a scenario of that name: write just '" +
                word.stem().string() + "'");
  }
  const fs::path own = OwnFolder();
  if (own.empty()) return word;
  throw Error(NotThere(word, stem, OwnScenarios(own / "scenarios")));
}

}  // namespace quantbench
