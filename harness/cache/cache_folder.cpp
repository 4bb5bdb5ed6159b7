// SPDX-License-Identifier: Apache-2.0
// Entries are found by the names that the stages give their files.
#include "cache/cache_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "dataset/crops_file.h"
#include "dataset/fingerprints.h"
#include "pipeline/cache_use.h"
#include "pipeline/model_cache.h"
#include "pipeline/predictions_cache.h"
#include "pipeline/speeds.h"
#include "quantize/statistics_file.h"
#include "support/entry_locks.h"
#include "support/error.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::system_clock;

constexpr struct {
  CacheKind kind;
  std::string_view name;
  std::string_view folder;
  std::string_view prefix;
  std::vector<std::string_view> (*extensions)();
} kKinds[] = {
    {CacheKind::kCrops, "crops", "", "crops-",
     [] { return std::vector<std::string_view>{".bin"}; }},
    {CacheKind::kFingerprints, "fingerprints", "", "fingerprints-",
     [] { return std::vector<std::string_view>{".txt"}; }},
    {CacheKind::kSpeeds, "speeds", "", "speeds",
     [] { return std::vector<std::string_view>{".jsonl"}; }},
    {CacheKind::kStatistics, "statistics", "statistics", "",
     [] { return std::vector<std::string_view>{".bin"}; }},
    {CacheKind::kModel, "model", "models", "",
     [] {
       return std::vector<std::string_view>{".model", ".onnx", ".sealed"};
     }},
    {CacheKind::kPredictions, "predictions", "predictions", "",
     [] { return std::vector<std::string_view>{".json"}; }},
};

Clock::time_point TimeOf(const timespec& time) {
  return Clock::time_point(std::chrono::seconds(time.tv_sec) +
                           std::chrono::nanoseconds(time.tv_nsec));
}

void AddFile(const fs::path& file, CacheEntry& entry) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return;  // removed by another run
  entry.files.push_back(file);
  entry.bytes += status.st_size;
  entry.last_used = std::max(entry.last_used, TimeOf(status.st_mtim));
}

}  // namespace

std::string_view ToString(CacheKind kind) {
  for (const auto& known : kKinds) {
    if (known.kind == kind) return known.name;
  }
  return "";
}

std::vector<CacheEntry> ListCache(const fs::path& folder) {
  std::vector<CacheEntry> entries;
  for (const auto& known : kKinds) {
    std::map<std::string, CacheEntry> by_key;
    const std::vector<std::string_view> extensions = known.extensions();
    std::error_code ignored;
    for (const fs::directory_entry& file : fs::directory_iterator(folder / known.folder, ignored)) {
      const std::string name = file.path().filename().string();
      const bool ours = name.starts_with(known.prefix) &&
                        std::find(extensions.begin(), extensions.end(),
                                  file.path().extension().string()) != extensions.end();
      if (!ours || !file.is_regular_file(ignored)) continue;
      const std::string key = file.path().stem().string();
      CacheEntry& entry = by_key[key];
      entry.kind = known.kind;
      entry.key = key;
      AddFile(file.path(), entry);
    }
    for (auto& [key, entry] : by_key) entries.push_back(std::move(entry));
  }
  std::stable_sort(entries.begin(), entries.end(), [](const CacheEntry& a, const CacheEntry& b) {
    return a.last_used > b.last_used;
  });
  return entries;
}

std::string DamageIn(const CacheEntry& entry, ThreadPool& pool) {
  if (entry.files.empty()) return "";
  const fs::path& file = entry.files.front();
  std::string problem;
  switch (entry.kind) {
    case CacheKind::kCrops:
      return DamageInCropsFile(file, pool);
    case CacheKind::kFingerprints:
      return DamageInFingerprints(file);
    case CacheKind::kSpeeds:
      return DamageInSpeeds(file);
    case CacheKind::kStatistics:
      return DamageInStatisticsFile(file);
    case CacheKind::kModel:
      if (!ModelCache(file.parent_path()).Find(entry.key, problem) && problem.empty())
        problem = "'" + file.string() + "' was never finished";
      return problem;
    case CacheKind::kPredictions:
      PredictionsCache(file.parent_path()).Find(entry.key, problem);
      return problem;
  }
  return problem;
}

std::vector<CacheEntry> EntriesToPrune(std::vector<CacheEntry> entries, const PruneLimits& limits,
                                       Clock::time_point now,
                                       const std::function<bool(const CacheEntry&)>& may_go) {
  std::stable_sort(entries.begin(), entries.end(), [](const CacheEntry& a, const CacheEntry& b) {
    return a.last_used < b.last_used;
  });
  int64_t bytes = 0;
  for (const CacheEntry& entry : entries) bytes += entry.bytes;
  std::vector<CacheEntry> given_up;
  for (CacheEntry& entry : entries) {
    const auto age = now - entry.last_used;
    const bool too_old = limits.unused && age > *limits.unused;
    const bool too_much = limits.max_bytes && bytes > *limits.max_bytes;
    if (age < limits.spared || !(too_old || too_much) || !may_go(entry)) continue;
    bytes -= entry.bytes;
    given_up.push_back(std::move(entry));
  }
  return given_up;
}

Pruned Prune(const fs::path& folder, const PruneLimits& limits, bool dry_run) {
  Pruned pruned;
  if (!fs::exists(folder)) return pruned;
  EntryLocks locks(folder);
  if (!locks.works()) throw Error("can't write to '" + folder.string() + "'");
  locks.ClaimClearing();
  const std::vector<CacheEntry> entries = ListCache(folder);
  for (const CacheEntry& entry : entries) pruned.bytes_left += entry.bytes;
  const auto name = [&](const CacheEntry& entry) {
    return entry.files.empty() ? entry.key : CacheEntryName(folder, entry.files.front());
  };
  pruned.removed = EntriesToPrune(entries, limits, Clock::now(), [&](const CacheEntry& entry) {
    const bool claimed = locks.TryClaim(name(entry));
    pruned.in_use += claimed ? 0 : 1;
    return claimed;
  });
  for (const CacheEntry& entry : pruned.removed) {
    if (!dry_run) Remove(entry);
    locks.Release(name(entry));
    pruned.bytes_left -= entry.bytes;
  }
  return pruned;
}

void Remove(const CacheEntry& entry) {
  // The seal of a model goes first, so that nobody finds half of one.
  std::vector<fs::path> files = entry.files;
  std::stable_partition(files.begin(), files.end(),
                        [](const fs::path& file) { return file.extension() == ".sealed"; });
  for (const fs::path& file : files) {
    std::error_code error;
    fs::remove(file, error);
    if (error) throw Error("can't remove '" + file.string() + "': " + error.message());
  }
}

}  // namespace quantbench
