// SPDX-License-Identifier: Apache-2.0
// What lists of cases and recipes have in common.
#include "recipe/case.h"

#include <algorithm>

namespace quantbench {
namespace {

template <typename Value>
void AddOnce(const Value& value, std::vector<Value>& values) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

}  // namespace

CaseKey CaseOf(const Choice& choice) {
  return {.backend = choice.backend,
          .recipe = Recipe(choice),
          .batch_size = choice.batch_size,
          .threads = choice.threads,
          .network = choice.network};
}

std::vector<Recipe> RecipesOf(const std::vector<Case>& cases) {
  std::vector<Recipe> recipes;
  for (const Case& one : cases) AddOnce(one.key.recipe, recipes);
  std::stable_partition(recipes.begin(), recipes.end(),
                        [](const Recipe& recipe) { return recipe.IsFloat(); });
  return recipes;
}

bool NeedCalibration(const std::vector<Recipe>& recipes) {
  return std::any_of(recipes.begin(), recipes.end(),
                     [](const Recipe& recipe) { return recipe.NeedsCalibration(); });
}

ObserverSpec ActivationSpecOf(const StaticRecipe& recipe) {
  ObserverSpec spec = recipe.observer;
  spec.bits = recipe.activation_bits;
  return spec;
}

std::vector<ObserverSpec> ObserversOf(const std::vector<Recipe>& recipes) {
  std::vector<ObserverSpec> observers;
  for (const Recipe& recipe : recipes) {
    if (const StaticRecipe* const made = recipe.AsStatic())
      AddOnce(ActivationSpecOf(*made), observers);
  }
  return observers;
}

}  // namespace quantbench
