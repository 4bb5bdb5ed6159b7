// SPDX-License-Identifier: Apache-2.0
// What a cheap camera does to a picture: blur, exposure, colour cast, vignette, noise, 8 bits.
#pragma once

#include <opencv2/core.hpp>

#include "image.h"
#include "rng.h"

namespace quantbench::default_dataset {

// Returns 8-bit BGR, or one grey channel for a few pictures, as real collections have.
cv::Mat TakePhotograph(Rng& rng, Image image);

}  // namespace quantbench::default_dataset
