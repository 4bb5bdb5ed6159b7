// SPDX-License-Identifier: Apache-2.0
// The entries of the cache that a run works with.
#pragma once

#include <filesystem>
#include <string>

#include "support/entry_locks.h"

namespace quantbench {

// What locks call an entry: its file's path in the cache folder without the extension, which all
// files of an entry share.
std::string CacheEntryName(const std::filesystem::path& cache, const std::filesystem::path& file);

class CacheUse {
 public:
  explicit CacheUse(const std::filesystem::path& cache) : cache_(cache), locks_(cache) {}

  // Call before looking for an entry, by one of its files: while this object lives, nobody removes
  // it to save space, and it counts as used now.
  void Hold(const std::filesystem::path& file);

 private:
  std::filesystem::path cache_;
  EntryLocks locks_;
};

}  // namespace quantbench
