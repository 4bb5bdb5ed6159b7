// SPDX-License-Identifier: Apache-2.0
// quantbench diagnose: which layer loses the accuracy, which one takes the time, and what to do.
#include "run/diagnose.h"

#include <iostream>
#include <ostream>

#include "cli/commands.h"
#include "diagnose/verdicts.h"
#include "report/layers_table.h"
#include "support/descriptor.h"
#include "support/files.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {
namespace {

constexpr size_t kWorst = 10;

struct DiagnoseOptions : ScenarioOptions {
  std::string out, backend;
  DiagnosisRequest request;
  CacheLimit cache_limit;
  bool all = false, no_isolation = false, no_times = false;
};

// OUT/layers/BACKEND-RECIPE, of several networks NETWORK-BACKEND-RECIPE, without an extension.
std::filesystem::path FilesOf(const Diagnosis& diagnosis, const std::filesystem::path& out) {
  const std::string network = diagnosis.network.empty() ? "" : diagnosis.network + "-";
  return out / kDiagnosesFolder / (network + diagnosis.backend + "-" + diagnosis.recipe);
}

void WriteFiles(const Diagnosis& diagnosis, const std::filesystem::path& out,
                const std::filesystem::path& cache) {
  const std::string name = FilesOf(diagnosis, out).string();
  CreateFolder(out / kDiagnosesFolder);
  WriteFileAtomically(name + ".csv",
                      [&](std::ostream& stream) { WriteLayersCsv(diagnosis, stream); });
  WriteFileAtomically(name + ".json",
                      [&](std::ostream& stream) { WriteDiagnosisJson(diagnosis, stream); });
  Log("diagnosis: " + name + ".csv, .json");
  std::error_code ignored;
  if (!std::filesystem::exists(out / "results.json", ignored)) return;
  const LoadedResults loaded = LoadResults(out);
  WriteFileAtomically(out / "report.html", ReportPage(loaded, ClassResults(loaded), cache));
  Log("report: " + (out / "report.html").string());
}

int DiagnoseToTheEnd(DiagnoseOptions& options) {
  if (!options.backend.empty()) options.set.push_back("matrix.backend=" + options.backend);
  options.request.times = !options.no_times;
  const Scenario scenario = options.Load();
  const std::filesystem::path out = OutFolder(options.out, scenario);
  try {
    const Diagnosis diagnosis = Diagnose(scenario, options.request,
                                         {.out = out,
                                          .cache = options.CacheFolder(),
                                          .plugin_folders = options.plugin_folders,
                                          .filter = options.filter,
                                          .jobs = options.Jobs(),
                                          .isolate = !options.no_isolation});
    WriteFiles(diagnosis, out, options.CacheFolder());
    std::vector<size_t> order = WorstFirst(diagnosis);
    if (!options.all) order.resize(std::min(order.size(), kWorst));
    WriteLayersTable(diagnosis, order, std::cout, StdoutWantsColor());
    return kGood;
  } catch (const Interrupt& interrupt) {
    LogError(interrupt.what() + std::string(kGoOn));
    return 128 + interrupt.signal();  // as shells have it
  }
}

}  // namespace

void AddDiagnose(Command app, int& exit_code) {
  const auto options = std::make_shared<DiagnoseOptions>();
  Command command = app.AddSubcommand(
      "diagnose", "Show which layer of an int8 case loses the accuracy, which takes the time");
  AddScenarioOptions(command, *options);
  AddOut(command, options->out, "Where layers/*.csv and *.json are written");
  command.AddOption("--backend", options->backend, "Case on this backend, of the scenario or not")
      .TypeName("NAME");
  command
      .AddOption("--images", options->request.images,
                 "Look at this many images, spread evenly over those of the evaluation")
      .Range(1, 1'000'000'000)
      .Text("N=256");
  command.AddFlag("--all", options->all, "Show all layers, not the worst ten");
  command
      .AddOption(
          "--reduce", options->request.limit_pp,
          "Find the fewest layers that, kept in float, bring Top-1 within this many points of "
          "fp32")
      .TypeName("POINTS");
  command.AddFlag("--no-times", options->no_times, "Leave out how long each layer takes");
  options->cache_limit.AddTo(command);
  command.AddFlag("--no-isolation", options->no_isolation,
                  "Run plugins in this process, for a debugger");
  command.OnCall([options, &exit_code] {
    HandleInterrupts();
    const auto begin = std::chrono::system_clock::now();
    exit_code = DiagnoseToTheEnd(*options);
    options->cache_limit.Enforce(options->CacheFolder(), begin);
  });
}

}  // namespace quantbench
