// SPDX-License-Identifier: Apache-2.0
// Whether normalised images look like what networks are trained on.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "dataset/crops.h"
#include "record/diagnosis.h"

namespace quantbench {

// Of pixels from 0 to 1: red, green, blue.
struct ImageMoments {
  std::array<double, 3> mean{}, deviation{};
};
// Of up to 48 of the images, spread evenly.
ImageMoments MomentsOf(const Crops& crops, std::span<const int64_t> images);

// What such images become by the declared normalisation; needs no network and no labels. Advice
// where
// - mean and std are declared as the statistics of images, and fit these far better swapped;
// - they are of bytes and pixels are 0..1, or the other way round;
// - inputs come out of a size that no usual normalisation gives: all but one value, or vast.
// Nothing is said of what people use without standardising: 0..1 and bytes as they are, -1..1, and
// bytes less a mean, in any order of channels; nor where all images are of one colour.
std::optional<Advice> CheckInputStatistics(const ImageMoments& images, const Preprocess& given);

}  // namespace quantbench
