// SPDX-License-Identifier: Apache-2.0
// Merging of batches as PyTorch 1.13 does it; the search is in pytorch_histogram_search.cpp.
#include "quantize/pytorch_histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace quantbench {
namespace {

constexpr int64_t kUpsample = 128;
// A range that grows by more than this has all its counts in one bin of the new one.
constexpr int64_t kLargestDownsample = int64_t{1} << 40;

}  // namespace

PyTorchHistogram::PyTorchHistogram(int bins)
    : bins_(bins),
      range_{.min = std::numeric_limits<float>::infinity(),
             .max = -std::numeric_limits<float>::infinity()},
      counts_(static_cast<size_t>(bins), 0.0f) {
  if (bins < 1) throw std::logic_error("a histogram needs bins");
}

void PyTorchHistogram::Restore(const Range& range, std::vector<float> counts) {
  if (counts.size() != counts_.size()) throw std::logic_error("another number of bins");
  range_ = range;
  counts_ = std::move(counts);
}

PyTorchHistogram::Edges PyTorchHistogram::BeginBatch(const Range& batch) {
  // A range without width is forgotten, whatever was counted in it.
  replace_ = range_.min >= range_.max;
  next_ = replace_ ? batch : Combine(batch);
  Edges edges{.left = std::trunc(next_.min), .right = std::trunc(next_.max)};
  if (edges.left == edges.right) edges = {.left = batch.min, .right = batch.max};
  if (edges.left == edges.right) edges = {.left = batch.min - 1.0f, .right = batch.max + 1.0f};
  return edges;
}

// Both ranges in one whose bins are made of whole fine bins, of which a bin of range_ has
// kUpsample.
Range PyTorchHistogram::Combine(const Range& batch) {
  Range both{.min = std::min(batch.min, range_.min), .max = std::max(batch.max, range_.max)};
  const auto bins = static_cast<float>(bins_);
  const float fine = (range_.max - range_.min) / static_cast<float>(bins_ * kUpsample);
  const float ratio = std::ceil((both.max - both.min) / (bins * fine));
  if (!(ratio <= static_cast<float>(kLargestDownsample))) {
    downsample_ = kLargestDownsample;
    start_ = static_cast<int64_t>((range_.min - both.min) / (both.max - both.min) * bins) *
             kLargestDownsample;
    return both;
  }
  downsample_ = static_cast<int64_t>(ratio);
  both.max += static_cast<float>(downsample_) * (bins * fine) - (both.max - both.min);
  both.max = std::min(both.max, std::numeric_limits<float>::max());
  start_ = static_cast<int64_t>(std::nearbyint((range_.min - both.min) / fine));
  return both;
}

void PyTorchHistogram::EndBatch(std::span<const uint64_t> counts) {
  if (counts.size() != counts_.size()) throw std::logic_error("another number of bins");
  if (replace_) {
    std::fill(counts_.begin(), counts_.end(), 0.0f);
  } else if (next_ != range_) {
    counts_ = Rebinned();
  }
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += static_cast<float>(counts[i]);
  range_ = next_;
}

// The counts so far in the bins of next_. `integral` is the number of fine counts up to a fine bin;
// the previous one is rounded to float32, as PyTorch's is.
std::vector<float> PyTorchHistogram::Rebinned() const {
  std::vector<double> sums(counts_.size() + 1, 0.0);
  for (size_t i = 0; i < counts_.size(); ++i)
    sums[i + 1] = sums[i] + static_cast<double>(counts_[i]);
  const auto integral = [&](int64_t fine_bin) {
    const int64_t inside = std::clamp<int64_t>(fine_bin - start_, 0, bins_ * kUpsample);
    const auto whole = static_cast<size_t>(inside / kUpsample);
    const auto part = static_cast<double>(inside % kUpsample);
    return static_cast<double>(kUpsample) * sums[whole] +
           (part > 0 ? part * static_cast<double>(counts_[whole]) : 0.0);
  };
  std::vector<float> rebinned;
  float previous = 0.0f;
  for (int64_t i = 1; i <= bins_; ++i) {
    const double upto = integral(i * downsample_);
    rebinned.push_back(static_cast<float>((upto - static_cast<double>(previous)) / kUpsample));
    previous = static_cast<float>(upto);
  }
  return rebinned;
}

}  // namespace quantbench
