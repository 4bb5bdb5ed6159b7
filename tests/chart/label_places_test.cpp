// SPDX-License-Identifier: Apache-2.0
// Labels of points don't stand on each other, on points, or outside.
#include "chart/label_places.h"

#include <doctest/doctest.h>

namespace quantbench {
namespace {

constexpr Box kPlot{.left = 0, .top = 0, .right = 100, .bottom = 50};

TEST_CASE("a label stands to the right, else where there is room") {
  LabelPlaces places(kPlot);
  const auto first = places.Put(10, 25, 5, 30, 10);
  REQUIRE(first);
  CHECK(first->left == 15);
  CHECK(first->top == 20);
  const auto at_the_edge = places.Put(95, 25, 5, 30, 10);
  REQUIRE(at_the_edge);
  CHECK(at_the_edge->right == 90);
  const auto same_point = places.Put(10, 25, 5, 30, 10);
  REQUIRE(same_point);
  CHECK((same_point->top >= first->bottom || same_point->bottom <= first->top));
}

TEST_CASE("a line is stood on only where nothing else is free") {
  LabelPlaces places(kPlot);
  places.Avoid({.left = 0, .top = 24, .right = 100, .bottom = 26});
  const auto off = places.Put(50, 25, 5, 30, 10);
  REQUIRE(off);
  CHECK((off->bottom <= 24 || off->top >= 26));
  LabelPlaces low({.left = 0, .top = 18, .right = 100, .bottom = 32});
  low.Avoid({.left = 0, .top = 24, .right = 100, .bottom = 26});
  CHECK(low.Put(50, 25, 5, 30, 10));
}

TEST_CASE("where all is taken there is no label") {
  LabelPlaces places(kPlot);
  places.Block(kPlot);
  CHECK(!places.Put(50, 25, 5, 30, 10));
  CHECK(!LabelPlaces(kPlot).Put(50, 25, 5, 300, 10));
}

}  // namespace
}  // namespace quantbench
