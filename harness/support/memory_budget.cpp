// SPDX-License-Identifier: Apache-2.0
// A queue of numbers in front of a counter.
#include "support/memory_budget.h"

#include <algorithm>

namespace quantbench {

MemoryBudget::Share MemoryBudget::Take(int64_t bytes) {
  bytes = std::clamp<int64_t>(bytes, 0, bytes_);
  std::unique_lock lock(mutex_);
  const uint64_t number = next_++;
  changed_.wait(lock, [&] { return served_ == number && left_ >= bytes; });
  ++served_;
  left_ -= bytes;
  changed_.notify_all();  // what is left may do for the next one too
  return {*this, bytes};
}

void MemoryBudget::Return(int64_t bytes) {
  const std::lock_guard lock(mutex_);
  left_ += bytes;
  changed_.notify_all();
}

}  // namespace quantbench
