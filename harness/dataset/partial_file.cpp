// SPDX-License-Identifier: Apache-2.0
// POSIX locks, positioned reads and writes, and a rename at the end.
#include "dataset/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "support/files.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = ".partial-crops-";

void RemoveAbandoned(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    const int descriptor = ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) continue;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) fs::remove(entry.path(), ignored);
    ::close(descriptor);
  }
}

}  // namespace

PartialFile::PartialFile(fs::path file) : file_(std::move(file)) {
  std::error_code reason;
  fs::create_directories(file_.parent_path(), reason);
  if (reason) Fail("create the folder of", reason.value());
  RemoveAbandoned(file_.parent_path());
  CreateLocked();
}

PartialFile::~PartialFile() {
  std::error_code ignored;
  if (!partial_.empty()) fs::remove(partial_, ignored);
  ::close(descriptor_);  // and only then the lock goes
}

void PartialFile::CreateLocked() {
  static std::atomic<int> counter = 0;
  while (true) {
    const fs::path name = file_.parent_path() / (std::string(kPrefix) + std::to_string(::getpid()) +
                                                 "-" + std::to_string(counter++));
    descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno == EEXIST) continue;  // of another machine with this folder
    if (descriptor_ < 0) Fail("create", errno);
    // Between creation and lock another process may take the file for abandoned and remove it.
    struct stat status {};
    if (::flock(descriptor_, LOCK_EX) == 0 && ::fstat(descriptor_, &status) == 0 &&
        status.st_nlink == 0) {
      ::close(descriptor_);
      continue;
    }
    partial_ = name;
    return;
  }
}

void PartialFile::Fail(const char* what, int error_number) const {
  throw WriteError(std::string("can't ") + what + " '" + file_.string() +
                   "': " + std::strerror(error_number));
}

void PartialFile::Reserve(size_t bytes) {
  const int error_number = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(bytes));
  // Some file systems can't reserve; there a full disk shows when writing.
  if (error_number == 0 || error_number == EOPNOTSUPP || error_number == EINVAL) return;
  Fail(("reserve " + std::to_string(bytes >> 20) + " MiB for").c_str(), error_number);
}

void PartialFile::Write(std::span<const std::byte> data, size_t offset) {
  while (!data.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_, data.data(), data.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) Fail("write", errno);
    data = data.subspan(static_cast<size_t>(written));
    offset += static_cast<size_t>(written);
  }
}

void PartialFile::Read(std::span<std::byte> data, size_t offset) const {
  while (!data.empty()) {
    const ssize_t got = ::pread(descriptor_, data.data(), data.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) Fail("read back", got < 0 ? errno : EIO);
    data = data.subspan(static_cast<size_t>(got));
    offset += static_cast<size_t>(got);
  }
}

void PartialFile::Truncate(size_t bytes) {
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) Fail("cut", errno);
}

void PartialFile::MoveIntoPlace() {
  if (::fsync(descriptor_) != 0) Fail("write to disk", errno);
  if (::rename(partial_.c_str(), file_.c_str()) != 0) Fail("put in place", errno);
  partial_.clear();
}

}  // namespace quantbench
