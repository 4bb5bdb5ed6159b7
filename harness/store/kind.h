// SPDX-License-Identifier: Apache-2.0
// A kind of cache entry: where its files are and what makes them whole. Declared once, beside the
// code that owns their format.
#pragma once

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace quantbench {

class ThreadPool;

struct EntryFile {
  std::string_view extension;
  std::string_view label = {};  // what a seal calls it
};

struct Kind {
  std::string_view name;    // for people: "crops", "model"
  std::string_view folder;  // in the cache; empty: the cache's own
  std::string_view prefix;  // of file names, before the key
  // An entry of one file is whole as soon as that is there. Of several, each is of no use without
  // the others; a seal with their hashes is written behind them.
  EntryFile file_types[3];
  // Throws Error that says what is wrong with an entry's first file, by its own checksums. Null
  // where the seal says all. Without a pool, what is too large to read for a glance goes unread.
  void (*verify)(const std::filesystem::path& file, const std::string& key, ThreadPool* pool);

  constexpr std::span<const EntryFile> files() const {
    const auto* const end = std::ranges::find_if(
        file_types, [](const EntryFile& file) { return file.extension.empty(); });
    return {std::begin(file_types), end};
  }
  constexpr bool sealed() const { return files().size() > 1; }
};

// All kinds that there are, handed down to what works on a whole cache.
using Kinds = std::span<const Kind* const>;

}  // namespace quantbench
