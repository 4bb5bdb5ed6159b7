// SPDX-License-Identifier: Apache-2.0
// From the pieces of a run to the layers of a network.
#pragma once

#include <span>

#include "quantbench/plugin.h"
#include "record/diagnosis.h"
#include "record/profile.h"

namespace quantbench {

// What the pieces of a model's runs come to for each layer.
struct TimesOfLayers {
  struct Layer {
    std::optional<double> ms;  // of the block's first layer
    std::string block;         // the name of that layer
  };
  std::vector<Layer> layers;  // [Diagnosis::layers]
  double conversion_ms = 0;   // quantise, dequantise, and moving between layouts
};

// Layers are found by the names of the model's nodes. A node that no piece names belongs to the
// piece that reads its result.
TimesOfLayers AssignTimes(const Profile& profile, const qb_model& model,
                          std::span<const LayerDiagnosis> layers);

}  // namespace quantbench
