// SPDX-License-Identifier: Apache-2.0
// Remembered content hashes: trusted exactly as long as size and time stand still.
#include "dataset/fingerprints.h"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/test_images.h"
#include "support/hash.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  // Writes a file that was last changed `age` ago.
  void Write(const std::string& name, const std::string& content,
             std::chrono::seconds age = std::chrono::hours(1)) const {
    testing::WriteFile(images() / name, content);
    fs::last_write_time(images() / name, start_ - age);
  }
  std::vector<std::string> Hashes(const std::vector<std::string>& paths) const {
    ThreadPool pool(2);
    Store store(cache());
    return ContentHashes(images(), paths, store, pool);
  }
  fs::path Memo() const {
    const Kind* const kind = &kFingerprints;
    return Store(cache()).List({&kind, 1}).at(0).files.at(0);
  }
  fs::path images() const { return scratch_.path() / "images"; }
  fs::path cache() const { return scratch_.path() / "cache"; }

 private:
  fs::file_time_type start_ = fs::file_time_type::clock::now();
  testing::ScratchFolder scratch_;
};

std::string HashOf(const std::string& content) {
  return HashBytes(std::as_bytes(std::span(content)));
}

TEST_CASE("hashes are those of the contents; what is no file is unreadable") {
  const Folder folder;
  folder.Write("a b", "first");
  folder.Write("c", "second");
  const std::vector<std::string> expected = {HashOf("first"), "unreadable", HashOf("second"),
                                             "unreadable"};
  CHECK(folder.Hashes({"a b", "missing", "c", "."}) == expected);
  CHECK(folder.Hashes({"a b", "missing", "c", "."}) == expected);
}

// Content that changes behind an unchanged size and time shows whether the file was read.
TEST_CASE("an unchanged file is not read a second time") {
  const Folder folder;
  folder.Write("a", "first");
  folder.Hashes({"a"});
  folder.Write("a", "other");
  CHECK(folder.Hashes({"a"})[0] == HashOf("first"));

  SUBCASE("another subset keeps what is known") {
    folder.Write("b", "second");
    folder.Hashes({"b"});
    CHECK(folder.Hashes({"a"})[0] == HashOf("first"));
  }
  SUBCASE("another size: read") {
    folder.Write("a", "longer than before");
    CHECK(folder.Hashes({"a"})[0] == HashOf("longer than before"));
  }
  SUBCASE("another time: read") {
    folder.Write("a", "other", std::chrono::hours(2));
    CHECK(folder.Hashes({"a"})[0] == HashOf("other"));
  }
  SUBCASE("a damaged memo: read") {
    std::string memo = ReadTextFile(folder.Memo());
    memo.back() = 'x';
    testing::WriteFile(folder.Memo(), memo);
    CHECK(folder.Hashes({"a"})[0] == HashOf("other"));
  }
}

TEST_CASE("a file that was changed just now is read again") {
  const Folder folder;
  folder.Write("a", "first", std::chrono::seconds(0));
  folder.Hashes({"a"});
  folder.Write("a", "other", std::chrono::seconds(0));
  CHECK(folder.Hashes({"a"})[0] == HashOf("other"));
}

TEST_CASE("a name with a line break is hashed every time, and harms no other") {
  const Folder folder;
  folder.Write("a", "first");
  folder.Write("b\nc", "second");
  for (int run = 0; run < 2; ++run)
    CHECK(folder.Hashes({"a", "b\nc"}) == std::vector{HashOf("first"), HashOf("second")});
}

TEST_CASE("a memo that can't be written costs nothing but time") {
  const Folder folder;
  folder.Write("a", "first");
  testing::WriteFile(folder.cache(), "a file, not a folder");
  CHECK(folder.Hashes({"a"})[0] == HashOf("first"));
}

}  // namespace
}  // namespace quantbench
