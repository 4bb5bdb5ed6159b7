// SPDX-License-Identifier: Apache-2.0
// The five best of a vector of scores.
#include "evaluate/accuracy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

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
      {"a class that is displaced stays before its equals",
       {1, 1, 1, 1, 1, 1, 9, 0, 0, 0, 0},
       {6, 0, 1, 2, 3}},
      {"displaced twice", {1, 1, 1, 1, 1, 2, 2, 3}, {7, 5, 6, 0, 1}},
      {"a tie at the fifth place", {5, 2, 4, 2, 3, 2, 6}, {6, 0, 2, 4, 1}},
      {"zeros of both signs are equal", {-0.0f, 0.0f, -0.0f, 1}, {3, 0, 1, 2, -1}},
      {"NaN has no place", {nan, 1, nan, 2}, {3, 1, -1, -1, -1}},
      {"nothing but NaN", {nan, nan}, {-1, -1, -1, -1, -1}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(BestFive(one.scores) == one.expected);
  }
}

TEST_CASE("few distinct scores in any order: as a stable sort ranks them") {
  uint32_t state = 1;
  for (int round = 0; round < 500; ++round) {
    std::vector<float> scores(1 + static_cast<size_t>(round) % 13);
    for (float& score : scores) {
      state = state * 1664525u + 1013904223u;
      score = static_cast<float>(state >> 30);
    }
    std::vector<int32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
      return scores[static_cast<size_t>(a)] > scores[static_cast<size_t>(b)];
    });
    order.resize(5, -1);
    CAPTURE(round);
    CHECK(std::ranges::equal(BestFive(scores), order));
  }
}

}  // namespace
}  // namespace quantbench
