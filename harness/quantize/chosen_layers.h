// SPDX-License-Identifier: Apache-2.0
// Which layers of a network a recipe's choices mean.
#pragma once

#include <set>
#include <string>

#include "graph/graph.h"
#include "quantize/quantize.h"
#include "recipe/layers.h"

namespace quantbench {

struct ChosenLayers {
  std::set<std::string> in_float;
  LayerRecipes recipes;
  std::set<std::string> in_16_bits;  // activations of static models
};

// By name; the first choice that matches is a layer's, and what it leaves open is as in `rest`. A
// cap behind a layer that is float or has activations of 16 bits goes along. Throws Error for a
// choice that matches no layer.
ChosenLayers Choose(const Layers& layers, const WeightRecipe& rest, const Graph& graph);

}  // namespace quantbench
