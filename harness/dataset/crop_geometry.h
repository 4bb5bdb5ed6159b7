// SPDX-License-Identifier: Apache-2.0
// Which pixels torchvision's Resize, CenterCrop and RandomResizedCrop pick: numbers only, no image.
#pragma once

#include <cstdint>

#include "dataset/dataset_spec.h"
#include "dataset/random.h"

namespace quantbench {

struct ImageSize {
  int64_t height = 0, width = 0;
  bool operator==(const ImageSize&) const = default;
};

// A rectangle of an image in pixels.
struct Region {
  int64_t top = 0, left = 0, height = 0, width = 0;
  bool operator==(const Region&) const = default;
};

// Resize(shorter): the shorter edge becomes `shorter`, the longer int(shorter * long / short).
ImageSize ShorterEdgeResized(ImageSize image, int shorter);

// What images are usually resized to before `crop` is cut out of them: 8/7 of its longer edge,
// rounded, as torchvision's 256 for 224 and 342 for 299.
int UsualResize(PixelSize crop);

// ImageOps.contain(size): the largest size of the image's shape that fits in.
ImageSize Contained(ImageSize image, PixelSize size);

// Where ImageOps.pad and torchvision's CenterCrop put the first of `inner` pixels in the middle of
// `outer`, the larger one: half of the rest, a half rounded to even.
int64_t HalfOfRest(int64_t outer, int64_t inner);

// CenterCrop(crop): in the coordinates of the image; where that is smaller than the crop, the
// region begins before it and ends after it, and what lies outside is black.
Region CenterCropRegion(ImageSize image, PixelSize crop);

// RandomResizedCrop.get_params with scale (0.08, 1) and ratio (3/4, 4/3).
Region RandomResizedCropRegion(ImageSize image, RandomGenerator& random);

}  // namespace quantbench
