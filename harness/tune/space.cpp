// SPDX-License-Identifier: Apache-2.0
// Cases to recipes.
#include "tune/space.h"

#include <algorithm>
#include <set>

#include "support/error.h"
#include "support/progress.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

constexpr size_t kTechniques = std::size(kTechniqueNames);

// All of them that rewrite the float network may go together, and with one of the others: each of
// those sets weights and biases right by itself.
std::vector<Techniques> SetsOfTechniques() {
  std::vector<Techniques> sets(1);
  const auto add = [&](bool of_graph) {
    const std::vector<Techniques> before = sets;
    for (size_t i = 0; i < kTechniques; ++i) {
      const auto technique = static_cast<Technique>(i);
      if (IsOfFloatGraph(technique) != of_graph) continue;
      for (Techniques set : of_graph ? std::vector(sets) : before) {
        set.Add(technique);
        sets.push_back(set);
      }
    }
  };
  add(true);
  add(false);
  return sets;
}

Recipe With(Techniques techniques, const Recipe& recipe) {
  return std::visit(
      [&](auto kind) {
        if constexpr (requires { kind.techniques; }) {
          // Without calibration images there is nothing for the others to work on.
          kind.techniques = recipe.IsDynamic() ? techniques.OfFloatGraph() : techniques;
        }
        return Recipe(std::move(kind));
      },
      recipe.kind());
}

void AddOnce(const Recipe& recipe, std::vector<Recipe>& recipes) {
  if (std::ranges::find(recipes, recipe) == recipes.end()) recipes.push_back(recipe);
}

// A model is tuned for one of them; `how` chooses it.
void RequireOne(const Plan& plan, std::string CaseKey::*of, const std::string& what,
                const std::string& how) {
  std::vector<std::string> names;
  for (const PlannedCase& planned : plan.cases) {
    const std::string& name = planned.one.key.*of;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  if (names.size() == 1) return;
  const std::vector<std::string_view> views(names.begin(), names.end());
  throw Error("the scenario has several " + what + "s, and a model is tuned for one: choose it " +
              "with " + how + "; there are " + Join(views));
}

}  // namespace

Space SpaceOf(const Plan& plan) {
  if (!plan.problems.empty()) throw Error(plan.problems.front());
  RequireOne(plan, &CaseKey::network, "network", "--set matrix.network=NAME");
  RequireOne(plan, &CaseKey::backend, "backend", "--backend");
  const auto first = std::ranges::find_if(
      plan.cases, [](const PlannedCase& planned) { return !planned.one.key.recipe.IsFloat(); });
  if (first == plan.cases.end())
    throw Error("there is no int8 case to tune; `quantbench plan` lists the cases");
  const CaseKey& key = first->one.key;
  Space space{.network = key.network,
              .backend = key.backend,
              .isa = first->isa,
              .batch_size = key.batch_size,
              .threads = key.threads,
              .recipes = {}};
  std::set<std::pair<int, int>> runs;
  for (const PlannedCase& planned : plan.cases) {
    const Recipe& recipe = planned.one.key.recipe;
    if (recipe.IsGiven())
      throw Error("the model's file is quantised already; tune starts from a float model");
    runs.emplace(planned.one.key.batch_size, planned.one.key.threads);
    if (!recipe.IsFloat()) AddOnce(recipe, space.recipes);
  }
  if (runs.size() > 1) {
    Log("tune: for batches of " + std::to_string(space.batch_size) + " with " +
        std::to_string(space.threads) + (space.threads == 1 ? " thread" : " threads") +
        "; --only or --set matrix.batch_size=N chooses another case");
  }
  if (space.recipes.size() > 1) return space;
  const Recipe only = space.recipes.front();
  for (const Techniques techniques : SetsOfTechniques())
    AddOnce(With(techniques, only), space.recipes);
  return space;
}

int CostOf(const Recipe& recipe) {
  const StaticRecipe* const values = recipe.AsStatic();
  int cost = 0;
  for (size_t i = 0; values != nullptr && i < kTechniques; ++i) {
    const auto technique = static_cast<Technique>(i);
    if (values->techniques.Has(technique) && !IsOfFloatGraph(technique))
      cost = static_cast<int>(i) + 1;
  }
  return cost;
}

std::string KindOf(const Recipe& recipe, Objective objective) {
  std::string kind;
  if (objective == Objective::kSize) kind = ToString(recipe.GraphTechniques());
  ForEachDimension([&](const auto& dimension) {
    const std::string_view key = dimension.key;
    if (key == "qconfig" || key == "observer" || key == "weight_observer" || key == "techniques")
      return;
    if (const auto* const value = Find(dimension, recipe)) kind += TextOf(*value) + '/';
  });
  return kind;
}

}  // namespace quantbench
