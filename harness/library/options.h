// SPDX-License-Identifier: Apache-2.0
// What callers of the library say in words, read as a scenario's keys are.
#pragma once

#include <filesystem>
#include <string>

#include "dataset/dataset_spec.h"
#include "graph/model_source.h"
#include "quantbench/quantize.hpp"
#include "recipe/recipe.h"

namespace quantbench {

struct ModelAndImages {
  ModelSource model;
  Preprocess preprocess;
};

// Throws Error, located in the option.
ModelAndImages ReadImportOptions(const std::filesystem::path& model, const ImportOptions& options);

// The one integer model that the text means. Throws Error: mistakes, located; none or several.
Recipe ReadRecipe(const std::string& text);

}  // namespace quantbench
