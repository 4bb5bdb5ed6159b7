// SPDX-License-Identifier: Apache-2.0
// Sizes are read from headers, and what decoding takes is known before it begins.
#include "dataset/image_header.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "dataset/golden_images.h"
#include "dataset/test_images.h"

namespace quantbench {
namespace {

using testing::FromHex;

// A little-endian directory of one strip, as far as the size goes; `type` 3: 16 bits, 4: 32.
std::string TiffHeader(const std::string& order, const std::string& entries) {
  return order + std::string(order == "4949" ? "2a0008000000" : "002a00000008") + entries +
         std::string(60, '0');
}

TEST_CASE("the size in a header is that of the image") {
  for (const testing::GoldenImage& golden : testing::kGoldenImages) {
    CAPTURE(golden.description);
    const std::vector<uint8_t> file = FromHex(golden.file);
    const auto header = ReadImageHeader(testing::Bytes(file));
    REQUIRE(header);
    CHECK(header->height == golden.height);
    CHECK(header->width == golden.width);
    CHECK(BytesToDecode(ReadImageHeader(testing::Bytes(file))) >= 3 * golden.height * golden.width);
    // Cut anywhere it is the same size or none; never a crash.
    for (size_t length = 0; length < file.size(); ++length) {
      const auto cut = ReadImageHeader(testing::Bytes(file).first(length));
      CHECK((!cut || cut->width == golden.width));
    }
  }
}

TEST_CASE("a JPEG whose coefficients are kept takes more") {
  const auto bytes_of_pixel = [](const testing::GoldenImage& golden) {
    const std::vector<uint8_t> file = FromHex(golden.file);
    return BytesToDecode(ReadImageHeader(testing::Bytes(file))) / (golden.height * golden.width);
  };
  CHECK(bytes_of_pixel(testing::kGoldenImages[0]) == 3);          // in one scan
  CHECK(bytes_of_pixel(testing::kGoldenImages[1]) == 3 + 2 * 3);  // progressive
  CHECK(bytes_of_pixel(testing::kGoldenImages[3]) == 3 + 4);      // CMYK
}

TEST_CASE("TIFF in both byte orders and widths") {
  const struct {
    const char* reason;
    std::string hex;
  } cases[] = {
      {"little, 16 bits", TiffHeader("4949",
                                     "0200"
                                     "000103000100000051000000"
                                     "010103000100000025000000")},
      {"big, 16 bits", TiffHeader("4d4d",
                                  "0002"
                                  "010000030000000100510000"
                                  "010100030000000100250000")},
      {"big, 32 bits", TiffHeader("4d4d",
                                  "0002"
                                  "010000040000000100000051"
                                  "010100040000000100000025")},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const std::vector<uint8_t> file = FromHex(one.hex);
    const auto header = ReadImageHeader(testing::Bytes(file));
    REQUIRE(header);
    CHECK(header->format == ImageFormat::kTiff);
    CHECK(header->width == 0x51);
    CHECK(header->height == 0x25);
  }
  const std::vector<uint8_t> far = FromHex("49492a00fffffff0" + std::string(60, '0'));
  CHECK(!ReadImageHeader(testing::Bytes(far)));
}

TEST_CASE("a format without a size at a known place counts as the largest there is") {
  const std::string ppm = testing::Ppm(testing::Pattern(9, 9));
  CHECK(!ReadImageHeader(std::as_bytes(std::span(ppm))));
  CHECK(BytesToDecode(ReadImageHeader(std::as_bytes(std::span(ppm)))) >= kMaxPixels * 6);
  CHECK(BytesToDecode(std::nullopt) >= kMaxPixels * 6);
}

TEST_CASE("what its header makes too large to be decoded takes nothing") {
  const std::vector<uint8_t> png =
      FromHex("89504e470d0a1a0a0000000d494844527fffffff7fffffff0802000000deadbeef");
  CHECK(BytesToDecode(ReadImageHeader(testing::Bytes(png))) == 0);
}

}  // namespace
}  // namespace quantbench
