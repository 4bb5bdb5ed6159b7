// SPDX-License-Identifier: Apache-2.0
// How a model's numbers are represented: the part of a case that decides its accuracy, backend
// aside.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "scenario/matrix.h"

namespace quantbench {

struct Recipe {
  std::string precision, quantization, observer, granularity;
  auto operator<=>(const Recipe&) const = default;

  bool IsFloat() const { return precision == "fp32"; }
  // Activations get their qparams at run time: no calibration, no observer, and what an image gives
  // depends on its batch.
  bool IsDynamic() const { return quantization == "dynamic"; }
  // The model's file holds its integers and qparams.
  bool IsGiven() const { return quantization == "given"; }
  bool NeedsCalibration() const { return !IsFloat() && !IsDynamic() && !IsGiven(); }
  // "fp32", "int8-static-minmax-per_channel", "int8-dynamic-per_channel" or "int8-given": also the
  // name of the model's file.
  std::string Name() const;
};

inline const Recipe kFloatRecipe{
    .precision = "fp32", .quantization = "none", .observer = "", .granularity = ""};

Recipe RecipeOf(const CaseKey& key);

bool NeedCalibration(const std::vector<Recipe>& recipes);

// What the cases need, and the float model wherever `expect` asks about it.
std::vector<Recipe> RecipesToBuild(const Scenario& scenario, const std::vector<Case>& cases);

// Without duplicates, in the order of the cases, float first: int8 stands on it.
std::vector<Recipe> RecipesOf(const std::vector<Case>& cases);

}  // namespace quantbench
