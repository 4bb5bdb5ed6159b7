// SPDX-License-Identifier: Apache-2.0
// The order of a run: everything that can be wrong first, then accuracy, then latency.
#include "pipeline/run.h"

#include <algorithm>
#include <cstdio>

#include "pipeline/evaluation_stage.h"
#include "pipeline/images.h"
#include "pipeline/latency_stage.h"
#include "pipeline/run_state.h"
#include "report/cpu.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/interrupt.h"
#include "support/lock_file.h"
#include "support/progress.h"

namespace quantbench {
namespace {

bool NeedCalibration(const std::vector<Recipe>& recipes) {
  return std::any_of(recipes.begin(), recipes.end(),
                     [](const Recipe& recipe) { return recipe.NeedsCalibration(); });
}

Isolation IsolationOf(const Scenario& scenario, const RunOptions& options) {
  return {.enabled = options.isolate,
          .timeout_seconds = scenario.timeout_seconds,
          .memory_limit_mib = scenario.memory_limit_mib};
}

// What the cases need, and the float model wherever `expect` asks about it.
std::vector<Recipe> RecipesToBuild(const RunState& run) {
  std::vector<Recipe> recipes = RecipesOf(run.cases);
  if (run.scenario.expect && !recipes.front().IsFloat())
    recipes.insert(recipes.begin(), kFloatRecipe);
  return recipes;
}

void FindBackendsAndCases(RunState& run) {
  const ProbeFunction probe = [&](const auto& libraries) { return run.runner->Probe(libraries); };
  const std::vector<FoundPlugin> found =
      FindPlugins(PluginFolders(run.options.plugin_folders), probe);
  run.cases = SelectCases(run.scenario, found, run.options.filter);
  run.backends = ChooseBackends(run.scenario, run.cases, found, probe);
}

void LoadImagesAndModels(RunState& run) {
  const Scenario& scenario = run.scenario;
  Results& results = run.results;
  const std::vector<Recipe> recipes = RecipesToBuild(run);
  const std::shared_ptr<const Graph> graph = LoadGraph(scenario);
  if (NeedCalibration(recipes))
    run.calibration = LoadCalibrationCrops(scenario, run.options.cache, run.pool, results);
  if (scenario.evaluation.enabled)
    run.evaluation = LoadEvaluationCrops(scenario, run.options.cache, run.pool, results);
  for (const std::string& warning : results.warnings) Warn(warning);
  run.models = BuildModels(scenario, graph, recipes, run.calibration ? &*run.calibration : nullptr,
                           run.options.cache, run.pool, run.options.out / "models", results);
  results.inputs = {.scenario = scenario.text_hash,
                    .model = HashFile(scenario.model.file),
                    .calibration_images = run.calibration ? run.calibration->hash() : "",
                    .evaluation_images = run.evaluation ? run.evaluation->hash() : ""};
}

Row NewRow(const RunState& run, const Case& one) {
  const ChosenBackend& chosen = run.backends.at(one.key.backend);
  Row row{.scenario = run.scenario.name, .case_id = one.id};
  row.model = ModelName(run.scenario.model);
  row.backend = one.key.backend;
  row.backend_version = chosen.info.version;
  row.isa = chosen.isa;
  row.precision = one.key.precision;
  row.quantization = one.key.quantization;
  row.qconfig = one.key.qconfig;
  row.observer = one.key.observer;
  row.granularity = one.key.granularity;
  row.batch_size = one.key.batch_size;
  row.threads = one.key.threads;
  row.model_bytes = run.models.at(RecipeOf(one.key)).bytes;
  return row;
}

// All that results depend on. Names are for people: they read which of them differs.
RunIdentity IdentityOf(const RunState& run) {
  const InputHashes& inputs = run.results.inputs;
  Hasher cases, models, settings;
  for (const Case& one : run.cases) cases.Add(one.id);
  for (const auto& [recipe, model] : run.models) models.Add(recipe.Name()).Add(model.hash);
  // Environment variables can change these where the scenario's text stays the same.
  const LatencySpec& latency = run.scenario.latency;
  settings.Add(latency.enabled).Add(latency.warmup_seconds).Add(latency.min_seconds);
  settings.Add(latency.repetitions).Add(latency.pin).Add(run.scenario.evaluation.enabled);
  for (const float value : run.scenario.preprocess.mean) settings.Add(value);
  for (const float value : run.scenario.preprocess.std) settings.Add(value);
  RunIdentity identity{{"scenario", inputs.scenario},
                       {"set of cases", cases.Hex()},
                       {"model", models.Hex()},
                       {"settings", settings.Hex()},
                       {"calibration images", inputs.calibration_images},
                       {"evaluation images", inputs.evaluation_images},
                       {"quantbench", HashFile("/proc/self/exe")}};
  for (const auto& [name, chosen] : run.backends)
    identity.emplace("backend " + name, chosen.library_hash + " " + chosen.isa);
  return identity;
}

void OpenJournal(RunState& run) {
  run.journal.emplace(run.options.out, IdentityOf(run), run.options.restart);
  if (!run.journal->begun_anew().empty()) {
    run.AddWarning("the journal of an unfinished run in '" + run.options.out.string() +
                   "' isn't continued, since " + run.journal->begun_anew() +
                   "; it is kept as journal.jsonl.old, its results are replaced");
  }
  if (!run.journal->entries().empty()) {
    Log("going on with an unfinished run: " + std::to_string(run.journal->entries().size()) +
        " lines of journal (--restart begins anew)");
  }
}

// After runs that were killed.
void TidyUp(const RunOptions& options) {
  for (const std::filesystem::path& folder : {options.out, options.cache}) {
    RemoveAbandonedFiles(folder);
    for (const char* const inside : {"models", "predictions", "statistics"})
      RemoveAbandonedFiles(folder / inside);
  }
}

void LogStages(const Results& results) {
  for (const StageTime& stage : results.stages) {
    char rate[64];
    std::snprintf(rate, sizeof(rate), "%.1f %s/s", stage.PerSecond(), stage.unit.c_str());
    Log("stage " + stage.stage + ": " + std::to_string(stage.items) + " " + stage.unit + ", " +
        rate);
  }
}

}  // namespace

std::vector<Case> SelectCases(const Scenario& scenario, const std::vector<FoundPlugin>& found,
                              const CaseFilter& filter) {
  return Filtered(ExpandMatrix(WithBackends(scenario, found)), filter);
}

Results RunScenario(const Scenario& scenario, const RunOptions& options) {
  RunState run{.scenario = scenario,
               .options = options,
               .pool = ThreadPool(options.jobs),
               .runner = MakeRunner(IsolationOf(scenario, options)),
               .results = {.environment = DescribeEnvironment()}};
  const std::string& emulator = run.results.environment.emulator;
  if (!emulator.empty()) run.results.warnings.push_back(EmulationNote(emulator));
  FindBackendsAndCases(run);
  const FolderLock lock(options.out);
  TidyUp(options);
  LoadImagesAndModels(run);
  for (const Case& one : run.cases) run.results.rows.push_back(NewRow(run, one));
  OpenJournal(run);
  try {
    EvaluateAll(run);
    MeasureAll(run);
  } catch (const Interrupt&) {
    run.Save();
    throw;
  }
  run.Save();
  run.journal->Append(FinishedEntry{});
  LogStages(run.results);
  return std::move(run.results);
}

std::vector<ModelFile> QuantizeScenario(const Scenario& scenario, const RunOptions& options) {
  const auto runner = MakeRunner(IsolationOf(scenario, options));
  const std::vector<FoundPlugin> plugins =
      FindPlugins(PluginFolders(options.plugin_folders),
                  [&](const auto& libraries) { return runner->Probe(libraries); });
  const std::vector<Recipe> recipes = RecipesOf(SelectCases(scenario, plugins, options.filter));
  ThreadPool pool(options.jobs);
  Results ignored;
  const std::shared_ptr<const Graph> graph = LoadGraph(scenario);
  std::optional<Crops> calibration;
  if (NeedCalibration(recipes))
    calibration = LoadCalibrationCrops(scenario, options.cache, pool, ignored);
  for (const std::string& warning : ignored.warnings) Warn(warning);
  const auto models = BuildModels(scenario, graph, recipes, calibration ? &*calibration : nullptr,
                                  options.cache, pool, options.out, ignored);
  std::vector<ModelFile> files;
  for (const Recipe& recipe : recipes) {
    const BuiltModel& model = models.at(recipe);
    files.push_back({.path = model.file, .bytes = model.bytes});
  }
  return files;
}

}  // namespace quantbench
