// SPDX-License-Identifier: Apache-2.0
// open() with what is easily forgotten: O_CLOEXEC, O_NONBLOCK, and a look at what was opened.
#include "support/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "support/error.h"
#include "support/printable.h"
#include "support/system_error.h"

namespace quantbench {
namespace {

// Printable, since a message would end at a NUL.
std::string Quoted(const std::filesystem::path& file) {
  return "'" + Printable(file.string()) + "'";
}

// The system would take such a name for the shorter one before the NUL.
bool HasNul(const std::filesystem::path& file) {
  return file.native().find('\0') != std::string::npos;
}

const char* WhatIs(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  return "a device";
}

template <class Call>
int WriteWith(std::span<const std::byte> bytes, const Call& call) {
  while (!bytes.empty()) {
    const ssize_t written = call(bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

void Descriptor::Close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

ReadableFile OpenToRead(const std::filesystem::path& file) {
  if (HasNul(file)) throw Error("can't open " + Quoted(file) + ": NUL in its name");
  // Without O_NONBLOCK, opening a pipe waits for somebody to write to it.
  Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status {};
  if (descriptor.get() < 0 || ::fstat(descriptor.get(), &status) != 0)
    throw Error("can't open " + Quoted(file) + ": " + SystemReason(errno));
  if (!S_ISREG(status.st_mode))
    throw Error(Quoted(file) + " is " + WhatIs(status.st_mode) + ", not a regular file");
  return {.descriptor = std::move(descriptor), .bytes = static_cast<size_t>(status.st_size)};
}

Descriptor OpenToWrite(const std::filesystem::path& file, int flags) {
  return OpenToWrite(file, flags, file);
}

Descriptor OpenToWrite(const std::filesystem::path& file, int flags,
                       const std::filesystem::path& called) {
  if (HasNul(file)) throw WriteError("can't create " + Quoted(called) + ": NUL in its name");
  Descriptor descriptor(::open(file.c_str(), flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666));
  if (descriptor.get() < 0)
    throw WriteError("can't create " + Quoted(called) + ": " + SystemReason(errno));
  // Only opening mustn't wait.
  ::fcntl(descriptor.get(), F_SETFL, ::fcntl(descriptor.get(), F_GETFL) & ~O_NONBLOCK);
  return descriptor;
}

void CreateFolder(const std::filesystem::path& folder) {
  std::error_code reason;
  std::filesystem::create_directories(folder, reason);
  std::error_code ignored;
  if (reason && !std::filesystem::is_directory(folder, ignored))
    throw WriteError("can't create the folder " + Quoted(folder) + ": " + reason.message());
}

int WriteAll(int descriptor, std::span<const std::byte> bytes) {
  return WriteWith(bytes, [&](std::span<const std::byte> rest) {
    return ::write(descriptor, rest.data(), rest.size());
  });
}

int WriteAllAt(int descriptor, std::span<const std::byte> bytes, size_t offset) {
  const std::byte* const first = bytes.data();
  return WriteWith(bytes, [&](std::span<const std::byte> rest) {
    const auto done = static_cast<size_t>(rest.data() - first);
    return ::pwrite(descriptor, rest.data(), rest.size(), static_cast<off_t>(offset + done));
  });
}

}  // namespace quantbench
