// SPDX-License-Identifier: Apache-2.0
// Globs on names of layers.
#include "quantize/chosen_layers.h"

#include <algorithm>
#include <variant>

#include "support/error.h"
#include "support/glob.h"

namespace quantbench {
namespace {

WeightRecipe RecipeOf(const LayerChoice& choice, const WeightRecipe& rest) {
  return {choice.granularity.value_or(rest.granularity),
          choice.weight_observer.value_or(rest.observer), choice.weight_bits.value_or(rest.bits)};
}

void RequireMatches(const Layers& layers, const Graph& graph) {
  for (const LayerChoice& choice : layers.choices) {
    const bool matches = std::ranges::any_of(
        graph.nodes, [&](const Node& node) { return MatchesGlob(choice.names, node.name); });
    if (!matches)
      throw Error("layers: no layer is called '" + choice.names +
                  "'; `quantbench inspect MODEL` lists their names");
  }
}

}  // namespace

ChosenLayers Choose(const Layers& layers, const WeightRecipe& rest, const Graph& graph) {
  RequireMatches(layers, graph);
  ChosenLayers chosen;
  std::set<ValueId> float_values, values_of_16_bits;
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<Cap>(node.op)) {
      if (float_values.contains(node.inputs[0])) chosen.in_float.insert(node.name);
      if (values_of_16_bits.contains(node.inputs[0])) chosen.in_16_bits.insert(node.name);
      if (chosen.in_float.contains(node.name) || chosen.in_16_bits.contains(node.name)) continue;
    }
    const auto choice = std::ranges::find_if(
        layers.choices, [&](const LayerChoice& one) { return MatchesGlob(one.names, node.name); });
    if (choice == layers.choices.end()) continue;
    if (choice->in_float) {
      chosen.in_float.insert(node.name);
      float_values.insert(node.output);
    } else {
      chosen.recipes.insert_or_assign(node.name, RecipeOf(*choice, rest));
      if (choice->activation_bits != kMostActivationBits) continue;
      chosen.in_16_bits.insert(node.name);
      values_of_16_bits.insert(node.output);
    }
  }
  return chosen;
}

}  // namespace quantbench
