// SPDX-License-Identifier: Apache-2.0
// Import, calibrate, quantise, export.
#include "pipeline/models.h"

#include <algorithm>
#include <chrono>

#include "backend/abi_model.h"
#include "backend/model_file.h"
#include "model/graph_hash.h"
#include "model/onnx_export.h"
#include "model/passes.h"
#include "pipeline/model_cache.h"
#include "quantize/calibrate.h"
#include "quantize/given.h"
#include "quantize/quantize.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/interrupt.h"
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
std::map<std::string, std::vector<QParams>> CalibrateAll(const Scenario& scenario,
                                                         const Graph& graph,
                                                         const std::vector<std::string>& observers,
                                                         const Crops* calibration,
                                                         const std::filesystem::path& statistics,
                                                         ThreadPool& pool, Results& results) {
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
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress("calibrate", "images");
    calibrated = Calibrate(request, pool, [&](int64_t done, int64_t total) {
      ThrowIfInterrupted();
      progress.Update(done, total);
    });
  }
  if (!calibrated.from_cache) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    results.stages.push_back({.stage = "calibrate",
                              .items = calibration->count(),
                              .unit = "images",
                              .seconds = seconds.count()});
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

// `qparams` holds the activations' of each observer; dynamic recipes need none.
QuantizedGraph QuantizeBy(const Recipe& recipe, std::shared_ptr<const Graph> graph,
                          const std::map<std::string, std::vector<QParams>>& qparams) {
  const Granularity granularity =
      recipe.granularity == "per_channel" ? Granularity::kPerChannel : Granularity::kPerTensor;
  if (recipe.IsGiven()) return QuantizeAsGiven(std::move(graph), recipe.Name());
  if (recipe.IsDynamic()) return QuantizeDynamic(std::move(graph), granularity, recipe.Name());
  return Quantize(std::move(graph), qparams.at(recipe.observer), granularity, recipe.Name());
}

// All that decides a model's bytes. The hash of this very program stands for the code of
// quantisation and export: no version number that somebody forgets to raise.
std::string ModelKey(const Scenario& scenario, const std::string& graph_hash, const Recipe& recipe,
                     const Crops* calibration) {
  static const std::string program = HashFile("/proc/self/exe");
  Hasher hasher;
  hasher.Add("model").Add(program).Add(graph_hash).Add(recipe.Name());
  for (const std::string* part :
       {&recipe.precision, &recipe.quantization, &recipe.observer, &recipe.granularity}) {
    hasher.Add(*part);
  }
  if (recipe.NeedsCalibration() && calibration != nullptr) {
    hasher.Add(calibration->hash()).Add(scenario.calibration.batch_size);
    for (const float value : scenario.preprocess.mean) hasher.Add(value);
    for (const float value : scenario.preprocess.std) hasher.Add(value);
  }
  return hasher.Hex();
}

// Writes both files of a cache entry.
void Build(const Recipe& recipe, std::shared_ptr<const Graph> graph,
           const std::map<std::string, std::vector<QParams>>& qparams, const CachedModel& target) {
  if (recipe.IsFloat()) {
    ExportOnnx(*graph, target.onnx);
    WriteFileAtomically(target.flat, FlattenModel(AbiModel(*graph).get()));
    return;
  }
  const QuantizedGraph quantized = QuantizeBy(recipe, std::move(graph), qparams);
  ExportOnnx(quantized, target.onnx);
  WriteFileAtomically(target.flat, FlattenModel(AbiModel(quantized).get()));
}

// Copies unless the same bytes are there already.
void CopyWhereItDiffers(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code ignored;
  const std::string bytes = ReadTextFile(from);
  if (std::filesystem::is_regular_file(to, ignored) && ReadTextFile(to) == bytes) return;
  WriteFileAtomically(to, bytes);
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
                                         const std::filesystem::path& cache, ThreadPool& pool,
                                         const std::filesystem::path& folder, Results& results) {
  const ModelCache models(cache / "models");
  const std::string graph_hash = HashGraph(*graph);
  std::map<Recipe, std::string> keys;
  std::vector<Recipe> missing;
  for (const Recipe& recipe : recipes) {
    CheckRecipe(recipe, *graph, scenario.model.file);
    const std::string& key = keys[recipe] = ModelKey(scenario, graph_hash, recipe, calibration);
    std::string problem;
    if (const auto cached = models.Find(key, problem)) {
      LogDetail("model " + recipe.Name() + " from " + cached->onnx.string());
      continue;
    }
    if (!problem.empty()) Warn("models: " + recipe.Name() + " is made anew: " + problem);
    missing.push_back(recipe);
  }
  const auto qparams = CalibrateAll(scenario, *graph, ObserversOf(missing), calibration,
                                    cache / "statistics", pool, results);
  for (const Recipe& recipe : missing) {
    Build(recipe, graph, qparams, models.PathsOf(keys[recipe]));
    models.Seal(keys[recipe]);
  }
  std::map<Recipe, BuiltModel> built;
  for (const auto& [recipe, key] : keys) {
    const CachedModel cached = models.PathsOf(key);
    const std::filesystem::path file = folder / (recipe.Name() + ".onnx");
    CopyWhereItDiffers(cached.onnx, file);
    built.emplace(recipe,
                  BuiltModel{.flat = cached.flat,
                             .hash = MappedModel(cached.flat).hash(),
                             .file = file,
                             .bytes = static_cast<int64_t>(std::filesystem::file_size(file))});
  }
  if (missing.size() < recipes.size()) {
    Log("models: " + std::to_string(recipes.size() - missing.size()) + " of " +
        std::to_string(recipes.size()) + " cached");
  }
  return built;
}

}  // namespace quantbench
