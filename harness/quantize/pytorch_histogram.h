// SPDX-License-Identifier: Apache-2.0
// The histogram of PyTorch 1.13's HistogramObserver, with its merging of batches and its search.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantize/range.h"

namespace quantbench {

// Follows torch.ao.quantization.observer.HistogramObserver of version 1.13 (upsample_rate 128) in
// float32, its oddities included, since published figures were made with them: a batch is counted
// between the range's ends cut to whole numbers, and values beyond those are left out; a batch that
// widens the range has it rounded up at the top, and the counts so far are spread evenly over their
// bins. Different from it: counts are exact, where PyTorch's stop at 2^24 a bin, thread and batch.
// docs/observers.md tells what other versions do.
class PyTorchHistogram {
 public:
  explicit PyTorchHistogram(int bins);

  // Where the bins of a batch begin and end.
  struct Edges {
    float left = 0.0f, right = 0.0f;
  };
  // Takes a batch of this range in: BeginBatch, then EndBatch with how many of its values lie in
  // each of the bins between those edges, the right edge belonging to the last.
  Edges BeginBatch(const Range& batch);
  void EndBatch(std::span<const uint64_t> counts);

  // The range with the least L2 quantisation error that the search finds: from both ends quantiles
  // move inwards by 1e-5, on the side that passes more bins, until the error of 256 levels grows.
  Range Search() const;

  // The state: nothing was observed as long as min > max.
  const Range& range() const { return range_; }
  const std::vector<float>& counts() const { return counts_; }
  void Restore(const Range& range, std::vector<float> counts);

 private:
  Range Combine(const Range& batch);
  std::vector<float> Rebinned() const;

  int bins_;
  Range range_;
  std::vector<float> counts_;
  // Of the batch between BeginBatch and EndBatch.
  Range next_;
  bool replace_ = false;
  int64_t downsample_ = 0;  // fine bins in a bin of next_; a bin of range_ has kUpsample
  int64_t start_ = 0;       // the fine bin of next_ in which range_ begins
};

}  // namespace quantbench
