// SPDX-License-Identifier: Apache-2.0
// Two moments of some images, and the mistakes that explain odd ones.
#include "diagnose/input_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "support/number_text.h"

namespace quantbench {
namespace {

using Doubles = std::array<double, 3>;

constexpr size_t kMostSampled = 48;
// Photographs have means of 0.41 to 0.49 and deviations near 0.23 (ImageNet's: 0.485, 0.456, 0.406
// and 0.229, 0.224, 0.225); other sets, these of their own. `Misfit` of a set's own is 0.
constexpr double kFits = 0.6, kMisfits = 0.7, kTimesBetter = 2;
// Of means in units of the deviation, and of deviations: 0..1 has 1.7 and 0.27, white documents 5
// and 0.2, bytes 1.7 and 70.
constexpr double kFarMean = 8, kLeastDeviation = 0.02, kMostDeviation = 160;
constexpr double kLeastOfImages = 0.01;  // of one colour, nearly: nothing can be said

Doubles ToDoubles(const std::array<float, 3>& values) {
  return {static_cast<double>(values[0]), static_cast<double>(values[1]),
          static_cast<double>(values[2])};
}

std::string ListText(const Doubles& values) {
  return "[" + SignificantText(values[0], 3) + ", " + SignificantText(values[1], 3) + ", " +
         SignificantText(values[2], 3) + "]";
}

// How far a declared mean and std are from the images' own: deviations and factors of e, added, in
// the worst channel.
double Misfit(const Doubles& mean, const Doubles& std, const ImageMoments& own, double unit) {
  double worst = 0;
  for (size_t c = 0; c < 3; ++c) {
    if (std[c] <= 0) return 1e9;
    const double deviation = own.deviation[c] * unit;
    worst = std::max(worst, std::abs(mean[c] - own.mean[c] * unit) / deviation +
                                std::abs(std::log(std[c] / deviation)));
  }
  return worst;
}

std::string MeanStd(const Doubles& mean, const Doubles& std) {
  return "dataset: {preprocess: {mean: " + ListText(mean) + ", std: " + ListText(std) + "}}";
}

bool AreAll(const Doubles& values, double value) {
  return std::ranges::all_of(values, [&](double one) { return one == value; });
}

}  // namespace

ImageMoments MomentsOf(const Crops& crops, std::span<const int64_t> images) {
  const size_t count = std::min(images.size(), kMostSampled);
  std::array<int64_t, 3> sum{}, squares{};
  int64_t pixels = 0;
  for (size_t i = 0; i < count; ++i) {
    const std::span<const uint8_t> crop = crops.pixels(images[i * images.size() / count]);
    for (size_t p = 0; p + 2 < crop.size(); p += 3) {
      for (size_t c = 0; c < 3; ++c) {
        const int64_t value = crop[p + c];
        sum[c] += value;
        squares[c] += value * value;
      }
      ++pixels;
    }
  }
  ImageMoments moments;
  if (pixels == 0) return moments;
  for (size_t c = 0; c < 3; ++c) {
    const double mean = static_cast<double>(sum[c]) / static_cast<double>(pixels);
    const double square = static_cast<double>(squares[c]) / static_cast<double>(pixels);
    moments.mean[c] = mean / 255;
    moments.deviation[c] = std::sqrt(std::max(0.0, square - mean * mean)) / 255;
  }
  return moments;
}

std::optional<Advice> CheckInputStatistics(const ImageMoments& own, const Preprocess& given) {
  if (std::ranges::min(own.deviation) < kLeastOfImages) return std::nullopt;
  const bool bytes = given.scale == PixelScale::kBytes;
  const double unit = bytes ? 255 : 1;
  const Doubles mean = ToDoubles(given.mean), std = ToDoubles(given.std);
  Doubles in_mean{}, in_deviation{};
  for (size_t c = 0; c < 3; ++c) {
    in_mean[c] = (own.mean[c] * unit - mean[c]) / std[c];
    in_deviation[c] = own.deviation[c] * unit / std[c];
  }
  const std::string inputs = "inputs have a mean of " + ListText(in_mean) +
                             " and a standard deviation of " + ListText(in_deviation);
  const double swapped = Misfit(std, mean, own, unit), as_given = Misfit(mean, std, own, unit);
  if (swapped <= kFits && as_given >= kMisfits && as_given >= kTimesBetter * swapped) {
    return Advice{
        .setting = MeanStd(std, mean),
        .why = "mean and std look swapped: " + inputs + ", where these give near 0 and 1"};
  }
  if (!bytes && std::ranges::max(mean) > 1.5) {
    return Advice{.setting = "dataset: {preprocess: {scale: 0..255}}",
                  .why = "the mean is one of bytes, and pixels are 0..1: " + inputs};
  }
  const bool declares_unit = std::ranges::max(mean) <= 1 && std::ranges::max(std) <= 1;
  if (bytes && declares_unit && !(AreAll(mean, 0) && AreAll(std, 1))) {
    return Advice{.setting = "dataset: {preprocess: {scale: 0..1}}",
                  .why = "mean and std are of pixels from 0 to 1, which are bytes here: " + inputs};
  }
  for (size_t c = 0; c < 3; ++c) {
    if (std::abs(in_mean[c]) <= kFarMean * in_deviation[c] && in_deviation[c] >= kLeastDeviation &&
        in_deviation[c] <= kMostDeviation)
      continue;
    ImageMoments scaled = own;
    for (size_t k = 0; k < 3; ++k) {
      scaled.mean[k] *= unit;
      scaled.deviation[k] *= unit;
    }
    return Advice{.setting = MeanStd(scaled.mean, scaled.deviation),
                  .why = inputs +
                         ", which no usual normalisation gives; these are the images' own, "
                         "and what the network was trained with is better"};
  }
  return std::nullopt;
}

}  // namespace quantbench
