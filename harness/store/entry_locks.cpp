// SPDX-License-Identifier: Apache-2.0
// One byte of one file stands for each name: locks of open file descriptions (Linux) on bytes that
// needn't be there. Two names that fall on one byte protect each other, which harms nobody.
#include "store/entry_locks.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <span>

#include "support/hash.h"

namespace quantbench {
namespace {

constexpr int64_t kClearing = 0;

int64_t PlaceOf(std::string_view name) {
  const uint64_t hash = Checksum64(std::as_bytes(std::span(name.data(), name.size())));
  return static_cast<int64_t>(hash >> 2) + 1;
}

}  // namespace

EntryLocks::EntryLocks(const std::filesystem::path& folder) {
  std::error_code ignored;  // whoever writes an entry says what is wrong with the folder
  std::filesystem::create_directories(folder, ignored);
  descriptor_ = ::open((folder / ".in-use").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) reason_ = errno;
}

EntryLocks::~EntryLocks() {
  if (descriptor_ >= 0) ::close(descriptor_);  // and with it all locks go
}

bool EntryLocks::Lock(int64_t place, short type, bool wait) {
  if (descriptor_ < 0) return false;
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = place;
  lock.l_len = 1;
  int result = 0;
  do {
    result = ::fcntl(descriptor_, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

void EntryLocks::Hold(std::string_view name) { Lock(PlaceOf(name), F_RDLCK, true); }

bool EntryLocks::TryClaim(std::string_view name) { return Lock(PlaceOf(name), F_WRLCK, false); }

void EntryLocks::Release(std::string_view name) { Lock(PlaceOf(name), F_UNLCK, false); }

void EntryLocks::ClaimClearing() { Lock(kClearing, F_WRLCK, true); }

}  // namespace quantbench
