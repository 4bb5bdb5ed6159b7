// SPDX-License-Identifier: Apache-2.0
// Random draws: the same everywhere, and even.
#include "dataset/random.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <set>

namespace quantbench {
namespace {

// Expected: MT19937-64 written anew in Python from its definition.
TEST_CASE("draws are the same with every library") {
  RandomGenerator random(1234);
  CHECK(random.Below(1000) == 472);
  CHECK(random.Below(1000) == 18);
  CHECK(random.Uniform(0, 1) == 0x1.f2d9d8522a5e6p-1);
  CHECK(DerivedSeed(0, 0) == 0xe220a8397b1dcdaf);  // SplitMix64's first output for seed 0
}

TEST_CASE("draws below a bound reach each value about equally often") {
  RandomGenerator random(99);
  std::array<int, 7> count{};
  for (int i = 0; i < 7000; ++i) ++count.at(random.Below(7));
  for (const int n : count) {
    CHECK(n > 850);
    CHECK(n < 1150);
  }
  CHECK(random.Below(1) == 0);
}

TEST_CASE("derived seeds of neighbours and of neighbouring series differ") {
  std::set<uint64_t> seeds;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    for (uint64_t i = 0; i < 30; ++i) seeds.insert(DerivedSeed(seed, i));
  }
  CHECK(seeds.size() == 900);
}

}  // namespace
}  // namespace quantbench
