// SPDX-License-Identifier: Apache-2.0
// Choosing the decoder by content; all formats but JPEG by OpenCV.
#include "dataset/decode.h"

#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "dataset/decode_jpeg.h"
#include "dataset/image_header.h"
#include "dataset/opencv_threads.h"
#include "support/error.h"

namespace quantbench {
namespace {

RgbImage DecodeWithOpenCv(std::span<const std::byte> bytes, const std::string& name) {
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    throw Error(name + ": a file of " + std::to_string(bytes.size()) +
                " bytes is too large for an image");
  // OpenCV allocates what a header claims, up to 2^30 pixels, before it reads on.
  if (const auto header = ReadImageHeader(bytes))
    CheckImageSize(header->height, header->width, name);

  DisableOpenCvThreads();
  cv::Mat bgr;
  try {
    const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8U,
                          const_cast<std::byte*>(bytes.data()));
    bgr = cv::imdecode(encoded, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
  } catch (const cv::Exception&) {
    // Then there is no image. Its text is of conditions in OpenCV's source.
  }
  if (bgr.empty())
    throw Error(name + ": not an image, or a damaged one; expected JPEG, PNG, BMP, WebP or TIFF");
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

MappedFile OpenImage(const std::filesystem::path& file, const std::string& name) {
  std::error_code reason;
  const auto status = std::filesystem::status(file, reason);
  if (reason) throw Error(name + ": " + reason.message());
  if (!std::filesystem::is_regular_file(status))
    throw Error(name + ": a folder or device; expected an image file");
  try {
    return MappedFile(file);
  } catch (const Error& error) {
    throw Error(name + ": " + error.what());
  }
}

RgbImage DecodeImage(const std::filesystem::path& file, const std::string& name) {
  return DecodeImage(OpenImage(file, name).bytes(), name);
}

RgbImage DecodeImage(const std::filesystem::path& file) { return DecodeImage(file, file.string()); }

}  // namespace quantbench
