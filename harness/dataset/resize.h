// SPDX-License-Identifier: Apache-2.0
// Resizing and cropping, equal to torchvision's transforms on PIL images to the byte.
#pragma once

#include <cstdint>

#include "dataset/crop_geometry.h"
#include "dataset/dataset_spec.h"
#include "dataset/decode.h"

namespace quantbench {

// The part `wanted` of the image resized to `size`: [wanted.height, wanted.width, 3]; only that
// part is computed. `wanted` lies inside `size`.
RgbImage ResizedPart(const RgbImage& image, ImageSize size, const Region& wanted,
                     ResizeMethod method);

// The whole image resized. (Formulas: docs/preprocessing.md)
RgbImage Resized(const RgbImage& image, PixelSize size, ResizeMethod method);

// Bytes of all the pixels that cutting a crop out of an image of that size makes on the way:
// OpenCV's methods resize the whole image, Pillow's only the part that is wanted.
int64_t BytesToResize(ImageSize image, const Preprocess& preprocess);

// preprocess.fit with preprocess.resize, then CenterCrop(preprocess.crop): [crop.height,
// crop.width, 3]. Throws Error where the image is so long that the resized one would be over
// kMaxPixels.
RgbImage CenterCropped(const RgbImage& image, const Preprocess& preprocess);

// RandomResizedCrop(preprocess.crop) and RandomHorizontalFlip; `seed` alone decides region and
// flip. PyTorch's random stream gives other regions for the same seed.
RgbImage RandomResizedCropped(const RgbImage& image, const Preprocess& preprocess, uint64_t seed);

}  // namespace quantbench
