// SPDX-License-Identifier: Apache-2.0
// Stage: one float pass over the calibration images that feeds every observer at once.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "graph/quantized_graph.h"
#include "quantize/calibrate.h"
#include "stage/crops.h"
#include "stage/float_graph.h"
#include "stage/run_context.h"
#include "stage/stage.h"

namespace quantbench {

class StatisticsStage : public Stage {
 public:
  StatisticsStage(RunContext& context, const Network& network, const CropsStage& crops,
                  FloatGraph& graph)
      : context_(context),
        network_(network),
        crops_(crops),
        graph_(graph),
        normalize_(network.preprocess) {}

  // Models ask for what they need while keys are found: statistics whose models are all cached
  // aren't made.
  void Need(const std::vector<Recipe>& recipes);
  // Of the activations of the network that the recipe starts from, [values]. Call after Make, for
  // what was needed.
  const std::vector<QParams>& QParamsOf(const Recipe& recipe) const {
    return qparams_.at(recipe.GraphTechniques()).at(ActivationSpecOf(*recipe.AsStatic()));
  }

  std::string_view name() const override { return "statistics"; }
  CaseState StateOf(const Case& one) override;
  std::vector<Work> WorkLeft() override;
  void Make() override;

 private:
  using Observers = std::vector<ObserverSpec>;

  StatisticsSource Source(Techniques techniques) const;
  bool IsCached(Techniques techniques, const ObserverSpec& observer) const;
  std::string KindOfWork(Techniques techniques, const Observers& observers) const;
  void Calibrate(Techniques techniques, const Observers& observers);
  void CheckScores(Techniques techniques) const;

  RunContext& context_;
  const Network& network_;
  const CropsStage& crops_;
  FloatGraph& graph_;
  Normalizer normalize_;
  std::map<Techniques, Observers> needed_;  // of each float network
  std::map<Techniques, std::map<ObserverSpec, std::vector<QParams>>> qparams_;
};

}  // namespace quantbench
