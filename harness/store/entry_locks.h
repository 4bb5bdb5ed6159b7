// SPDX-License-Identifier: Apache-2.0
// Who uses which entry of a cache folder, so that nobody removes what another process works with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace quantbench {

// Locks on names in one folder, kept by the kernel: those of a process that dies, however it does,
// are gone with it. A name needs no file. In a folder that can't be written to, nothing is locked
// and nothing can be claimed. Not for two threads at
// once.
class EntryLocks {
 public:
  // Creates the folder where it isn't there.
  explicit EntryLocks(const std::filesystem::path& folder);
  ~EntryLocks();
  EntryLocks(const EntryLocks&) = delete;
  EntryLocks& operator=(const EntryLocks&) = delete;

  // Whether locks can be had at all.
  bool works() const { return descriptor_ >= 0; }
  int reason() const { return reason_; }  // the system's, where they can't be had

  // In use until this object goes. Any number of processes may hold a name. Waits for one that has
  // claimed it; call it before looking for the entry.
  void Hold(std::string_view name);
  // Nobody else uses the name, and nobody begins to before Release. False where somebody does.
  bool TryClaim(std::string_view name);
  void Release(std::string_view name);
  // Waits until this is the only one that clears up in the folder; until this object goes.
  void ClaimClearing();

 private:
  bool Lock(int64_t place, short type, bool wait);

  int descriptor_ = -1;
  int reason_ = 0;
};

}  // namespace quantbench
