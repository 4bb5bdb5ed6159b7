// SPDX-License-Identifier: Apache-2.0
// Least recently used first, past what a run holds.
#include "store/prune.h"

#include <algorithm>

#include "support/error.h"
#include "support/system_error.h"

namespace quantbench {

using Clock = std::chrono::system_clock;

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

Pruned Prune(const Store& store, Kinds kinds, const PruneLimits& limits, bool dry_run) {
  Pruned pruned;
  if (!std::filesystem::exists(store.folder())) return pruned;
  EntryLocks locks(store.folder());
  if (!locks.works())
    throw Error("can't write to '" + store.folder().string() +
                "': " + SystemReason(locks.reason()));
  locks.ClaimClearing();
  const std::vector<CacheEntry> entries = store.List(kinds);
  for (const CacheEntry& entry : entries) pruned.bytes_left += entry.bytes;
  const auto name = [](const CacheEntry& entry) { return LockName(*entry.kind, entry.key); };
  pruned.removed = EntriesToPrune(entries, limits, Clock::now(), [&](const CacheEntry& entry) {
    const bool claimed = locks.TryClaim(name(entry));
    pruned.in_use += claimed ? 0 : 1;
    return claimed;
  });
  for (const CacheEntry& entry : pruned.removed) {
    if (!dry_run) Store::Remove(entry);
    locks.Release(name(entry));
    pruned.bytes_left -= entry.bytes;
  }
  return pruned;
}

}  // namespace quantbench
