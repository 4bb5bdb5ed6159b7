// SPDX-License-Identifier: Apache-2.0
// Which entries of a cache go first when it has to be smaller.
#pragma once

#include "store/store.h"

namespace quantbench {

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
Pruned Prune(const Store& store, Kinds kinds, const PruneLimits& limits, bool dry_run);

}  // namespace quantbench
