// SPDX-License-Identifier: Apache-2.0
// Each kind of recipe to its quantiser.
#include "quantize/quantize_recipe.h"

#include <utility>

#include "quantize/chosen_layers.h"
#include "quantize/given.h"
#include "quantize/quantize.h"
#include "support/error.h"

namespace quantbench {

void CheckRecipe(const Recipe& recipe, const Graph& graph, const std::filesystem::path& file) {
  if (recipe.IsGiven() || !IsGivenQuantized(graph)) return;
  throw Error("'" + file.string() +
              "' is quantised already (it is in QDQ form), so it can't be run "
              "as " +
              recipe.Name() +
              "; use matrix: {precision: int8, quantization: given} (--precision given of "
              "predict), or the float model's file");
}

void CheckLayers(const Recipe& recipe, const Graph& graph) {
  const auto check = [&](const auto* of) {
    if (of != nullptr && !of->layers.choices.empty()) Choose(of->layers, {}, graph);
  };
  check(recipe.AsStatic());
  check(recipe.AsDynamic());
  if (recipe.IsDynamic() && recipe.Asks16Bits()) {
    throw Error(
        "layers: activation_bits: 16 is for quantization: static; dynamic layers find the range "
        "of their inputs, in 8 bits, at run time");
  }
  // Steps of 16 bits are a fraction of those of 8.
  if (recipe.AsksFewerBits() && (recipe.AsksOfLayers(kActivationBits) || recipe.Asks16Bits())) {
    throw Error("layers: activation_bits can't stand beside activation_bits: " +
                std::to_string(recipe.AsStatic()->activation_bits) +
                " of all layers; keep those layers in fp32, or leave one of the keys out");
  }
}

QuantizedGraph QuantizeByRecipe(std::shared_ptr<const Graph> graph, const Recipe& recipe,
                                std::vector<QParams> activations) {
  if (const StaticRecipe* const of = recipe.AsStatic()) {
    const WeightRecipe weights(of->granularity, of->weight_observer, of->weight_bits);
    const ChosenLayers layers = Choose(of->layers, weights, *graph);
    return Quantize(std::move(graph), std::move(activations), weights, recipe.Name(),
                    layers.in_float, layers.recipes, layers.in_16_bits);
  }
  if (const DynamicRecipe* const of = recipe.AsDynamic()) {
    const WeightRecipe weights(of->granularity, of->weight_observer, of->weight_bits);
    const ChosenLayers layers = Choose(of->layers, weights, *graph);
    return QuantizeDynamic(std::move(graph), weights, recipe.Name(), layers.in_float,
                           layers.recipes);
  }
  return QuantizeAsGiven(std::move(graph), recipe.Name());
}

}  // namespace quantbench
