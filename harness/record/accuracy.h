// SPDX-License-Identifier: Apache-2.0
// What an evaluation over images found: counts, and the best classes of each image.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/field.h"
#include "record/layer_comparison.h"
#include "record/preparation.h"

namespace quantbench {

struct Accuracy {
  int64_t images = 0, top1_correct = 0, top5_correct = 0;
  std::string outputs_hash;  // of every score of every image: equal for backends equal to the bit
};

template <>
struct Fields<Accuracy> {
  static constexpr std::tuple kAll{Field("top1_correct", &Accuracy::top1_correct, {.column = 16}),
                                   Field("top5_correct", &Accuracy::top5_correct, {.column = 17}),
                                   Field("images", &Accuracy::images, {.column = 15}),
                                   Field("outputs_hash", &Accuracy::outputs_hash, {.column = 31})};
};

struct Evaluation : Accuracy {
  Preparation preparation;
  std::optional<std::string> remark;  // see AddRemark
};

template <>
struct Fields<Evaluation> {
  static constexpr std::tuple kAll{Base<Accuracy>(), Embedded(&Evaluation::preparation),
                                   Field("remark", &Evaluation::remark)};
};

// The five best classes of an image, best first; equal scores go to the lower class. -1 where there
// are fewer classes.
using TopFive = std::array<int32_t, 5>;

struct Predictions : Evaluation {
  std::vector<TopFive> top5;         // in the order of the crops
  std::vector<int64_t> checksums{};  // of each image's scores, as bits
  // [KeptScores images,classes], of the first ones, or none: what engines are compared by.
  std::vector<float> scores{};
  std::optional<LayerComparison> layers{};  // of an engine that isn't exact and gives its values
};

// Of how many images scores are kept: enough for a ratio, never much of a file.
constexpr int64_t KeptScores(int64_t images, int64_t classes) {
  constexpr int64_t kMostImages = 64, kMostScores = int64_t{1} << 17;
  const int64_t most = kMostScores / (classes > 0 ? classes : 1);
  const int64_t kept = most < kMostImages ? most : kMostImages;
  return images < kept ? images : kept;
}

template <>
struct Fields<Predictions> {
  static constexpr std::tuple kAll{Base<Evaluation>(), Field("top5", &Predictions::top5),
                                   Field("checksums", &Predictions::checksums),
                                   Field("scores", &Predictions::scores),
                                   Field("layers", &Predictions::layers)};
};

}  // namespace quantbench
