// SPDX-License-Identifier: Apache-2.0
// quantbench tune: the fastest or smallest model that keeps a limit, with proof.
#include "tune/tune.h"

#include <iostream>

#include "cli/commands.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/progress.h"
#include "tune/proof.h"
#include "tune/table.h"

namespace quantbench {
namespace {

constexpr char kTuneFooter[] =
    "Recipes are searched on one half of the evaluation images and judged on the other, which\n"
    "the search never sees. docs/tune.md says how. OUT gets tuned.onnx, tuned.yaml (its "
    "scenario),\n"
    "tune.csv and tune.json; started again in the same OUT it goes on, or gives the same answer.\n"
    "Exit status: 0 the drop is below the limit, with the confidence; 3 no model keeps the limit;\n"
    "4 one seems to, but the images are too few to tell; 1 what was tried can't be written; 2 bad\n"
    "usage, scenario, model or data.\n"
    "Examples:\n"
    "  quantbench tune scenarios/default.yaml --backend x86_vnni --max-drop 0.5\n"
    "  quantbench tune my.yaml --only '*per_tensor*' --objective size --images 5000";

struct TuneOptions : ScenarioOptions {
  std::string out, backend;
  int64_t images = 0;
  TuneRequest request;
  CacheLimit cache_limit;
  bool restart = false, no_isolation = false;
};

// Options of the command that stand for values of the scenario.
void AddOverrides(TuneOptions& options) {
  if (!options.backend.empty()) options.set.push_back("matrix.backend=" + options.backend);
  if (options.images == 0) return;
  for (const char* const key : {"images", "per_class", "list"})
    options.set.push_back(std::string("dataset.evaluation.") + key + "=");
  options.set.push_back("dataset.evaluation.random=" + std::to_string(options.images));
}

void CheckRequest(const TuneRequest& request) {
  if (!(request.max_drop_pp > 0 && request.max_drop_pp < 100))
    throw Error("--max-drop: give percentage points between 0 and 100, for instance 1");
  if (!(request.confidence >= 0.5 && request.confidence < 1))
    throw Error("--confidence: give a probability from 0.5 to below 1, for instance 0.95");
}

int ExitCodeOf(const Tuning& tuning) {
  if (tuning.verdict == kProven) return kGood;
  return tuning.verdict == kUndecided ? kNothingMeasured : kRegression;
}

int TuneToTheEnd(TuneOptions& options) {
  CheckRequest(options.request);
  AddOverrides(options);
  const Scenario scenario = options.Load();
  options.request.overrides = options.Overrides();
  const std::filesystem::path out =
      options.out.empty() ? std::filesystem::path("results") / (scenario.name + "-tune")
                          : std::filesystem::path(options.out);
  try {
    const Tuning tuning = Tune(scenario, options.request,
                               {.out = out,
                                .cache = options.CacheFolder(),
                                .plugin_folders = options.plugin_folders,
                                .filter = options.filter,
                                .jobs = options.Jobs(),
                                .isolate = !options.no_isolation,
                                .restart = options.restart});
    WriteTuningTable(tuning, std::cout, StdoutWantsColor());
    if (!tuning.chosen.empty())
      Log("tuned: " + (out / "tuned.onnx").string() + ", " + (out / "tuned.yaml").string());
    return ExitCodeOf(tuning);
  } catch (const Interrupt& interrupt) {
    LogError(interrupt.what() + std::string(kGoOn));
    return 128 + interrupt.signal();  // as shells have it
  } catch (const WriteError& error) {
    LogError(error.what() + std::string(kGoOn));
    return kCaseFailed;
  }
}

}  // namespace

void AddTune(Command app, int& exit_code) {
  const auto options = std::make_shared<TuneOptions>();
  Command command = app.AddSubcommand(
      "tune", "Find the fastest or smallest model inside a limit of lost accuracy, with proof");
  command.Footer(kTuneFooter);
  AddScenarioOptions(command, *options);
  command
      .AddOption("--max-drop", options->request.max_drop_pp,
                 "Top-1 may fall below fp32's by less than this many percentage points")
      .Text("POINTS (default: 1)");
  command
      .AddChoice("--objective", options->request.objective,
                 "What is wanted inside the limit: the fastest model, by its measured latency, or "
                 "the smallest file (default: latency)",
                 {{"latency", Objective::kLatency}, {"size", Objective::kSize}})
      .Text("OBJECTIVE:{latency,size}");
  command.AddOption("--backend", options->backend, "Tune for this backend, of the scenario or not")
      .TypeName("NAME");
  command
      .AddOption("--confidence", options->request.confidence,
                 "How sure the proof has to be that the drop is below the limit")
      .Text("P (default: 0.95)");
  command
      .AddOption("--images", options->images,
                 "Draw this many images of the evaluation's split at random, in place of what the "
                 "scenario "
                 "chooses")
      .Range(2, 1'000'000'000)
      .Text("N");
  command.AddFlag("--all", options->request.all,
                  "Try every recipe, also where a cheaper one of the same speed and size keeps the "
                  "limit");
  command
      .AddOption("--out", options->out,
                 "Where everything is written (default: results/<scenario name>-tune)")
      .TypeName("DIR");
  options->cache_limit.AddTo(command);
  command.AddFlag("--restart", options->restart,
                  "Measure latency anew where an earlier call in DIR did");
  command.AddFlag("--no-isolation", options->no_isolation,
                  "Run plugins in this process, for a debugger");
  command.OnCall([options, &exit_code] {
    HandleInterrupts();
    const auto begin = std::chrono::system_clock::now();
    exit_code = TuneToTheEnd(*options);
    options->cache_limit.Enforce(options->CacheFolder(), begin);
  });
}

}  // namespace quantbench
