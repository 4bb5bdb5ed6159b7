// SPDX-License-Identifier: Apache-2.0
// The order of a run: everything that can be wrong first, then accuracy, then latency.
#include "pipeline/run.h"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "evaluate/accuracy.h"
#include "latency/machine.h"
#include "latency/schedule.h"
#include "pipeline/backends.h"
#include "pipeline/images.h"
#include "pipeline/latency_row.h"
#include "pipeline/models.h"
#include "pipeline/predictions_file.h"
#include "report/cpu.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/progress.h"

namespace quantbench {
namespace {

constexpr char kStatisticsFolder[] = "statistics";

bool NeedCalibration(const std::vector<Recipe>& recipes) {
  return std::any_of(recipes.begin(), recipes.end(),
                     [](const Recipe& recipe) { return recipe.NeedsCalibration(); });
}

// Images that are evaluated at once. Only dynamic qparams depend on the other images of a batch.
int EvaluationBatch(const CaseKey& key) { return RecipeOf(key).IsDynamic() ? key.batch_size : 1; }

class Run {
 public:
  Run(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario),
        options_(options),
        pool_(options.jobs),
        plugins_(FindPlugins(PluginFolders(options.plugin_folders))),
        cases_(SelectCases(scenario, plugins_, options.filter)),
        backends_(ChooseBackends(scenario, cases_, plugins_)),
        normalize_(scenario.preprocess) {
    results_.environment = DescribeEnvironment();
    const std::string& emulator = results_.environment.emulator;
    if (!emulator.empty()) results_.warnings.push_back(EmulationNote(emulator));
  }

  Results Execute() {
    Prepare();
    for (const Case& one : cases_) results_.rows.push_back(NewRow(one));
    EvaluateAll();
    MeasureAll();
    return std::move(results_);
  }

 private:
  void Prepare() {
    const std::vector<Recipe> recipes = RecipesToBuild();
    const std::shared_ptr<const Graph> graph = LoadGraph(scenario_);
    if (NeedCalibration(recipes)) {
      calibration_ = LoadCalibrationCrops(scenario_, options_.cache, pool_, results_.warnings);
    }
    if (scenario_.evaluation.enabled) {
      evaluation_ = LoadEvaluationCrops(scenario_, options_.cache, pool_, results_.warnings);
    }
    for (const std::string& warning : results_.warnings) Warn(warning);
    models_ = BuildModels(scenario_, graph, recipes, calibration_ ? &*calibration_ : nullptr,
                          options_.cache / kStatisticsFolder, pool_, options_.out / "models");
    results_.inputs = {.scenario = scenario_.text_hash,
                       .model = HashFile(scenario_.model.file),
                       .calibration_images = calibration_ ? calibration_->hash() : "",
                       .evaluation_images = evaluation_ ? evaluation_->hash() : ""};
  }

  // What the cases need, and the float model wherever `expect` asks about it.
  std::vector<Recipe> RecipesToBuild() const {
    std::vector<Recipe> recipes = RecipesOf(cases_);
    if (scenario_.expect && !recipes.front().IsFloat()) recipes.insert(recipes.begin(), kFloat);
    return recipes;
  }

  Row NewRow(const Case& one) const {
    const ChosenBackend& chosen = backends_.at(one.key.backend);
    Row row{.scenario = scenario_.name, .case_id = one.id};
    row.model = ModelName(scenario_.model);
    row.backend = one.key.backend;
    row.backend_version = chosen.backend.version();
    row.isa = chosen.isa;
    row.precision = one.key.precision;
    row.quantization = one.key.quantization;
    row.qconfig = one.key.qconfig;
    row.observer = one.key.observer;
    row.granularity = one.key.granularity;
    row.batch_size = one.key.batch_size;
    row.threads = one.key.threads;
    row.model_bytes = models_.at(RecipeOf(one.key)).bytes;
    return row;
  }

  Executable PrepareExecutable(const std::string& backend, const Recipe& recipe) const {
    const ChosenBackend& chosen = backends_.at(backend);
    return chosen.backend.Prepare(*models_.at(recipe).abi, chosen.isa);
  }

