// SPDX-License-Identifier: Apache-2.0
// Which part of a run's evaluation images a process takes: ranges of the list, cut so that all take
// about as long and no result depends on where the cuts are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace quantbench {

// Images begin, ..., end - 1 of a list.
struct ImageRange {
  int64_t begin = 0, end = 0;

  int64_t size() const { return end - begin; }
  bool operator==(const ImageRange&) const = default;
};

// "images 1 to 120", as people count; "no image" of an empty one.
std::string ToString(const ImageRange& range);

struct PartSpec {
  int number = 0, count = 0;        // part `number` of `count`, from 1; count 0: no such part
  int latency_on = 0;               // the part that measures latency and nothing else; 0: none does
  std::optional<ImageRange> range;  // given in place of a number

  bool IsWhole() const { return count == 0 && !range; }
  bool MeasuresLatency() const { return IsWhole() || (count > 0 && number == latency_on); }
  bool operator==(const PartSpec&) const = default;
};

// "part 2 of 3"
std::string ToString(const PartSpec& part);

// From "2/3". Throws Error for anything else.
PartSpec ParsePart(const std::string& text, int latency_on);

// The range of a part among images of so many pixels each: parts are equal in pixels, which is what
// decoding takes, and begin at multiples of `batch`. The part that measures latency has none.
ImageRange RangeOf(const PartSpec& part, std::span<const int64_t> pixels, int64_t batch);

}  // namespace quantbench
