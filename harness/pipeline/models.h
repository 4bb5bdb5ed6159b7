// SPDX-License-Identifier: Apache-2.0
// The models of a run: the float network and every quantised one, ready for backends, each with its
// file.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataset/crops.h"
#include "model/quantized_graph.h"
#include "pipeline/cache_use.h"
#include "pipeline/keys.h"
#include "pipeline/recipe.h"
#include "record/results.h"
#include "scenario/scenario.h"

namespace quantbench {

struct BuiltModel {
  std::filesystem::path flat;  // of FlattenModel, in the cache: what workers map
  std::string hash;            // of the flat file
  std::filesystem::path file;  // the ONNX file
  int64_t bytes = 0;           // of that file
};

// Imports and prepares the network of a scenario for inference.
std::shared_ptr<const Graph> LoadGraph(const Scenario& scenario);
// The same for these recipes. Throws Error where the file is no model for one of them.
std::shared_ptr<const Graph> LoadGraphFor(const std::vector<Recipe>& recipes,
                                          const Scenario& scenario);

// The observers that the recipes name, without duplicates.
std::vector<std::string> ObserversOf(const std::vector<Recipe>& recipes);

// Models before any is loaded.
struct NamedModels {
  std::map<Recipe, std::string> keys;  // ModelKey
  std::vector<Recipe> missing;         // from the cache, or damaged there, which is warned of
};
// `use` holds each before it is looked for; null only looks.
NamedModels FindModels(const Scenario& scenario, const InputKeys& inputs,
                       const std::vector<Recipe>& recipes, const std::filesystem::path& cache,
                       CacheUse* use);

struct ModelsRequest {
  const Scenario& scenario;
  const InputKeys& inputs;
  const NamedModels& named;
  std::shared_ptr<const Graph> graph;  // may be null where no model is missing
  const Crops* calibration;            // null where no missing model is calibrated
  std::filesystem::path cache;         // models/ and statistics/ in it
  std::filesystem::path folder;        // <recipe>.onnx for each model
  CacheUse& use;
};

// One model a recipe. Those that are missing are built and left in the cache; one calibration pass
// serves all observers. The time of both is added to the results.
std::map<Recipe, BuiltModel> BuildModels(const ModelsRequest& request, ThreadPool& pool,
                                         Results& results);

}  // namespace quantbench
