// SPDX-License-Identifier: Apache-2.0
// The stages of the flow, tied together in their order, over all networks of a run.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "stage/latency.h"
#include "stage/network_stages.h"

namespace quantbench {

// The same stage of all networks, as one.
class StageOfAll : public Stage {
 public:
  using Choose = Stage& (*)(NetworkStages& of);
  StageOfAll(const AllNetworks& networks, Choose choose);

  std::string_view name() const override { return all_.front()->name(); }
  void Key() override;
  void Recall(const std::vector<JournalEntry>& entries) override;
  bool IsJournaled() const override { return all_.front()->IsJournaled(); }
  bool NeedsKeys() const override { return all_.front()->NeedsKeys(); }
  CaseState StateOf(const Case& one) override;
  std::vector<Work> WorkLeft() override;
  void Check() override;
  void Make() override;

 private:
  const AllNetworks& networks_;
  Choose choose_;
  std::vector<Stage*> all_;  // each once, though networks may share it
};

class Stages {
 public:
  // Of the networks that the context's cases have, of which there is at least one.
  explicit Stages(RunContext& context);
  Stages(const Stages&) = delete;  // they refer to each other
  Stages& operator=(const Stages&) = delete;

  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

  // Stage::Key of all. Throws Error.
  void Key();
  // All that results depend on. Names are for people, who read which of them differs. Call after
  // Key.
  RunIdentity Identity() const;
  // What of that the parts of a run have in common.
  RunIdentity IdentityOfParts() const;

  // The range of images that the run has now, in place of that before: MakeRange makes its crops
  // and predictions. Call after Key.
  void TakeRange();
  void MakeRange();

  const AllNetworks& networks() const { return networks_; }
  NetworkStages& Of(const CaseKey& key) const { return StagesOf(key, networks_); }
  // Whose list of images and whose range of it are those of all.
  const CropsStage& crops() const { return *crops_.front(); }
  // Makes crops, statistics and models.
  void MakeModels();

 private:
  RunContext& context_;
  std::vector<std::unique_ptr<CropsStage>> crops_;  // one for each way of seeing images
  AllNetworks networks_;
  StageOfAll of_crops_, of_statistics_, of_models_, of_predictions_;
  LatencyStage latency_;
  std::array<Stage*, 5> all_;
};

}  // namespace quantbench
