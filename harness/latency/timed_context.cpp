// SPDX-License-Identifier: Apache-2.0
// Runs, and the marks that tell whether they wrote what they should.
#include "latency/timed_context.h"

#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "support/error.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

constexpr double kStableWithin = 0.03;  // medians of two warm-up windows, relative
constexpr int kMaxWindows = 10;         // of half of warmup_seconds each

}  // namespace

TimedContext::TimedContext(const Executable& executable, int batch_size,
                           std::span<const float> input, const ThreadPool& pool, RunClock clock)
    : context_(executable.CreateContext(batch_size, pool.threads())),
      batch_size_(batch_size),
      input_(input),
      classes_(static_cast<size_t>(executable.output_elements())),
      output_(classes_ * static_cast<size_t>(batch_size)),
      backend_(executable.backend()),
      pool_(pool),
      clock_(clock) {
  output_.MarkUnwritten();
}

bool TimedContext::WarmUp(double seconds, MemoryWatch* memory) {
  std::optional<double> before;
  for (int window = 0; window < kMaxWindows; ++window) {
    const double median = MedianOfWindow(seconds / 2, std::exchange(memory, nullptr));
    if (before && std::abs(median - *before) <= kStableWithin * *before) return true;
    before = median;
  }
  return seconds <= 0;  // nobody asked for a stable time
}

// A score of each image is marked and looked at, outside of the time: as little as can be, since it
// takes room in the caches.
RunTime TimedContext::Run() {
  output_.MarkUnwritten(classes_);
  const RunTime time =
      clock_.Time([&] { context_.Run(batch_size_, input_.data(), output_.data(), pool_); });
  RequireWritten(output_.FirstUnwritten(classes_));
  return time;
}

void TimedContext::RequireRules() const {
  context_.RequireIntact();
  output_.RequireIntact(backend_, "output");
  RequireWritten(output_.FirstUnwritten());
}

void TimedContext::RequireWritten(std::optional<size_t> unwritten) const {
  if (!unwritten) return;
  throw Error(backend_ + " left scores of image " + std::to_string(*unwritten / classes_ + 1) +
              " of a batch of " + std::to_string(batch_size_) +
              " unwritten, though it says that its run went well");
}

double TimedContext::MedianOfWindow(double seconds, MemoryWatch* memory) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  std::vector<double> milliseconds;
  do {
    milliseconds.push_back(Run().wall_ms);
    if (memory != nullptr) std::exchange(memory, nullptr)->AfterFirstRun();
  } while (Clock::now() < until);
  return Median(milliseconds);
}

}  // namespace quantbench
