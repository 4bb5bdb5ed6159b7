// SPDX-License-Identifier: Apache-2.0
// Keys of a whole run.
#include "stage/stages.h"

#include "stage/keys.h"
#include "support/hash.h"

namespace quantbench {

void Stages::Key() {
  graph_.Key();
  for (Stage* const stage : all_) stage->Key();
}

RunIdentity Stages::Identity() const {
  const Scenario& scenario = context_.scenario;
  Hasher ids, settings;
  for (const Case& one : context_.cases) ids.Add(one.id);
  // Environment variables can change these where the scenario's text stays the same.
  const LatencySpec& latency = scenario.latency;
  settings.Add(latency.enabled).Add(latency.warmup_seconds).Add(latency.min_seconds);
  settings.Add(latency.repetitions).Add(latency.pin).Add(scenario.evaluation.enabled);
  settings.Add(StreamsOf(latency, 1).value_or(0));
  AddTo(settings, scenario.preprocess);
  RunIdentity identity{{"scenario", scenario.text_hash},
                       {"set of cases", ids.Hex()},
                       {"model", graph_.key()},
                       {"settings", settings.Hex()},
                       {"calibration images", CropsStage::KeyOf(crops_.calibration())},
                       {"evaluation images", CropsStage::KeyOf(crops_.evaluation())},
                       {"quantbench", ThisProgram()}};
  for (const auto& [name, chosen] : context_.backends)
    identity.emplace("backend " + name, chosen.Hash());
  return identity;
}

}  // namespace quantbench
