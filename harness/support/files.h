// SPDX-License-Identifier: Apache-2.0
// Reading files by memory mapping and writing them so that nobody ever sees half of one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace quantbench {

// A read-only view of a whole regular file. Throws Error where it can't be opened or is a
// directory.
class MappedFile {
 public:
  MappedFile() = default;
  explicit MappedFile(const std::filesystem::path& file);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

// Writes `file` by way of a temporary file beside it: write, fsync, rename. A reader, also after
// kill -9 or with a full disk, sees the old file or the new one. Creates the parent folder. Throws
// Error with the system's reason.
void WriteFileAtomically(const std::filesystem::path& file,
                         const std::function<void(std::ostream&)>& write);
void WriteFileAtomically(const std::filesystem::path& file, std::string_view content);

// The whole file as text; throws Error.
std::string ReadTextFile(const std::filesystem::path& file);

}  // namespace quantbench
