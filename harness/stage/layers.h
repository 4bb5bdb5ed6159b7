// SPDX-License-Identifier: Apache-2.0
// Stage: what each layer of a quantised model loses, once for each model and set of images.
#pragma once

#include <string>
#include <vector>

#include "record/diagnosis.h"
#include "stage/crops.h"
#include "stage/models.h"
#include "stage/run_context.h"
#include "stage/stage.h"

namespace quantbench {

extern const Kind kLayers;

class LayersStage : public Stage {
 public:
  LayersStage(RunContext& context, const Network& network, const CropsStage& crops,
              FloatGraph& graph, StatisticsStage& statistics, ModelsStage& models)
      : context_(context),
        network_(network),
        crops_(crops),
        graph_(graph),
        statistics_(statistics),
        models_(models) {}

  // What to look at: a quantised recipe, on so many of the images, spread evenly. Call before Key,
  // which is the last of all stages' Keys.
  void Ask(const Recipe& recipe, int64_t most_images);

  // Call after Make.
  const NetworkErrors& errors() const { return errors_; }
  const QuantizedGraph& quantized() const { return quantized_; }
  const Crops& Images() const;
  std::vector<int64_t> Chosen() const;

  std::string_view name() const override { return "layers"; }
  void Key() override;
  CaseState StateOf(const Case& one) override;
  std::vector<Work> WorkLeft() override;
  void Make() override;

 private:
  std::string KeyNow() const;
  std::string KindOfWork() const;
  NetworkErrors Measure();

  RunContext& context_;
  const Network& network_;
  const CropsStage& crops_;
  FloatGraph& graph_;
  StatisticsStage& statistics_;
  ModelsStage& models_;
  Recipe recipe_;
  int64_t most_images_ = 0;
  NetworkErrors errors_;
  QuantizedGraph quantized_;
};

}  // namespace quantbench
