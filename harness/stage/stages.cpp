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

void Stages::TakeRange() {
  crops_.TakeRange();
  predictions_.Forget();
}

RunIdentity Stages::Identity() const {
  const Scenario& scenario = context_.scenario;
  Hasher ids, settings;
  for (const Case& one : context_.cases) ids.Add(one.id);
  // Environment variables can change these where the scenario's text stays the same.
  const LatencySpec& latency = scenario.latency;
  settings.Add(latency.enabled).Add(latency.warmup_seconds).Add(latency.min_seconds);
  settings.Add(latency.repetitions).Add(latency.pin).Add(scenario.evaluation.enabled);
  settings.Add(latency.precision_percent.value_or(0)).Add(latency.max_seconds);
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
  // As many as this machine has processors for.
  if (context_.Measures())
    identity.emplace("streams", std::to_string(StreamsOf(latency, 1).value_or(0)));
  if (!context_.part.IsWhole()) {
    const PartSpec& part = context_.part;
    identity.emplace("part", ToString(part) + ", latency on " + std::to_string(part.latency_on));
  }
  return identity;
}

RunIdentity Stages::IdentityOfParts() const {
  RunIdentity identity = Identity();
  identity.erase("part");
  identity.erase("streams");
  identity.erase("evaluation images");
  Hasher list;
  for (const ImageEntry& image : crops_.ImagesOfRun().images) list.Add(image.path).Add(image.label);
  identity.emplace("list of evaluation images", list.Hex());
  return identity;
}

}  // namespace quantbench
