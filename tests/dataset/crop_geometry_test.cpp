// SPDX-License-Identifier: Apache-2.0
// Which pixels are picked: torchvision's numbers.
#include "dataset/crop_geometry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace quantbench {
namespace {

TEST_CASE("what is usual to resize to is what torchvision's networks of a size take") {
  for (const auto& [crop, resized] : {std::pair{224, 256}, {299, 342}, {96, 110}, {1, 1}}) {
    CAPTURE(crop);
    CHECK(UsualResize(crop) == resized);
    CHECK(UsualResize({crop, 1}) == resized);
  }
}

TEST_CASE("the shorter edge is exact, the longer cut off to an integer") {
  struct Case {
    std::string reason;
    ImageSize from;
    int shorter;
    ImageSize to;
  };
  const Case cases[] = {
      {"landscape: 256 * 500 / 375 = 341.33", {375, 500}, 256, {256, 341}},
      {"portrait: the same, turned", {500, 375}, 256, {341, 256}},
      {"cut off, not rounded: 256 * 100 / 67 = 382.09; 256 * 3 / 2.0 = 384",
       {67, 100},
       256,
       {256, 382}},
      {"cut off, not rounded: 256 * 499 / 333 = 383.62", {333, 499}, 256, {256, 383}},
      {"square", {123, 123}, 256, {256, 256}},
      {"already there", {256, 700}, 256, {256, 700}},
      {"upwards", {3, 5}, 256, {256, 426}},
      {"longer than an int when multiplied", {1, 178'956'970}, 256, {256, 45'812'984'320}},
  };
  for (const Case& resize : cases) {
    CAPTURE(resize.reason);
    CHECK(ShorterEdgeResized(resize.from, resize.shorter) == resize.to);
  }
}

TEST_CASE("the centre crop's offset is rounded half to even") {
  struct Case {
    std::string reason;
    int64_t length;
    int crop;
    int64_t offset;
  };
  const Case cases[] = {
      {"even difference", 256, 224, 16},
      {"58.5 goes down to 58", 341, 224, 58},
      {"59.5 goes up to 60", 343, 224, 60},
      {"0.5 goes to 0", 225, 224, 0},
      {"1.5 goes to 2", 227, 224, 2},
      {"nothing to cut", 224, 224, 0},
      {"padding of 24: 12 before", 200, 224, -12},
      {"padding of 1: all of it after", 223, 224, 0},
      {"padding of 3: 1 before", 221, 224, -1},
  };
  for (const Case& crop : cases) {
    CAPTURE(crop.reason);
    CHECK(CenterCropRegion({.height = crop.length, .width = 224}, crop.crop) ==
          Region{.top = crop.offset, .left = 0, .height = crop.crop, .width = crop.crop});
    CHECK(CenterCropRegion({.height = 224, .width = crop.length}, crop.crop).left == crop.offset);
  }
}

TEST_CASE("random regions lie inside, with the wanted area and ratio") {
  RandomGenerator random(1234);
  double smallest = 1, largest = 0;
  for (int i = 0; i < 1000; ++i) {
    const Region region = RandomResizedCropRegion({.height = 375, .width = 500}, random);
    CHECK(region.top >= 0);
    CHECK(region.left >= 0);
    CHECK(region.top + region.height <= 375);
    CHECK(region.left + region.width <= 500);
    const double ratio = static_cast<double>(region.width) / static_cast<double>(region.height);
    CHECK(ratio > 0.73);  // 3/4, and the rounding of both edges
    CHECK(ratio < 1.36);
    const double share = static_cast<double>(region.width * region.height) / (375.0 * 500.0);
    smallest = std::min(smallest, share);
    largest = std::max(largest, share);
  }
  CHECK(smallest > 0.078);
  CHECK(smallest < 0.1);
  CHECK(largest > 0.9);
}

TEST_CASE("an image too long for the ratios gives its middle") {
  struct Case {
    std::string reason;
    ImageSize image;
    Region region;
  };
  const Case cases[] = {
      {"wide: ratio 4/3", {3, 1000}, {0, 498, 3, 4}},
      {"tall: ratio 3/4", {1000, 3}, {498, 0, 4, 3}},
      {"one pixel", {1, 1}, {0, 0, 1, 1}},
  };
  for (const Case& crop : cases) {
    CAPTURE(crop.reason);
    RandomGenerator random(7);
    CHECK(RandomResizedCropRegion(crop.image, random) == crop.region);
  }
}

}  // namespace
}  // namespace quantbench
