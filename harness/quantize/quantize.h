// SPDX-License-Identifier: Apache-2.0
// Float graph and activation qparams to a quantised graph.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "graph/quantized_graph.h"
#include "quantize/weight_scales.h"

namespace quantbench {

// By name of a layer: how its weights become integers where that differs from the rest.
using LayerRecipes = std::map<std::string, WeightRecipe>;

// Weights to symmetric integers by WeightScales and AffineQuantize
// (quantize/affine_quantize.h); biases to int32. `activations` has one entry a value. Nodes named
// in `float_layers` stay float, those in `in_16_bits` have activations of 16 bits, with the range
// that `activations` gives (quantize/mixed.h). Throws Error: a weight that isn't finite, a layer of
// eight bits whose sums could leave int32, or a float layer's name that no node has.
QuantizedGraph Quantize(std::shared_ptr<const Graph> graph, std::vector<QParams> activations,
                        const WeightRecipe& weights, std::string recipe,
                        const std::set<std::string>& float_layers = {},
                        const LayerRecipes& of_layers = {},
                        const std::set<std::string>& in_16_bits = {});

// Weights as above, nothing else: activations get their qparams at run time, biases stay float. No
// calibration is needed. Throws Error: a weight or bias that isn't finite, a layer whose sums could
// leave int32, or a name that no node has.
QuantizedGraph QuantizeDynamic(std::shared_ptr<const Graph> graph, const WeightRecipe& weights,
                               std::string recipe, const std::set<std::string>& float_layers = {},
                               const LayerRecipes& of_layers = {});

}  // namespace quantbench
