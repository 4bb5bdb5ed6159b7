// SPDX-License-Identifier: Apache-2.0
// Keys of a whole run.
#include "stage/stages.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "stage/keys.h"
#include "support/hash.h"

namespace quantbench {

NetworkStages& StagesOf(const CaseKey& key, const AllNetworks& all) {
  for (const auto& one : all) {
    if (one->network.id == key.network) return *one;
  }
  throw std::logic_error("no stages of network '" + key.network + "'");
}

StageOfAll::StageOfAll(const AllNetworks& networks, Choose choose)
    : networks_(networks), choose_(choose) {
  for (const auto& one : networks) {
    Stage* const stage = &choose(*one);
    if (std::ranges::find(all_, stage) == all_.end()) all_.push_back(stage);
  }
}

void StageOfAll::Key() {
  for (Stage* const stage : all_) stage->Key();
}
void StageOfAll::Recall(const std::vector<JournalEntry>& entries) {
  for (Stage* const stage : all_) stage->Recall(entries);
}
CaseState StageOfAll::StateOf(const Case& one) {
  return choose_(StagesOf(one.key, networks_)).StateOf(one);
}
std::vector<Work> StageOfAll::WorkLeft() {
  std::vector<Work> left;
  for (Stage* const stage : all_) std::ranges::move(stage->WorkLeft(), std::back_inserter(left));
  return left;
}
void StageOfAll::Check() {
  for (Stage* const stage : all_) stage->Check();
}
void StageOfAll::Make() {
  for (Stage* const stage : all_) stage->Make();
}

namespace {

using OwnedCrops = std::vector<std::unique_ptr<CropsStage>>;

CropsStage& CropsFor(const Network& network, RunContext& context, OwnedCrops& crops) {
  auto found =
      std::ranges::find_if(crops, [&](const auto& one) { return one->Serves(network.preprocess); });
  if (found == crops.end())
    found = crops.insert(crops.end(), std::make_unique<CropsStage>(context, network.preprocess));
  (*found)->Add(network);
  return **found;
}

AllNetworks NetworksOf(RunContext& context, OwnedCrops& crops) {
  AllNetworks networks;
  for (const Network& network : context.scenario.networks) {
    if (CasesOf(network, context.cases).empty()) continue;
    networks.push_back(
        std::make_unique<NetworkStages>(context, network, CropsFor(network, context, crops)));
  }
  return networks;
}

// Of several, with their names.
void AddNetworks(const AllNetworks& networks, RunIdentity& identity, Hasher& settings) {
  for (const auto& one : networks) {
    const Network& network = one->network;
    const std::string of = OfNetwork(network);
    AddTo(settings, network.preprocess);
    identity.emplace("model" + of, one->graph.key());
    identity.emplace("calibration images" + of, CropsStage::KeyOf(one->crops.calibration()));
    identity.emplace("evaluation images" + of, CropsStage::KeyOf(one->crops.evaluation()));
  }
}

}  // namespace

Stages::Stages(RunContext& context)
    : context_(context),
      networks_(NetworksOf(context, crops_)),
      of_crops_(networks_, [](NetworkStages& of) -> Stage& { return of.crops; }),
      of_statistics_(networks_, [](NetworkStages& of) -> Stage& { return of.statistics; }),
      of_models_(networks_, [](NetworkStages& of) -> Stage& { return of.models; }),
      of_predictions_(networks_, [](NetworkStages& of) -> Stage& { return of.predictions; }),
      latency_(context, networks_),
      all_{&of_crops_, &of_statistics_, &of_models_, &of_predictions_, &latency_} {}

void Stages::Key() {
  for (const auto& one : networks_) one->graph.Key();
  for (Stage* const stage : all_) stage->Key();
}

void Stages::MakeModels() {
  for (Stage* const stage : {&of_crops_, &of_statistics_, &of_models_}) stage->Make();
}

void Stages::TakeRange() {
  for (const auto& crops : crops_) crops->TakeRange();
  for (const auto& one : networks_) one->predictions.Forget();
}

void Stages::MakeRange() {
  of_predictions_.Check();
  of_crops_.Make();
  of_predictions_.Make();
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
  RunIdentity identity{
      {"scenario", scenario.text_hash}, {"set of cases", ids.Hex()}, {"quantbench", ThisProgram()}};
  AddNetworks(networks_, identity, settings);
  identity.emplace("settings", settings.Hex());
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
  for (const auto& one : networks_) identity.erase("evaluation images" + OfNetwork(one->network));
  Hasher list;
  for (const ImageEntry& image : crops().ImagesOfRun().images)
    list.Add(image.path).Add(image.label);
  identity.emplace("list of evaluation images", list.Hex());
  return identity;
}

}  // namespace quantbench
