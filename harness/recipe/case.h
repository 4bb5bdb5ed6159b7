// SPDX-License-Identifier: Apache-2.0
// A case: what is measured as one row of the results.
#pragma once

#include <string>
#include <vector>

#include "recipe/recipe.h"

namespace quantbench {

struct CaseKey {
  std::string backend;
  Recipe recipe;
  int batch_size = 1;
  int threads = 1;
  std::string network{};  // of a scenario with several
};

// What the choice comes to.
CaseKey CaseOf(const Choice& choice);

struct Case {
  std::string id;  // CaseId
  CaseKey key;
};

// Whether a dimension is a part of a case's recipe.
template <typename OneDimension>
constexpr bool IsOfRecipe(const OneDimension&) {
  return !requires(const OneDimension& dimension, const CaseKey& key) { dimension.of(key); };
}

// The value that a case has in a dimension; null where it has none.
template <typename OneDimension>
const typename OneDimension::Value* Find(const OneDimension& dimension, const CaseKey& key) {
  if constexpr (requires { dimension.of(key); }) {
    return &dimension.of(key);
  } else {
    return Find(dimension, key.recipe);
  }
}

// Without duplicates, in the order of the cases, float first: int8 stands on it.
std::vector<Recipe> RecipesOf(const std::vector<Case>& cases);

bool NeedCalibration(const std::vector<Recipe>& recipes);

// The recipe's observer, of its activation_bits.
ObserverSpec ActivationSpecOf(const StaticRecipe& recipe);

// Those of the recipes, without duplicates.
std::vector<ObserverSpec> ObserversOf(const std::vector<Recipe>& recipes);

}  // namespace quantbench
