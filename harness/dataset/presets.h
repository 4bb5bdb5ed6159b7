// SPDX-License-Identifier: Apache-2.0
// Preprocessing that whole families of networks are trained with, by name.
#pragma once

#include <span>
#include <string_view>

#include "dataset/dataset_spec.h"

namespace quantbench {

struct Preset {
  std::string_view name;
  Preprocess preprocess;
};

std::span<const Preset> Presets();

}  // namespace quantbench
