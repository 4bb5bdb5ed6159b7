// SPDX-License-Identifier: Apache-2.0
// Sizes are read from headers, and what decoding takes is known before it begins.
#include "dataset/image_header.h"

#include <doctest/doctest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "dataset/decode.h"

namespace quantbench {
namespace {

std::vector<std::byte> Encoded(const std::string& extension, int height, int width,
                               const std::vector<int>& options = {}) {
  const cv::Mat image(height, width, CV_8UC3, cv::Scalar(10, 200, 30));
  std::vector<uchar> bytes;
  REQUIRE(cv::imencode(extension, image, bytes, options));
  const auto* const first = reinterpret_cast<const std::byte*>(bytes.data());
  return {first, first + bytes.size()};
}

TEST_CASE("the size in a header is that of the image") {
  const struct {
    const char* reason;
    std::vector<std::byte> bytes;
    ImageFormat format;
  } cases[] = {
      {"JPEG", Encoded(".jpg", 37, 81), ImageFormat::kJpeg},
      {"progressive", Encoded(".jpg", 37, 81, {cv::IMWRITE_JPEG_PROGRESSIVE, 1}),
       ImageFormat::kJpeg},
      {"PNG", Encoded(".png", 37, 81), ImageFormat::kPng},
      {"BMP", Encoded(".bmp", 37, 81), ImageFormat::kBmp},
      {"TIFF", Encoded(".tiff", 37, 81), ImageFormat::kTiff},
      {"WebP", Encoded(".webp", 37, 81), ImageFormat::kWebp},
      {"WebP without loss", Encoded(".webp", 37, 81, {cv::IMWRITE_WEBP_QUALITY, 101}),
       ImageFormat::kWebp},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const auto header = ReadImageHeader(one.bytes);
    REQUIRE(header);
    CHECK(header->format == one.format);
    CHECK(header->height == 37);
    CHECK(header->width == 81);
    CHECK(BytesToDecode(one.bytes) >= 37 * 81 * 6);
    // Cut anywhere it is another size, or none; never a crash.
    for (size_t length = 0; length < one.bytes.size(); length += length < 200 ? 1 : 97)
      ReadImageHeader(std::span(one.bytes).first(length));
  }
}

TEST_CASE("a format without a size at a known place counts as the largest there is") {
  CHECK(!ReadImageHeader(Encoded(".ppm", 3, 3)));
  CHECK(BytesToDecode(Encoded(".ppm", 3, 3)) >= kMaxPixels * 6);
  CHECK(BytesToDecode({}) >= kMaxPixels * 6);
}

TEST_CASE("what its header makes too large to be decoded takes nothing") {
  std::vector<std::byte> png = Encoded(".png", 3, 3);
  for (const size_t at : {16u, 20u}) png[at] = std::byte{0x7f};
  CHECK(BytesToDecode(png) == 0);
}

}  // namespace
}  // namespace quantbench
