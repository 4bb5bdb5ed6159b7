// SPDX-License-Identifier: Apache-2.0
// The formulas of arithmetic.md, by hand-made examples.
#include "quantbench/arithmetic.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace quantbench::plugin {
namespace {

TEST_CASE("emit rounds ties to even, adds the zero point, and clamps") {
  const OutputRange full{.lo = 0, .hi = 255, .zero_point = 10};
  const float infinity = std::numeric_limits<float>::infinity();
  const struct {
    float r;
    int expected;
  } cases[] = {
      // ties
      {0.5f, 10},
      {1.5f, 12},
      {2.5f, 12},
      {-0.5f, 10},
      {-1.5f, 8},
      // just beside them
      {0.50001f, 11},
      {-0.50001f, 9},
      // both ends, and beyond int32
      {245.0f, 255},
      {245.5f, 255},
      {-10.0f, 0},
      {-11.0f, 0},
      {3e9f, 255},
      {-3e9f, 0},
      // not numbers
      {infinity, 255},
      {-infinity, 0},
      {std::numeric_limits<float>::quiet_NaN(), 0},
  };
  for (const auto& one : cases) {
    CAPTURE(one.r);
    CHECK(static_cast<int>(Emit(one.r, full)) == one.expected);
  }
}

TEST_CASE("activations are clamps of the integers") {
  const struct {
    qb_activation activation;
    float scale;
    int zero_point, lo, hi;
  } cases[] = {
      {QB_NONE, 0.1f, 7, 0, 255},     {QB_RELU, 0.1f, 7, 7, 255},
      {QB_RELU, 0.1f, 0, 0, 255},     {QB_RELU6, 0.1f, 7, 7, 67},    // 7 + 60
      {QB_RELU6, 0.0235f, 0, 0, 255},                                // 6 / s is just beyond 255
      {QB_RELU6, 0.5f, 0, 0, 12},     {QB_RELU6, 1e-9f, 0, 0, 255},  // 6 / s beyond int32
      {QB_RELU6, 4.0f, 3, 3, 5},                                     // 1.5 ties to 2
  };
  for (const auto& one : cases) {
    CAPTURE(one.scale);
    const OutputRange range = RangeOf(one.activation, one.scale, one.zero_point);
    CHECK(range.lo == one.lo);
    CHECK(range.hi == one.hi);
    CHECK(range.zero_point == one.zero_point);
  }
}

TEST_CASE("multipliers are float32, one rounding an operation in the order written") {
  const double exact = double{0.1f} * double{0.9f} / double{0.7f};
  const float product = static_cast<float>(double{0.1f} * double{0.9f});
  const float in_steps = static_cast<float>(double{product} / double{0.7f});
  REQUIRE(in_steps != static_cast<float>(exact));  // else the case can't tell the two apart
  CHECK(ConvMultiplier(0.1f, 0.9f, 0.7f) == in_steps);
  CHECK(RescaleMultiplier(0.25f, 0.25f) == 1.0f);
  CHECK(PoolMultiplier(0.5f, 0.25f, 4) == 0.5f);
}

}  // namespace
}  // namespace quantbench::plugin
