// SPDX-License-Identifier: Apache-2.0
// The yardstick's work.
#include "latency/yardstick.h"

#include <algorithm>

#include "latency/run_clock.h"
#include "record/repetition.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

constexpr size_t kSide = 64;                 // three matrices of 16 KiB
constexpr size_t kWalk = size_t{64} * 1024;  // 256 KiB
constexpr size_t kStride = 17;               // floats: another cache line at each step
constexpr int kTimings = 16;

}  // namespace

Yardstick::Yardstick()
    : a_(kSide * kSide), b_(kSide * kSide), c_(kSide * kSide), walk_(kWalk, 1.0f) {
  for (size_t i = 0; i < a_.size(); ++i) {
    a_[i] = static_cast<float>(i % 7) * 0.125f;
    b_[i] = static_cast<float>(i % 5) * 0.25f;
  }
}

float Yardstick::Work() {
  for (size_t row = 0; row < kSide; ++row) {
    for (size_t k = 0; k < kSide; ++k) {
      const float factor = a_[row * kSide + k];
      for (size_t column = 0; column < kSide; ++column) {
        c_[row * kSide + column] += factor * b_[k * kSide + column];
      }
    }
  }
  float sum = 0;
  for (size_t start = 0; start < kStride; ++start) {
    for (size_t i = start; i < kWalk; i += kStride) sum += walk_[i];
  }
  for (float& value : c_) value *= 0.5f;  // stays finite however often it runs
  return sum + c_[kSide];
}

void Yardstick::Measure() {
  const RunClock clock(RunClock::Of::kProcess);
  sink_ += Work();  // brings its memory into the caches
  for (int i = 0; i < kTimings; ++i) {
    timings_.push_back(clock.Time([&] { sink_ += Work(); }).wall_ms);
  }
  // Read once through a volatile, so that no compiler finds the work useless.
  volatile float keep = sink_;
  sink_ = keep > 0 ? 1.0f : 0.0f;
}

double Yardstick::TakeMs() {
  std::sort(timings_.begin(), timings_.end());
  const double fast = QuantileOfSorted(timings_, kFastQuantile);
  timings_.clear();
  return fast;
}

}  // namespace quantbench
