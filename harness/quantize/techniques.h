// SPDX-License-Identifier: Apache-2.0
// All techniques by name: those that rewrite the float network, and those of quantised ones.
#pragma once

#include <string>
#include <vector>

#include "dataset/progress_callback.h"
#include "graph/graph.h"
#include "graph/quantized_graph.h"
#include "quantize/layer_walk.h"
#include "recipe/techniques.h"
#include "store/store.h"
#include "support/thread_pool.h"

namespace quantbench {

// What was done, for people: a line for the log of a run, and details.
struct TechniqueReport {
  std::string summary;
  std::vector<std::string> details;
  bool did_nothing = false;  // the network is as it was
};

// Applies those of the float network, in their order. `graph` is prepared for inference.
std::vector<TechniqueReport> ApplyTechniques(Techniques techniques, Graph& graph);

// Applies those of statically quantised networks.
class IntegerTechniques {
 public:
  // All must outlive it. `store`: where what was learnt is found again; null: nowhere.
  IntegerTechniques(const ThreadPool& pool, Store* store) : pool_(pool), store_(store) {}

  // `set`: what the activations were calibrated on. `told` hears of the layers that are done, of
  // one technique after another. Throws Error, and what `told` throws.
  std::vector<TechniqueReport> Apply(Techniques techniques, const CalibrationSet& set,
                                     QuantizedGraph& quantized,
                                     const ProgressCallback& told = {}) const;

 private:
  const ThreadPool& pool_;
  Store* store_;
};

}  // namespace quantbench
