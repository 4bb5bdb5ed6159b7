// SPDX-License-Identifier: Apache-2.0
// Guided self-scheduling: each range is a part of what is left (Polychronopoulos and Kuck, 1987).
#include "mpi/range_queue.h"

#include <algorithm>

namespace quantbench {
namespace {

// Of what is left, for each rank: with 1 a slow rank's first range would outlast all others.
constexpr int64_t kParts = 2;
// A range costs some 20 ms of files and messages; the last one is what other ranks wait for.
constexpr int64_t kMostRangesOfRank = 32;

}  // namespace

RangeQueue::RangeQueue(int64_t images, std::vector<ImageRange> done, int64_t batch, int ranks)
    : images_(images), batch_(batch), ranks_(ranks) {
  std::ranges::sort(done, {}, &ImageRange::begin);
  int64_t begin = 0;
  const auto add_gap = [&](int64_t end) {
    if (begin < end) gaps_.push_back({.begin = begin, .end = end});
    left_ += std::max<int64_t>(end - begin, 0);
  };
  for (const ImageRange& range : done) {
    add_gap(range.begin);
    begin = std::max(begin, range.end);
  }
  add_gap(images);
  images_done_ = images - left_;
}

std::optional<ImageRange> RangeQueue::Next() {
  if (gaps_.empty()) return std::nullopt;
  const int64_t least = images_ / (ranks_ * kMostRangesOfRank);
  const int64_t wanted = std::max({left_ / (ranks_ * kParts), least, int64_t{1}});
  const int64_t batches = (wanted + batch_ - 1) / batch_;
  ImageRange& gap = gaps_.front();
  const ImageRange range{.begin = gap.begin,
                         .end = std::min(gap.begin + batches * batch_, gap.end)};
  left_ -= range.size();
  gap.begin = range.end;
  if (gap.size() == 0) gaps_.erase(gaps_.begin());
  return range;
}

}  // namespace quantbench
