// SPDX-License-Identifier: Apache-2.0
// Finds results.json files and reads them, every mistake with its place.
#include "record/read_results.h"

#include <algorithm>
#include <set>

#include "record/digest.h"
#include "record/json.h"
#include "support/error.h"
#include "support/files.h"
#include "support/no_such_file.h"

namespace quantbench {
namespace {

Results ReadRoot(const Located& root) {
  if (!root.json().is_object()) root.Fail("an object");
  int schema = 0;
  Read(root.Child("schema"), schema);
  if (schema != kResultsSchema) {
    throw Error("schema: this quantbench reads schema " + std::to_string(kResultsSchema) +
                " alone; the file is of another version");
  }
  Results results;
  Read(root, results);
  const Located digest = root.Child(kDigest);  // older versions wrote none
  results.is_edited = digest.IsThere() && digest.json() != DigestOf(root.json());
  std::set<std::string> ids;
  for (size_t i = 0; i < results.rows.size(); ++i) {
    const std::string& id = results.rows[i].case_id;
    if (!ids.insert(id).second)
      throw Error("rows[" + std::to_string(i) + "].case_id: '" + id + "' is there twice");
  }
  return results;
}

}  // namespace

Results ParseResults(std::string_view json, const std::string& name) {
  try {
    const Json root = ParseJson(json);
    return ReadRoot({root, Strictness::kResults});
  } catch (const Error& error) {
    throw Error(name + ": " + error.what());
  }
}

std::filesystem::path ResultsFile(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path))
    throw Error(NoSuchFile(path) + "; expected the folder of a run, or its results.json");
  if (!std::filesystem::is_directory(path)) return path;
  const std::filesystem::path file = path / "results.json";
  if (!std::filesystem::exists(file)) {
    throw Error(path.string() + ": no results.json in this folder; `quantbench run` writes one");
  }
  return file;
}

std::vector<std::filesystem::path> AllResultsFiles(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(path) || fs::exists(path / "results.json")) return {ResultsFile(path)};
  std::vector<fs::path> files;
  constexpr auto kOptions = fs::directory_options::skip_permission_denied;
  for (auto entry = fs::recursive_directory_iterator(path, kOptions); entry != end(entry);
       ++entry) {
    if (entry->is_symlink() || !entry->is_directory()) continue;
    const fs::path file = entry->path() / "results.json";
    if (!fs::exists(file)) continue;
    files.push_back(file);
    entry.disable_recursion_pending();
  }
  if (files.empty()) {
    throw Error(path.string() +
                ": no results.json in this folder or below it; `quantbench run` writes one");
  }
  std::sort(files.begin(), files.end());
  return files;
}

Results ReadResults(const std::filesystem::path& path) {
  const std::filesystem::path file = ResultsFile(path);
  return ParseResults(ReadTextFile(file), file.string());
}

}  // namespace quantbench
