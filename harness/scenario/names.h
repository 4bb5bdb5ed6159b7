// SPDX-License-Identifier: Apache-2.0
// The names that a scenario may hold: a new precision, say, is one more word here. (Architectures
// are the model importer's; observers and their options are those of recipe/observer_spec.h.)
#pragma once

#include <string_view>

namespace quantbench::yaml::names {

inline constexpr std::string_view kPaddings[] = {"symmetric", "same"};
inline constexpr std::string_view kActivations[] = {"relu6", "relu"};

inline constexpr std::string_view kLayouts[] = {"imagenet", "folders", "flat"};
inline constexpr std::string_view kParts[] = {"all", "search", "proof"};  // as ImagePart
inline constexpr std::string_view kTransforms[] = {"center_crop", "random_resized_crop"};
inline constexpr std::string_view kResizeMethods[] = {"pil_bilinear", "opencv_linear",
                                                      "opencv_area"};
inline constexpr std::string_view kInterpolations[] = {"bilinear", "bicubic", "lanczos", "nearest"};
inline constexpr std::string_view kFits[] = {"resize_shorter", "squash", "pad"};
inline constexpr std::string_view kChannelOrders[] = {"rgb", "bgr"};
inline constexpr std::string_view kLatencyModes[] = {"latency", "throughput"};
inline constexpr std::string_view kScales[] = {"0..1", "0..255"};

}  // namespace quantbench::yaml::names
