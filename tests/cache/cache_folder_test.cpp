// SPDX-License-Identifier: Apache-2.0
// Which files are entries, what is given up first, what counts as damaged.
#include "cache/cache_folder.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pipeline/cache_use.h"
#include "pipeline/predictions_cache.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using Clock = std::chrono::system_clock;
using std::chrono::hours;

CacheEntry Entry(const std::string& key, int64_t bytes, hours age) {
  return {
      .key = key, .files = {}, .bytes = bytes, .last_used = Clock::time_point(hours(1000) - age)};
}

}  // namespace

TEST_CASE("cache: least recently used entries go first, as many as the limits ask for") {
  const std::vector<CacheEntry> entries{Entry("new", 10, hours(1)), Entry("old", 10, hours(9)),
                                        Entry("middle", 10, hours(5))};
  using Keys = std::vector<std::string>;
  const struct {
    std::string reason;
    PruneLimits limits;
    Keys given_up;
  } cases[] = {
      {"no limit", {}, {}},
      {"room for all", {.max_bytes = 30, .unused = {}}, {}},
      {"room for two", {.max_bytes = 29, .unused = {}}, {"old"}},
      {"room for one", {.max_bytes = 10, .unused = {}}, {"old", "middle"}},
      {"no room", {.max_bytes = 0, .unused = {}}, {"old", "middle", "new"}},
      {"age alone", {.max_bytes = {}, .unused = hours(4)}, {"old", "middle"}},
      {"either of both", {.max_bytes = 10, .unused = hours(8)}, {"old", "middle"}},
      {"what is in use stays",
       {.max_bytes = 0, .unused = {}, .spared = hours(2)},
       {"old", "middle"}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    Keys keys;
    for (const CacheEntry& entry :
         EntriesToPrune(entries, one.limits, Clock::time_point(hours(1000)))) {
      keys.push_back(entry.key);
    }
    CHECK(keys == one.given_up);
  }
}

TEST_CASE("cache: what a run works with is passed over, and others go in its place") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path oldest = scratch.path() / "models" / "a.model";
  for (const char* const name : {"models/a.model", "models/b.model", "models/c.model"})
    WriteFileAtomically(scratch.path() / name, "1234567890");
  const auto age = [&](const char* name, int hours_ago) {
    std::filesystem::last_write_time(
        scratch.path() / name, std::filesystem::file_time_type::clock::now() - hours(hours_ago));
  };
  age("models/a.model", 9);
  age("models/b.model", 8);
  const PruneLimits limits{.max_bytes = 10, .unused = {}};
  {
    CacheUse run(scratch.path());
    run.Hold(oldest);
    age("models/a.model", 9);  // the lock decides, not the time
    const Pruned pruned = Prune(scratch.path(), limits, /*dry_run=*/true);
    CHECK(pruned.removed.size() == 2);
    CHECK(std::filesystem::exists(scratch.path() / "models" / "b.model"));
    CHECK(Prune(scratch.path(), limits, false).in_use == 1);
    CHECK(std::filesystem::exists(oldest));
    CHECK_FALSE(std::filesystem::exists(scratch.path() / "models" / "b.model"));
    CHECK_FALSE(std::filesystem::exists(scratch.path() / "models" / "c.model"));
  }
  const Pruned rest = Prune(scratch.path(), {.max_bytes = 0, .unused = {}}, false);
  CHECK(rest.removed.size() == 1);
  CHECK(rest.bytes_left == 0);
  CHECK_FALSE(std::filesystem::exists(oldest));
  CHECK(Prune(scratch.path() / "nowhere", limits, false).removed.empty());
}

TEST_CASE("cache: what a run takes counts as used now") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "predictions" / "a.json";
  WriteFileAtomically(file, "x");
  std::filesystem::last_write_time(file,
                                   std::filesystem::file_time_type::clock::now() - hours(100));
  const auto before = ListCache(scratch.path()).at(0).last_used;
  CacheUse(scratch.path()).Hold(file);
  CHECK(ListCache(scratch.path()).at(0).last_used - before > hours(99));
}

TEST_CASE("cache: files of one model are one entry, files of others are none") {
  const testing::ScratchFolder scratch;
  for (const char* const file : {"models/a.model", "models/a.onnx", "models/a.sealed",
                                 "statistics/range-b.bin", "notes.txt", "models/c.txt"}) {
    WriteFileAtomically(scratch.path() / file, "x");
  }
  std::vector<CacheEntry> entries = ListCache(scratch.path());
  REQUIRE(entries.size() == 2);
  if (entries[0].kind != CacheKind::kModel) std::swap(entries[0], entries[1]);
  CHECK(entries[0].key == "a");
  CHECK(entries[0].bytes == 3);
  CHECK(entries[1].kind == CacheKind::kStatistics);
  for (const CacheEntry& entry : entries) Remove(entry);
  CHECK(ListCache(scratch.path()).empty());
  CHECK(std::filesystem::exists(scratch.path() / "notes.txt"));
  CHECK(ListCache(scratch.path() / "nowhere").empty());
}

TEST_CASE("cache: damage is found in every kind of entry") {
  const testing::ScratchFolder scratch;
  for (const char* const file : {"crops-a.bin", "fingerprints-a.txt", "statistics/range-a.bin",
                                 "models/a.model", "predictions/a.json", "speeds.jsonl"}) {
    WriteFileAtomically(scratch.path() / file, "these bytes mean nothing\n");
  }
  ThreadPool pool(1);
  const std::vector<CacheEntry> entries = ListCache(scratch.path());
  CHECK(entries.size() == 6);
  for (const CacheEntry& entry : entries) {
    CAPTURE(std::string(ToString(entry.kind)));
    CHECK(DamageIn(entry, pool) != "");
  }
  PredictionsCache(scratch.path() / "predictions").Store("a", Predictions{});
  for (const CacheEntry& entry : ListCache(scratch.path())) {
    if (entry.kind == CacheKind::kPredictions) CHECK(DamageIn(entry, pool) == "");
  }
}

}  // namespace quantbench
