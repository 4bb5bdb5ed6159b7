// SPDX-License-Identifier: Apache-2.0
// POSIX file mapping and atomic replacement.
#include "support/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

#include "support/descriptor.h"
#include "support/piece_buffer.h"

namespace quantbench {
namespace {

// What `take` throws is kept, and nothing is taken any more.
template <class Consume>
class ThrowingBuffer : public PieceBuffer {
 public:
  explicit ThrowingBuffer(Consume take) : take_(std::move(take)) {}
  void ThrowWhatWentWrong() const {
    if (error_) throw WriteError(*error_);
  }

 protected:
  bool Take(std::span<const char> piece) override {
    if (error_) return false;
    try {
      take_(std::as_bytes(piece));
    } catch (const WriteError& error) {
      error_ = error;
    }
    return !error_;
  }

 private:
  Consume take_;
  std::optional<WriteError> error_;
};

// Lets `write` fill a stream of which `take` gets the pieces.
template <class Take>
void WriteInPieces(const std::function<void(std::ostream&)>& write, Take take) {
  ThrowingBuffer<Take> buffer(std::move(take));
  std::ostream stream(&buffer);
  try {
    write(stream);
  } catch (const Error&) {
    buffer.ThrowWhatWentWrong();
    throw;
  }
  stream.flush();
  buffer.ThrowWhatWentWrong();
}

// To rename something over /dev/stdout would replace it for everybody.
bool IsDeviceOrPipe(const std::filesystem::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 &&
         (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode) || S_ISFIFO(status.st_mode));
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& file) {
  const ReadableFile opened = OpenToRead(file);
  size_ = opened.bytes;
  if (size_ == 0) return;  // an empty mapping is an error to mmap, an empty file is not one to us
  void* const mapping = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, opened.descriptor.get(), 0);
  if (mapping == MAP_FAILED)
    throw Error("can't map '" + file.string() + "': " + std::strerror(errno));
  data_ = static_cast<const std::byte*>(mapping);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::Forget(std::span<const std::byte> part) const {
  // Whoever reads a page gets those around it mapped as well, up to 2 MiB of them, and so what lies
  // before `part` and was forgotten already.
  constexpr uintptr_t kUnit = 2 << 20;
  const auto first = reinterpret_cast<uintptr_t>(data_);
  const auto begin = std::max(reinterpret_cast<uintptr_t>(part.data()) / kUnit * kUnit, first);
  const auto end = reinterpret_cast<uintptr_t>(part.data() + part.size());
  // A private mapping that is never written: dropped pages come back from the file.
  ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

void WriteFileAtomically(const std::filesystem::path& file,
                         const std::function<void(std::ostream&)>& write) {
  if (IsDeviceOrPipe(file)) {
    const Descriptor device = OpenToWrite(file, O_WRONLY);
    return WriteInPieces(write, [&](std::span<const std::byte> piece) {
      if (const int reason = WriteAll(device.get(), piece))
        throw WriteError("can't write '" + file.string() + "': " + std::strerror(reason));
    });
  }
  PartialFile partial(file);
  size_t offset = 0;
  WriteInPieces(write, [&](std::span<const std::byte> piece) {
    partial.Write(piece, offset);
    offset += piece.size();
  });
  partial.MoveIntoPlace();
}

void WriteFileAtomically(const std::filesystem::path& file, std::string_view content) {
  WriteFileAtomically(file, [content](std::ostream& stream) {
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  });
}

void Touch(const std::filesystem::path& file) { ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0); }

std::string ReadTextFile(const std::filesystem::path& file) {
  return std::string(MappedFile(file).text());
}

}  // namespace quantbench
