// SPDX-License-Identifier: Apache-2.0
// The table of presets.
#include "dataset/presets.h"

namespace quantbench {

std::span<const Preset> Presets() {
  static const Preset kPresets[] = {{"torchvision", {}},
                                    {"timm_bicubic", {.resize_method = ResizeMethod::kPilBicubic}},
                                    // Inputs from -1 to 1.
                                    {"tf", {.mean = {0.5f, 0.5f, 0.5f}, .std = {0.5f, 0.5f, 0.5f}}},
                                    // BGR bytes with the mean taken off, not scaled.
                                    {"caffe",
                                     {.mean = {123.68f, 116.779f, 103.939f},
                                      .std = {1, 1, 1},
                                      .channel_order = ChannelOrder::kBgr,
                                      .scale = PixelScale::kBytes}}};
  return kPresets;
}

}  // namespace quantbench
