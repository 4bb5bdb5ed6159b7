// SPDX-License-Identifier: Apache-2.0
// Nobody gets what isn't there, and everybody gets a turn.
#include "support/memory_budget.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace quantbench {
namespace {

TEST_CASE("shares never add up to more than the budget, and all are served") {
  constexpr int64_t kBudget = 100;
  MemoryBudget budget(kBudget);
  std::atomic<int64_t> taken = 0, most = 0, served = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const int64_t wanted = (t * 31 + i * 17) % 150;  // a third of them more than there is
        const auto share = budget.Take(wanted);
        const int64_t now = taken += std::min(wanted, kBudget);
        for (int64_t seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        taken -= std::min(wanted, kBudget);
        ++served;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(most <= kBudget);
  CHECK(served == 1600);
}

TEST_CASE("more than all there is is all there is") {
  MemoryBudget budget(10);
  for (const int64_t bytes : {int64_t{11}, int64_t{1} << 62, int64_t{0}, int64_t{-5}})
    const auto share = budget.Take(bytes);
  const auto all = budget.Take(10);  // everything came back
}

}  // namespace
}  // namespace quantbench
