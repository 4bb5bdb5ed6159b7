// SPDX-License-Identifier: Apache-2.0
// The five best of a vector of scores.
#include "evaluate/accuracy.h"

#include <doctest/doctest.h>

#include <limits>

namespace quantbench {
namespace {

TEST_CASE("the five best, ties to the lower class") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const struct {
    std::string reason;
    std::vector<float> scores;
    TopFive expected;
  } cases[] = {
      {"descending", {9, 8, 7, 6, 5, 4}, {0, 1, 2, 3, 4}},
      {"ascending", {4, 5, 6, 7, 8, 9}, {5, 4, 3, 2, 1}},
      {"all equal", {1, 1, 1, 1, 1, 1, 1}, {0, 1, 2, 3, 4}},
      {"ties inside", {1, 3, 3, 2, 2, 0}, {1, 2, 3, 4, 0}},
      {"negative", {-3, -1, -2}, {1, 2, 0, -1, -1}},
      {"one class", {0}, {0, -1, -1, -1, -1}},
      {"NaN never wins over a number that came first", {1, nan, 2}, {2, 0, 1, -1, -1}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(BestFive(one.scores) == one.expected);
  }
}

}  // namespace
}  // namespace quantbench
