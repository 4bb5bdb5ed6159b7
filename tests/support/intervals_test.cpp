// SPDX-License-Identifier: Apache-2.0
// Intervals of medians and ratios: their ranks, and that they hold the truth as often as they say.
#include "support/intervals.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

namespace quantbench {
namespace {

std::vector<double> UpTo(int count) {
  std::vector<double> values;
  for (int i = count; i >= 1; --i) values.push_back(i);  // in no order that helps
  return values;
}

TEST_CASE("the interval of a median reaches between the ranks of the sign test's table") {
  const struct {
    int count;
    double low, high;  // 0: too few to tell
  } cases[] = {{1, 0, 0}, {4, 0, 0}, {5, 1, 5}, {7, 1, 7}, {8, 2, 7}, {11, 3, 9}, {20, 6, 15}};
  for (const auto& one : cases) {
    CAPTURE(one.count);
    const auto interval = IntervalOfMedian(UpTo(one.count));
    REQUIRE(interval.has_value() == (one.high > 0));
    if (!interval) continue;
    CHECK(interval->low == one.low);
    CHECK(interval->high == one.high);
  }
}

TEST_CASE("the interval of a ratio reaches between the ranks of Mann and Whitney's table") {
  // Powers of two, so that ratios are exact: 2^i / 2^-j = 2^(i + j).
  const auto powers = [](size_t count, double step) {
    std::vector<double> values;
    for (size_t i = 0; i < count; ++i) values.push_back(std::exp2(step * static_cast<double>(i)));
    return values;
  };
  const struct {
    size_t above, below;
    double low, high;  // logarithms to base 2; both 0: too few to tell
  } cases[] = {{3, 3, 0, 0}, {4, 4, -3, 30}, {5, 5, -2, 38}};
  for (const auto& one : cases) {
    CAPTURE(one.above);
    // Tens above, ones below: ratios are 10 i - j, all different.
    const auto interval = IntervalOfRatio(powers(one.above, 10), powers(one.below, 1));
    REQUIRE(interval.has_value() == (one.high > 0));
    if (!interval) continue;
    CHECK(std::log2(interval->low) == doctest::Approx(one.low));
    CHECK(std::log2(interval->high) == doctest::Approx(one.high));
  }
}

TEST_CASE("intervals hold the truth as often as they say, whatever the distribution") {
  // The tail of times on a busy machine is long to one side.
  std::mt19937_64 random(7);
  const auto draw = [&](int count, double middle) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
      const double u = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
      values.push_back(middle * (1 + std::pow(-std::log2(u), 3)) / 2);  // median: middle
    }
    return values;
  };
  constexpr int kTrials = 4000;
  for (const int count : {5, 8, 15, 40}) {
    CAPTURE(count);
    int median = 0, ratio = 0;
    for (int i = 0; i < kTrials; ++i) {
      const auto of_median = IntervalOfMedian(draw(count, 3));
      median += of_median->low <= 3 && of_median->high >= 3;
      const auto of_ratio = IntervalOfRatio(draw(count, 5), draw(count, 2));
      ratio += of_ratio->low <= 2.5 && of_ratio->high >= 2.5;
    }
    CHECK(median >= 0.89 * kTrials);
    CHECK(median <= 0.985 * kTrials);  // and isn't wide for nothing
    CHECK(ratio >= 0.94 * kTrials);
    CHECK(ratio <= 0.985 * kTrials);
  }
}

}  // namespace
}  // namespace quantbench
