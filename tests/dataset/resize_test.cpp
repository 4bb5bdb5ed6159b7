// SPDX-License-Identifier: Apache-2.0
// Resizing and cropping: Pillow's and torchvision's bytes.
#include "dataset/resize.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "dataset/test_images.h"
#include "support/npy.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::FromHex;
using testing::Pattern;

TEST_CASE("the reference crops of 40 photographs come out to the byte") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  const auto shared = testing::SharedData();
  const auto reference = testing::ReadNpy<uint8_t>(shared / "reference" / "crops_uint8_nhwc.npy");
  REQUIRE(reference.shape == std::vector<int64_t>{40, 224, 224, 3});
  std::ifstream list(shared / "reference" / "images.txt");
  const size_t crop_bytes = 224 * 224 * 3;
  std::string path;
  for (size_t i = 0; i < 40; ++i) {
    REQUIRE(std::getline(list, path));
    CAPTURE(path);
    const RgbImage crop =
        CenterCropped(DecodeImage(shared / "imagenet-mini" / "val" / path), Preprocess{});
    REQUIRE(crop.pixels.size() == crop_bytes);
    CHECK(std::equal(crop.pixels.begin(), crop.pixels.end(),
                     reference.values.begin() + static_cast<std::ptrdiff_t>(i * crop_bytes)));
  }
}

TEST_CASE("bilinear resize equals Pillow's") {
  struct Case {
    std::string reason;
    int from_height, from_width, to_height, to_width;
    const char* pixels;
  };
  const Case cases[] = {
      {"smaller both ways, by different factors", 5, 11, 3, 4,
       "57819c83919b7f75704f6a95918577837b6f7c7e88788a836c97786d83718a896b917a79"},
      {"larger both ways", 3, 2, 4, 5,
       "00356a04396e13487d21568b255a8f396ea33e73a84f84b96095ca659acf7db28783ae8d979ca1ac8bb6b186bb"
       "b6eb20bcd726d4893eeb3a55f1265b"},
  };
  for (const Case& resize : cases) {
    CAPTURE(resize.reason);
    const RgbImage image = Pattern(resize.from_height, resize.from_width);
    CHECK(ResizePilBilinear(image, resize.to_height, resize.to_width).pixels ==
          FromHex(resize.pixels));
  }
  CHECK(ResizePilBilinear(Pattern(6, 5), 6, 5).pixels == Pattern(6, 5).pixels);
}

TEST_CASE("a part of the result is what the whole result has there") {
  const RgbImage image = Pattern(23, 31);
  for (const ResizeMethod method :
       {ResizeMethod::kPilBilinear, ResizeMethod::kOpencvLinear, ResizeMethod::kOpencvArea}) {
    const ImageSize size{.height = 11, .width = 17};
    const RgbImage whole = ResizedPart(image, size, {.height = 11, .width = 17}, method);
    const Region wanted{.top = 3, .left = 6, .height = 5, .width = 9};
    const RgbImage part = ResizedPart(image, size, wanted, method);
    REQUIRE(part.height == 5);
    REQUIRE(part.width == 9);
    for (int64_t row = 0; row < 5; ++row) {
      const auto begin = whole.pixels.begin() + ((wanted.top + row) * 17 + wanted.left) * 3;
      CHECK(std::equal(begin, begin + 9 * 3, part.pixels.begin() + row * 9 * 3));
    }
  }
}

// Expected bytes: Pillow 9.4 under torchvision's Resize and CenterCrop.
TEST_CASE("centre crop equals torchvision's") {
  struct Case {
    std::string reason;
    int height, width, resize, crop;
    const char* pixels;
  };
  const Case cases[] = {
      {"landscape, smaller", 7, 9, 4, 4,
       "47779e81918f7b93a28f7d748e8a74897e76827b697a78806fa482707e777088767a88806c98919a699c7b967d"
       "9378ab"},
      {"portrait, an odd number of pixels left over", 9, 7, 4, 3,
       "8b897589807382796c73a8816c7f7a748776748e99a0659a7f9179"},
      {"portrait, larger", 5, 3, 6, 4,
       "7fa4a9989dc2a1a6ab9bc065aeb358c96e73b65b8072777c9da247bb6065aa4f74696e734c71766d72977f8489"
       "80a54a"},
      {"crop larger than the image: black around it", 3, 5, 3, 5,
       "00000000000000000000000000000000356a255a8f4a7fb46fa4d994c9fe5b90c58bc0f5bbf025eb20551b5085"
       "b6eb20f1265b2c6196679cd1a2d70c000000000000000000000000000000"},
  };
  for (const Case& crop : cases) {
    CAPTURE(crop.reason);
    const Preprocess preprocess{.resize = crop.resize, .crop = crop.crop};
    CHECK(CenterCropped(Pattern(crop.height, crop.width), preprocess).pixels ==
          FromHex(crop.pixels));
  }
}

TEST_CASE("the OpenCV methods are what their names say") {
  // A row of 8 pixels, 4 to one: linear looks at the two in the middle, area at all four.
  RgbImage image{.height = 8, .width = 8, .pixels = {}};
  for (int i = 0; i < 64; ++i)
    image.pixels.insert(image.pixels.end(), 3, static_cast<uint8_t>(i % 4 == 0 ? 80 : 0));
  Preprocess preprocess{.resize = 2, .crop = 2, .resize_method = ResizeMethod::kOpencvLinear};
  CHECK(CenterCropped(image, preprocess).pixels == std::vector<uint8_t>(12, 0));
  preprocess.resize_method = ResizeMethod::kOpencvArea;
  CHECK(CenterCropped(image, preprocess).pixels == std::vector<uint8_t>(12, 20));
}

TEST_CASE("an image too long to be resized is an error, not an allocation") {
  const RgbImage line{.height = 1, .width = 100'000, .pixels = std::vector<uint8_t>(300'000)};
  CHECK(testing::Contains(testing::ErrorOf([&] { CenterCropped(line, Preprocess{}); }),
                          "25600000 x 256 pixels it is over the limit"));
}

TEST_CASE("random crops") {
  const RgbImage image = Pattern(40, 60);
  const Preprocess preprocess{.resize = 16, .crop = 12};
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const RgbImage crop = RandomResizedCropped(image, preprocess, seed);
    CHECK(crop.height == 12);
    CHECK(crop.width == 12);
    CHECK(crop.pixels == RandomResizedCropped(image, preprocess, seed).pixels);
    seen.insert(std::string(crop.pixels.begin(), crop.pixels.end()));
  }
  CHECK(seen.size() == 20);
}

TEST_CASE("about half of the random crops are flipped") {
  // Brightness grows to the right: a flipped crop falls instead.
  RgbImage ramp{.height = 60, .width = 60, .pixels = {}};
  for (int i = 0; i < 60 * 60; ++i)
    ramp.pixels.insert(ramp.pixels.end(), 3, static_cast<uint8_t>(i % 60 * 4));
  int flipped = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const RgbImage crop = RandomResizedCropped(ramp, Preprocess{.crop = 8}, seed);
    flipped += crop.pixels.front() > crop.pixels[7 * 3];
  }
  CHECK(flipped > 70);
  CHECK(flipped < 130);
}

}  // namespace
}  // namespace quantbench
