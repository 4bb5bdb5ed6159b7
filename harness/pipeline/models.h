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
#include "pipeline/recipe.h"
#include "report/results.h"
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

// One model a recipe, each written to folder/<recipe>.onnx. What `cache`/models holds is taken from
// there, the rest is built and left there. `calibration` may be null where all recipes are float or
// dynamic; one pass over it serves all observers, and leaves what it saw in `cache`/statistics. The
// time of that pass is added to the results.
std::map<Recipe, BuiltModel> BuildModels(const Scenario& scenario,
                                         std::shared_ptr<const Graph> graph,
                                         const std::vector<Recipe>& recipes,
                                         const Crops* calibration,
                                         const std::filesystem::path& cache, ThreadPool& pool,
                                         const std::filesystem::path& folder, Results& results);

}  // namespace quantbench
