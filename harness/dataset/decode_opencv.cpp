// SPDX-License-Identifier: Apache-2.0
// OpenCV's decoders, loaded when the first image asks for them. Their library brings some 130
// others along (GDAL's), which cost the start of every process, each worker's too, 0.07 s of
// relocations; and most datasets are of JPEG files alone.
#include "dataset/decode_opencv.h"

#include <dlfcn.h>

#include <filesystem>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "dataset/image_header.h"
#include "dataset/opencv_threads.h"
#include "support/error.h"

namespace quantbench {
namespace {

// As opencv2/imgcodecs.hpp declares them. Its header comes in a package that brings the 130
// others along.
using ImdecodeFunction = cv::Mat (*)(cv::InputArray, int);
constexpr char kImdecode[] = "_ZN2cv8imdecodeERKNS_11_InputArrayEi";
constexpr int kColor = 1;                // cv::IMREAD_COLOR
constexpr int kIgnoreOrientation = 128;  // cv::IMREAD_IGNORE_ORIENTATION

// The file name of the decoders that belong to the OpenCV which this program uses:
// libopencv_imgcodecs.so.406 to libopencv_core.so.406.
std::string LibraryName() {
  Dl_info core = {};
  if (::dladdr(reinterpret_cast<void*>(&cv::getVersionString), &core) == 0) return {};
  std::string name = std::filesystem::path(core.dli_fname).filename();
  const std::string module = "core";
  const size_t position = name.find(module);
  return position == std::string::npos ? name : name.replace(position, module.size(), "imgcodecs");
}

ImdecodeFunction Imdecode() {
  static const ImdecodeFunction function = [] {
    void* const library = ::dlopen(LibraryName().c_str(), RTLD_LAZY | RTLD_LOCAL);
    return library == nullptr ? nullptr
                              : reinterpret_cast<ImdecodeFunction>(::dlsym(library, kImdecode));
  }();
  return function;
}

}  // namespace

RgbImage DecodeWithOpenCv(std::span<const std::byte> bytes, const std::string& name) {
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    throw Error(name + ": a file of " + std::to_string(bytes.size()) +
                " bytes is too large for an image");
  // OpenCV allocates what a header claims, up to 2^30 pixels, before it reads on.
  if (const auto header = ReadImageHeader(bytes))
    CheckImageSize(header->height, header->width, name);

  if (Imdecode() == nullptr)
    throw Error(name + ": not a JPEG file, and OpenCV's decoders of other formats (" +
                LibraryName() +
                ") aren't installed; install them (Debian 12: libopencv-imgcodecs406), or convert "
                "the images to JPEG");

  DisableOpenCvThreads();
  cv::Mat bgr;
  try {
    const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8U,
                          const_cast<std::byte*>(bytes.data()));
    bgr = Imdecode()(encoded, kColor | kIgnoreOrientation);
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
