// SPDX-License-Identifier: Apache-2.0
// The stages that a network has for itself. Images are shared by those that see them alike.
#pragma once

#include <memory>
#include <vector>

#include "stage/crops.h"
#include "stage/float_graph.h"
#include "stage/layers.h"
#include "stage/models.h"
#include "stage/predictions.h"
#include "stage/statistics.h"

namespace quantbench {

struct NetworkStages {
  NetworkStages(RunContext& context, const Network& of, CropsStage& of_images)
      : network(of),
        crops(of_images),
        graph(of),
        statistics(context, of, of_images, graph),
        models(context, of, of_images, graph, statistics),
        predictions(context, of, of_images, graph, models),
        layers(context, of, of_images, graph, statistics, models) {}
  NetworkStages(const NetworkStages&) = delete;  // they refer to each other
  NetworkStages& operator=(const NetworkStages&) = delete;

  const Network& network;
  CropsStage& crops;
  FloatGraph graph;
  StatisticsStage statistics;
  ModelsStage models;
  PredictionsStage predictions;
  LayersStage layers;  // not among those of a run: who diagnoses makes it, behind the models
};

// Of the networks that the cases of a run have, in the order of the scenario; at least one.
using AllNetworks = std::vector<std::unique_ptr<NetworkStages>>;

NetworkStages& StagesOf(const CaseKey& key, const AllNetworks& all);

}  // namespace quantbench
