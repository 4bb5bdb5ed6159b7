// SPDX-License-Identifier: Apache-2.0
// Every kind of entry that there is, where it lies, and that damage in it is found.
#include "stage/kinds.h"

#include <doctest/doctest.h>

#include <vector>

#include "stage/cached_predictions.h"
#include "store/store.h"
#include "support/files.h"
#include "support/test_data.h"
#include "support/thread_pool.h"

namespace quantbench {

TEST_CASE("kinds: damage is found in every kind of entry") {
  const testing::ScratchFolder scratch;
  for (const char* const file :
       {"crops-a.bin", "fingerprints-a.txt", "statistics/range-a.bin", "models/a.model",
        "predictions/a.json", "layers/a.json", "roundings/a.bin", "speeds.jsonl"}) {
    WriteFileAtomically(scratch.path() / file, "these bytes mean nothing\n");
  }
  ThreadPool pool(1);
  const Store store(scratch.path());
  const std::vector<CacheEntry> entries = store.List(AllKinds());
  CHECK(entries.size() == AllKinds().size());
  for (const CacheEntry& entry : entries) {
    CAPTURE(std::string(entry.kind->name));
    CHECK(store.DamageIn(entry, pool) != "");
  }
  store.Put(kPredictions, "a", SerializePredictions("a", Predictions{}));
  for (const CacheEntry& entry : store.List(AllKinds())) {
    if (entry.kind == &kPredictions) CHECK(store.DamageIn(entry, pool) == "");
  }
}

}  // namespace quantbench
