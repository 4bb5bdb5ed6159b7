// SPDX-License-Identifier: Apache-2.0
// OpenCV's decoders, loaded when the first image asks for them. Their library brings some 130
// others along (GDAL's), which cost the start of every process, each worker's too, 0.07 s of
// relocations; and most datasets are of JPEG files alone.
#include "dataset/decode_opencv.h"

#include <dlfcn.h>

#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <type_traits>
#include <utility>

#include "dataset/image_header.h"
#include "dataset/opencv_threads.h"
#include "support/error.h"

namespace quantbench {
namespace {

using ImdecodeFunction = cv::Mat (*)(cv::InputArray, int);
static_assert(std::is_same_v<decltype(cv::imdecode(std::declval<cv::InputArray>(), 0)), cv::Mat>);

ImdecodeFunction Imdecode(const std::string& name) {
  // cv::imdecode(cv::InputArray, int), as the C++ ABI writes it.
  static constexpr char kSymbol[] = "_ZN2cv8imdecodeERKNS_11_InputArrayEi";
  static const ImdecodeFunction function = [] {
    void* const library = ::dlopen(QUANTBENCH_IMGCODECS, RTLD_LAZY | RTLD_LOCAL);
    return library == nullptr ? nullptr
                              : reinterpret_cast<ImdecodeFunction>(::dlsym(library, kSymbol));
  }();
  if (function != nullptr) return function;
  throw Error(name + ": no JPEG, and OpenCV's decoders of other formats can't be loaded (" +
              QUANTBENCH_IMGCODECS + "); install its library, or convert the image to JPEG");
}

}  // namespace

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
    bgr = Imdecode(name)(encoded, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
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

}  // namespace quantbench
