// SPDX-License-Identifier: Apache-2.0
// Pillow's separable bilinear resampling in 8-bit fixed point.
#pragma once

#include "dataset/crop_geometry.h"
#include "dataset/decode.h"

namespace quantbench {

// As ResizedPart (resize.h), with Pillow's filter.
RgbImage PilBilinearPart(const RgbImage& image, ImageSize size, const Region& wanted);

}  // namespace quantbench
