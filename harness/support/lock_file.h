// SPDX-License-Identifier: Apache-2.0
// A folder that one process at a time works in.
#pragma once

#include <filesystem>

namespace quantbench {

// Holds the folder's lock while it lives. The kernel drops it with the process, however that ends.
class FolderLock {
 public:
  // Creates the folder where it isn't there. Throws Error, naming the process that holds the lock.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace quantbench
