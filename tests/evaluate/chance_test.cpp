// SPDX-License-Identifier: Apache-2.0
// Which accuracies chance explains.
#include "evaluate/chance.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace quantbench {
namespace {

TEST_CASE("chance is a draw, or the commonest class") {
  std::vector<int> balanced, skewed;
  for (int i = 0; i < 100; ++i) {
    balanced.push_back(i % 10);
    skewed.push_back(i < 60 ? 0 : i % 10);
  }
  CHECK(ChanceOf(balanced, 1000) == doctest::Approx(0.1));
  CHECK(ChanceOf(skewed, 1000) == doctest::Approx(0.64));
  CHECK(ChanceOf(balanced, 4) == doctest::Approx(0.25));
  CHECK(ChanceOf(std::vector<int>(12, 3), 1000) == doctest::Approx(0.001));  // one class
  CHECK(ChanceOf({}, 1) == 1);
}

TEST_CASE("what chance explains") {
  const struct {
    std::string reason;
    int64_t correct, images;
    double chance;
    bool is_chance;
  } cases[] = {
      {"nothing right", 0, 2400, 1.0 / 24, true},
      {"about a draw", 108, 2400, 1.0 / 24, true},
      {"some more than a draw", 130, 2400, 1.0 / 24, false},
      {"a good network", 2042, 2400, 1.0 / 24, false},
      {"one photograph, wrong", 0, 1, 0.001, true},
      {"one photograph, right among a thousand", 1, 1, 0.001, false},
      {"one photograph, right among ten", 1, 1, 0.1, true},
      {"one class", 7, 7, 1, true},
      {"a dozen, one right", 1, 12, 1.0 / 24, true},
      {"no image", 0, 0, 0.5, false},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(IsChance(one.correct, one.images, one.chance) == one.is_chance);
  }
}

}  // namespace
}  // namespace quantbench
