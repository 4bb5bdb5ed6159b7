// SPDX-License-Identifier: Apache-2.0
// Mistakes of normalisation, and what people use that is none.
#include "diagnose/input_statistics.h"

#include <doctest/doctest.h>

#include "support/contains.h"

namespace quantbench {
namespace {

using testing::Contains;
using Values = std::array<float, 3>;

constexpr Values kMean{0.485f, 0.456f, 0.406f}, kStd{0.229f, 0.224f, 0.225f};
constexpr Values kZeros{}, kOnes{1, 1, 1};
// 48 of ImageNet's photographs, cropped to 224 pixels; digits, white on black, three times.
const ImageMoments kPhotographs{.mean = {0.48, 0.45, 0.40}, .deviation = {0.28, 0.27, 0.28}};
const ImageMoments kDigits{.mean = {0.13, 0.13, 0.13}, .deviation = {0.31, 0.31, 0.31}};
const ImageMoments kPages{.mean = {0.93, 0.93, 0.92}, .deviation = {0.19, 0.19, 0.20}};
const ImageMoments kBlack{};

std::string SaidOf(const ImageMoments& images, Values mean, Values std, bool bytes = false) {
  Preprocess given;
  given.mean = mean;
  given.std = std;
  given.scale = bytes ? PixelScale::kBytes : PixelScale::kUnit;
  const std::optional<Advice> advice = CheckInputStatistics(images, given);
  return advice ? advice->setting + " " + advice->why : "";
}

TEST_CASE("normalisations that people use are no alarm") {
  const struct {
    const char* reason;
    std::string said;
  } cases[] = {
      {"ImageNet's statistics", SaidOf(kPhotographs, kMean, kStd)},
      {"-1..1", SaidOf(kPhotographs, {0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f})},
      {"0..1", SaidOf(kPhotographs, kZeros, kOnes)},
      {"bytes as they are", SaidOf(kPhotographs, kZeros, kOnes, true)},
      {"Caffe: bytes less a mean", SaidOf(kPhotographs, {123.68f, 116.78f, 103.94f}, kOnes, true)},
      {"the same by 0.017",
       SaidOf(kPhotographs, {123.68f, 116.78f, 103.94f}, {58.8f, 58.8f, 58.8f}, true)},
      {"a mean alone", SaidOf(kPhotographs, kMean, kOnes)},
      {"bytes to -1..1",
       SaidOf(kPhotographs, {127.5f, 127.5f, 127.5f}, {127.5f, 127.5f, 127.5f}, true)},
      {"CIFAR's statistics",
       SaidOf(kPhotographs, {0.491f, 0.482f, 0.447f}, {0.247f, 0.243f, 0.262f})},
      {"CLIP's", SaidOf(kPhotographs, {0.481f, 0.458f, 0.408f}, {0.269f, 0.261f, 0.276f})},
      {"digits by ImageNet's", SaidOf(kDigits, kMean, kStd)},
      {"digits by their own", SaidOf(kDigits, {0.13f, 0.13f, 0.13f}, {0.31f, 0.31f, 0.31f})},
      {"white pages, 0..1", SaidOf(kPages, kZeros, kOnes)},
      {"white pages by ImageNet's", SaidOf(kPages, kMean, kStd)},
      {"one colour, of which nothing follows", SaidOf(kBlack, kStd, kMean)},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(one.said == "");
  }
}

TEST_CASE("normalisations that can't be meant so are told, with what is meant") {
  const struct {
    const char* reason;
    std::string said, setting, why;
  } cases[] = {
      {"swapped", SaidOf(kPhotographs, kStd, kMean),
       "mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]", "look swapped"},
      {"swapped, of digits", SaidOf(kDigits, {0.31f, 0.31f, 0.31f}, {0.13f, 0.13f, 0.13f}),
       "mean: [0.13, 0.13, 0.13], std: [0.31, 0.31, 0.31]", "look swapped"},
      {"a mean of bytes for 0..1", SaidOf(kPhotographs, {123.68f, 116.78f, 103.94f}, kOnes),
       "scale: 0..255", "the mean is one of bytes"},
      {"statistics of 0..1 for bytes", SaidOf(kPhotographs, kMean, kStd, true), "scale: 0..1",
       "which are bytes here"},
      {"divided by 255 twice", SaidOf(kPhotographs, kZeros, {255, 255, 255}),
       "mean: [0.48, 0.45, 0.4], std: [0.28, 0.27, 0.28]", "no usual normalisation"},
      {"a tiny std", SaidOf(kPhotographs, kMean, {0.001f, 0.001f, 0.001f}), "mean: [0.48",
       "no usual normalisation"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CAPTURE(one.said);
    CHECK(Contains(one.said, one.setting));
    CHECK(Contains(one.said, one.why));
  }
}

}  // namespace
}  // namespace quantbench
