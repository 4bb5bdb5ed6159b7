// SPDX-License-Identifier: Apache-2.0
// The host's threads: a TBB arena of fixed size behind one loop function.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace quantbench {

// A pool of `threads` workers, the calling thread included. With one thread every loop is a plain
// loop on the caller.
class ThreadPool {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return threads_; }

  // Calls body(i, worker) once for each i in [0, count), 0 <= worker < threads(); calls with the
  // same worker never overlap. The first exception that a body throws is rethrown here and stops
  // the rest.
  void ForEach(int64_t count, const std::function<void(int64_t i, int worker)>& body) const;

 private:
  struct Arena;
  int threads_;
  std::unique_ptr<Arena> arena_;
};

// Number of processors that this process may use (its affinity mask, not the machine's count).
int AvailableProcessors();

}  // namespace quantbench
