// SPDX-License-Identifier: Apache-2.0
// Growth and peaks from single looks.
#include "latency/memory_watch.h"

#include <algorithm>

namespace quantbench {

std::optional<MemoryUse> MemoryWatch::Look() {
  std::optional<MemoryUse> now = OwnMemory();
  if (!now) return now;
  now->private_mb -= copied_code_mb_;
  now->mapped_mb += copied_code_mb_;
  double most = now->private_mb;
  if (marks_) most = std::max(most, now->resident_mb - now->mapped_mb);
  AddMemory(memory_, {.peak_private_mb = most, .peak_mapped_mb = now->mapped_mb});
  return now;
}

std::optional<MemoryUse> MemoryWatch::Begin() {
  ReturnFreedMemory();
  marks_ = ResetPeakMemory();
  return Look();
}

std::optional<double> MemoryWatch::Growth(const std::optional<MemoryUse>& before,
                                          const std::optional<MemoryUse>& after) {
  if (!before || !after) return std::nullopt;
  return std::max(0.0, after->private_mb - before->private_mb);
}

void MemoryWatch::BeforePreparing() { before_ = Begin(); }

void MemoryWatch::AfterPreparing() {
  Look();  // with what preparing has freed
  ReturnFreedMemory();
  memory_.weights_mb = Growth(before_, Look());
}

void MemoryWatch::AfterCopyingCode(size_t bytes) {
  copied_code_mb_ = static_cast<double>(bytes) / 1e6;
}

void MemoryWatch::BeforeFirstRun() { before_ = Begin(); }

void MemoryWatch::AfterFirstRun() { memory_.activations_mb = Growth(before_, Look()); }

Memory MemoryWatch::Finish() {
  Look();
  return memory_;
}

}  // namespace quantbench
