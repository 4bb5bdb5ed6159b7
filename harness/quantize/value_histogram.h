// SPDX-License-Identifier: Apache-2.0
// A histogram whose bins never have to be split: the basis of percentile, entropy and mse.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantize/range.h"

namespace quantbench {

// Bins are a power of two wide and begin at 0; where values leave them, two neighbours become one.
// So the histogram depends on the values alone, not on batches or their order, and counts are
// exact. Between half and all of the bins cover the range, which includes 0.
class ValueHistogram {
 public:
  explicit ValueHistogram(int bins);  // at least 2

  // Takes a batch in: Widen to its range, then Add how many of its values v lie in each bin:
  // bin i holds those with floor(v * inverse_width()) - first() == i.
  void Widen(const Range& batch);
  void Add(std::span<const uint64_t> counts);

  float inverse_width() const;  // a power of two
  double width() const;
  int first() const { return first_; }  // number of the first bin; bin 0 begins at 0
  int last() const { return first_ + static_cast<int>(counts_.size()) - 1; }
  double LowerEdge(int bin) const { return width() * bin; }

  const std::vector<uint64_t>& counts() const { return counts_; }
  uint64_t CountOf(int bin) const { return counts_[static_cast<size_t>(bin - first_)]; }
  uint64_t total() const;
  // Exact extremes of the values; zero isn't taken in here. Nothing was seen while total() is 0.
  const Range& range() const { return range_; }
  // What stands for a bin's values: its centre, kept inside range(); for bin 0 it is 0, where the
  // exact zeros of ReLU lie.
  float ValueOf(int bin) const;

  int exponent() const { return exponent_; }
  void Restore(const Range& range, int exponent, int first, std::vector<uint64_t> counts);

 private:
  int first_ = 0;
  int exponent_;
  bool empty_ = true;
  Range range_;
  std::vector<uint64_t> counts_;
};

}  // namespace quantbench
