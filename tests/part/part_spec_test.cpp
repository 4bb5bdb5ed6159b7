// SPDX-License-Identifier: Apache-2.0
// Where the cuts between parts are.
#include "part/part_spec.h"

#include <doctest/doctest.h>

#include <vector>

#include "support/error.h"

namespace quantbench {
namespace {

std::vector<ImageRange> AllParts(int count, int latency_on, const std::vector<int64_t>& pixels,
                                 int64_t batch) {
  std::vector<ImageRange> ranges;
  for (int number = 1; number <= count; ++number)
    ranges.push_back(RangeOf(
        {.number = number, .count = count, .latency_on = latency_on, .range = {}}, pixels, batch));
  return ranges;
}

TEST_CASE("parts hold every image once, and begin at whole batches") {
  std::vector<int64_t> growing, one_giant(37, 1);
  for (int64_t i = 0; i < 50; ++i) growing.push_back(i * i + 1);
  one_giant[20] = 1'000'000;
  for (const auto& pixels : {std::vector<int64_t>{}, {5}, growing, one_giant}) {
    for (const int64_t batch : {1, 4, 12}) {
      for (const int count : {1, 2, 3, 5, 16, 60}) {
        for (const int latency_on : {0, 1, count}) {
          if (latency_on > 0 && count == 1) continue;
          CAPTURE(pixels.size());
          CAPTURE(batch);
          CAPTURE(count);
          CAPTURE(latency_on);
          int64_t end = 0;
          for (const ImageRange& range : AllParts(count, latency_on, pixels, batch)) {
            CHECK(range.begin == end);
            CHECK(range.size() >= 0);
            if (range.size() > 0) CHECK(range.begin % batch == 0);
            end = range.end;
          }
          CHECK(end == static_cast<int64_t>(pixels.size()));
          if (latency_on > 0) {
            const auto parts = AllParts(count, latency_on, pixels, batch);
            CHECK(parts[static_cast<size_t>(latency_on - 1)].size() == 0);
          }
        }
      }
    }
  }
}

TEST_CASE("parts are equal in pixels, not in number") {
  const std::vector<int64_t> pixels{9, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  CHECK(AllParts(2, 0, pixels, 1) ==
        std::vector<ImageRange>{{.begin = 0, .end = 1}, {.begin = 1, .end = 10}});
  const std::vector<int64_t> equal(10, 7);
  CHECK(AllParts(2, 0, equal, 1) ==
        std::vector<ImageRange>{{.begin = 0, .end = 5}, {.begin = 5, .end = 10}});
  CHECK(AllParts(3, 2, equal, 1)[2] == ImageRange{.begin = 5, .end = 10});
}

TEST_CASE("a part is named as I/N") {
  CHECK(ParsePart("2/3", 0) == PartSpec{.number = 2, .count = 3, .latency_on = 0, .range = {}});
  for (const char* const text : {"", "2", "0/3", "4/3", "a/3", "2/", "/3", "2/3x", "-1/3", "1/0"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(ParsePart(text, 0), doctest::Contains("give I/N"), Error);
  }
  CHECK_THROWS_WITH_AS(ParsePart("1/3", 4), doctest::Contains("there are 3 parts"), Error);
  CHECK_THROWS_WITH_AS(ParsePart("1/1", 1), doctest::Contains("at least two parts"), Error);
}

}  // namespace
}  // namespace quantbench
