// SPDX-License-Identifier: Apache-2.0
// The cache folder as a whole: what is in it, what is damaged, what to give up first.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/thread_pool.h"

namespace quantbench {

enum class CacheKind { kCrops, kFingerprints, kSpeeds, kStatistics, kModel, kPredictions };
std::string_view ToString(CacheKind kind);  // "crops", "fingerprints", "statistics", ...

// Files that belong together: none of them is of use without the others.
struct CacheEntry {
  CacheKind kind = CacheKind::kCrops;
  std::string key;  // the files' common name
  std::vector<std::filesystem::path> files;
  int64_t bytes = 0;
  // When a run last made or took it: the newest of the files' times of last change.
  std::chrono::system_clock::time_point last_used;
};

// Every entry, the one that was used last first. Files that quantbench doesn't make are no entries.
// A folder that isn't there is empty.
std::vector<CacheEntry> ListCache(const std::filesystem::path& folder);

// What is wrong with an entry, after reading all of it; empty where its checksums are right.
std::string DamageIn(const CacheEntry& entry, ThreadPool& pool);

struct PruneLimits {
  std::optional<int64_t> max_bytes;            // what the rest may have together
  std::optional<std::chrono::seconds> unused;  // give up what wasn't used for so long
  std::chrono::seconds spared{0};              // never give up what was used within this time
};

// The entries to give up, least recently used first; none that `may_go` (asked of each that is to)
// says no to.
std::vector<CacheEntry> EntriesToPrune(
    std::vector<CacheEntry> entries, const PruneLimits& limits,
    std::chrono::system_clock::time_point now,
    const std::function<bool(const CacheEntry&)>& may_go = [](const CacheEntry&) { return true; });

struct Pruned {
  std::vector<CacheEntry> removed;
  int64_t in_use = 0;      // entries that were passed over, since a run works with them
  int64_t bytes_left = 0;  // in the folder
};
// Removes entries until the limits hold, or, for a `dry_run`, only says which. Runs and others that
// prune may be at work in the folder meanwhile. Throws Error: a folder that can't be written to.
Pruned Prune(const std::filesystem::path& folder, const PruneLimits& limits, bool dry_run);

// Removes an entry's files. Runs that have them open keep them until they end. Throws Error.
void Remove(const CacheEntry& entry);

}  // namespace quantbench
