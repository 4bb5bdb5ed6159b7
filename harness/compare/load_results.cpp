// SPDX-License-Identifier: Apache-2.0
// Finds and reads many results.
#include "compare/load_results.h"

#include <algorithm>
#include <optional>
#include <set>
#include <system_error>

#include "record/read_results.h"
#include "support/error.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

// Beside results; more would take seconds to read and tell little more.
constexpr size_t kMostBeside = 200;

// Samples make most of a file, and a history may be of hundreds.
LoadedResults LoadWithoutSamples(const fs::path& file) {
  LoadedResults loaded = LoadResults(file);
  for (Row& row : loaded.results.rows) row.latency.samples_ms = std::vector<double>();
  return loaded;
}

fs::file_time_type WrittenAt(const fs::path& file) {
  std::error_code ignored;
  return fs::last_write_time(file, ignored);
}

}  // namespace

ManyResults LoadAllResults(const std::vector<fs::path>& paths) {
  ManyResults found;
  std::set<fs::path> seen;
  std::optional<Error> broken;
  for (const fs::path& path : paths) {
    const std::vector<fs::path> files = AllResultsFiles(path);
    const bool named = !fs::is_directory(path) || fs::exists(path / "results.json");
    for (const fs::path& file : files) {
      if (!seen.insert(fs::weakly_canonical(file)).second) continue;
      try {
        found.results.push_back(LoadWithoutSamples(file));
      } catch (const Error& error) {
        if (named) throw;
        broken = error;
        found.left_out.push_back("left out: " + std::string(error.what()));
      }
    }
  }
  if (found.results.empty() && broken) throw Error(*broken);
  return found;
}

std::vector<LoadedResults> LoadResultsBeside(const std::vector<fs::path>& files) {
  std::set<fs::path> beside;
  for (const fs::path& file : files) {
    std::error_code unreadable;
    const fs::path folder = fs::weakly_canonical(file).parent_path().parent_path();
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, unreadable)) {
      const fs::path results = entry.path() / "results.json";
      if (fs::is_regular_file(results, unreadable)) beside.insert(results);
    }
  }
  std::vector<fs::path> latest(beside.begin(), beside.end());
  if (latest.size() > kMostBeside) {
    std::stable_sort(latest.begin(), latest.end(), [](const fs::path& a, const fs::path& b) {
      return WrittenAt(a) > WrittenAt(b);
    });
    latest.resize(kMostBeside);
  }
  std::vector<LoadedResults> loaded;
  for (const fs::path& file : latest) {
    try {
      loaded.push_back(LoadWithoutSamples(file));
    } catch (const Error&) {  // nobody asked for it
    }
  }
  return loaded;
}

}  // namespace quantbench
