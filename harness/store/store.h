// SPDX-License-Identifier: Apache-2.0
// The cache: what was made before, found again by kind and key. Several runs may share one.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/entry_locks.h"
#include "store/kind.h"
#include "support/error.h"

namespace quantbench {

// An entry as it lies in the folder. Not all its files need be there.
struct CacheEntry {
  const Kind* kind = nullptr;
  std::string key;
  std::vector<std::filesystem::path> files;
  int64_t bytes = 0;
  // When a run last made or took it: the newest of the files' times of last change.
  std::chrono::system_clock::time_point last_used;

  std::string Name() const { return std::string(kind->prefix) + key; }  // of its files
};

class Store {
 public:
  enum class Access {
    kUse,
    kLook,  // Hold does nothing: who only tells what is there keeps nobody from removing it
  };
  explicit Store(std::filesystem::path folder, Access access = Access::kUse)
      : folder_(std::move(folder)), access_(access) {}

  const std::filesystem::path& folder() const { return folder_; }
  // Where an entry's first file is or will be, or the one with this extension.
  std::filesystem::path Path(const Kind& kind, std::string_view key,
                             std::string_view extension = {}) const;

  // While this object lives, nobody removes the entry to save space, and it counts as used now.
  // Call it before looking for the entry; it needn't be there. Not for two threads at once.
  void Hold(const Kind& kind, std::string_view key);

  // Whether all files are there, unread.
  bool Has(const Kind& kind, std::string_view key) const;
  // Whether the entry is there and whole. Where it is there and damaged, `problem` says how. For
  // `pool` see Kind::verify.
  bool Find(const Kind& kind, std::string_view key, std::string& problem,
            ThreadPool* pool = nullptr) const;
  // For kinds of one file: what `read(file)` makes of it, or nothing where there is none, or where
  // `read` throws Error, which `problem` then says.
  template <typename ReadFile>
  auto Read(const Kind& kind, std::string_view key, std::string& problem,
            const ReadFile& read) const -> std::optional<decltype(read(std::filesystem::path()))>;

  // The files of an entry that is being written.
  class Files {
   public:
    std::filesystem::path first() const { return (*this)[""]; }
    std::filesystem::path operator[](std::string_view extension) const {
      return store_.Path(kind_, key_, extension);
    }

   private:
    friend Store;
    Files(const Store& store, const Kind& kind, std::string_view key)
        : store_(store), kind_(kind), key_(key) {}
    const Store& store_;
    const Kind& kind_;
    std::string_view key_;
  };
  // Makes the entry, or makes it anew: nobody finds it before all of it is there. `write` leaves
  // each file whole by rename (WriteFileAtomically). A key decides the bytes of its entry, so runs
  // may make the same one at once. Throws WriteError and what `write` throws.
  void Put(const Kind& kind, std::string_view key,
           const std::function<void(const Files&)>& write) const;
  // The same for kinds of one file.
  void Put(const Kind& kind, std::string_view key, std::string_view content) const;

  // Every entry, the one that was used last first. What belongs to no kind is no entry. A folder
  // that isn't there is empty.
  std::vector<CacheEntry> List(Kinds kinds) const;
  // What is wrong with an entry, after reading all of it; empty where its checksums are right.
  std::string DamageIn(const CacheEntry& entry, ThreadPool& pool) const;
  // Removes an entry's files. Runs that have them open keep them until they end. Throws Error.
  static void Remove(const CacheEntry& entry);
  // Removes what killed runs left half written.
  void TidyUp(Kinds kinds) const;

 private:
  std::string SealText(const Kind& kind, std::string_view key) const;
  void Verify(const Kind& kind, std::string_view key, ThreadPool* pool) const;

  std::filesystem::path folder_;
  Access access_;
  std::optional<EntryLocks> locks_;  // from the first Hold on
};

// What locks call an entry: its files' path in the cache folder without the extension.
std::string LockName(const Kind& kind, std::string_view key);

template <typename ReadFile>
auto Store::Read(const Kind& kind, std::string_view key, std::string& problem,
                 const ReadFile& read) const
    -> std::optional<decltype(read(std::filesystem::path()))> {
  if (!Has(kind, key)) return std::nullopt;
  try {
    return read(Path(kind, key));
  } catch (const Error& error) {
    problem = error.what();
    return std::nullopt;
  }
}

}  // namespace quantbench
