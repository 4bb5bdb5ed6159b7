// SPDX-License-Identifier: Apache-2.0
// What quantisation adds to a layer's outputs on average, taken off its bias.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dataset/crops.h"
#include "graph/quantized_graph.h"

namespace quantbench {

class BiasCorrection {
 public:
  // One float pass over the images that collects the mean outputs of all layers, image by image.
  // `graph` is the one that the models are quantised from.
  BiasCorrection(std::shared_ptr<const Graph> graph, const Crops& crops,
                 const Normalizer& normalize, int batch_size, ThreadPool& pool,
                 const ProgressCallback& progress);

  // Corrects the int32 biases of all layers that run on integers, in the order of execution: each
  // layer sees its input as the corrected layers before it give it. For output channel o
  //   e[o] = E[y'[o]] - E[y[o]]        b'[o] = b[o] - e[o] * max(0, 1 - v[o] / e[o]^2)
  // where y is the float output before its activation, y' the integer one, E the mean over images
  // and pixels, and v the squared standard error of e over the images: what chance explains is left
  // alone (James and Stein's positive-part estimate), as few images would do more harm than good.
  // (Source of the sequential correction: arXiv 1906.04721, section 4.2, empirical.) Integers are
  // exact and sums have a fixed order: threads and ISA change nothing. Gives the images that were
  // used: as many as fit `most_bytes` of memory with their activations, at least one. Throws Error
  // where a corrected layer's sums could leave int32.
  int64_t Apply(QuantizedGraph& quantized, ThreadPool& pool, const ProgressCallback& progress,
                int64_t most_bytes = kMostBytes) const;

  static constexpr int64_t kMostBytes = int64_t{1} << 30;

 private:
  std::shared_ptr<const Graph> graph_;
  const Crops& crops_;
  const Normalizer& normalize_;
  std::vector<std::vector<double>> expected_;  // [nodes][images * outputs], of layers
};

}  // namespace quantbench
