// SPDX-License-Identifier: Apache-2.0
// Decoding: equal to Pillow, and a clear error for everything that Pillow refuses.
#include "dataset/decode.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "dataset/golden_images.h"
#include "dataset/test_images.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::Bytes;
using testing::Contains;
using testing::ErrorOf;
using testing::FromHex;
using FileBytes = std::vector<uint8_t>;

FileBytes operator+(FileBytes a, const FileBytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

FileBytes First(const FileBytes& bytes, size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

FileBytes WithoutLast(const FileBytes& bytes, size_t count) {
  return First(bytes, bytes.size() - count);
}

size_t PositionOf(const FileBytes& bytes, const FileBytes& part) {
  const auto found = std::search(bytes.begin(), bytes.end(), part.begin(), part.end());
  REQUIRE(found != bytes.end());
  return static_cast<size_t>(found - bytes.begin());
}

const FileBytes kStartOfScan = {0xff, 0xda};
const FileBytes kEndOfImage = {0xff, 0xd9};

TEST_CASE("each kind of file decodes to Pillow's pixels") {
  for (const testing::GoldenImage& golden : testing::kGoldenImages) {
    CAPTURE(std::string(golden.description));
    const RgbImage image = DecodeImage(Bytes(FromHex(golden.file)), "golden");
    CHECK(image.height == golden.height);
    CHECK(image.width == golden.width);
    CHECK(image.pixels == FromHex(golden.pixels));
  }
}

TEST_CASE("the content says what a file is, not its name") {
  const testing::ScratchFolder scratch;
  const auto file = scratch.path() / "really_a_ppm.JPEG";
  testing::WriteFile(file, testing::Ppm(testing::Pattern(3, 4)));
  CHECK(DecodeImage(file).pixels == testing::Pattern(3, 4).pixels);
}

TEST_CASE("JPEG oddities that PIL tolerates are tolerated") {
  struct Case {
    std::string reason;
    std::function<FileBytes(const FileBytes&)> damage;
    bool same_pixels;
  };
  const FileBytes junk = {'j', 'u', 'n', 'k'};
  const Case cases[] = {
      {"bytes after the end are never read", [&](const auto& file) { return file + junk; }, true},
      {"stray bytes before the end: skipped",
       [&](const auto& file) { return WithoutLast(file, 2) + junk + kEndOfImage; }, true},
      {"stray bytes between segments: skipped",
       [&](const auto& file) {
         const size_t scan = PositionOf(file, kStartOfScan);
         return First(file, scan) + junk + FileBytes(file.begin() + long(scan), file.end());
       },
       true},
      {"data that ends at an end-of-image marker: the rest is made up, as PIL does",
       [&](const auto& file) { return WithoutLast(file, 4) + kEndOfImage; }, false},
  };
  for (const testing::GoldenImage* golden : {&testing::kBaselineJpeg, &testing::kProgressiveJpeg}) {
    for (const Case& oddity : cases) {
      CAPTURE(std::string(golden->description));
      CAPTURE(oddity.reason);
      const RgbImage image = DecodeImage(Bytes(oddity.damage(FromHex(golden->file))), "odd");
      CHECK(image.height == golden->height);
      if (oddity.same_pixels) CHECK(image.pixels == FromHex(golden->pixels));
    }
  }
}

TEST_CASE("a JPEG that ends too early is an error that names the file") {
  for (const testing::GoldenImage* golden : {&testing::kBaselineJpeg, &testing::kProgressiveJpeg}) {
    const FileBytes whole = FromHex(golden->file);
    for (const size_t kept : {whole.size() - 1, whole.size() - 2, whole.size() - 8,
                              PositionOf(whole, kStartOfScan) + 20}) {
      CAPTURE(std::string(golden->description));
      CAPTURE(kept);
      const std::string error =
          ErrorOf([&] { DecodeImage(Bytes(First(whole, kept)), "n01/a.JPEG"); });
      CHECK(Contains(error, "n01/a.JPEG: truncated JPEG"));
    }
  }
  SUBCASE("also where the decoder warned of something harmless first") {
    const FileBytes whole = FromHex(testing::kBaselineJpeg.file);
    const size_t scan = PositionOf(whole, kStartOfScan);
    const FileBytes both = First(whole, scan) + FileBytes{1, 2, 3} +
                           FileBytes(whole.begin() + long(scan), whole.end() - 8);
    CHECK(Contains(ErrorOf([&] { DecodeImage(Bytes(both), "x"); }), "truncated JPEG"));
  }
}

// A PNG header that claims width x height, with no data behind it.
FileBytes PngHeader(std::array<uint8_t, 4> width, std::array<uint8_t, 4> height) {
  FileBytes png = FromHex("89504e470d0a1a0a0000000d49484452");
  png.insert(png.end(), width.begin(), width.end());
  png.insert(png.end(), height.begin(), height.end());
  return png + FromHex("0802000000deadbeef");
}

// The baseline JPEG with another height and width in its frame header.
FileBytes JpegOfSize(std::array<uint8_t, 4> height_width) {
  FileBytes jpeg = FromHex(testing::kBaselineJpeg.file);
  const size_t frame = PositionOf(jpeg, {0xff, 0xc0});
  std::copy(height_width.begin(), height_width.end(), jpeg.begin() + long(frame) + 5);
  return jpeg;
}

TEST_CASE("what is no image is an error that says so") {
  const FileBytes jpeg = FromHex(testing::kBaselineJpeg.file);
  FileBytes two_component = jpeg;
  two_component[PositionOf(jpeg, {0xff, 0xc0}) + 9] = 2;
  const FileBytes png = FromHex(testing::kGoldenImages[6].file);
  struct Case {
    std::string reason;
    FileBytes bytes;
    const char* message;
  };
  const Case cases[] = {
      {"nothing at all", {}, "x: empty file"},
      {"text", FileBytes(100, 'a'), "x: not an image"},
      {"a JPEG's first bytes alone", First(jpeg, 3), "x: damaged JPEG header"},
      {"a JPEG cut in its header", First(jpeg, 100), "x: damaged JPEG header"},
      {"no compressed data", First(jpeg, PositionOf(jpeg, kStartOfScan)) + kEndOfImage,
       "x: damaged JPEG header"},
      {"a frame header at odds with itself", two_component, "x: damaged JPEG"},
      {"a PNG cut in the middle", First(png, png.size() / 2), "x: not an image, or a damaged one"},
      {"a PNG header that claims 4e9 x 4e9", PngHeader({255, 255, 255, 255}, {255, 255, 255, 255}),
       "more than the limit of 178956970"},
      {"a PNG header just over the limit", PngHeader({0, 0, 0x40, 0}, {0, 0, 0x40, 0}),
       "x: 16384 x 16384 pixels, more than the limit"},
      {"a PNG of no pixels", PngHeader({0, 0, 0, 0}, {0, 0, 0, 1}), "x: damaged"},
      {"a JPEG header of 65,500 x 65,500", JpegOfSize({0xff, 0xdc, 0xff, 0xdc}),
       "x: 65500 x 65500 pixels, more than the limit"},
      {"a BMP that claims 2e9 x 2e9",
       FromHex("424d00000000000000003600000028000000ffffff7fffffff7f0100180000000000"),
       "more than the limit"},
      {"a WebP canvas of 16M x 16M",
       FromHex("52494646000000005745425056503858000a00000000000000ffffffffffffff0000"),
       "more than the limit"},
  };
  for (const Case& bad : cases) {
    CAPTURE(bad.reason);
    const std::string error = ErrorOf([&] { DecodeImage(Bytes(bad.bytes), "x"); });
    CAPTURE(error);
    CHECK(Contains(error, bad.message));
  }
}

TEST_CASE("any damage to a JPEG decodes or throws Error, and nothing else") {
  const FileBytes whole = FromHex(testing::kBaselineJpeg.file);
  for (size_t i = 2; i < whole.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7f, 0xff}) {
      FileBytes damaged = whole;
      damaged[i] = static_cast<uint8_t>(value);
      // A size that is within the limit, and still large, only costs time.
      const size_t frame = PositionOf(whole, {0xff, 0xc0});
      if (i >= frame + 5 && i <= frame + 8) continue;
      CHECK_NOTHROW(ErrorOf([&] { DecodeImage(Bytes(damaged), "x"); }));
    }
  }
}

TEST_CASE("what is no file is an error that names it") {
  const testing::ScratchFolder scratch;
  const auto missing = scratch.path() / "missing.JPEG";
  CHECK(ErrorOf([&] { DecodeImage(missing); }) == missing.string() + ": No such file or directory");
  CHECK(Contains(ErrorOf([&] { DecodeImage(scratch.path()); }), ": a folder or device"));
  CHECK(Contains(ErrorOf([&] { DecodeImage("/dev/null"); }), "/dev/null: a folder or device"));
}

}  // namespace
}  // namespace quantbench