  // Accuracy once a backend, recipe and, where it matters, batch size, float first, joined to every
  // row of them.
  void EvaluateAll() {
    if (!scenario_.evaluation.enabled) return;
    std::vector<std::string> names;
    for (const Case& one : cases_) {
      if (std::find(names.begin(), names.end(), one.key.backend) == names.end()) {
        names.push_back(one.key.backend);
      }
    }
    if (scenario_.expect) CheckExpectation(names.front());
    for (const Recipe& recipe : RecipesOf(cases_)) {
      for (const std::string& backend : names) {
        std::map<int, std::vector<Row*>> by_batch;
        for (size_t i = 0; i < cases_.size(); ++i) {
          const CaseKey& key = cases_[i].key;
          if (key.backend == backend && RecipeOf(key) == recipe)
            by_batch[EvaluationBatch(key)].push_back(&results_.rows[i]);
        }
        for (const auto& [batch_size, rows] : by_batch)
          EvaluateRows(backend, recipe, batch_size, rows);
      }
    }
  }

  void EvaluateRows(const std::string& backend, const Recipe& recipe, int batch_size,
                    const std::vector<Row*>& rows) {
    try {
      const Predictions predictions = EvaluateOnce(backend, recipe, batch_size);
      for (Row* row : rows) {
        SetAccuracy(predictions, *row);
        row->predictions_file =
            PredictionsFile(EvaluationName(backend, recipe, batch_size)).generic_string();
      }
    } catch (const Error& error) {
      for (Row* row : rows) SetFailure(error, *row);
    }
    Save();
  }

  // Dynamic quantisation looks at a batch, so that its outputs depend on the batch size.
  static std::string EvaluationName(const std::string& backend, const Recipe& recipe,
                                    int batch_size) {
    return backend + "-" + recipe.Name() +
           (recipe.IsDynamic() ? "-b" + std::to_string(batch_size) : "");
  }

  static std::filesystem::path PredictionsFile(const std::string& evaluation) {
    return std::filesystem::path("predictions") / (evaluation + ".csv");
  }

  Predictions EvaluateOnce(const std::string& backend, const Recipe& recipe, int batch_size) {
    const std::string name = EvaluationName(backend, recipe, batch_size);
    if (const auto known = predictions_.find(name); known != predictions_.end())
      return known->second;
    const Executable executable = PrepareExecutable(backend, recipe);
    Progress progress("evaluate " + name, "images");
    Predictions predictions =
        Evaluate(executable, *evaluation_, normalize_, batch_size, pool_,
                 [&](int64_t done, int64_t total) { progress.Update(done, total); });
    WritePredictions(predictions, *evaluation_, options_.out / PredictionsFile(name));
    return predictions_.emplace(name, std::move(predictions)).first->second;
  }

  // The self-test: a float network that misses its known accuracy makes every other figure
  // meaningless.
  void CheckExpectation(const std::string& backend) {
    const Predictions predictions = EvaluateOnce(backend, kFloat, 1);
    const double top1 = 100.0 * static_cast<double>(predictions.top1_correct) /
                        static_cast<double>(predictions.images());
    const ExpectSpec& expect = *scenario_.expect;
    if (std::abs(top1 - expect.fp32_top1_percent) <= expect.within) return;
    const auto percent = [](double value) { return ToString(Cell(Decimal{value, 2})) + "%"; };
    throw Error(
        "expect: fp32 Top-1 on '" + backend + "' is " + percent(top1) + " of " +
        std::to_string(predictions.images()) + " images, the scenario expects " +
        percent(expect.fp32_top1_percent) + " within " + percent(expect.within) +
        ". The usual causes, in this order:\n"
        "  - preprocess: mean and std, resize and crop, resize_method differ from training\n"
        "  - label order: the synsets file doesn't belong to the checkpoint\n"
        "  - padding: 'same' for TensorFlow's networks, 'symmetric' for torchvision's\n"
        "  - activation: relu6 or relu\n"
        "  - another subset of images than the one that the expected figure was made with");
  }

  // Latency of every case that is still good: rounds of one repetition a case, in an order drawn
  // anew for each round.
  void MeasureAll() {
    if (!scenario_.latency.enabled) return;
    for (const std::string& hazard : TimingHazards()) AddWarning(hazard);
    const MachineWatch watch;
    const auto rounds = InterleavedRounds(cases_.size(), scenario_.latency.repetitions, kOrderSeed);
    int64_t done = 0;
    Progress progress("latency", "repetitions");
    for (const std::vector<size_t>& round : rounds) {
      for (const size_t i : round) {
        if (results_.rows[i].status == Status::kOk) AddRepetition(cases_[i].key, results_.rows[i]);
        progress.Update(++done, static_cast<int64_t>(rounds.size() * cases_.size()));
      }
      Save();
    }
    for (const std::string& disturbance : watch.Disturbances()) AddWarning(disturbance);
    for (Row& row : results_.rows) DescribeLatency(results_.environment.emulator, row);
    Save();
  }

  void AddWarning(const std::string& text) {
    Warn(text);
    results_.warnings.push_back(text);
  }

