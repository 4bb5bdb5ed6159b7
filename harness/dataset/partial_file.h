// SPDX-License-Identifier: Apache-2.0
// A large file in the making, which nobody takes for finished and which vanishes with its maker.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace quantbench {

// WriteFileAtomically (support/files.h) for content that many threads write piece by piece. All
// functions throw WriteError that names the final file and gives the system's reason.
class PartialFile {
 public:
  // Creates the parent folder of `file` and in it a locked file under another name; removes those
  // that killed processes left there, as nobody holds their locks any more.
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
  // Flushes to disk and renames: from here on `file` is there, whole.
  void MoveIntoPlace();

 private:
  void CreateLocked();
  [[noreturn]] void Fail(const char* what, int error_number) const;

  std::filesystem::path file_;
  std::filesystem::path partial_;
  int descriptor_ = -1;
};

}  // namespace quantbench
