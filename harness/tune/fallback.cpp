// SPDX-License-Identifier: Apache-2.0
// A diagnosis' reduction to recipes.
#include "tune/fallback.h"

#include "run/diagnose.h"

namespace quantbench {
namespace {

// Choices that are there stand behind these: the first that matches a layer is its.
Recipe InFloat(const std::vector<std::string>& names, const Recipe& recipe) {
  return std::visit(
      [&](auto kind) {
        if constexpr (requires { kind.layers; }) {
          std::vector<LayerChoice> choices;
          for (const std::string& name : names)
            choices.push_back({.names = name, .in_float = true});
          auto& all = kind.layers.choices;
          all.insert(all.begin(), choices.begin(), choices.end());
        }
        return Recipe(std::move(kind));
      },
      recipe.kind());
}

}  // namespace

std::vector<Recipe> WithLayersInFloat(const Trials& trials, const Recipe& recipe,
                                      const FallbackGoal& goal, const std::string& folder) {
  const Scenario scenario = trials.ScenarioOf({recipe}, ImagePart::kSearch, /*latency=*/false);
  const Diagnosis diagnosis = Diagnose(
      scenario, {.times = false, .limit_pp = goal.limit_pp, .changed_part = goal.changed_part},
      trials.OptionsIn(folder));
  std::vector<Recipe> recipes;
  std::vector<std::string> names;
  for (const std::string& layer : diagnosis.reduction->layers) {
    names.push_back(layer);
    recipes.push_back(InFloat(names, recipe));
  }
  if (!diagnosis.reduction->within && !recipes.empty()) return {recipes.back()};
  return recipes;
}

}  // namespace quantbench
