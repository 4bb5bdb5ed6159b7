// SPDX-License-Identifier: Apache-2.0
// The stages of the flow, tied together in their order.
#pragma once

#include <array>

#include "stage/crops.h"
#include "stage/float_graph.h"
#include "stage/latency.h"
#include "stage/layers.h"
#include "stage/models.h"
#include "stage/predictions.h"
#include "stage/statistics.h"

namespace quantbench {

class Stages {
 public:
  explicit Stages(RunContext& context) : context_(context), graph_(context.scenario) {}
  Stages(const Stages&) = delete;  // they refer to each other
  Stages& operator=(const Stages&) = delete;

  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

  // Stage::Key of all. Throws Error.
  void Key();
  // The range of images that the run has now, in place of that before: make crops and predictions
  // again. Call after Key.
  void TakeRange();
  // All that results depend on. Names are for people, who read which of them differs. Call after
  // Key.
  RunIdentity Identity() const;
  // What of that the parts of a run have in common.
  RunIdentity IdentityOfParts() const;

  ModelsStage& models() { return models_; }
  const CropsStage& crops() const { return crops_; }
  CropsStage& crops() { return crops_; }
  PredictionsStage& predictions() { return predictions_; }
  // Not among those of a run: who diagnoses makes it, behind the models.
  LayersStage& layers() { return layers_; }
  const PredictionsStage& predictions() const { return predictions_; }

 private:
  RunContext& context_;
  FloatGraph graph_;
  CropsStage crops_{context_};
  StatisticsStage statistics_{context_, crops_, graph_};
  ModelsStage models_{context_, crops_, graph_, statistics_};
  PredictionsStage predictions_{context_, crops_, graph_, models_};
  LatencyStage latency_{context_, crops_, graph_, models_};
  LayersStage layers_{context_, crops_, graph_, statistics_, models_};
  std::array<Stage*, 5> all_{&crops_, &statistics_, &models_, &predictions_, &latency_};
};

}  // namespace quantbench
