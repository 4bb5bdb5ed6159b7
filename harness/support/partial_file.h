// SPDX-License-Identifier: Apache-2.0
// A file in the making, which nobody takes for finished and which vanishes with its maker.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "support/descriptor.h"

namespace quantbench {

// What every file is written through: a locked file beside it under another name, and a rename at
// the end. A reader, also after kill -9 or with a full disk, sees the old file or the new one. All
// functions throw WriteError that names the final file and gives the system's reason.
class PartialFile {
 public:
  // Creates the parent folder of `file`.
  explicit PartialFile(std::filesystem::path file);
  // Removes the partial file unless MoveIntoPlace succeeded.
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  // Takes the disk space now, so that a full disk shows before the work.
  void Reserve(size_t bytes);
  // Any thread, as long as no two touch the same bytes.
  void Write(std::span<const std::byte> data, size_t offset);
  void Read(std::span<std::byte> data, size_t offset) const;
  void Truncate(size_t bytes);
  // Flushes to disk and renames: from here on `file` is there, whole. Also where somebody has
  // removed the folder meanwhile.
  void MoveIntoPlace();

 private:
  void Create();
  void CreateLocked();
  void CopyFrom(const Descriptor& removed);
  [[noreturn]] void Fail(const char* what, int error_number) const;

  std::filesystem::path file_;
  std::filesystem::path partial_;
  Descriptor descriptor_;
};

// Removes what processes that were killed left half written in the folder: partial files that
// nobody holds the lock of. Those of another machine, whose locks may not be seen here, stay until
// they are a day old.
void RemoveAbandonedFiles(const std::filesystem::path& folder);

}  // namespace quantbench
