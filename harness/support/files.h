// SPDX-License-Identifier: Apache-2.0
// Reading files by memory mapping, and writing them so that nobody ever sees half of one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "support/error.h"
#include "support/partial_file.h"

namespace quantbench {

// A read-only view of a whole regular file. Throws Error where it can't be opened or is something
// else: a folder, a pipe, a device.
class MappedFile {
 public:
  MappedFile() = default;
  explicit MappedFile(const std::filesystem::path& file);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  // Takes a part out of this process's memory until it is read again, so that walking through a
  // large file doesn't fill memory.
  void Forget(std::span<const std::byte> part) const;

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

// Writes `file` through a PartialFile: others see the old file or the new one. Creates the parent
// folder. A device or a pipe is written to as it is. Throws WriteError with the system's reason,
// also where `write` throws Error since the stream takes no more; else what `write` throws.
void WriteFileAtomically(const std::filesystem::path& file,
                         const std::function<void(std::ostream&)>& write);
void WriteFileAtomically(const std::filesystem::path& file, std::string_view content);

// Sets a file's time of last change to now; that of one that isn't ours stays.
void Touch(const std::filesystem::path& file);

// The whole file as text; throws Error.
std::string ReadTextFile(const std::filesystem::path& file);

}  // namespace quantbench
