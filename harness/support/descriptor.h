// SPDX-License-Identifier: Apache-2.0
// The one place where files are opened, to be read or to be written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace quantbench {

// Owns an open file.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() { Close(); }
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const { return descriptor_; }
  void Close();

 private:
  int descriptor_ = -1;
};

// A regular file and its size. It never waits: a pipe or a device in its place is an error, not a
// reader that hangs. Throws Error that names the file.
struct ReadableFile {
  Descriptor descriptor;
  size_t bytes = 0;
};
ReadableFile OpenToRead(const std::filesystem::path& file);

// `flags` beside O_CLOEXEC: O_WRONLY or O_RDWR, with O_CREAT and others. Throws WriteError that
// names the file, or what people call it. A pipe that nobody reads is an error as well.
Descriptor OpenToWrite(const std::filesystem::path& file, int flags);
Descriptor OpenToWrite(const std::filesystem::path& file, int flags,
                       const std::filesystem::path& called);

// Creates a folder with those above it. Throws WriteError that names it.
void CreateFolder(const std::filesystem::path& folder);

// All of it, however many calls that takes: from where the file stands, or at an offset. 0, or the
// system's reason.
int WriteAll(int descriptor, std::span<const std::byte> bytes);
int WriteAllAt(int descriptor, std::span<const std::byte> bytes, size_t offset);

}  // namespace quantbench
