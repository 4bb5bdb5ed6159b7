// SPDX-License-Identifier: Apache-2.0
// Images and model of a run, named before anything is decoded or imported.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/images.h"
#include "pipeline/keys.h"

namespace quantbench {

struct NamedInputs {
  InputKeys keys;
  std::optional<NamedCrops> calibration;  // where a recipe needs it
  std::optional<NamedCrops> evaluation;   // where it was asked for
};

// Finds what is wrong with files and folders, and holds the crops. Throws Error.
NamedInputs NameInputs(const Scenario& scenario, const std::vector<Recipe>& recipes, bool evaluate,
                       Store& store, ThreadPool& pool);

}  // namespace quantbench
