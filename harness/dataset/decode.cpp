// SPDX-License-Identifier: Apache-2.0
// Choosing the decoder by content; all formats but JPEG by OpenCV.
#include "dataset/decode.h"

#include <cstdlib>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string_view>

#include "dataset/decode_jpeg.h"
#include "dataset/opencv_threads.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

struct HeaderSize {
  int64_t height, width;
};

// Little- or big-endian number of `width` bytes at `offset`.
int64_t Number(std::string_view bytes, size_t offset, int width, bool big_endian) {
  int64_t value = 0;
  for (int i = 0; i < width; ++i) {
    const int place = big_endian ? i : width - 1 - i;
    value = value << 8 | static_cast<uint8_t>(bytes[offset + static_cast<size_t>(place)]);
  }
  return value;
}

// OpenCV allocates what a header claims, up to 2^30 pixels, before it reads on. For the formats
// where the size is at a fixed place it is looked at first; others are left to OpenCV's own limit.
std::optional<HeaderSize> SizeInHeader(std::string_view bytes) {
  if (bytes.size() < 30) return std::nullopt;
  const auto little = [&](size_t at, int width) { return Number(bytes, at, width, false); };
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"))
    return HeaderSize{Number(bytes, 20, 4, true), Number(bytes, 16, 4, true)};
  if (bytes.starts_with("BM") && little(14, 4) >= 40) {
    const auto height = static_cast<int32_t>(little(22, 4));  // negative: rows from the top
    return HeaderSize{std::abs(int64_t{height}), static_cast<int32_t>(little(18, 4))};
  }
  if (!bytes.starts_with("RIFF") || bytes.substr(8, 4) != "WEBP") return std::nullopt;
  const std::string_view kind = bytes.substr(12, 4);
  if (kind == "VP8X") return HeaderSize{little(27, 3) + 1, little(24, 3) + 1};
  if (kind == "VP8 ") return HeaderSize{little(28, 2) & 0x3fff, little(26, 2) & 0x3fff};
  if (kind == "VP8L") {
    const int64_t packed = little(21, 4);
    return HeaderSize{(packed >> 14 & 0x3fff) + 1, (packed & 0x3fff) + 1};
  }
  return std::nullopt;
}

RgbImage DecodeWithOpenCv(std::span<const std::byte> bytes, const std::string& name) {
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    throw Error(name + ": a file of " + std::to_string(bytes.size()) +
                " bytes is too large for an image");
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const auto size = SizeInHeader(text)) CheckImageSize(size->height, size->width, name);

  DisableOpenCvThreads();
  std::string detail;
  cv::Mat bgr;
  try {
    const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8U,
                          const_cast<std::byte*>(bytes.data()));
    bgr = cv::imdecode(encoded, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
  } catch (const cv::Exception& error) {
    detail = " (" + error.err + ")";
  }
  if (bgr.empty())
    throw Error(name + ": not an image, or a damaged one" + detail +
                "; expected JPEG, PNG, BMP, WebP or TIFF");
  CheckImageSize(bgr.rows, bgr.cols, name);

  RgbImage image{.height = bgr.rows, .width = bgr.cols, .pixels = {}};
  image.pixels.resize(bgr.total() * 3);
  cv::Mat rgb(bgr.size(), CV_8UC3, image.pixels.data());
  cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  return image;
}

}  // namespace

void CheckImageSize(int64_t height, int64_t width, const std::string& name) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (height < 1 || width < 1) throw Error(name + ": damaged, its header says " + size);
  if (height > kMaxPixels / width)
    throw Error(name + ": " + size + ", more than the limit of " + std::to_string(kMaxPixels));
}

RgbImage DecodeImage(std::span<const std::byte> bytes, const std::string& name) {
  if (bytes.empty()) throw Error(name + ": empty file");
  return LooksLikeJpeg(bytes) ? DecodeJpeg(bytes, name) : DecodeWithOpenCv(bytes, name);
}

RgbImage DecodeImage(const std::filesystem::path& file, const std::string& name) {
  std::error_code reason;
  const auto status = std::filesystem::status(file, reason);
  if (reason) throw Error(name + ": " + reason.message());
  if (!std::filesystem::is_regular_file(status))  // to open a pipe would wait for a writer
    throw Error(name + ": a folder or device; expected an image file");
  MappedFile mapped;
  try {
    mapped = MappedFile(file);
  } catch (const Error& error) {
    throw Error(name + ": " + error.what());
  }
  return DecodeImage(mapped.bytes(), name);
}

RgbImage DecodeImage(const std::filesystem::path& file) { return DecodeImage(file, file.string()); }

}  // namespace quantbench
