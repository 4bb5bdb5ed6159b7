// SPDX-License-Identifier: Apache-2.0
// Memory that several threads share: who needs more than is left waits for its turn.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace quantbench {

class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t bytes) : bytes_(bytes), left_(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Taken until it is destroyed.
  class Share {
   public:
    Share(MemoryBudget& budget, int64_t bytes) : budget_(budget), bytes_(bytes) {}
    ~Share() { budget_.Return(bytes_); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

   private:
    MemoryBudget& budget_;
    int64_t bytes_;
  };
  // In the order of the calls, so that small shares don't keep a large one waiting for ever. More
  // than all there is gets all there is: nobody else works meanwhile. Whoever holds a share must
  // not ask for another.
  Share Take(int64_t bytes);

 private:
  void Return(int64_t bytes);

  const int64_t bytes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t left_;
  uint64_t next_ = 0, served_ = 0;  // numbers of those who wait
};

}  // namespace quantbench
