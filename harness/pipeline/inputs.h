// SPDX-License-Identifier: Apache-2.0
// Images and model of a run, named before anything is decoded or imported.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/cache_use.h"
#include "pipeline/images.h"
#include "pipeline/keys.h"

namespace quantbench {

struct NamedInputs {
  InputKeys keys;
  std::optional<NamedCrops> calibration;  // where a recipe needs it
  std::optional<NamedCrops> evaluation;   // where it was asked for
};

// Finds what is wrong with files and folders. `use` holds the crops; null only looks. Throws Error.
NamedInputs NameInputs(const Scenario& scenario, const std::vector<Recipe>& recipes, bool evaluate,
                       const std::filesystem::path& cache, ThreadPool& pool, CacheUse* use);

}  // namespace quantbench
