// SPDX-License-Identifier: Apache-2.0
// The images of a run as ranges that are given out one after another, large ones first, so that all
// ranks end at about the same time and few ranges are needed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "part/part_spec.h"

namespace quantbench {

class RangeQueue {
 public:
  // `done`: what needn't be given out; ranges begin at multiples of `batch`.
  RangeQueue(int64_t images, std::vector<ImageRange> done, int64_t batch, int ranks);

  // Nothing where all are given out.
  std::optional<ImageRange> Next();
  void Finish(const ImageRange& range) { images_done_ += range.size(); }

  int64_t images_done() const { return images_done_; }
  bool IsFinished() const { return images_done_ == images_; }

 private:
  int64_t images_, batch_, ranks_;
  int64_t left_ = 0;  // to be given out
  int64_t images_done_ = 0;
  std::vector<ImageRange> gaps_;
};

}  // namespace quantbench
