// SPDX-License-Identifier: Apache-2.0
// Who may claim a name while others hold it.
#include "store/entry_locks.h"

#include <doctest/doctest.h>

#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {

TEST_CASE("entry locks: what anybody holds nobody claims, and the other way round") {
  const testing::ScratchFolder scratch;
  EntryLocks clearing(scratch.path() / "cache");
  REQUIRE(clearing.works());
  {
    EntryLocks first(scratch.path() / "cache"), second(scratch.path() / "cache");
    first.Hold("models/a");
    second.Hold("models/a");  // any number may
    CHECK_FALSE(clearing.TryClaim("models/a"));
    CHECK(clearing.TryClaim("models/b"));
    CHECK_FALSE(first.TryClaim("models/b"));
    clearing.Release("models/b");
    CHECK(first.TryClaim("models/b"));
  }
  CHECK(clearing.TryClaim("models/a"));  // who held it is gone
  CHECK(clearing.TryClaim("models/b"));
}

TEST_CASE("entry locks: where there can't be any, nothing can be claimed") {
  const testing::ScratchFolder scratch;
  WriteFileAtomically(scratch.path() / "file", "");
  EntryLocks locks(scratch.path() / "file" / "cache");
  CHECK_FALSE(locks.works());
  locks.Hold("models/a");
  CHECK_FALSE(locks.TryClaim("models/a"));
}

}  // namespace quantbench
