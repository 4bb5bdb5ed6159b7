// SPDX-License-Identifier: Apache-2.0
// Cuts at equal shares of the pixels, moved to the nearest whole batch.
#include "part/part_spec.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <vector>

#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr int kMostParts = 100'000;

std::optional<int> NumberIn(std::string_view text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, reason] = std::from_chars(text.data(), end, value);
  if (reason != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Where the first `share` of `shares` parts end.
int64_t CutAt(int64_t share, int64_t shares, const std::vector<int64_t>& sums, int64_t batch) {
  const auto images = static_cast<int64_t>(sums.size());
  if (share == shares || images == 0) return images;
  const int64_t target = sums.back() / shares * share + sums.back() % shares * share / shares;
  const auto reached = std::lower_bound(sums.begin(), sums.end(), target);
  const int64_t image = share == 0 ? 0 : reached - sums.begin() + 1;
  return std::min((image + batch / 2) / batch * batch, images);
}

}  // namespace

std::string ToString(const ImageRange& range) {
  if (range.size() <= 0) return "no image";
  if (range.size() == 1) return "image " + std::to_string(range.end);
  return "images " + std::to_string(range.begin + 1) + " to " + std::to_string(range.end);
}

std::string ToString(const PartSpec& part) {
  if (part.count == 0) return part.range ? ToString(*part.range) : "the whole";
  return "part " + std::to_string(part.number) + " of " + std::to_string(part.count);
}

PartSpec ParsePart(const std::string& text, int latency_on) {
  const size_t slash = std::min(text.find('/'), text.size());
  const std::optional<int> number = NumberIn(std::string_view(text).substr(0, slash));
  const std::optional<int> count =
      NumberIn(std::string_view(text).substr(std::min(slash + 1, text.size())));
  if (!number || !count || *number < 1 || *number > *count || *count > kMostParts)
    throw Error("--shard '" + text + "': give I/N, part I of N, for instance 1/8 to 8/8");
  if (latency_on < 0 || latency_on > *count)
    throw Error("--latency-on " + std::to_string(latency_on) + ": there are " +
                CountText(*count, "part"));
  if (latency_on > 0 && *count == 1)
    throw Error(
        "--latency-on: the part that measures latency has no image, so there must be at least two "
        "parts");
  return {.number = *number, .count = *count, .latency_on = latency_on, .range = {}};
}

ImageRange RangeOf(const PartSpec& part, std::span<const int64_t> pixels, int64_t batch) {
  const auto images = static_cast<int64_t>(pixels.size());
  if (part.range) return *part.range;
  if (part.IsWhole()) return {.begin = 0, .end = images};
  std::vector<int64_t> sums(pixels.size());
  std::partial_sum(pixels.begin(), pixels.end(), sums.begin());
  const int shares = part.count - (part.latency_on > 0 ? 1 : 0);
  const int share = part.number - (part.latency_on > 0 && part.number >= part.latency_on ? 1 : 0);
  const int64_t end = CutAt(share, shares, sums, batch);
  if (part.number == part.latency_on) return {.begin = end, .end = end};
  return {.begin = CutAt(share - 1, shares, sums, batch), .end = end};
}

}  // namespace quantbench
