// SPDX-License-Identifier: Apache-2.0
// The order of a run: everything that can be wrong first, then what the stages make.
#include "run/run.h"

#include <algorithm>

#include "part/part.h"
#include "run/measured.h"
#include "run/part_of_run.h"
#include "run/seeds.h"
#include "run/start.h"
#include "stage/stages.h"
#include "support/descriptor.h"
#include "support/error.h"
#include "support/files.h"
#include "support/interrupt.h"
#include "support/lock_file.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

void OpenJournal(RunContext& context, const Stages& stages, bool restart) {
  context.journal.emplace(context.out, stages.Identity(), restart);
  const Journal& journal = *context.journal;
  if (!journal.begun_anew().empty()) {
    context.AddWarning("the journal of an unfinished run in '" + context.out.string() +
                       "' isn't continued, since " + journal.begun_anew() +
                       "; it is kept as journal.jsonl.old, its results are replaced");
  }
  if (!journal.damage().empty()) {
    context.AddWarning("journal: " + journal.damage() +
                       "; what it and the lines behind it say is measured again, the old journal "
                       "is kept as journal.jsonl.old");
  }
  if (!journal.entries().empty()) {
    Log("going on with an unfinished run: " + CountText(journal.entries().size(), "line") +
        " of journal (--restart begins anew)");
  }
  for (Stage* const stage : stages) stage->Recall(journal.entries());
}

void LogStages(const Results& results) {
  for (const StageTime& stage : results.stages) {
    Log("stage " + stage.stage + ": " + CountText(stage.items, Singular(stage.unit)) + ", " +
        FixedText(stage.PerSecond(), 1) + "/s");
  }
}

// The journal is opened as late as possible: a run that fails before it has measured anything
// leaves that of another one as it is.
void MakeAll(RunContext& context, Stages& stages, bool restart) {
  for (Stage* const stage : stages) stage->Check();
  for (Stage* const stage : stages) {
    if (stage->IsJournaled() && !context.journal) OpenJournal(context, stages, restart);
    stage->Make();
  }
}

// What another run, or another part, has left in the folder is of no use any more; the own part
// goes on, and is whole again when the run ends.
void RemoveOtherParts(const RunContext& context, const ImageRange& range) {
  namespace fs = std::filesystem;
  const fs::path own = context.part.IsWhole() ? fs::path() : PartFolder(context.out, range);
  std::error_code ignored;
  for (auto entry = fs::directory_iterator(PartsFolder(context.out), ignored);
       entry != fs::directory_iterator(); entry.increment(ignored)) {
    if (entry->path() != own) fs::remove_all(entry->path(), ignored);
  }
  if (!own.empty()) fs::remove(own / kPartFile, ignored);
}

// Of a run that can't go on. What is wrong is told by the error that ended it.
void SaveWhatThereIs(RunContext& context) {
  const bool any = std::ranges::any_of(context.results.rows, [](const Row& row) {
    return row.accuracy || !row.latency.repetitions.empty() || row.status != Status::kOk;
  });
  if (!any) return;
  try {
    context.Save();
  } catch (const WriteError& error) {
    Warn(error.what());
  }
}

// A cache that can't be made is told before there is work to lose.
void MakeCacheFolder(const std::filesystem::path& cache) {
  try {
    CreateFolder(cache);
  } catch (const WriteError& error) {
    throw Error("cache: " + std::string(error.what()) + "; give another folder with --cache DIR");
  }
}

}  // namespace

Results RunScenario(const Scenario& scenario, const RunOptions& options) {
  if (!options.part.IsWhole()) RequireOneSeed(scenario);
  MakeCacheFolder(options.cache);
  RunContext context = ContextOf(scenario, options, Store::Access::kUse);
  if (!options.remark.empty()) context.results.warnings.push_back(options.remark);
  FindCases(context, options);
  BeginResults(context);
  const FolderLock lock(options.out);
  TidyUp(context);
  Stages stages(context);
  stages.Key();
  DescribeMeasured(scenario, options.label, stages, context.results);
  RemoveOtherParts(context, stages.crops().range());
  if (!options.part.IsWhole())
    Log(ToString(options.part) + ": " + ToString(stages.crops().range()) + " of " +
        std::to_string(stages.crops().ImagesOfRun().images.size()));
  try {
    MakeAll(context, stages, options.restart);
    MeasureSeeds(scenario, options, context.results.rows);
  } catch (const Interrupt&) {
    if (context.journal) context.Save();
    throw;
  } catch (const Error&) {
    SaveWhatThereIs(context);
    throw;
  }
  context.Save();
  if (!context.part.IsWhole()) WritePartOf(context, stages);
  if (context.journal && options.finish) context.journal->Append(FinishedEntry{});
  LogStages(context.results);
  context.results.rows = context.RowsAsTheyAre();
  return std::move(context.results);
}

std::vector<ModelFile> QuantizeScenario(const Scenario& scenario, const RunOptions& options) {
  Scenario models_only = scenario;
  models_only.evaluation.enabled = models_only.latency.enabled = false;
  models_only.ForgetExpectations();
  MakeCacheFolder(options.cache);
  RunContext context = ContextOf(models_only, options, Store::Access::kUse);
  std::vector<std::string> unused;  // backends can't be had, and aren't needed
  FindCases(context, options, unused);
  context.models = options.out;
  TidyUp(context);
  Stages stages(context);
  stages.Key();
  MakeAll(context, stages, /*restart=*/false);
  std::vector<ModelFile> files;
  for (const auto& network : stages.networks()) {
    for (const Recipe& recipe : network->models.recipes()) {
      const BuiltModel& model = network->models.Built(recipe);
      files.push_back({.path = model.file, .bytes = model.bytes});
    }
  }
  return files;
}

}  // namespace quantbench
