// SPDX-License-Identifier: Apache-2.0
// TBB arena with a number for each worker.
#include "support/thread_pool.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <stdexcept>

namespace quantbench {

namespace {

// TBB starts no more workers than the machine has cores unless it is told that it may; how many
// really run is each arena's size.
void AllowLargeArenas() {
  static const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism, 1024);
}

}  // namespace

struct ThreadPool::Arena {
  explicit Arena(int threads) : arena(threads) { AllowLargeArenas(); }
  tbb::task_arena arena;
};

ThreadPool::ThreadPool(int threads) : threads_(threads) {
  if (threads < 1) throw std::logic_error("a thread pool needs at least one thread");
  if (threads > 1) arena_ = std::make_unique<Arena>(threads);
  abi_.struct_size = sizeof(qb_parallel);
  abi_.threads = threads;
  abi_.pool = this;
  abi_.for_each = [](void* pool, int64_t count, void (*body)(void*, int64_t, int32_t), void* data) {
    static_cast<ThreadPool*>(pool)->ForEach(count,
                                            [&](int64_t i, int worker) { body(data, i, worker); });
  };
}

ThreadPool::~ThreadPool() = default;

void ThreadPool::ForEach(int64_t count, const std::function<void(int64_t, int)>& body) {
  if (!arena_ || count == 1) {
    for (int64_t i = 0; i < count; ++i) body(i, 0);
    return;
  }
  arena_->arena.execute([&] {
    tbb::parallel_for(int64_t{0}, count,
                      [&](int64_t i) { body(i, tbb::this_task_arena::current_thread_index()); });
  });
}

int AvailableProcessors() { return tbb::info::default_concurrency(); }

}  // namespace quantbench
