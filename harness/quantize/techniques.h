// SPDX-License-Identifier: Apache-2.0
// All techniques by name: those that rewrite the float network, and those of quantised ones.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataset/crops.h"
#include "graph/graph.h"
#include "graph/quantized_graph.h"
#include "quantize/bias_correction.h"
#include "recipe/techniques.h"

namespace quantbench {

// What was done, for people: a line for the log of a run, and details.
struct TechniqueReport {
  std::string summary;
  std::vector<std::string> details;
  bool did_nothing = false;  // the network is as it was
};

// Applies those of the float network, in their order. `graph` is prepared for inference.
std::vector<TechniqueReport> ApplyTechniques(Techniques techniques, Graph& graph);

// Applies those of statically quantised networks. Keeps what models that start from one float
// network share.
class IntegerTechniques {
 public:
  // Both must outlive it.
  IntegerTechniques(const Normalizer& normalize, ThreadPool& pool)
      : normalize_(normalize), pool_(pool) {}

  // `images`: what the activations were calibrated on, in batches of `batch_size`. Throws Error.
  std::vector<TechniqueReport> Apply(Techniques techniques, const Crops& images, int batch_size,
                                     QuantizedGraph& quantized);

 private:
  TechniqueReport CorrectBiases(const Crops& images, int batch_size, QuantizedGraph& quantized);

  const Normalizer& normalize_;
  ThreadPool& pool_;
  std::map<std::shared_ptr<const Graph>, std::unique_ptr<BiasCorrection>> corrections_;
};

}  // namespace quantbench
