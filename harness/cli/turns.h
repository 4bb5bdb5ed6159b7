// SPDX-License-Identifier: Apache-2.0
// What `ab` and `compare --confirm` share: two builds that measure in turns.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "ab/ab.h"
#include "cli/commands.h"

namespace quantbench {

// What both builds' `run` is given.
CommonArguments ArgumentsOf(const ScenarioOptions& options);

// How turns of the scenario are timed. Throws Error where it measures throughput.
void ApplyScenario(const Scenario& scenario, TurnSettings& turn);

// How `compare` measures again what it would call worse, or can't tell.
struct ConfirmOptions : ScenarioOptions {
  std::string base_build, new_build;
  double precision_percent = 3, max_seconds = 120;

  void AddTo(Command command);
  bool IsAsked() const { return !base_build.empty(); }
  bool IsDescribed() const { return !file.empty() || !new_build.empty() || !set.empty(); }
  // Of the cases whose latency needs it, by id; some may be missing. Throws Error where the builds
  // or the scenario aren't those of the results.
  std::map<std::string, LatencyFinding> Measure(const Comparison& first,
                                                const CompareOptions& compare) const;
};

}  // namespace quantbench
