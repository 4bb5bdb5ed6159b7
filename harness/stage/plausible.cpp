// SPDX-License-Identifier: Apache-2.0
// Accuracies compared with what is known, and the words for it.
#include "stage/plausible.h"

#include <cmath>
#include <numeric>

#include "diagnose/input_statistics.h"
#include "evaluate/chance.h"
#include "recipe/techniques.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {

void RequireExpected(const ExpectSpec& expect, const std::string& backend,
                     const Accuracy& accuracy) {
  const double top1 =
      100.0 * static_cast<double>(accuracy.top1_correct) / static_cast<double>(accuracy.images);
  if (std::abs(top1 - expect.fp32_top1_percent) <= expect.within) return;
  const auto percent = [](double value) { return FixedText(value, 2) + "%"; };
  throw Error("expect: fp32 Top-1 on '" + backend + "' is " + percent(top1) + " of " +
              CountText(accuracy.images, "image") + ", the scenario expects " +
              percent(expect.fp32_top1_percent) + " within " + percent(expect.within) +
              ". The usual causes, in this order:\n"
              "  - preprocess: mean and std, resize and crop, resize_method differ from training\n"
              "  - label order: the synsets file doesn't belong to the checkpoint\n"
              "  - padding: 'same' for TensorFlow's networks, 'symmetric' for torchvision's\n"
              "  - activation: relu6 or relu\n"
              "  - another subset of images than the one that the expected figure was made with");
}

std::string DoubtOf(const Accuracy& accuracy, std::span<const ImageEntry> images, int64_t outputs) {
  std::vector<int> labels;
  for (const ImageEntry& image : images) labels.push_back(image.label);
  if (!IsChance(accuracy.top1_correct, accuracy.images, ChanceOf(labels, outputs))) return {};
  return "chance alone explains a Top-1 of " + std::to_string(accuracy.top1_correct) + " in " +
         CountText(accuracy.images, "image") + " among " + CountText(outputs, "class") +
         "; the usual causes are another order of classes than the model's "
         "(dataset.synsets, label_offset), mean, std, channel_order or scale that differ from "
         "training, and padding or activation of a state dict";
}

std::string DoubtOfInputs(const Crops& crops, const Preprocess& given) {
  std::vector<int64_t> all(static_cast<size_t>(crops.count()));
  std::iota(all.begin(), all.end(), int64_t{0});
  const std::optional<Advice> advice = CheckInputStatistics(MomentsOf(crops, all), given);
  return advice ? "preprocess: " + advice->why + "; is it " + advice->setting + "?" : "";
}

std::vector<size_t> DoubtTechniques(std::span<const std::string> techniques, std::span<Row> rows) {
  constexpr double kWithin = 0.1;  // percentage points
  const auto top1 = [](const Row& row) {
    return 100.0 * static_cast<double>(row.accuracy->top1_correct) /
           static_cast<double>(row.accuracy->images);
  };
  const auto float_row = [&](const Row& like, std::string_view with) -> const Row* {
    for (size_t i = 0; i < rows.size(); ++i) {
      const Row& row = rows[i];
      if (row.backend == like.backend && row.network == like.network && IsFloat(row.precision) &&
          techniques[i] == with && row.accuracy)
        return &row;
    }
    return nullptr;
  };
  std::vector<size_t> doubted;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (techniques[i] == kNoTechnique) continue;
    const Row* const before = float_row(rows[i], kNoTechnique);
    const Row* const after = float_row(rows[i], techniques[i]);
    if (before == nullptr || after == nullptr) continue;
    if (std::abs(top1(*before) - top1(*after)) <= kWithin) continue;
    rows[i].doubt = techniques[i] + " moved the float network's Top-1 from " +
                    FixedText(top1(*before), 2) + " to " + FixedText(top1(*after), 2) + " percent";
    AddRemark(rows[i].detail, rows[i].doubt);
    if (IsFloat(rows[i].precision)) doubted.push_back(i);
  }
  return doubted;
}

}  // namespace quantbench
