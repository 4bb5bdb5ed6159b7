// SPDX-License-Identifier: Apache-2.0
// From a decoded image to the rectangle that the network sees.
#include "dataset/resize.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <utility>

#include "dataset/opencv_threads.h"
#include "dataset/pil_resample.h"
#include "dataset/random.h"
#include "support/error.h"

namespace quantbench {
namespace {

// Copies `from` into `to` with its first pixel at (top, left).
void Paste(const RgbImage& from, int64_t top, int64_t left, RgbImage& to) {
  const int64_t row_bytes = int64_t{3} * from.width;
  for (int64_t row = 0; row < from.height; ++row)
    std::copy_n(from.pixels.begin() + row * row_bytes, row_bytes,
                to.pixels.begin() + ((top + row) * to.width + left) * 3);
}

RgbImage Cut(const RgbImage& image, const Region& region) {
  RgbImage cut{.height = static_cast<int>(region.height),
               .width = static_cast<int>(region.width),
               .pixels = {}};
  cut.pixels.reserve(static_cast<size_t>(region.height * region.width * 3));
  for (int64_t row = region.top; row < region.top + region.height; ++row) {
    const auto begin = image.pixels.begin() + (row * image.width + region.left) * 3;
    cut.pixels.insert(cut.pixels.end(), begin, begin + region.width * 3);
  }
  return cut;
}

RgbImage ResizeWithOpenCv(const RgbImage& image, ImageSize size, int interpolation) {
  DisableOpenCvThreads();
  RgbImage resized{
      .height = static_cast<int>(size.height),
      .width = static_cast<int>(size.width),
      .pixels = std::vector<uint8_t>(static_cast<size_t>(size.height * size.width * 3))};
  const cv::Mat from(image.height, image.width, CV_8UC3, const_cast<uint8_t*>(image.pixels.data()));
  cv::Mat to(resized.height, resized.width, CV_8UC3, resized.pixels.data());
  cv::resize(from, to, to.size(), 0, 0, interpolation);
  return resized;
}

void FlipHorizontally(RgbImage& image) {
  const int64_t width = image.width;
  for (int64_t row = 0; row < image.height; ++row) {
    uint8_t* const pixels = image.pixels.data() + row * width * 3;
    for (int64_t left = 0, right = width - 1; left < right; ++left, --right)
      std::swap_ranges(pixels + 3 * left, pixels + 3 * left + 3, pixels + 3 * right);
  }
}

// The resized image, in the coordinates of the canvas that the crop is cut out of.
struct Placed {
  ImageSize size;    // of the resized image
  ImageSize canvas;  // as large, or with a border
  int64_t top = 0, left = 0;
};

Placed Place(ImageSize image, const Preprocess& preprocess) {
  const PixelSize resize = preprocess.resize;
  const ImageSize whole{.height = resize.height, .width = resize.width};
  if (preprocess.fit == Fit::kSquash) return {.size = whole, .canvas = whole};
  if (preprocess.fit == Fit::kPad) {
    const ImageSize size = Contained(image, resize);
    return {.size = size,
            .canvas = whole,
            .top = HalfOfRest(whole.height, size.height),
            .left = HalfOfRest(whole.width, size.width)};
  }
  const ImageSize size = ShorterEdgeResized(image, resize.height);
  return {.size = size, .canvas = size};
}

// What a region and an image of that size have in common.
Region Inside(const Region& region, ImageSize size) {
  Region inside{.top = std::clamp(region.top, int64_t{0}, size.height),
                .left = std::clamp(region.left, int64_t{0}, size.width)};
  inside.height = std::clamp(region.top + region.height, inside.top, size.height) - inside.top;
  inside.width = std::clamp(region.left + region.width, inside.left, size.width) - inside.left;
  return inside;
}

}  // namespace

RgbImage ResizedPart(const RgbImage& image, ImageSize size, const Region& wanted,
                     ResizeMethod method) {
  switch (method) {
    case ResizeMethod::kPilBilinear:
      return PilResampledPart(image, size, wanted, PilFilter::kBilinear);
    case ResizeMethod::kPilBicubic:
      return PilResampledPart(image, size, wanted, PilFilter::kBicubic);
    case ResizeMethod::kPilLanczos:
      return PilResampledPart(image, size, wanted, PilFilter::kLanczos);
    case ResizeMethod::kPilNearest:
      return PilNearestPart(image, size, wanted);
    case ResizeMethod::kOpencvLinear:
      return Cut(ResizeWithOpenCv(image, size, cv::INTER_LINEAR), wanted);
    case ResizeMethod::kOpencvArea:
      return Cut(ResizeWithOpenCv(image, size, cv::INTER_AREA), wanted);
  }
  throw std::logic_error("unknown resize method");
}

RgbImage Resized(const RgbImage& image, PixelSize size, ResizeMethod method) {
  return ResizedPart(image, {.height = size.height, .width = size.width},
                     {.height = size.height, .width = size.width}, method);
}

int64_t BytesToResize(ImageSize image, const Preprocess& preprocess) {
  const ResizeMethod method = preprocess.resize_method;
  if (method != ResizeMethod::kOpencvLinear && method != ResizeMethod::kOpencvArea) return 0;
  const ImageSize size = Place(image, preprocess).size;
  return 3 * std::min(kMaxPixels / size.width, size.height) * size.width;
}

RgbImage CenterCropped(const RgbImage& image, const Preprocess& preprocess) {
  const Placed placed = Place({.height = image.height, .width = image.width}, preprocess);
  const ImageSize size = placed.size;
  if (size.height > kMaxPixels / size.width)
    throw Error("too long: resized to " + std::to_string(size.width) + " x " +
                std::to_string(size.height) + " pixels it is over the limit of " +
                std::to_string(kMaxPixels));
  Region crop = CenterCropRegion(placed.canvas, preprocess.crop);
  crop.top -= placed.top;
  crop.left -= placed.left;
  const Region inside = Inside(crop, size);
  RgbImage padded{.height = preprocess.crop.height, .width = preprocess.crop.width, .pixels = {}};
  padded.pixels.resize(static_cast<size_t>(crop.height * crop.width * 3));
  if (inside.height == 0 || inside.width == 0) return padded;
  RgbImage part = ResizedPart(image, size, inside, preprocess.resize_method);
  if (inside == crop) return part;
  Paste(part, inside.top - crop.top, inside.left - crop.left, padded);
  return padded;
}

RgbImage RandomResizedCropped(const RgbImage& image, const Preprocess& preprocess, uint64_t seed) {
  RandomGenerator random(seed);
  const Region region =
      RandomResizedCropRegion({.height = image.height, .width = image.width}, random);
  const bool flip = random.Uniform(0, 1) < 0.5;
  RgbImage crop = Resized(Cut(image, region), preprocess.crop, preprocess.resize_method);
  if (flip) FlipHorizontally(crop);
  return crop;
}

}  // namespace quantbench
