// SPDX-License-Identifier: Apache-2.0
// The models of a run: the float network and every quantised one, ready for backends, each with its
// file.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "backend/abi_model.h"
#include "dataset/crops.h"
#include "model/quantized_graph.h"
#include "pipeline/recipe.h"
#include "scenario/scenario.h"

namespace quantbench {

struct BuiltModel {
  std::shared_ptr<const Graph> graph;
  std::unique_ptr<QuantizedGraph> quantized;  // empty for the float model
  std::unique_ptr<AbiModel> abi;              // points into the two above
  std::filesystem::path file;                 // the ONNX file
  int64_t bytes = 0;                          // of that file
};

// Imports and prepares the network of a scenario for inference.
std::shared_ptr<const Graph> LoadGraph(const Scenario& scenario);

// Builds one model a recipe and writes each to folder/<recipe>.onnx. `calibration` may be null
// where all recipes are float or dynamic; one pass over it serves all observers, and leaves what it
// saw in the folder `statistics` (empty: nowhere), where a later call finds it.
std::map<Recipe, BuiltModel> BuildModels(const Scenario& scenario,
                                         std::shared_ptr<const Graph> graph,
                                         const std::vector<Recipe>& recipes,
                                         const Crops* calibration,
                                         const std::filesystem::path& statistics, ThreadPool& pool,
                                         const std::filesystem::path& folder);

}  // namespace quantbench
