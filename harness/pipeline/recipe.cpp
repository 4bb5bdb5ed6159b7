// SPDX-License-Identifier: Apache-2.0
// Recipes of cases.
#include "pipeline/recipe.h"

#include <algorithm>

namespace quantbench {

std::string Recipe::Name() const {
  if (IsFloat()) return precision;
  std::string name = precision;
  for (const std::string* part : {&quantization, &observer, &granularity}) {
    if (!part->empty()) name += "-" + *part;
  }
  return name;
}

Recipe RecipeOf(const CaseKey& key) {
  return {.precision = key.precision,
          .quantization = key.quantization,
          .observer = key.observer,
          .granularity = key.granularity};
}

bool NeedCalibration(const std::vector<Recipe>& recipes) {
  return std::any_of(recipes.begin(), recipes.end(),
                     [](const Recipe& recipe) { return recipe.NeedsCalibration(); });
}

std::vector<Recipe> RecipesToBuild(const Scenario& scenario, const std::vector<Case>& cases) {
  std::vector<Recipe> recipes = RecipesOf(cases);
  if (scenario.expect && !recipes.front().IsFloat()) recipes.insert(recipes.begin(), kFloatRecipe);
  return recipes;
}

std::vector<Recipe> RecipesOf(const std::vector<Case>& cases) {
  std::vector<Recipe> recipes;
  for (const Case& one : cases) {
    const Recipe recipe = RecipeOf(one.key);
    if (std::find(recipes.begin(), recipes.end(), recipe) == recipes.end())
      recipes.push_back(recipe);
  }
  std::stable_partition(recipes.begin(), recipes.end(),
                        [](const Recipe& recipe) { return recipe.IsFloat(); });
  return recipes;
}

}  // namespace quantbench
