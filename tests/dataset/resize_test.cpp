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
    CHECK(Resized(image, {resize.to_height, resize.to_width}, ResizeMethod::kPilBilinear).pixels ==
          FromHex(resize.pixels));
  }
  CHECK(Resized(Pattern(6, 5), {6, 5}, ResizeMethod::kPilBilinear).pixels == Pattern(6, 5).pixels);
}

// Expected bytes: Pillow 9.4.
TEST_CASE("the other filters equal Pillow's") {
  struct Case {
    std::string reason;
    ResizeMethod method;
    int from_height, from_width, to_height, to_width;
    const char* pixels;
  };
  const Case cases[] = {
      {"bicubic, smaller", ResizeMethod::kPilBicubic, 5, 11, 3, 4,
       "54819d87979f7e736a4b679795897585756b7f818d7788846996776a83718b8a6c977977"},
      {"bicubic, larger: weights below zero", ResizeMethod::kPilBicubic, 3, 2, 4, 5,
       "002c610032670e43781e538824598e3061aa356bb14886c45ba1d762abde7ebd8887b5919ea3a8b591bfbe89c8"
       "b5ff11bfe21bd98736f22c4ffc0959"},
      {"bicubic, one way each", ResizeMethod::kPilBicubic, 7, 7, 5, 3,
       "38739b8097ae9e947fa59881897d6f6e658365847487756572967776af7a7079866e77907584a29a7a847d96a"
       "8"},
      {"lanczos, smaller", ResizeMethod::kPilLanczos, 5, 11, 3, 4,
       "54809e8a9ba27c7167486695988c75846d6782879178868468917569867189896e9c7977"},
      {"lanczos, larger", ResizeMethod::kPilLanczos, 3, 2, 4, 5,
       "0029580033630e40731d4d8128568c2350ad2c64ba3e84cb4fa5dd5bbbe981c58292be92a9a9a8bf93bfcf85ce"
       "afff06bfdd17d98531f12b49ff005a"},
      {"lanczos, one way each", ResizeMethod::kPilLanczos, 7, 7, 5, 3,
       "35739c819baf9c9485a99c848d786a6c6485647f6e847a6671967075b27d6b78857078927880a49c79867f99a"
       "7"},
      {"nearest, smaller", ResizeMethod::kPilNearest, 5, 11, 3, 4,
       "255a8f94c9fede13484d82b7f1265ba2d70c184d82c9fe33bdf227b0e51a5287bc457aaf"},
      {"nearest, larger", ResizeMethod::kPilNearest, 3, 2, 4, 5,
       "00356a00356a255a8f255a8f255a8f5b90c55b90c58bc0f58bc0f58bc0f55b90c55b90c58bc0f58bc0f58bc0f5"
       "b6eb20b6eb20f1265bf1265bf1265b"},
      {"nearest, one way each", ResizeMethod::kPilNearest, 7, 7, 5, 3,
       "255a8f6fa4d9b9ee23f1265b679cd1dd1247578cc1e3184d6fa4d9bdf2275f94c901366b89bef3578cc1255a8"
       "f"},
  };
  for (const Case& resize : cases) {
    CAPTURE(resize.reason);
    const RgbImage image = Pattern(resize.from_height, resize.from_width);
    CHECK(Resized(image, {resize.to_height, resize.to_width}, resize.method).pixels ==
          FromHex(resize.pixels));
  }
}

