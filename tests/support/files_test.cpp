// SPDX-License-Identifier: Apache-2.0
// Opening, writing and replacing files where something is in the way.
#include "support/files.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <ostream>
#include <thread>

#include "support/hash.h"
#include "support/lock_file.h"
#include "support/npy_file.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using testing::ErrorOf;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> NamesIn(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

// While it lives, no file grows beyond so many bytes: a full disk, as far as a process can make
// one.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_CASE("what is no regular file is refused at once, by every reader") {
  const testing::ScratchFolder scratch;
  const fs::path pipe = scratch.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const struct {
    const char* reason;
    fs::path file;
    const char* said;
  } cases[] = {
      {"a pipe nobody writes to", pipe, "is a pipe, not a regular file"},
      {"a folder", scratch.path(), "is a folder, not a regular file"},
      {"a device without end", "/dev/zero", "is a device, not a regular file"},
      {"nothing", scratch.path() / "none", "No such file or directory"},
      {"another name before the NUL", "/etc/passwd\0.onnx"s, "NUL in its name"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(Has(ErrorOf([&] { MappedFile{one.file}; }), one.said));
    CHECK(Has(ErrorOf([&] { ReadTextFile(one.file); }), one.said));
    CHECK(Has(ErrorOf([&] { HashFile(one.file); }), one.said));
    CHECK(Has(ErrorOf([&] { NpyFile{one.file}; }), one.said));
  }
}

TEST_CASE("whatever is thrown while a disk is full, it is the disk's error") {
  const testing::ScratchFolder scratch;
  const fs::path file = scratch.path() / "model.onnx";
  WriteFileAtomically(file, "before");
  const FullDisk full(100);
  const auto write = [&](const std::function<void(std::ostream&)>& how) {
    CHECK_THROWS_WITH_AS(WriteFileAtomically(file, how), doctest::Contains("File too large"),
                         WriteError);
  };
  const std::string large(1 << 20, 'x');
  write([&](std::ostream& stream) { stream << large; });
  write([&](std::ostream& stream) {  // as a library does that is told only that it failed
    stream << large;
    if (!stream) throw Error("can't serialise");
  });
  write([&](std::ostream& stream) { stream << std::string(1000, 'x'); });  // at the very end
  CHECK(ReadTextFile(file) == "before");
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"model.onnx"});
}

TEST_CASE("an error of who writes stays its own, and the old file stays") {
  const testing::ScratchFolder scratch;
  const fs::path file = scratch.path() / "a";
  WriteFileAtomically(file, "before");
  CHECK(ErrorOf([&] {
          WriteFileAtomically(file, [](std::ostream& stream) {
            stream << "half";
            throw Error("no");
          });
        }) == "no");
  CHECK(ReadTextFile(file) == "before");
  CHECK(NamesIn(scratch.path()).size() == 1);
}

TEST_CASE("a folder that can't be made is named, with its reason") {
  const testing::ScratchFolder scratch;
  WriteFileAtomically(scratch.path() / "file", "");
  const fs::path folder = scratch.path() / "file" / "folder";
  CHECK_THROWS_WITH_AS(
      WriteFileAtomically(folder / "a.csv", ""),
      doctest::Contains(
          ("can't create the folder '" + folder.string() + "': Not a directory").c_str()),
      WriteError);
  CHECK_THROWS_WITH_AS(FolderLock{folder}, doctest::Contains("can't create the folder"), Error);
}

TEST_CASE("a device or a pipe gets what is written and stays what it is") {
  const testing::ScratchFolder scratch;
  const fs::path pipe = scratch.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_AS(WriteFileAtomically(pipe, "nobody reads"), WriteError);
  std::string got;
  std::thread reader([&] { std::getline(std::ifstream(pipe) >> std::ws, got); });
  while (!ErrorOf([&] { WriteFileAtomically(pipe, "some text\n"); }).empty())
    std::this_thread::yield();
  reader.join();
  CHECK(got == "some text");
  CHECK(fs::is_fifo(pipe));
  CHECK_THROWS_AS(WriteFileAtomically("/dev/full", "x"), WriteError);
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("what killed processes left is removed at once; what is being written stays") {
  const testing::ScratchFolder scratch;
  const fs::path folder = scratch.path();
  PartialFile in_the_making(folder / "results.csv");
  const std::string kept = NamesIn(folder).at(0);
  for (const char* const left : {"results.json.partial-1-0", "a.partial-99999999",
                                 ".partial-crops-1-0", "report.html.partial-12345-7"})
    std::ofstream(folder / left) << "half";
  for (const char* const ours : {"my.partial-notes", "x.partial-", "partial-1-0"})
    std::ofstream(folder / ours) << "whole";
  fs::create_directory(folder / "folder.partial-1-0");
  RemoveAbandonedFiles(folder);
  CHECK(NamesIn(folder) == std::vector<std::string>{"folder.partial-1-0", "my.partial-notes",
                                                    "partial-1-0", kept, "x.partial-"});
}

TEST_CASE("what another machine writes, whose locks may not be seen here, isn't removed") {
  const testing::ScratchFolder scratch;
  const fs::path fresh = scratch.path() / "a.partial-1-4711-0",
                 old = scratch.path() / "a.partial-2-1-0";
  for (const fs::path& file : {fresh, old}) std::ofstream(file) << "half";
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(25));
  RemoveAbandonedFiles(scratch.path());
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{fresh.filename()});
}

TEST_CASE("a file is put in place though its folder was removed meanwhile") {
  const testing::ScratchFolder scratch;
  const fs::path folder = scratch.path() / "cache" / "models";
  WriteFileAtomically(folder / "a.onnx", [&](std::ostream& stream) {
    stream << std::string(3 << 20, 'a');
    fs::remove_all(scratch.path() / "cache");
    stream << "end";
  });
  const std::string text = ReadTextFile(folder / "a.onnx");
  CHECK(text.size() == (3 << 20) + 3);
  CHECK(text.ends_with("aend"));
  CHECK(NamesIn(folder).size() == 1);
}

}  // namespace
}  // namespace quantbench
