// SPDX-License-Identifier: Apache-2.0
// Sizes in headers, format by format.
#include "dataset/image_header.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "dataset/decode.h"

namespace quantbench {
namespace {

// Little- or big-endian number of `width` bytes at `offset`.
int64_t Number(std::string_view bytes, size_t offset, int width, bool big_endian) {
  int64_t value = 0;
  for (int i = 0; i < width; ++i) {
    const int place = big_endian ? i : width - 1 - i;
    value = value << 8 | static_cast<uint8_t>(bytes[offset + static_cast<size_t>(place)]);
  }
  return value;
}

std::optional<ImageHeader> Webp(std::string_view bytes) {
  const auto little = [&](size_t at, int width) { return Number(bytes, at, width, false); };
  const auto of = [](int64_t height, int64_t width) {
    return ImageHeader{.format = ImageFormat::kWebp, .height = height, .width = width};
  };
  const std::string_view kind = bytes.substr(12, 4);
  if (kind == "VP8X") return of(little(27, 3) + 1, little(24, 3) + 1);
  if (kind == "VP8 ") return of(little(28, 2) & 0x3fff, little(26, 2) & 0x3fff);
  if (kind != "VP8L") return std::nullopt;
  const int64_t packed = little(21, 4);
  return of((packed >> 14 & 0x3fff) + 1, (packed & 0x3fff) + 1);
}

// The first frame header and the scan behind it. (ITU-T T.81, B.2)
std::optional<ImageHeader> Jpeg(std::string_view bytes) {
  constexpr uint8_t kStartOfScan = 0xda, kProgressive = 0xc2;
  std::optional<ImageHeader> header;
  for (size_t at = 2; at + 10 <= bytes.size();) {
    if (bytes[at] != '\xff') return header;
    const auto marker = static_cast<uint8_t>(bytes[at + 1]);
    if (marker == 0xff) {  // padding
      ++at;
      continue;
    }
    const bool is_frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (is_frame && !header) {
      header = {
          .format = ImageFormat::kJpeg,
          .height = Number(bytes, at + 5, 2, true),
          .width = Number(bytes, at + 7, 2, true),
          .components = static_cast<int>(std::min<int64_t>(Number(bytes, at + 9, 1, true), 4)),
          .keeps_coefficients = marker == kProgressive};
    } else if (marker == kStartOfScan) {
      if (header && Number(bytes, at + 4, 1, true) < header->components)
        header->keeps_coefficients = true;
      return header;
    }
    at += 2 + static_cast<size_t>(Number(bytes, at + 2, 2, true));
  }
  return header;
}

// The first directory's ImageWidth and ImageLength. (TIFF 6.0, section 2)
std::optional<ImageHeader> Tiff(std::string_view bytes) {
  constexpr int64_t kWidth = 256, kLength = 257, kShort = 3;
  const bool big = bytes[0] == 'M';
  const auto directory = static_cast<size_t>(Number(bytes, 4, 4, big));
  if (directory > bytes.size() - 2) return std::nullopt;
  const auto entries = static_cast<size_t>(Number(bytes, directory, 2, big));
  ImageHeader header{.format = ImageFormat::kTiff};
  for (size_t i = 0; i < entries; ++i) {
    const size_t at = directory + 2 + 12 * i;
    if (at + 12 > bytes.size()) return std::nullopt;
    const int64_t tag = Number(bytes, at, 2, big);
    const int width = Number(bytes, at + 2, 2, big) == kShort ? 2 : 4;
    if (tag == kWidth) header.width = Number(bytes, at + 8, width, big);
    if (tag == kLength) header.height = Number(bytes, at + 8, width, big);
  }
  if (header.width < 1 || header.height < 1) return std::nullopt;
  return header;
}

// Of a pixel: what the decoder works in, its result, and the RGB copy.
int64_t BytesOfPixel(const ImageHeader& header) {
  switch (header.format) {
    case ImageFormat::kJpeg:
      return (header.keeps_coefficients ? int64_t{2} * header.components : 0) +
             (header.components == 4 ? 4 : 0) + 3;
    case ImageFormat::kPng:
    case ImageFormat::kBmp:
      return 3 + 3;
    case ImageFormat::kWebp:
    case ImageFormat::kTiff:
    case ImageFormat::kOther:
      return 4 + 4 + 3 + 3;  // RGBA twice
  }
  return 0;
}

}  // namespace

std::optional<ImageHeader> ReadImageHeader(std::span<const std::byte> encoded) {
  const std::string_view bytes(reinterpret_cast<const char*>(encoded.data()), encoded.size());
  if (bytes.starts_with("\xff\xd8\xff")) return Jpeg(bytes);
  if (bytes.size() < 30) return std::nullopt;
  const auto little = [&](size_t at, int width) { return Number(bytes, at, width, false); };
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
    return ImageHeader{.format = ImageFormat::kPng,
                       .height = Number(bytes, 20, 4, true),
                       .width = Number(bytes, 16, 4, true)};
  if (bytes.starts_with("BM") && little(14, 4) >= 40)
    return ImageHeader{
        .format = ImageFormat::kBmp,
        .height = std::abs(int64_t{static_cast<int32_t>(little(22, 4))}),  // < 0: from the top
        .width = static_cast<int32_t>(little(18, 4))};
  if (bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return Webp(bytes);
  using std::string_view_literals::operator""sv;
  if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv)) return Tiff(bytes);
  return std::nullopt;
}

int64_t BytesToDecode(const std::optional<ImageHeader>& header) {
  const bool known = header && header->height > 0 && header->width > 0 &&
                     header->height <= kMaxPixels / header->width;
  // What is too large is refused as soon as its header is read again.
  if (header && !known) return 0;
  const int64_t pixels = known ? header->height * header->width : kMaxPixels;
  return pixels * BytesOfPixel(header.value_or(ImageHeader()));
}

}  // namespace quantbench
