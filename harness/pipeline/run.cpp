// SPDX-License-Identifier: Apache-2.0
// The order of a run: everything that can be wrong first, then accuracy, then latency.
#include "pipeline/run.h"

#include <algorithm>
#include <cstdio>

#include "pipeline/evaluation_stage.h"
#include "pipeline/inputs.h"
#include "pipeline/latency_stage.h"
#include "pipeline/run_state.h"
#include "report/cpu.h"
#include "report/environment.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/interrupt.h"
#include "support/lock_file.h"
#include "support/progress.h"

namespace quantbench {
namespace {

Isolation IsolationOf(const Scenario& scenario, const RunOptions& options) {
  return {.enabled = options.isolate,
          .timeout_seconds = scenario.timeout_seconds,
          .memory_limit_mib = scenario.memory_limit_mib};
}

void FindBackendsAndCases(RunState& run) {
  const ProbeFunction probe = [&](const auto& libraries) { return run.runner->Probe(libraries); };
  const std::vector<FoundPlugin> found =
      FindPlugins(PluginFolders(run.options.plugin_folders), probe);
  run.cases = SelectCases(run.scenario, found, run.options.filter);
  run.backends = ChooseBackends(run.scenario, run.cases, found, probe);
}

// From the least to the most work, so that what is wrong with files and folders shows before any
// image is decoded.
void LoadImagesAndModels(RunState& run) {
  const Scenario& scenario = run.scenario;
  const std::filesystem::path& cache = run.options.cache;
  const std::vector<Recipe> recipes = RecipesToBuild(scenario, run.cases);
  const NamedInputs inputs =
      NameInputs(scenario, recipes, scenario.evaluation.enabled, cache, run.pool, &run.use);
  run.inputs = inputs.keys;
  const NamedModels named = FindModels(scenario, run.inputs, recipes, cache, &run.use);
  std::shared_ptr<const Graph> graph;
  if (!named.missing.empty()) graph = LoadGraphFor(named.missing, scenario);

  const auto load = [&](const NamedCrops& crops) {
    return LoadCrops(crops, cache, run.pool, run.results);
  };
  if (inputs.calibration) run.calibration = load(*inputs.calibration);
  if (inputs.evaluation) run.evaluation = load(*inputs.evaluation);
  for (const std::string& warning : run.results.warnings) Warn(warning);
  run.models = BuildModels({.scenario = scenario,
                            .inputs = run.inputs,
                            .named = named,
                            .graph = std::move(graph),
                            .calibration = run.calibration ? &*run.calibration : nullptr,
                            .cache = cache,
                            .folder = run.options.out / "models",
                            .use = run.use},
                           run.pool, run.results);
  const auto images_hash = [](const std::optional<NamedCrops>& crops) {
    return crops ? crops->name.images_hash : std::string();
  };
  run.results.inputs = {.scenario = scenario.text_hash,
                        .model = HashFile(scenario.model.file),
                        .calibration_images = images_hash(inputs.calibration),
                        .evaluation_images = images_hash(inputs.evaluation)};
}

Row NewRow(const RunState& run, const Case& one) {
  const ChosenBackend& chosen = run.backends.at(one.key.backend);
  Row row{{.scenario = run.scenario.name, .case_id = one.id}};
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

void OpenJournal(RunState& run) {
  run.journal.emplace(run.options.out,
                      IdentityOf(run.scenario, run.cases, run.inputs, run.backends),
                      run.options.restart);
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
               .use = CacheUse(options.cache),
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
  CacheUse use(options.cache);
  Results ignored;
  const NamedInputs inputs =
      NameInputs(scenario, recipes, /*evaluate=*/false, options.cache, pool, &use);
  const NamedModels named = FindModels(scenario, inputs.keys, recipes, options.cache, &use);
  std::shared_ptr<const Graph> graph;
  if (!named.missing.empty()) graph = LoadGraphFor(named.missing, scenario);
  std::optional<Crops> calibration;
  if (inputs.calibration)
    calibration = LoadCrops(*inputs.calibration, options.cache, pool, ignored);
  for (const std::string& warning : ignored.warnings) Warn(warning);
  const auto models = BuildModels({.scenario = scenario,
                                   .inputs = inputs.keys,
                                   .named = named,
                                   .graph = std::move(graph),
                                   .calibration = calibration ? &*calibration : nullptr,
                                   .cache = options.cache,
                                   .folder = options.out,
                                   .use = use},
                                  pool, ignored);
  std::vector<ModelFile> files;
  for (const Recipe& recipe : recipes) {
    const BuiltModel& model = models.at(recipe);
    files.push_back({.path = model.file, .bytes = model.bytes});
  }
  return files;
}

}  // namespace quantbench
