// SPDX-License-Identifier: Apache-2.0
// What calibration keeps of a tensor. Observers that differ in other options share one.
#pragma once

#include <limits>
#include <span>
#include <variant>

#include "quantize/pytorch_histogram.h"
#include "quantize/range.h"
#include "quantize/value_histogram.h"
#include "support/thread_pool.h"

namespace quantbench {

// The range of all batches.
class RangeStatistic {
 public:
  void Add(const Range& batch);
  bool empty() const { return range_.min > range_.max; }
  const Range& range() const { return range_; }
  void Restore(const Range& range) { range_ = range; }

 private:
  Range range_{.min = std::numeric_limits<float>::infinity(),
               .max = -std::numeric_limits<float>::infinity()};
};

// The first batch's range, moved towards each further batch's: r += c * (r_batch - r), in float32.
// Depends on the size and the order of batches. (Source: PyTorch 1.13,
// MovingAverageMinMaxObserver.)
class MovingAverageRange {
 public:
  explicit MovingAverageRange(double constant) : constant_(static_cast<float>(constant)) {}
  void Add(const Range& batch);
  bool empty() const { return range_.min > range_.max; }
  const Range& range() const { return range_; }
  void Restore(const Range& range) { range_ = range; }

 private:
  float constant_;
  Range range_{.min = std::numeric_limits<float>::infinity(),
               .max = -std::numeric_limits<float>::infinity()};
};

// Both histograms, filled in one sweep over the values: PyTorch's for `histogram`, the exact one
// for percentile, entropy and mse, whose definitions the former's losses would bend.
class HistogramStatistic {
 public:
  explicit HistogramStatistic(int bins) : bins_(bins), pytorch_(bins), values_(bins) {}
  void Add(std::span<const float> values, const Range& range, ThreadPool& pool);
  bool empty() const { return pytorch_.range().min > pytorch_.range().max; }
  int bins() const { return bins_; }
  const PyTorchHistogram& pytorch() const { return pytorch_; }
  const ValueHistogram& values() const { return values_; }
  PyTorchHistogram& pytorch() { return pytorch_; }
  ValueHistogram& values() { return values_; }

 private:
  int bins_;
  PyTorchHistogram pytorch_;
  ValueHistogram values_;
};

// Memory doesn't grow with the number of batches.
using Statistic = std::variant<RangeStatistic, MovingAverageRange, HistogramStatistic>;

// One calibration batch of the tensor in file order, with its range. No values change nothing. The
// result doesn't depend on the number of threads.
void Observe(Statistic& statistic, std::span<const float> batch, const Range& range,
             ThreadPool& pool);
bool IsEmpty(const Statistic& statistic);

}  // namespace quantbench
