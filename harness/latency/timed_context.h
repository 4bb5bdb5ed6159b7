// SPDX-License-Identifier: Apache-2.0
// One context with its output, run again and again, each run looked after.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "backend/backend.h"
#include "backend/guarded_floats.h"
#include "latency/memory_watch.h"
#include "latency/run_clock.h"
#include "support/thread_pool.h"

namespace quantbench {

class TimedContext {
 public:
  // `input` is [batch_size,c,h,w]; it and the pool are referred to. Throws Error with the backend's
  // text.
  TimedContext(const Executable& executable, int batch_size, std::span<const float> input,
               const ThreadPool& pool, RunClock clock);

  // Runs for `seconds`, then on until two windows of half that length agree. False where they never
  // do. `memory` is told of the first run, where it is given.
  bool WarmUp(double seconds, MemoryWatch* memory = nullptr);

  // One run. Throws Error with the backend's text, or where scores are left unwritten.
  RunTime Run();

  // Throws Error where a run wrote too much or too little. Damage stays until it is looked for, so
  // once is enough.
  void RequireRules() const;

 private:
  void RequireWritten(std::optional<size_t> unwritten) const;
  double MedianOfWindow(double seconds, MemoryWatch* memory);

  Context context_;
  int batch_size_;
  std::span<const float> input_;
  size_t classes_;
  GuardedFloats output_;
  std::string backend_;
  const ThreadPool& pool_;
  RunClock clock_;
};

}  // namespace quantbench
