// SPDX-License-Identifier: Apache-2.0
// What is given up first, and what never.
#include "store/prune.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "store/test_kinds.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using Clock = std::chrono::system_clock;
using std::chrono::hours;
using testing::kPair;
using testing::kTestKinds;

CacheEntry Used(const std::string& key, int64_t bytes, hours age) {
  return {
      .key = key, .files = {}, .bytes = bytes, .last_used = Clock::time_point(hours(1000) - age)};
}

TEST_CASE("prune: least recently used entries go first, as many as the limits ask for") {
  const std::vector<CacheEntry> entries{Used("new", 10, hours(1)), Used("old", 10, hours(9)),
                                        Used("middle", 10, hours(5))};
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

TEST_CASE("prune: what a run works with is passed over, and others go in its place") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  for (const char* const key : {"a", "b", "c"})
    WriteFileAtomically(store.Path(kPair, key), "1234567890");
  const auto age = [&](const char* key, int hours_ago) {
    std::filesystem::last_write_time(
        store.Path(kPair, key), std::filesystem::file_time_type::clock::now() - hours(hours_ago));
  };
  const auto exists = [&](const char* key) {
    return std::filesystem::exists(store.Path(kPair, key));
  };
  age("a", 9);
  age("b", 8);
  const PruneLimits limits{.max_bytes = 10, .unused = {}};
  {
    Store run(scratch.path());
    run.Hold(kPair, "a");
    age("a", 9);  // the lock decides, not the time
    const Pruned pruned = Prune(store, kTestKinds, limits, /*dry_run=*/true);
    CHECK(pruned.removed.size() == 2);
    CHECK(exists("b"));
    CHECK(Prune(store, kTestKinds, limits, false).in_use == 1);
    CHECK(exists("a"));
    CHECK_FALSE(exists("b"));
    CHECK_FALSE(exists("c"));
    CHECK(Prune(run, kTestKinds, {.max_bytes = 0, .unused = {}}, false).in_use ==
          1);  // its own too
  }
  const Pruned rest = Prune(store, kTestKinds, {.max_bytes = 0, .unused = {}}, false);
  CHECK(rest.removed.size() == 1);
  CHECK(rest.bytes_left == 0);
  CHECK_FALSE(exists("a"));
  CHECK(Prune(Store(scratch.path() / "nowhere"), kTestKinds, limits, false).removed.empty());
}

// Programs of other versions share the folder.
TEST_CASE("prune: an entry is held by the name of its files") {
  const testing::ScratchFolder scratch;
  Store run(scratch.path());
  run.Hold(kPair, "a.b");
  run.Hold(testing::kSingle, "c");
  EntryLocks others(scratch.path());
  CHECK_FALSE(others.TryClaim("pairs/a.b"));
  CHECK_FALSE(others.TryClaim("single-c"));
  CHECK(others.TryClaim("pairs/c"));
}

}  // namespace
}  // namespace quantbench
