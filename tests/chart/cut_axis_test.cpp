// SPDX-License-Identifier: Apache-2.0
// Where an axis is cut, and that pieces keep the order of values.
#include "chart/cut_axis.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace quantbench {
namespace {

TEST_CASE("an axis is cut where most of its range holds nothing") {
  const struct {
    const char* reason;
    std::vector<double> values;
    bool is_cut;
  } cases[] = {
      {"one value", {85}, false},
      {"equal values", {85, 85, 85}, false},
      {"values that are near anyway", {84.9, 85.1, 89}, false},
      {"values spread evenly", {20, 40, 60, 80}, false},
      {"one far below", {72.9, 84.9, 85.1}, true},
      {"several far below", {6, 8, 80.9, 84.4, 88.9}, true},
      {"a gap that is less than half of the range", {60, 70, 80, 85}, false},
      {"order doesn't matter", {85.1, 72.9, 84.9}, true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    const CutAxis axis(c.values, 2, 300, 10);
    CHECK(axis.is_cut() == c.is_cut);
    std::vector<double> sorted = c.values;
    std::ranges::sort(sorted);
    for (size_t i = 0; i < sorted.size(); ++i) {
      const double pixel = axis.At(sorted[i]);
      CHECK(pixel > 10);
      CHECK(pixel < 300);
      if (i > 0 && sorted[i] > sorted[i - 1]) CHECK(pixel < axis.At(sorted[i - 1]));
      if (c.is_cut) CHECK((pixel > axis.gap_low() || pixel < axis.gap_high()));
    }
    for (const double tick : axis.Ticks(0, 100)) {
      CHECK(axis.At(tick) >= 10 - 1e-6);
      CHECK(axis.At(tick) <= 300 + 1e-6);
      if (c.is_cut)
        CHECK((axis.At(tick) >= axis.gap_low() - 1e-6 || axis.At(tick) <= axis.gap_high() + 1e-6));
    }
  }
}

TEST_CASE("ticks stay inside what can be, and a piece spans its least extent") {
  const CutAxis axis({99.9, 100}, 2, 300, 10);
  const std::vector<double> ticks = axis.Ticks(0, 100);
  REQUIRE(!ticks.empty());
  CHECK(ticks.back() == doctest::Approx(100));
  CHECK(axis.At(99.9) - axis.At(100) < 0.06 * 290);
}

}  // namespace
}  // namespace quantbench
