// SPDX-License-Identifier: Apache-2.0
// Which files are entries, what is given up first, what counts as damaged.
#include "cache/cache_folder.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

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
                                 "models/a.model", "predictions/a.json"}) {
    WriteFileAtomically(scratch.path() / file, "these bytes mean nothing");
  }
  ThreadPool pool(1);
  const std::vector<CacheEntry> entries = ListCache(scratch.path());
  CHECK(entries.size() == 5);
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
