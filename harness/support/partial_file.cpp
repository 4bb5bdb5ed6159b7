// SPDX-License-Identifier: Apache-2.0
// POSIX locks, positioned reads and writes, and a rename at the end.
#include "support/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/error.h"
#include "support/hash.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

// Then numbers of the machine, the process and the file: "results.csv.partial-1234567-4711-0".
constexpr std::string_view kMark = ".partial-";
constexpr int kAttempts = 3;
// Locks may not reach other machines: what they have left is known by its age alone.
constexpr std::chrono::hours kAgeOfOtherMachines{24};

std::string ThisMachine() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "0";
  return std::to_string(
      Checksum64(std::as_bytes(std::span(name.data(), std::strlen(name.data())))));
}

bool IsOld(const fs::path& file) {
  std::error_code unknown;
  const auto written = fs::last_write_time(file, unknown);
  return !unknown && fs::file_time_type::clock::now() - written > kAgeOfOtherMachines;
}

// Those numbers; empty for names that only look alike.
std::string_view NumbersIn(std::string_view name) {
  const size_t mark = name.rfind(kMark);
  if (mark == std::string_view::npos) return {};
  std::string_view numbers = name.substr(mark + kMark.size());
  if (constexpr std::string_view kOldCrops = "crops-"; numbers.starts_with(kOldCrops))
    numbers.remove_prefix(kOldCrops.size());
  const bool good =
      std::ranges::all_of(numbers, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
  return good ? numbers : std::string_view();
}

bool AreOfOtherMachine(std::string_view numbers) {
  return std::ranges::count(numbers, '-') == 2 && !numbers.starts_with(ThisMachine() + "-");
}

}  // namespace

PartialFile::PartialFile(fs::path file) : file_(std::move(file)) { Create(); }

PartialFile::~PartialFile() {
  std::error_code ignored;
  if (!partial_.empty()) fs::remove(partial_, ignored);
  // And only then the lock goes.
}

// Somebody may remove the folder at any moment, a cache for one.
void PartialFile::Create() {
  const fs::path folder = file_.has_parent_path() ? file_.parent_path() : ".";
  for (int attempt = 1;; ++attempt) {
    CreateFolder(folder);
    try {
      return CreateLocked();
    } catch (const WriteError&) {
      std::error_code ignored;
      if (attempt == kAttempts || fs::exists(folder, ignored)) throw;
    }
  }
}

void PartialFile::CreateLocked() {
  static std::atomic<int> counter = 0;
  while (true) {
    fs::path name = file_;
    name += std::string(kMark) + ThisMachine() + "-" + std::to_string(::getpid()) + "-" +
            std::to_string(counter++);
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(name, ignored))) continue;
    descriptor_ = OpenToWrite(name, O_RDWR | O_CREAT | O_EXCL, file_);
    // Between creation and lock another process may take the file for abandoned and remove it.
    struct stat status {};
    if (::flock(descriptor_.get(), LOCK_EX) == 0 && ::fstat(descriptor_.get(), &status) == 0 &&
        status.st_nlink == 0)
      continue;
    partial_ = name;
    return;
  }
}

void PartialFile::Fail(const char* what, int error_number) const {
  throw WriteError(std::string("can't ") + what + " '" + file_.string() +
                   "': " + std::strerror(error_number));
}

void PartialFile::Reserve(size_t bytes) {
  const int error_number = ::posix_fallocate(descriptor_.get(), 0, static_cast<off_t>(bytes));
  // Some file systems can't reserve; there a full disk shows when writing.
  if (error_number == 0 || error_number == EOPNOTSUPP || error_number == EINVAL) return;
  Fail(("reserve " + std::to_string(bytes >> 20) + " MiB for").c_str(), error_number);
}

void PartialFile::Write(std::span<const std::byte> data, size_t offset) {
  if (const int reason = WriteAllAt(descriptor_.get(), data, offset)) Fail("write", reason);
}

void PartialFile::Read(std::span<std::byte> data, size_t offset) const {
  while (!data.empty()) {
    const ssize_t got =
        ::pread(descriptor_.get(), data.data(), data.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) Fail("read back", got < 0 ? errno : EIO);
    data = data.subspan(static_cast<size_t>(got));
    offset += static_cast<size_t>(got);
  }
}

void PartialFile::Truncate(size_t bytes) {
  if (::ftruncate(descriptor_.get(), static_cast<off_t>(bytes)) != 0) Fail("cut", errno);
}

void PartialFile::MoveIntoPlace() {
  for (int attempt = 1;; ++attempt) {
    if (::fsync(descriptor_.get()) != 0) Fail("write to disk", errno);
    if (::rename(partial_.c_str(), file_.c_str()) == 0) break;
    if (errno != ENOENT || attempt == kAttempts) Fail("put in place", errno);
    const Descriptor removed = std::move(descriptor_);
    descriptor_ = Descriptor();
    Create();
    CopyFrom(removed);
  }
  partial_.clear();
}

void PartialFile::CopyFrom(const Descriptor& removed) {
  std::vector<std::byte> piece(1 << 20);
  for (size_t offset = 0;;) {
    const ssize_t got =
        ::pread(removed.get(), piece.data(), piece.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) Fail("read back", errno);
    if (got == 0) return;
    Write(std::span(piece).first(static_cast<size_t>(got)), offset);
    offset += static_cast<size_t>(got);
  }
}

void RemoveAbandonedFiles(const fs::path& folder) {
  std::error_code error;  // what can't be looked at or removed stays
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    const std::string name = entry->path().filename();
    const std::string_view numbers = NumbersIn(name);
    if (numbers.empty() || !fs::is_regular_file(entry->symlink_status(ignored))) continue;
    if (AreOfOtherMachine(numbers) && !IsOld(entry->path())) continue;
    const Descriptor file(::open(entry->path().c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (file.get() >= 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0)
      fs::remove(entry->path(), ignored);
  }
}

}  // namespace quantbench
