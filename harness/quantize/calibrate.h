// SPDX-License-Identifier: Apache-2.0
// One float pass over the calibration images that feeds all observers at once.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dataset/crops.h"
#include "model/graph.h"
#include "model/quantized_graph.h"
#include "support/thread_pool.h"

namespace quantbench {

struct CalibrationRequest {
  const Graph& graph;  // prepared for inference
  const Crops& crops;
  const Normalizer& normalize;
  int batch_size;
  std::span<const std::string> observers;  // names
};

// Qparams of every value of the graph, for each observer in the order of the request. Values that
// flatten or max pool write share their input's. The result doesn't depend on the number of
// threads. Memory: the activations of one batch. Throws Error: no image, NaN or infinity in a
// tensor (named).
std::vector<std::vector<QParams>> Calibrate(const CalibrationRequest& request, ThreadPool& pool,
                                            const ProgressCallback& progress);

}  // namespace quantbench
