// SPDX-License-Identifier: Apache-2.0
// Import, calibrate, quantise, export.
#include "pipeline/models.h"

#include <algorithm>
#include <chrono>

#include "backend/abi_model.h"
#include "backend/model_file.h"
#include "model/onnx_export.h"
#include "model/passes.h"
#include "pipeline/model_cache.h"
#include "pipeline/speeds.h"
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

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Activation qparams for each observer that the missing recipes name.
std::map<std::string, std::vector<QParams>> CalibrateAll(const ModelsRequest& models,
                                                         ThreadPool& pool, Results& results) {
  const std::vector<std::string> observers = ObserversOf(models.named.missing);
  if (observers.empty()) return {};
  if (models.calibration == nullptr || models.graph == nullptr)
    throw std::logic_error("static int8 recipes need a graph and calibration images");
  const Scenario& scenario = models.scenario;
  const Normalizer normalize(scenario.preprocess);
  const std::filesystem::path statistics = models.cache / "statistics";
  std::vector<ObserverSpec> specs;
  for (const std::string& observer : observers) {
    specs.push_back(ParseObserverSpec(observer));
    models.use.Hold(
        StatisticsFile(statistics, StatisticsOf(scenario, models.inputs, normalize), specs.back()));
  }
  const CalibrationRequest request{.graph = *models.graph,
                                   .graph_key = models.inputs.graph,
                                   .crops = *models.calibration,
                                   .normalize = normalize,
                                   .batch_size = scenario.calibration.batch_size,
                                   .observers = specs,
                                   .cache = statistics};
  Calibration calibrated;
  const Clock::time_point start = Clock::now();
  {
    Progress progress("calibrate", "images");
    calibrated = Calibrate(request, pool, [&](int64_t done, int64_t total) {
      ThrowIfInterrupted();
      progress.Update(done, total);
    });
  }
  const int64_t images = models.calibration->count();
  if (calibrated.from_cache) {
    Log("calibrate: " + std::to_string(images) + " images (cached)");
  } else {
    const StageTime stage{
        .stage = "calibrate", .items = images, .unit = "images", .seconds = SecondsSince(start)};
    results.stages.push_back(stage);
    RecordedSpeeds::Add(models.cache,
                        CalibrateWork(scenario, models.inputs.graph, observers, pool.threads()),
                        images, stage.seconds);
  }
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

// The missing models into the cache.
void BuildMissing(const ModelsRequest& request, ThreadPool& pool, Results& results) {
  const std::vector<Recipe>& missing = request.named.missing;
  const ModelCache models(request.cache / "models");
  const auto qparams = CalibrateAll(request, pool, results);
  const Clock::time_point start = Clock::now();
  for (const Recipe& recipe : missing) {
    ThrowIfInterrupted();
    const std::string& key = request.named.keys.at(recipe);
    Build(recipe, request.graph, qparams, models.PathsOf(key));
    models.Seal(key);
  }
  const StageTime stage{.stage = "quantize",
                        .items = static_cast<int64_t>(missing.size()),
                        .unit = "models",
                        .seconds = SecondsSince(start)};
  results.stages.push_back(stage);
  RecordedSpeeds::Add(request.cache, QuantizeWork(request.inputs.graph, pool.threads()),
                      stage.items, stage.seconds);
}

// Copies unless the same bytes are there already.
void CopyWhereItDiffers(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code ignored;
  const std::string bytes = ReadTextFile(from);
  if (std::filesystem::is_regular_file(to, ignored) && ReadTextFile(to) == bytes) return;
  WriteFileAtomically(to, bytes);
}

}  // namespace

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

std::shared_ptr<const Graph> LoadGraph(const Scenario& scenario) {
  std::string recognized;
  Graph graph = ImportModel(scenario.model, &recognized);
  if (!recognized.empty()) Log("model: " + recognized);
  PrepareForInference(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

std::shared_ptr<const Graph> LoadGraphFor(const std::vector<Recipe>& recipes,
                                          const Scenario& scenario) {
  std::shared_ptr<const Graph> graph = LoadGraph(scenario);
  for (const Recipe& recipe : recipes) CheckRecipe(recipe, *graph, scenario.model.file);
  return graph;
}

NamedModels FindModels(const Scenario& scenario, const InputKeys& inputs,
                       const std::vector<Recipe>& recipes, const std::filesystem::path& cache,
                       CacheUse* use) {
  const ModelCache models(cache / "models");
  NamedModels named;
  for (const Recipe& recipe : recipes) {
    const std::string& key = named.keys[recipe] = ModelKey(scenario, inputs, recipe);
    if (use != nullptr) use->Hold(models.PathsOf(key).flat);
    std::string problem;
    if (const auto cached = models.Find(key, problem)) {
      LogDetail("model " + recipe.Name() + " from " + cached->onnx.string());
      continue;
    }
    if (!problem.empty()) Warn("models: " + recipe.Name() + " is made anew: " + problem);
    named.missing.push_back(recipe);
  }
  return named;
}

std::map<Recipe, BuiltModel> BuildModels(const ModelsRequest& request, ThreadPool& pool,
                                         Results& results) {
  const size_t all = request.named.keys.size(), missing = request.named.missing.size();
  if (missing > 0) BuildMissing(request, pool, results);
  const ModelCache models(request.cache / "models");
  std::map<Recipe, BuiltModel> built;
  for (const auto& [recipe, key] : request.named.keys) {
    const CachedModel cached = models.PathsOf(key);
    const std::filesystem::path file = request.folder / (recipe.Name() + ".onnx");
    CopyWhereItDiffers(cached.onnx, file);
    built.emplace(recipe,
                  BuiltModel{.flat = cached.flat,
                             .hash = HashFile(cached.flat),
                             .file = file,
                             .bytes = static_cast<int64_t>(std::filesystem::file_size(file))});
  }
  if (missing < all)
    Log("models: " + std::to_string(all - missing) + " of " + std::to_string(all) + " cached");
  return built;
}

}  // namespace quantbench
