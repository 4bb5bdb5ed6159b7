// SPDX-License-Identifier: Apache-2.0
// When an entry is there, when it is damaged, and what a listing tells of it.
#include "store/store.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "store/test_kinds.h"
#include "support/files.h"
#include "support/test_data.h"
#include "support/thread_pool.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using testing::kPair;
using testing::kSingle;
using testing::kTestKinds;

void WritePair(const Store& store, const std::string& key, const std::string& content) {
  store.Put(kPair, key, [&](const Store::Files& files) {
    WriteFileAtomically(files[".one"], content + " one");
    WriteFileAtomically(files[".two"], content + " two");
  });
}

std::string ProblemOf(const Store& store, const Kind& kind, const std::string& key) {
  std::string problem;
  const bool found = store.Find(kind, key, problem);
  CHECK(found == (store.Has(kind, key) && problem.empty()));
  return found ? "none" : problem;
}

TEST_CASE(
    "store: what was put is found, at the path that its kind says, by any store of the folder") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  store.Put(kSingle, "a", "whole");
  WritePair(store, "b", "content");
  CHECK(ReadTextFile(scratch.path() / "single-a.txt") == "whole");
  CHECK(store.Path(kPair, "b") == scratch.path() / "pairs" / "b.one");
  CHECK(store.Path(kPair, "b", ".two") == scratch.path() / "pairs" / "b.two");
  const Store another(scratch.path());
  CHECK(ProblemOf(another, kSingle, "a") == "none");
  CHECK(ProblemOf(another, kPair, "b") == "none");
  std::string problem;
  CHECK(another.Read(kSingle, "a", problem, ReadTextFile) == "whole");
  CHECK_FALSE(another.Read(kSingle, "b", problem, ReadTextFile));
  CHECK(problem == "");  // none there: nothing is wrong
  CHECK(ProblemOf(another, kSingle, "b") == "");
}

TEST_CASE("store: an entry that is put again takes the old one's place") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  WritePair(store, "a", "old");
  WritePair(store, "a", "new");
  CHECK(ProblemOf(store, kPair, "a") == "none");
  CHECK(ReadTextFile(store.Path(kPair, "a")) == "new one");
}

TEST_CASE("store: damage is told, in each file of an entry and in its seal") {
  const struct {
    std::string reason;
    const Kind& kind;
    std::string file, content, problem;
  } cases[] = {
      {"by the kind's own checksum", kSingle, "single-a.txt", "broken", "isn't whole"},
      {"first file", kPair, "pairs/a.one", "content onE", "or the .two file beside it is damaged"},
      {"second file", kPair, "pairs/a.two", "", "or the .two file beside it is damaged"},
      {"seal", kPair, "pairs/a.sealed", "quantbench pair 1\n", "is damaged"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const testing::ScratchFolder scratch;
    const Store store(scratch.path());
    store.Put(kSingle, "a", "whole");
    WritePair(store, "a", "content");
    WriteFileAtomically(scratch.path() / one.file, one.content);
    CHECK(ProblemOf(store, one.kind, "a").find(one.problem) != std::string::npos);
    std::string problem;
    CHECK_FALSE(store.Read(one.kind, "a", problem,
                           [](const fs::path&) -> int { throw Error("unreadable"); }));
    CHECK(problem == "unreadable");
  }
}

TEST_CASE("store: half of an entry is none") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  CHECK_THROWS_AS(store.Put(kPair, "a",
                            [](const Store::Files& files) {
                              WriteFileAtomically(files[".one"], "one");
                              throw WriteError("the disk is full");
                            }),
                  WriteError);
  CHECK_FALSE(store.Has(kPair, "a"));
  const std::vector<CacheEntry> entries = store.List(kTestKinds);
  REQUIRE(entries.size() == 1);
  ThreadPool pool(1);
  CHECK(store.DamageIn(entries[0], pool).find("was never finished") != std::string::npos);
  WritePair(store, "a", "content");
  CHECK(ProblemOf(store, kPair, "a") == "none");
  fs::remove(store.Path(kPair, "a", ".two"));
  CHECK(ProblemOf(store, kPair, "a") != "none");
}

TEST_CASE("store: files of one entry are listed as one, files of no kind are none") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  WritePair(store, "a", "x");
  store.Put(kSingle, "b", "whole");
  for (const char* const file : {"notes.txt", "pairs/c.txt", "single-d.sealed"})
    WriteFileAtomically(scratch.path() / file, "x");
  std::vector<CacheEntry> entries = store.List(kTestKinds);
  REQUIRE(entries.size() == 2);
  if (entries[0].kind != &kPair) std::swap(entries[0], entries[1]);
  CHECK(entries[0].files.size() == 3);
  CHECK(entries[0].Name() == "a");
  CHECK(entries[1].kind == &kSingle);
  CHECK(entries[1].key == "b");
  CHECK(entries[1].Name() == "single-b");
  CHECK(entries[1].bytes == 5);
  for (const CacheEntry& entry : entries) Store::Remove(entry);
  CHECK(store.List(kTestKinds).empty());
  CHECK(fs::exists(scratch.path() / "notes.txt"));
  CHECK(Store(scratch.path() / "nowhere").List(kTestKinds).empty());
}

TEST_CASE("store: what is held counts as used now, what is only looked at doesn't") {
  const testing::ScratchFolder scratch;
  const fs::path cache = scratch.path() / "cache";
  for (const Store::Access access : {Store::Access::kLook, Store::Access::kUse}) {
    Store store(cache, access);
    store.Put(kSingle, "a", "whole");
    fs::last_write_time(store.Path(kSingle, "a"), fs::file_time_type::clock::now() - hours(100));
    const auto before = store.List(kTestKinds).at(0).last_used;
    store.Hold(kSingle, "a");
    const auto by = store.List(kTestKinds).at(0).last_used - before;
    const bool used = access == Store::Access::kUse;
    CHECK((by > hours(99)) == used);
    CHECK(fs::exists(cache / ".in-use") == used);
  }
}

TEST_CASE("store: what killed processes left half written is tidied up, in every kind's folder") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  for (const char* const file : {"single-a.txt.partial-99999999", "pairs/a.one.partial-99999999"}) {
    WriteFileAtomically(scratch.path() / file, "half");
  }
  store.TidyUp(kTestKinds);
  CHECK_FALSE(fs::exists(scratch.path() / "single-a.txt.partial-99999999"));
  CHECK_FALSE(fs::exists(scratch.path() / "pairs" / "a.one.partial-99999999"));
}

}  // namespace
}  // namespace quantbench
