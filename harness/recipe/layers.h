// SPDX-License-Identifier: Apache-2.0
// What single layers get that differs from the rest of a model, by their names.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "recipe/values.h"

namespace quantbench {

// For the layers whose names a glob matches: float, or values in place of the recipe's.
struct LayerChoice {
  std::string names;
  bool in_float = false;
  std::optional<Granularity> granularity{};
  std::optional<WeightObserver> weight_observer{};
  std::optional<int> weight_bits{};
  std::optional<int> activation_bits{};  // 8 or 16, of static recipes
  auto operator<=>(const LayerChoice&) const = default;
};

// The first choice that matches a layer is its.
struct Layers {
  std::vector<LayerChoice> choices;
  auto operator<=>(const Layers&) const = default;
};

// As ids have it: "features.0*=fp32+classifier.1=per_tensor,mse,4,a16"; empty for no choice.
std::string ToString(const Layers& layers);

}  // namespace quantbench
