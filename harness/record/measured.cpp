// SPDX-License-Identifier: Apache-2.0
// What was measured, in words.
#include "record/measured.h"

#include <algorithm>

#include "support/number_text.h"

namespace quantbench {
namespace {

std::string TextOf(const MeasuredImages& images) {
  if (images.images == 0) return {};
  return std::to_string(images.images) + (images.images == 1 ? " image of " : " images of ") +
         images.split;
}

std::string TextOf(const std::array<double, 3>& channels) {
  std::string text;
  for (const double one : channels) text += (text.empty() ? "" : " ") + TrimmedText(one, 6);
  return text;
}

std::string TextOf(const MeasuredPreprocess& of) {
  const std::string fit = of.fit == "resize_shorter" ? "" : ", fit " + of.fit;
  return "resize " + of.resize + fit + " (" + of.method + "), crop " + of.crop + ", " + of.scale +
         ", mean " + TextOf(of.mean) + ", std " + TextOf(of.std) +
         (of.channel_order == "rgb" ? "" : ", " + of.channel_order);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> HowMeasured::Lines() const {
  std::vector<std::pair<std::string, std::string>> lines;
  const auto add = [&](const std::string& title, const std::string& text) {
    if (!text.empty()) lines.emplace_back(title, text);
  };
  add("Label", label);
  add("Evaluation", TextOf(evaluation));
  add("Calibration", TextOf(calibration));
  const bool alike = std::ranges::all_of(networks, [&](const MeasuredNetwork& one) {
    return TextOf(one.preprocess) == TextOf(networks.front().preprocess);
  });
  for (const MeasuredNetwork& one : networks) {
    const std::string of = one.network.empty() ? "" : " of " + one.network;
    add("Model" + of, one.file);
    if (!alike) add("Preprocessing" + of, TextOf(one.preprocess));
  }
  if (alike && !networks.empty()) add("Preprocessing", TextOf(networks.front().preprocess));
  return lines;
}

const MeasuredNetwork* HowMeasured::Find(const std::string& network) const {
  const auto found = std::ranges::find(networks, network, &MeasuredNetwork::network);
  return found == networks.end() ? nullptr : &*found;
}

}  // namespace quantbench
