// SPDX-License-Identifier: Apache-2.0
// Ticks and positions.
#include "chart/axis.h"

#include <doctest/doctest.h>

#include <cfloat>

namespace quantbench {
namespace {

TEST_CASE("linear ticks are round and inside") {
  const struct {
    const char* reason;
    double low, high;
    int most;
    std::vector<double> ticks;
  } cases[] = {
      {"ends that are ticks count", 0, 10, 6, {0, 2, 4, 6, 8, 10}},
      {"zero is one of them where the range crosses it", -1.5, 1.5, 4, {-1, 0, 1}},
      {"steps of 0.1 stay exact enough to show", 0.05, 0.35, 4, {0.1, 0.2, 0.3}},
      {"never more than asked for", 0, 100, 2, {0, 100}},
      {"an empty range has none", 3, 3, 5, {}},
      {"neither has one upside down", 3, 2, 5, {}},
      {"nor one below the precision of double", 1e300, 1e300 * (1 + DBL_EPSILON), 5, {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    const std::vector<double> ticks = LinearTicks(c.low, c.high, c.most);
    REQUIRE(ticks.size() == c.ticks.size());
    for (size_t i = 0; i < ticks.size(); ++i) CHECK(ticks[i] == doctest::Approx(c.ticks[i]));
  }
}

TEST_CASE("logarithmic ticks thin out as the range grows") {
  CHECK(LogarithmicTicks(0.09, 12, 9).size() == 7);  // 0.1 0.2 0.5 1 2 5 10
  CHECK(LogarithmicTicks(0.09, 12, 4) == std::vector<double>{0.1, 1, 10});
  CHECK(LogarithmicTicks(1e-300, 1e300, 8).size() <= 8);
}

TEST_CASE("positions are linear or logarithmic, also on an axis that grows upwards") {
  const Axis up{.low = 0, .high = 10, .pixel_low = 100, .pixel_high = 0};
  CHECK(up.At(2.5) == 75);
  const Axis log{.low = 1, .high = 100, .pixel_low = 0, .pixel_high = 10, .logarithmic = true};
  CHECK(log.At(10) == doctest::Approx(5));
  const Axis empty{.low = 4, .high = 4, .pixel_low = 0, .pixel_high = 10};
  CHECK(empty.At(4) == 5);  // the middle, not NaN
}

TEST_CASE("tick labels hide what binary fractions add") {
  CHECK(TickLabel(0.1 + 0.2) == "0.3");
  CHECK(TickLabel(-0.0) == "0");
  CHECK(TickLabel(2500) == "2500");
  CHECK(TickLabel(2e6) == "2.00e+06");
  CHECK(TickLabel(5e-5) == "5.00e-05");
}

}  // namespace
}  // namespace quantbench
