// SPDX-License-Identifier: Apache-2.0
// Pillow's separable resampling in 8-bit fixed point, and its nearest pixels.
#pragma once

#include "dataset/crop_geometry.h"
#include "dataset/decode.h"

namespace quantbench {

enum class PilFilter { kBilinear, kBicubic, kLanczos };

// As ResizedPart (resize.h), with one of Pillow's filters.
RgbImage PilResampledPart(const RgbImage& image, ImageSize size, const Region& wanted,
                          PilFilter filter);
// The same with the nearest pixel.
RgbImage PilNearestPart(const RgbImage& image, ImageSize size, const Region& wanted);

}  // namespace quantbench