  // Prepares the model afresh, so that no repetition shares its memory layout with the one before.
  void AddRepetition(const CaseKey& key, Row& row) {
    try {
      std::optional<PinnedThreads> pinned;
      if (scenario_.latency.pin) pinned.emplace(key.threads);
      const Executable executable = PrepareExecutable(key.backend, RecipeOf(key));
      const std::vector<float> input = LatencyInput(executable, key.batch_size);
      const ThreadPool pool(key.threads);
      AddRepetitionToRow(
          MeasureRepetition(
              executable, key.batch_size, input,
              {.warmup_seconds = scenario_.latency.warmup_seconds,
               .min_seconds = scenario_.latency.min_seconds,
               .iterations = row.repetitions.empty() ? 0 : row.repetitions.front().samples},
              pool),
          row);
    } catch (const Error& error) {
      SetFailure(error, row);
    }
  }

  // Real images where there are any; else a mid-grey batch, since no kernel here depends on values.
  std::vector<float> LatencyInput(const Executable& executable, int batch_size) const {
    if (evaluation_) return BatchOf(*evaluation_, normalize_, batch_size);
    if (calibration_) return BatchOf(*calibration_, normalize_, batch_size);
    return std::vector<float>(static_cast<size_t>(executable.input_elements() * batch_size), 0.0f);
  }

  static void SetAccuracy(const Predictions& predictions, Row& row) {
    const auto images = static_cast<double>(predictions.images());
    row.images = predictions.images();
    row.outputs_hash = predictions.outputs_hash;
    row.top1_correct = predictions.top1_correct;
    row.top5_correct = predictions.top5_correct;
    row.top1_percent = 100.0 * static_cast<double>(predictions.top1_correct) / images;
    row.top5_percent = 100.0 * static_cast<double>(predictions.top5_correct) / images;
  }

  static void SetFailure(const Error& error, Row& row) {
    const bool unsupported = dynamic_cast<const Unsupported*>(&error) != nullptr;
    row.status = unsupported ? Status::kUnsupported : Status::kFailed;
    row.detail = error.what();
  }

  void Save() {
    JoinWithFp32(results_.rows);
    WriteFileAtomically(options_.out / "results.csv",
                        [&](std::ostream& stream) { WriteCsv(results_.rows, stream); });
    WriteFileAtomically(options_.out / "results.json",
                        [&](std::ostream& stream) { WriteJson(results_, stream); });
  }

  static constexpr uint64_t kOrderSeed = 20250101;  // of the order of the cases in each round
  static inline const Recipe kFloat{
      .precision = "fp32", .quantization = "none", .observer = "", .granularity = ""};

  const Scenario& scenario_;
  const RunOptions& options_;
  ThreadPool pool_;
  std::vector<FoundPlugin> plugins_;
  std::vector<Case> cases_;
  std::map<std::string, ChosenBackend> backends_;
  Normalizer normalize_;
  std::optional<Crops> calibration_, evaluation_;
  std::map<Recipe, BuiltModel> models_;
  std::map<std::string, Predictions> predictions_;  // by the name of their file
  Results results_;
};

}  // namespace

std::vector<Case> SelectCases(const Scenario& scenario, const std::vector<FoundPlugin>& found,
                              const CaseFilter& filter) {
  return Filtered(ExpandMatrix(WithBackends(scenario, found)), filter);
}

Results RunScenario(const Scenario& scenario, const RunOptions& options) {
  return Run(scenario, options).Execute();
}

std::vector<ModelFile> QuantizeScenario(const Scenario& scenario, const RunOptions& options) {
  const std::vector<FoundPlugin> plugins = FindPlugins(PluginFolders(options.plugin_folders));
  const std::vector<Recipe> recipes = RecipesOf(SelectCases(scenario, plugins, options.filter));
  ThreadPool pool(options.jobs);
  std::vector<std::string> warnings;
  const std::shared_ptr<const Graph> graph = LoadGraph(scenario);
  std::optional<Crops> calibration;
  if (NeedCalibration(recipes)) {
    calibration = LoadCalibrationCrops(scenario, options.cache, pool, warnings);
  }
  for (const std::string& warning : warnings) Warn(warning);
  const auto models = BuildModels(scenario, graph, recipes, calibration ? &*calibration : nullptr,
                                  options.cache / kStatisticsFolder, pool, options.out);
  std::vector<ModelFile> files;
  for (const Recipe& recipe : recipes) {
    const BuiltModel& model = models.at(recipe);
    files.push_back({.path = model.file, .bytes = model.bytes});
  }
  return files;
}

}  // namespace quantbench
