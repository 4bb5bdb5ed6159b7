// SPDX-License-Identifier: Apache-2.0
// quantbench ab: two builds measured in one schedule, and a verdict a case.
#include "ab/ab.h"

#include "cli/turns.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {
namespace {

constexpr char kFooter[] =
    "Each turn is one `run` of one case with one repetition, in a process of its own. A case has\n"
    "pairs of turns, base and new in random order, until the interval of their ratio is as tight\n"
    "as --precision asks, or its time is over. docs/ab.md says how the verdict is found.\n"
    "Exit status: as of compare: 0 nothing is worse; 3 a case is worse; 4 a case is missing,\n"
    "unclear or can't be compared; 2 bad usage, scenario or build.\n"
    "Examples:\n"
    "  quantbench ab old/my_plugin.so build/my_plugin.so scenario.yaml --metrics latency\n"
    "  quantbench ab /opt/quantbench-main build/release scenarios/default.yaml --only 'x86*'";

struct AbCommand : ScenarioOptions {
  std::filesystem::path base, changed;
  std::string folder;
  ComparisonOptions comparison;
  double precision_percent = 3, max_seconds = 120;
  TurnSettings turn;
};

int Ab(const AbCommand& options) {
  HandleInterrupts();
  const BuildPair builds = FindBuilds(options.base, options.changed);
  const Scenario scenario = options.Load();
  AbOptions ab{.arguments = ArgumentsOf(options),
               .folder = options.folder.empty()
                             ? std::filesystem::path("results") / (scenario.name + "-ab")
                             : std::filesystem::path(options.folder),
               .turn = options.turn,
               .precision = options.precision_percent / 100,
               .max_seconds = options.max_seconds,
               .compare = options.comparison.Parsed()};
  if (ab.compare.latency) ApplyScenario(scenario, ab.turn);
  try {
    return options.comparison.Show(CompareBuilds(builds, ab));
  } catch (const Interrupt& interrupt) {
    LogError(std::string(interrupt.what()) + "; the pairs that were measured are in '" +
             (ab.folder / "pairs.csv").string() + "'");
    return 128 + interrupt.signal();
  }
}

}  // namespace

void AddAb(Command app, int& exit_code) {
  const auto options = std::make_shared<AbCommand>();
  Command command = app.AddSubcommand(
      "ab", "Measure two builds in turns and compare them: latency on a shared machine");
  command.Footer(kFooter);
  command
      .AddOption("base", options->base,
                 "A plugin (.so), or where a quantbench is installed or built")
      .TypeName("BASE")
      .Required();
  command.AddOption("new", options->changed, "The same kind of thing, to be compared with BASE")
      .TypeName("NEW")
      .Required();
  AddScenarioOptions(command, *options);
  options->comparison.AddTo(command);
  command
      .AddOption("--precision", options->precision_percent,
                 "Measure a case until the interval of its ratio is this tight, to each side")
      .Text("PERCENT (default: 3)")
      .Positive();
  command
      .AddOption("--max-seconds", options->max_seconds,
                 "Measure a case no longer than this, however wide the interval is")
      .Text("S (default: 120)")
      .Positive();
  command.AddOption("--min-seconds", options->turn.min_seconds, "Timed runs of a turn")
      .Text("S (default: 0.1)")
      .Positive();
  command
      .AddOption("--dir", options->folder,
                 "Where both builds' results and pairs.csv are written (default: "
                 "results/<scenario name>-ab)")
      .TypeName("DIR");
  command.OnCall([options, &exit_code] { exit_code = Ab(*options); });
}

}  // namespace quantbench
