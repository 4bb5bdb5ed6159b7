// SPDX-License-Identifier: Apache-2.0
// A float network to the integer model that a recipe asks for.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "graph/quantized_graph.h"
#include "recipe/recipe.h"

namespace quantbench {

// Throws Error where the network, which `file` holds, is quantised already and the recipe isn't
// `given`: it has lost its float model, since clamping, for one, may be left to its integers.
void CheckRecipe(const Recipe& recipe, const Graph& graph, const std::filesystem::path& file);

// Throws Error for a choice of layers that matches none, or that its kind of recipe doesn't have.
void CheckLayers(const Recipe& recipe, const Graph& graph);

// `graph` is prepared for inference, with the recipe's techniques for float networks applied;
// `activations` are of its calibration, [values], and nothing for other than static recipes. Those
// techniques that work on integers are still to be applied (IntegerTechniques). The recipe isn't
// float. Throws Error as Quantize, QuantizeDynamic and QuantizeAsGiven do.
QuantizedGraph QuantizeByRecipe(std::shared_ptr<const Graph> graph, const Recipe& recipe,
                                std::vector<QParams> activations);

}  // namespace quantbench
