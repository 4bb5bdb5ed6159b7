// SPDX-License-Identifier: Apache-2.0
// TBB arena with a number for each worker.
#include "support/thread_pool.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <stdexcept>
#ifdef __SANITIZE_THREAD__
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>
#endif

namespace quantbench {

namespace {

// TBB starts no more workers than the machine has cores unless it is told that it may; how many
// really run is each arena's size.
void AllowLargeArenas() {
  static const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism, 1024);
}

#ifdef __SANITIZE_THREAD__
// The loop that ThreadSanitizer gets. TBB's library isn't built with it, so it can't see what TBB
// orders and would take every loop for a race.
void ForEachOnPlainThreads(int64_t count, int threads,
                           const std::function<void(int64_t, int)>& body) {
  std::atomic<int64_t> next{0};
  std::mutex mutex;
  std::exception_ptr first;
  const auto work = [&](int worker) {
    try {
      for (int64_t i = next++; i < count; i = next++) body(i, worker);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      if (!first) first = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int worker = 1; worker < std::min<int64_t>(threads, count); ++worker) {
      helpers.emplace_back(work, worker);
    }
    work(0);
  }
  if (first) std::rethrow_exception(first);
}
#endif

}  // namespace

struct ThreadPool::Arena {
  explicit Arena(int threads) : arena(threads) { AllowLargeArenas(); }
  tbb::task_arena arena;
};

ThreadPool::ThreadPool(int threads) : threads_(threads) {
  if (threads < 1) throw std::logic_error("a thread pool needs at least one thread");
  if (threads > 1) arena_ = std::make_unique<Arena>(threads);
}

ThreadPool::~ThreadPool() = default;

void ThreadPool::ForEach(int64_t count, const std::function<void(int64_t, int)>& body) const {
  if (!arena_ || count == 1) {
    for (int64_t i = 0; i < count; ++i) body(i, 0);
    return;
  }
#ifdef __SANITIZE_THREAD__
  ForEachOnPlainThreads(count, threads_, body);
#else
  arena_->arena.execute([&] {
    tbb::parallel_for(int64_t{0}, count,
                      [&](int64_t i) { body(i, tbb::this_task_arena::current_thread_index()); });
  });
#endif
}

int AvailableProcessors() { return tbb::info::default_concurrency(); }

}  // namespace quantbench
