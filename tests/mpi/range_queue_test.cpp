// SPDX-License-Identifier: Apache-2.0
// Ranges that ranks are given hold every image that is left, once.
#include "mpi/range_queue.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace quantbench {
namespace {

std::vector<ImageRange> GivenOut(RangeQueue& queue) {
  std::vector<ImageRange> ranges;
  while (const auto range = queue.Next()) ranges.push_back(*range);
  return ranges;
}

TEST_CASE("every image is given out once, at whole batches, in few ranges") {
  for (const int64_t images : {0, 1, 12, 2400, 50'000}) {
    for (const int64_t batch : {1, 4, 12}) {
      for (const int ranks : {1, 2, 7, 64}) {
        CAPTURE(images);
        CAPTURE(batch);
        CAPTURE(ranks);
        RangeQueue queue(images, {}, batch, ranks);
        int64_t end = 0;
        const std::vector<ImageRange> ranges = GivenOut(queue);
        for (const ImageRange& range : ranges) {
          CHECK(range.begin == end);
          CHECK(range.begin % batch == 0);
          end = range.end;
          CHECK(!queue.IsFinished());
          queue.Finish(range);
        }
        CHECK(end == images);
        CHECK(queue.IsFinished());
        CHECK(static_cast<int>(ranges.size()) <= 14 * ranks);
      }
    }
  }
}

TEST_CASE("what is done isn't given out again") {
  RangeQueue queue(100, {{.begin = 60, .end = 80}, {.begin = 0, .end = 20}}, 4, 1);
  CHECK(queue.images_done() == 40);
  for (const ImageRange& range : GivenOut(queue)) {
    CHECK((range.end <= 60 || range.begin >= 80));
    CHECK(range.begin >= 20);
    queue.Finish(range);
  }
  CHECK(queue.IsFinished());
}

}  // namespace
}  // namespace quantbench
