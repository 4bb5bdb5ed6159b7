// SPDX-License-Identifier: Apache-2.0
// Import, calibrate, quantise, export.
#include "pipeline/models.h"

#include <algorithm>

#include "model/onnx_export.h"
#include "model/passes.h"
#include "quantize/calibrate.h"
#include "quantize/given.h"
#include "quantize/quantize.h"
#include "support/error.h"
#include "support/progress.h"

namespace quantbench {
namespace {

std::vector<std::string> ObserversOf(const std::vector<Recipe>& recipes) {
  std::vector<std::string> observers;
  for (const Recipe& recipe : recipes) {
    if (!recipe.NeedsCalibration() ||
        std::find(observers.begin(), observers.end(), recipe.observer) != observers.end())
      continue;
    observers.push_back(recipe.observer);
  }
  return observers;
}

// Activation qparams for each observer that the recipes name.
std::map<std::string, std::vector<QParams>> CalibrateAll(
    const Scenario& scenario, const Graph& graph, const std::vector<std::string>& observers,
    const Crops* calibration, const std::filesystem::path& statistics, ThreadPool& pool) {
  if (observers.empty()) return {};
  if (calibration == nullptr) throw std::logic_error("static int8 recipes need calibration images");
  std::vector<ObserverSpec> specs;
  for (const std::string& observer : observers) specs.push_back(ParseObserverSpec(observer));
  const Normalizer normalize(scenario.preprocess);
  const CalibrationRequest request{.graph = graph,
                                   .crops = *calibration,
                                   .normalize = normalize,
                                   .batch_size = scenario.calibration.batch_size,
                                   .observers = specs,
                                   .cache = statistics};
  Calibration calibrated;
  {
    Progress progress("calibrate", "images");
    calibrated = Calibrate(request, pool,
                           [&](int64_t done, int64_t total) { progress.Update(done, total); });
  }
  if (calibrated.from_cache)
    Log("calibrate: " + std::to_string(calibration->count()) + " images (cached)");
  for (const std::string& problem : calibrated.rebuilt)
    Warn("calibrate: cached statistics were made anew: " + problem);
  std::map<std::string, std::vector<QParams>> by_observer;
  for (size_t o = 0; o < observers.size(); ++o)
    by_observer[observers[o]] = std::move(calibrated.qparams[o]);
  return by_observer;
}

// A file that is quantised has lost its float model: clamping, for one, may be left to its
// integers.
void CheckRecipe(const Recipe& recipe, const Graph& graph, const std::filesystem::path& file) {
  if (recipe.IsGiven() || !IsGivenQuantized(graph)) return;
  throw Error("'" + file.string() +
              "' is quantised already (it is in QDQ form), so it can't be run "
              "as " +
              recipe.Name() +
              "; use matrix: {precision: int8, quantization: given}, or the float model's file");
}

BuiltModel BuildFloat(std::shared_ptr<const Graph> graph, const std::filesystem::path& file) {
  ExportOnnx(*graph, file);
  auto abi = std::make_unique<AbiModel>(*graph);
  return {.graph = std::move(graph), .quantized = nullptr, .abi = std::move(abi), .file = file};
}

// `qparams` holds the activations' of each observer; dynamic recipes need none.
QuantizedGraph QuantizeBy(const Recipe& recipe, std::shared_ptr<const Graph> graph,
                          const std::map<std::string, std::vector<QParams>>& qparams) {
  const Granularity granularity =
      recipe.granularity == "per_channel" ? Granularity::kPerChannel : Granularity::kPerTensor;
  if (recipe.IsGiven()) return QuantizeAsGiven(std::move(graph), recipe.Name());
  if (recipe.IsDynamic()) return QuantizeDynamic(std::move(graph), granularity, recipe.Name());
  return Quantize(std::move(graph), qparams.at(recipe.observer), granularity, recipe.Name());
}

BuiltModel BuildQuantized(QuantizedGraph built, const std::filesystem::path& file) {
  auto quantized = std::make_unique<QuantizedGraph>(std::move(built));
  ExportOnnx(*quantized, file);
  auto abi = std::make_unique<AbiModel>(*quantized);
  return {.graph = quantized->graph,
          .quantized = std::move(quantized),
          .abi = std::move(abi),
          .file = file};
}

}  // namespace

std::shared_ptr<const Graph> LoadGraph(const Scenario& scenario) {
  Graph graph = ImportModel(scenario.model);
  PrepareForInference(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

std::map<Recipe, BuiltModel> BuildModels(const Scenario& scenario,
                                         std::shared_ptr<const Graph> graph,
                                         const std::vector<Recipe>& recipes,
                                         const Crops* calibration,
                                         const std::filesystem::path& statistics, ThreadPool& pool,
                                         const std::filesystem::path& folder) {
  const auto qparams =
      CalibrateAll(scenario, *graph, ObserversOf(recipes), calibration, statistics, pool);
  std::map<Recipe, BuiltModel> models;
  for (const Recipe& recipe : recipes) {
    CheckRecipe(recipe, *graph, scenario.model.file);
    const std::filesystem::path file = folder / (recipe.Name() + ".onnx");
    BuiltModel model = recipe.IsFloat() ? BuildFloat(graph, file)
                                        : BuildQuantized(QuantizeBy(recipe, graph, qparams), file);
    model.bytes = static_cast<int64_t>(std::filesystem::file_size(file));
    models.emplace(recipe, std::move(model));
  }
  return models;
}

}  // namespace quantbench