// Expected bytes: Pillow 9.4, ImageOps.pad for `pad`, and torchvision's CenterCrop.
TEST_CASE("fits and rectangles equal Pillow's") {
  struct Case {
    std::string reason;
    int height, width;
    Preprocess preprocess;
    const char* pixels;
  };
  constexpr Fit kPad = Fit::kPad, kSquash = Fit::kSquash;
  const Case cases[] = {
      {"padded below, an odd row left over",
       7,
       9,
       {.resize = 6, .crop = 6, .fit = kPad},
       "2e6398679298858ab68bad838d6469545469a2a17e8f887e887d7780666c6085949c8a945a7d847e915c8e686c"
       "6985899c9560936d918abf785d858a83797f5e868c857b81b28e475f9493a26ea38f827f6c9894a774a98e8383"
       "000000000000000000000000000000000000"},
      {"padded at both sides",
       9,
       5,
       {.resize = 6, .crop = 6, .fit = kPad},
       "00000000000034699e7494947e8abf0000000000000000009e967988847a808468000000000000000000618a8a"
       "7a895c81796d00000000000000000080b57473789a857d710000000000000000007484a9a761968a8f72000000"
       "000000000000a5568b994b808f3f74000000"},
      {"nothing to pad",
       5,
       5,
       {.resize = 6, .crop = 6, .fit = kPad},
       "00356a1c51863b70a5598ec378ade294c9fe4479ae669bd08cc186b2965ca74c81396ea390c565b97e8d8f867d"
       "7f877e9176866a9f3e71a646a166767f756c767e7590758570a544285d925f949976ab55987c42a54a6f4b8075"
       "6ca1d6a9de53578c5630659a73a89db0e51a"},
      {"padded to a rectangle",
       4,
       9,
       {.resize = {5, 8}, .crop = {5, 8}, .fit = kPad},
       "063b702e6398578cc180b5eaa8dd86d1603b3a2f6422578c6297cc97ccc1cca7368d366b356a9f6a9fd49fd449"
       "d42f3ebfcd29c0356a4176ab82b778c26b2c5d386d4479ae85baef1c5186699e93b5911f8f386d4f84b99dd260"
       "ea5f545d6ba0000000000000000000000000000000000000000000000000"},
      {"padded, then a rectangle of it",
       7,
       9,
       {.resize = 6, .crop = {4, 5}, .resize_method = ResizeMethod::kPilBicubic, .fit = kPad},
       "aaa57e94867f877d70815d67588a9b5376877f94538f666a62878aa39a538ec67552858b89757d568891857a80"
       "569394ab68ac93827767a196b16bb0"},
      {"squashed",
       7,
       9,
       {.resize = {3, 5}, .crop = {3, 5}, .fit = kSquash},
       "648294848d8b7d8b8e83797d776e74748f7c807f6d777e738087799a7b8173a289896e9979947b8a77a29c866"
       "d"},
      {"squashed, then a part of it",
       7,
       9,
       {.resize = {5, 6}, .crop = {3, 4}, .fit = kSquash},
       "8f887e887d7780666c6085947e915c8e686c6985899c95605d858a83797f5e868c857b81"},
      {"a rectangle of the shape's own",
       7,
       9,
       {.resize = 5, .crop = {4, 2}},
       "858ab68bad83887d7780666c8e686c69858983797f5e868c"},
  };
  for (const Case& fitted : cases) {
    CAPTURE(fitted.reason);
    const RgbImage crop = CenterCropped(Pattern(fitted.height, fitted.width), fitted.preprocess);
    CHECK(crop.height == fitted.preprocess.crop.height);
    CHECK(crop.width == fitted.preprocess.crop.width);
    CHECK(crop.pixels == FromHex(fitted.pixels));
  }
}

TEST_CASE("a line is padded to a row, not to nothing") {
  const RgbImage line{.height = 1, .width = 40, .pixels = std::vector<uint8_t>(120, 9)};
  const RgbImage crop = CenterCropped(line, {.resize = 4, .crop = 4, .fit = Fit::kPad});
  CHECK(std::count(crop.pixels.begin(), crop.pixels.end(), 9) == 12);
}

TEST_CASE("a part of the result is what the whole result has there") {
  const RgbImage image = Pattern(23, 31);
  for (const ResizeMethod method :
       {ResizeMethod::kPilBilinear, ResizeMethod::kOpencvLinear, ResizeMethod::kOpencvArea,
        ResizeMethod::kPilBicubic, ResizeMethod::kPilLanczos, ResizeMethod::kPilNearest}) {
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
