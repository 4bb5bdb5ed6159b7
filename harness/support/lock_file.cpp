// SPDX-License-Identifier: Apache-2.0
// flock() on a file that stays: removing it would let two processes lock two files of one name.
#include "support/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "support/error.h"

namespace quantbench {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  std::error_code reason;
  std::filesystem::create_directories(folder, reason);
  if (reason && !std::filesystem::is_directory(folder))
    throw Error("can't create the folder '" + folder.string() + "': " + reason.message());
  const std::filesystem::path file = folder / ".lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0)
    throw Error("can't write to '" + folder.string() + "': " + std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> holder{};
    const ssize_t got = ::read(descriptor_, holder.data(), holder.size() - 1);
    ::close(descriptor_);
    throw Error("'" + folder.string() + "' is in use by another quantbench" +
                (got > 0 ? " (process " + std::string(holder.data()) + ")" : std::string()) +
                "; wait until it ends, or give another --out");
  }
  // Only for that message: nothing depends on it being written.
  const std::string own = std::to_string(::getpid());
  [[maybe_unused]] const int cut = ::ftruncate(descriptor_, 0);
  [[maybe_unused]] const auto written = ::pwrite(descriptor_, own.data(), own.size(), 0);
}

FolderLock::~FolderLock() { ::close(descriptor_); }

}  // namespace quantbench
