// SPDX-License-Identifier: Apache-2.0
// What a run measured and how, for whoever reads its results later.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "record/field.h"

namespace quantbench {

// In the words of a scenario.
struct MeasuredPreprocess {
  std::string resize, crop, fit, method, channel_order, scale;
  std::array<double, 3> mean{}, std{};
};
template <>
struct Fields<MeasuredPreprocess> {
  static constexpr std::tuple kAll{Field("resize", &MeasuredPreprocess::resize),
                                   Field("crop", &MeasuredPreprocess::crop),
                                   Field("fit", &MeasuredPreprocess::fit),
                                   Field("resize_method", &MeasuredPreprocess::method),
                                   Field("mean", &MeasuredPreprocess::mean),
                                   Field("std", &MeasuredPreprocess::std),
                                   Field("channel_order", &MeasuredPreprocess::channel_order),
                                   Field("scale", &MeasuredPreprocess::scale)};
};

struct MeasuredNetwork {
  std::string network;  // as in the rows: empty where there is one
  std::string model, file;
  std::string model_hash;
  std::string calibration_images;  // hashes of image list, bytes and geometry
  std::string evaluation_images;
  MeasuredPreprocess preprocess;
};
template <>
struct Fields<MeasuredNetwork> {
  static constexpr std::tuple kAll{
      Field("network", &MeasuredNetwork::network),
      Field("model", &MeasuredNetwork::model),
      Field("file", &MeasuredNetwork::file),
      Field("model_hash", &MeasuredNetwork::model_hash),
      Field("calibration_images_hash", &MeasuredNetwork::calibration_images),
      Field("evaluation_images_hash", &MeasuredNetwork::evaluation_images),
      Field("preprocess", &MeasuredNetwork::preprocess)};
};

struct MeasuredImages {
  std::string split;
  int64_t images = 0;   // 0: none were needed
  std::string content;  // hash of list, labels and bytes, whatever networks see of them
};
template <>
struct Fields<MeasuredImages> {
  static constexpr std::tuple kAll{Field("split", &MeasuredImages::split),
                                   Field("images", &MeasuredImages::images),
                                   Field("content_hash", &MeasuredImages::content)};
};

struct HowMeasured {
  std::string label;     // the user's word for the run, or a commit
  std::string scenario;  // YAML, overrides and variables put in; empty where code made it
  MeasuredImages calibration, evaluation;
  std::vector<MeasuredNetwork> networks;  // none in results of older versions

  // The same in words: "Evaluation", "450 images of val". Without the scenario.
  std::vector<std::pair<std::string, std::string>> Lines() const;
  // nullptr where there is none.
  const MeasuredNetwork* Find(const std::string& network) const;
};
template <>
struct Fields<HowMeasured> {
  static constexpr std::tuple kAll{
      Field("label", &HowMeasured::label), Field("scenario", &HowMeasured::scenario),
      Field("calibration", &HowMeasured::calibration),
      Field("evaluation", &HowMeasured::evaluation), Field("networks", &HowMeasured::networks)};
};

}  // namespace quantbench
