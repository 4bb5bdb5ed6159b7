// SPDX-License-Identifier: Apache-2.0
// POSIX file mapping and atomic replacement.
#include "support/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

#include "support/error.h"

namespace quantbench {
namespace {

constexpr std::string_view kPartial = ".partial-";  // and the process that writes it

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& file, int flags)
      : fd_(::open(file.c_str(), flags | O_CLOEXEC)) {
    if (fd_ < 0) throw Error("can't open '" + file.string() + "': " + std::strerror(errno));
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

void SyncToDisk(const std::filesystem::path& file) {
  const Descriptor descriptor(file, O_RDONLY);
  if (::fsync(descriptor.get()) != 0)
    throw WriteError("can't write '" + file.string() + "' to disk: " + std::strerror(errno));
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& file) {
  const Descriptor descriptor(file, O_RDONLY);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0)
    throw Error("can't read '" + file.string() + "': " + std::strerror(errno));
  if (!S_ISREG(status.st_mode)) throw Error("'" + file.string() + "' is not a regular file");
  size_ = static_cast<size_t>(status.st_size);
  if (size_ == 0) return;  // an empty mapping is an error to mmap, an empty file is not one to us
  void* const mapping = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
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
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  std::error_code ignored;
  std::filesystem::create_directories(folder,
                                      ignored);  // what is wrong with it, the open below says
  std::filesystem::path partial = file;
  partial += std::string(kPartial) + std::to_string(::getpid());
  try {
    std::ofstream stream(partial, std::ios::binary | std::ios::trunc);
    if (!stream)
      throw WriteError("can't create '" + partial.string() + "': " + std::strerror(errno));
    write(stream);
    stream.close();
    if (!stream)
      throw WriteError("can't write '" + file.string() + "': " + std::strerror(errno) +
                       " (is the disk full?)");
    SyncToDisk(partial);
    std::filesystem::rename(partial, file);
  } catch (const std::filesystem::filesystem_error& error) {
    std::filesystem::remove(partial, ignored);
    throw WriteError("can't replace '" + file.string() + "': " + error.code().message());
  } catch (...) {
    std::filesystem::remove(partial, ignored);
    throw;
  }
}

void WriteFileAtomically(const std::filesystem::path& file, std::string_view content) {
  WriteFileAtomically(file, [content](std::ostream& stream) {
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  });
}

void Touch(const std::filesystem::path& file) { ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0); }

void RemoveAbandonedFiles(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;  // what can't be looked at or removed stays
  const auto recent = fs::file_time_type::clock::now() - std::chrono::minutes(1);
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const size_t mark = name.rfind(kPartial);
    if (mark == std::string::npos) continue;
    const long process = std::strtol(name.c_str() + mark + kPartial.size(), nullptr, 10);
    const bool gone = process > 0 && ::kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH;
    std::error_code ignored;
    if (gone && fs::last_write_time(entry->path(), ignored) < recent)
      fs::remove(entry->path(), ignored);
  }
}

std::string ReadTextFile(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  return {reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size()};
}

}  // namespace quantbench
