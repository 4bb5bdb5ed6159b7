// SPDX-License-Identifier: Apache-2.0
// The names that a scenario may hold: a new precision, say, is one more word here. (Architectures
// are the model importer's; observers and their options are those of recipe/observer_spec.h.)
#pragma once

#include <string_view>

namespace quantbench::yaml::names {

inline constexpr std::string_view kPaddings[] = {"symmetric", "same"};
inline constexpr std::string_view kActivations[] = {"relu6", "relu"};

inline constexpr std::string_view kLayouts[] = {"imagenet", "folders", "flat"};
inline constexpr std::string_view kTransforms[] = {"center_crop", "random_resized_crop"};
inline constexpr std::string_view kResizeMethods[] = {"pil_bilinear", "opencv_linear",
                                                      "opencv_area"};

}  // namespace quantbench::yaml::names
