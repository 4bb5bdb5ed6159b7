// SPDX-License-Identifier: Apache-2.0
// The arithmetic of torchvision.transforms.functional, down to its roundings.
#include "dataset/crop_geometry.h"

#include <algorithm>
#include <cmath>

namespace quantbench {
namespace {

// Python's int(round(n / 2)) for n >= 0: a half goes to the even neighbour.
int64_t HalfRoundedToEven(int64_t n) {
  const int64_t half = n / 2;
  return n % 2 == 0 ? half : half + half % 2;
}

int64_t CenterOffset(int64_t length, int64_t crop) {
  // Padding puts the odd pixel after the image: (crop - length) / 2 before it.
  return length >= crop ? HalfRoundedToEven(length - crop) : -((crop - length) / 2);
}

// Python's round(): to the nearest, half to even; std::nearbyint does that in the default mode.
int64_t Rounded(double value) { return static_cast<int64_t>(std::nearbyint(value)); }

}  // namespace

int UsualResize(PixelSize crop) { return (std::max(crop.height, crop.width) * 8 + 3) / 7; }

ImageSize ShorterEdgeResized(ImageSize image, int shorter) {
  const int64_t longer =
      shorter * std::max(image.height, image.width) / std::min(image.height, image.width);
  return image.height <= image.width ? ImageSize{.height = shorter, .width = longer}
                                     : ImageSize{.height = longer, .width = shorter};
}

ImageSize Contained(ImageSize image, PixelSize size) {
  const auto height = static_cast<double>(image.height), width = static_cast<double>(image.width);
  const double ratio = width / height;
  const double wanted = static_cast<double>(size.width) / static_cast<double>(size.height);
  ImageSize contained{.height = size.height, .width = size.width};
  if (ratio > wanted) contained.height = std::max(Rounded(height / width * size.width), int64_t{1});
  if (ratio < wanted) contained.width = std::max(Rounded(width / height * size.height), int64_t{1});
  return contained;
}

int64_t HalfOfRest(int64_t outer, int64_t inner) { return HalfRoundedToEven(outer - inner); }

Region CenterCropRegion(ImageSize image, PixelSize crop) {
  return {.top = CenterOffset(image.height, crop.height),
          .left = CenterOffset(image.width, crop.width),
          .height = crop.height,
          .width = crop.width};
}

Region RandomResizedCropRegion(ImageSize image, RandomGenerator& random) {
  constexpr double kMinScale = 0.08, kMaxScale = 1.0;
  constexpr double kMinRatio = 3.0 / 4.0, kMaxRatio = 4.0 / 3.0;
  const auto [height, width] = image;
  const auto area = static_cast<double>(height * width);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double target = area * random.Uniform(kMinScale, kMaxScale);
    const double ratio = std::exp(random.Uniform(std::log(kMinRatio), std::log(kMaxRatio)));
    const int64_t w = Rounded(std::sqrt(target * ratio));
    const int64_t h = Rounded(std::sqrt(target / ratio));
    if (w < 1 || w > width || h < 1 || h > height) continue;
    const auto top = random.Below(static_cast<uint64_t>(height - h + 1));
    const auto left = random.Below(static_cast<uint64_t>(width - w + 1));
    return {.top = static_cast<int64_t>(top),
            .left = static_cast<int64_t>(left),
            .height = h,
            .width = w};
  }
  // Too long for the wanted ratios: the largest allowed region in the middle.
  const double ratio = static_cast<double>(width) / static_cast<double>(height);
  int64_t h = height, w = width;
  if (ratio < kMinRatio) h = Rounded(static_cast<double>(width) / kMinRatio);
  if (ratio > kMaxRatio) w = Rounded(static_cast<double>(height) * kMaxRatio);
  return {.top = (height - h) / 2, .left = (width - w) / 2, .height = h, .width = w};
}

}  // namespace quantbench
