// SPDX-License-Identifier: Apache-2.0
// Names for settings, hashes of what the stages named.
#include "run/measured.h"

#include <algorithm>
#include <charconv>

#include "scenario/names.h"
#include "support/hash.h"

namespace quantbench {
namespace {

constexpr std::string_view kMethods[] = {"pil_bilinear", "opencv_linear", "opencv_area",
                                         "pil_bicubic",  "pil_lanczos",   "pil_nearest"};

// As it was written, not as a float has it: 0.485, not 0.48500001.
std::array<double, 3> AsWritten(const std::array<float, 3>& values) {
  std::array<double, 3> written{};
  std::ranges::transform(values, written.begin(), [](float value) {
    char digits[32];
    const char* const end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    double shortest = 0;
    std::from_chars(digits, end, shortest);
    return shortest;
  });
  return written;
}

MeasuredPreprocess Describe(const Preprocess& of) {
  return {.resize = ToString(of.resize),
          .crop = ToString(of.crop),
          .fit = std::string(yaml::names::kFits[static_cast<size_t>(of.fit)]),
          .method = std::string(kMethods[static_cast<size_t>(of.resize_method)]),
          .channel_order =
              std::string(yaml::names::kChannelOrders[static_cast<size_t>(of.channel_order)]),
          .scale = std::string(yaml::names::kScales[static_cast<size_t>(of.scale)]),
          .mean = AsWritten(of.mean),
          .std = AsWritten(of.std)};
}

std::string HashOf(const std::optional<CropsStage::Subset>& subset) {
  return subset ? subset->name.images_hash : std::string();
}

MeasuredImages Describe(const SubsetSpec& spec, const std::optional<CropsStage::Subset>& subset) {
  MeasuredImages images{.split = spec.split};
  if (!subset) return images;
  images.images = static_cast<int64_t>(subset->request.index.images.size());
  images.content = ContentHash(subset->request.index.images, subset->name.contents);
  return images;
}

// The hash that all have, or one of them all.
std::string HashOfAll(const HowMeasured& measured, std::string MeasuredNetwork::*hash) {
  const std::vector<MeasuredNetwork>& all = measured.networks;
  const bool same = std::ranges::all_of(
      all, [&](const MeasuredNetwork& one) { return one.*hash == all.front().*hash; });
  if (all.empty() || same) return all.empty() ? std::string() : all.front().*hash;
  Hasher hasher;
  for (const MeasuredNetwork& one : all) hasher.Add(one.network).Add(one.*hash);
  return hasher.Hex();
}

}  // namespace

std::string ContentHash(std::span<const ImageEntry> images, std::span<const std::string> contents) {
  Hasher hasher;
  for (size_t i = 0; i < images.size(); ++i)
    hasher.Add(images[i].path).Add(images[i].label).Add(contents[i]);
  return hasher.Hex();
}

void SetInputs(Results& results) {
  const HowMeasured& measured = results.measured;
  results.inputs.model = HashOfAll(measured, &MeasuredNetwork::model_hash);
  results.inputs.calibration_images = HashOfAll(measured, &MeasuredNetwork::calibration_images);
  results.inputs.evaluation_images = HashOfAll(measured, &MeasuredNetwork::evaluation_images);
}

void DescribeMeasured(const Scenario& scenario, const std::string& label, const Stages& stages,
                      Results& results) {
  HowMeasured measured{.label = label, .scenario = scenario.resolved};
  for (const auto& stage : stages.networks()) {
    const Network& network = stage->network;
    measured.networks.push_back({.network = network.id,
                                 .model = network.name,
                                 .file = network.model.file.string(),
                                 .model_hash = HashFile(network.model.file),
                                 .calibration_images = HashOf(stage->crops.calibration()),
                                 .evaluation_images = HashOf(stage->crops.evaluation()),
                                 .preprocess = Describe(network.preprocess)});
    // Some networks' cases may not need them.
    if (measured.calibration.content.empty())
      measured.calibration = Describe(scenario.calibration.subset, stage->crops.calibration());
    if (measured.evaluation.content.empty())
      measured.evaluation = Describe(scenario.evaluation.subset, stage->crops.evaluation());
  }
  results.measured = std::move(measured);
  SetInputs(results);
  results.inputs.scenario = scenario.text_hash;
  results.inputs.evaluation_crops = CropsStage::KeyOf(stages.crops().evaluation());
}

}  // namespace quantbench
