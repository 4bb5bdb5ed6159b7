// SPDX-License-Identifier: Apache-2.0
// Locking, checking and swapping of the output directory.
#include "output_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace quantbench::default_dataset {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarkerName = ".in-progress";  // in DIR.partial

[[noreturn]] void Fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(path.string() + ": " + what);
}

std::string ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// So that nothing of the user's is ever replaced or removed.
void CheckIsOurs(const fs::path& path, const char* proof) {
  if (!fs::exists(path)) return;
  if (!fs::is_directory(path)) Fail(path, "is there and is no directory");
  if (fs::is_empty(path) || fs::exists(path / proof)) return;
  Fail(path, std::string("holds files that this program has not made (there is no ") + proof +
                 " in it); choose another --out, or remove them");
}

// The directory open on `fd` is still the one at `path`.
bool IsSameDirectory(int fd, const fs::path& path) {
  struct stat opened {};
  struct stat named {};
  return fstat(fd, &opened) == 0 && stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

OutputDirectory::OutputDirectory(fs::path final_path) : final_path_(std::move(final_path)) {
  if (!final_path_.has_filename()) final_path_ = final_path_.parent_path();  // "out/" is "out"
  final_path_ = fs::absolute(final_path_).lexically_normal();
  partial_path_ = final_path_;
  partial_path_ += ".partial";
  CheckIsOurs(final_path_, kManifestName);
  CheckIsOurs(partial_path_, kMarkerName);
  Lock();
}

OutputDirectory::~OutputDirectory() {
  std::error_code ignored;
  if (IsSameDirectory(lock_fd_, partial_path_) && fs::is_empty(partial_path_, ignored)) {
    fs::remove(partial_path_, ignored);
  }
  close(lock_fd_);
}

void OutputDirectory::Lock() {
  for (;;) {
    fs::create_directories(partial_path_);
    lock_fd_ = open(partial_path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_fd_ >= 0 && flock(lock_fd_, LOCK_EX) == 0 &&
        IsSameDirectory(lock_fd_, partial_path_)) {
      return;
    }
    const int reason = errno;
    const bool was_renamed = lock_fd_ >= 0 && !IsSameDirectory(lock_fd_, partial_path_);
    if (lock_fd_ >= 0) close(lock_fd_);
    if (!was_renamed && reason != ENOENT) Fail(partial_path_, std::strerror(reason));
  }
}

bool OutputDirectory::IsUpToDate(const std::string& manifest) const {
  return ReadText(final_path_ / kManifestName) == manifest;
}

const fs::path& OutputDirectory::BeginWriting() {
  WriteFile(partial_path_ / kMarkerName, "", 0);
  for (const fs::directory_entry& entry : fs::directory_iterator(partial_path_)) {
    if (entry.path().filename() != kMarkerName) fs::remove_all(entry.path());
  }
  return partial_path_;
}

void OutputDirectory::Commit(const std::string& manifest) {
  WriteFile(partial_path_ / kManifestName, manifest.data(), manifest.size());
  if (fs::exists(final_path_)) {
    fs::path old_path = final_path_;
    old_path += ".old";
    fs::remove_all(old_path);
    fs::rename(final_path_, old_path);
    fs::rename(partial_path_, final_path_);
    fs::remove_all(old_path);
  } else {
    fs::rename(partial_path_, final_path_);
  }
  fs::remove(final_path_ / kMarkerName);
}

void WriteFile(const fs::path& path, const void* bytes, std::size_t size) {
  std::ofstream out(path, std::ios::binary);
  out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  out.close();
  if (!out) Fail(path, std::string("cannot write: ") + std::strerror(errno));
}

}  // namespace quantbench::default_dataset
