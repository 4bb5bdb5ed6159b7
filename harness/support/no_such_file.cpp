// SPDX-License-Identifier: Apache-2.0
// The absolute path, and its neighbours.
#include "support/no_such_file.h"

#include <algorithm>
#include <vector>

#include "support/suggest.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFew = 3;
constexpr size_t kMostNeighbours = 1000;  // in a folder of a million images nothing is near

// The deepest folder of a path that is there, and the name below it that isn't.
std::string NearestNeighbour(const fs::path& path) {
  std::error_code ignored;
  fs::path missing = path;
  while (missing.has_relative_path() && !fs::is_directory(missing.parent_path(), ignored))
    missing = missing.parent_path();
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(missing.parent_path(), ignored)) {
    if (names.size() == kMostNeighbours) return {};
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const std::vector<std::string_view> known(names.begin(), names.end());
  return std::string(Nearest(missing.filename().string(), known));
}

}  // namespace

std::string NoSuchFile(const fs::path& path) {
  return "there is no '" + path.string() + "'" + Whereabouts(path);
}

std::string Whereabouts(const fs::path& path) {
  std::error_code ignored;
  const fs::path where = fs::absolute(path, ignored).lexically_normal();
  std::string more;
  if (path.is_relative() && !where.empty()) more = "looked for '" + where.string() + "'";
  if (const std::string near = NearestNeighbour(where); !near.empty())
    more += (more.empty() ? "" : "; ") + std::string("did you mean '") + near + "'?";
  return more.empty() ? more : " (" + more + ")";
}

std::string FirstFew(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names.first(std::min(names.size(), kFew)))
    text += (text.empty() ? "" : ", ") + name;
  return names.size() > kFew ? text + " and " + std::to_string(names.size() - kFew) + " more"
                             : text;
}

}  // namespace quantbench
