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
  StatisticsStage(RunContext& context, const CropsStage& crops, FloatGraph& graph)
      : context_(context), crops_(crops), graph_(graph), normalize_(context.scenario.preprocess) {}

  // Models ask for what they need while keys are found: statistics whose models are all cached
  // aren't made.
  void Need(std::vector<ObserverSpec> observers) { needed_ = std::move(observers); }
  // Of the activations, [values]. Call after Make, for what was needed.
  const std::vector<QParams>& QParamsOf(const ObserverSpec& observer) const {
    return qparams_.at(observer);
  }

  std::string_view name() const override { return "statistics"; }
  CaseState StateOf(const Case& one) override;
  std::vector<Work> WorkLeft() override;
  void Make() override;

 private:
  StatisticsSource Source() const;
  bool IsCached(const ObserverSpec& observer) const;
  std::string KindOfWork() const;

  RunContext& context_;
  const CropsStage& crops_;
  FloatGraph& graph_;
  Normalizer normalize_;
  std::vector<ObserverSpec> needed_;
  std::map<ObserverSpec, std::vector<QParams>> qparams_;
};

}  // namespace quantbench
