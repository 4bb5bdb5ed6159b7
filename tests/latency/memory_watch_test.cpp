// SPDX-License-Identifier: Apache-2.0
// What memory grows by, and peaks that are over before anybody looks.
#include "latency/memory_watch.h"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>

#include "support/sanitized.h"

namespace quantbench {
namespace {

constexpr size_t kBlock = 24'000'000;  // bytes: far more than the kernel's counts are off by

using Block = std::unique_ptr<char[]>;

// Memory that is really there.
Block Touched(size_t bytes) {
  Block block(new char[bytes]);
  std::memset(block.get(), 1, bytes);
  return block;
}

TEST_CASE("figures of /proc") {
  struct {
    const char *rollup, *status;
    std::optional<MemoryUse> use;
  } const cases[] = {
      {"55-7f ---p [rollup]\nRss:  3000 kB\nPss:  9 kB\nAnonymous:  1000 kB\nSwap: 500 kB\n",
       "Name:\tx\nVmHWM:\t    4000 kB\n",
       MemoryUse{.private_mb = 1.536, .mapped_mb = 2.048, .resident_mb = 4.096}},
      {"Rss:  3000 kB\nAnonymous:  1000 kB\n", "VmHWM: 3000 kB",  // no swap in the kernel
       MemoryUse{.private_mb = 1.024, .mapped_mb = 2.048, .resident_mb = 3.072}},
      {"", "", {}},                                                      // no /proc
      {"Rss:  3000 kB\n", "VmHWM: 3000 kB", {}},                         // another kernel
      {"Rss:  3000 kB\nAnonymous:  4000 kB\n", "VmHWM: 3000 kB", {}},    // can't be
      {"Rss:  3000 kB\nAnonymous:  kB\n", "VmHWM: 3000 kB", {}},         // no number
      {"Rss:  3000 kB\nAnonymous:  1000 kB\n", "VmPeak: 3000 kB\n", {}}  // no mark
  };
  for (const auto& one : cases) {
    CAPTURE(one.rollup);
    const std::optional<MemoryUse> use = ParseMemoryUse(one.rollup, one.status);
    REQUIRE(use.has_value() == one.use.has_value());
    if (!use) continue;
    CHECK(use->private_mb == doctest::Approx(one.use->private_mb));
    CHECK(use->mapped_mb == doctest::Approx(one.use->mapped_mb));
    CHECK(use->resident_mb == doctest::Approx(one.use->resident_mb));
  }
}

TEST_CASE("weights and activations are told apart, and a peak between two looks is seen") {
  if (!OwnMemory() || testing::kSanitized) {
    MESSAGE(
        "SKIPPED: this system doesn't tell a process's memory, or a sanitizer keeps what is freed");
    return;
  }
  MemoryWatch watch;
  watch.BeforePreparing();
  const double before = OwnMemory()->private_mb;
  const Block weights = Touched(kBlock);
  Touched(3 * kBlock);  // is gone at once
  watch.AfterPreparing();
  watch.BeforeFirstRun();
  const Block activations = Touched(2 * kBlock);
  watch.AfterFirstRun();
  const Memory memory = watch.Finish();
  const double block = kBlock / 1e6;
  CHECK(*memory.weights_mb == doctest::Approx(block).epsilon(0.1));
  CHECK(*memory.activations_mb == doctest::Approx(2 * block).epsilon(0.1));
  CHECK(*memory.peak_mapped_mb > 0);
  if (ResetPeakMemory()) {
    CHECK(*memory.peak_private_mb - before == doctest::Approx(4 * block).epsilon(0.1));
  }
}

TEST_CASE("several processes: the most of each figure, and nothing beside something is something") {
  Memory most;
  AddMemory(most, {});
  CHECK(!most.weights_mb);
  AddMemory(most, {.peak_private_mb = 3.0, .weights_mb = 0.0});
  AddMemory(most, {.peak_private_mb = 2.0, .activations_mb = 1.0});
  CHECK(most.peak_private_mb == 3);
  CHECK(most.weights_mb == 0);
  CHECK(most.activations_mb == 1);
  CHECK(!most.peak_mapped_mb);
}

}  // namespace
}  // namespace quantbench
