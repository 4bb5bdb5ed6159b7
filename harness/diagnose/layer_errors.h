// SPDX-License-Identifier: Apache-2.0
// What each layer of a quantised network loses: a float pass and an integer pass, node by node.
#pragma once

#include <cstdint>
#include <vector>

#include "dataset/crops.h"
#include "graph/quantized_graph.h"
#include "record/diagnosis.h"
#include "support/thread_pool.h"

namespace quantbench {

struct LayerErrorsRequest {
  const QuantizedGraph& quantized;  // with the float graph that it was made from
  const Crops& crops;
  const Normalizer& normalize;
  std::vector<int64_t> images;  // of the crops
};

// All layers at once. An image is one worker's, so nothing depends on threads; sums of float64 are
// taken in the images' order and counts are integers. Memory: the values of one image a worker, and
// a few numbers a channel for 64 images. Every integer node gives the bits of
// plugins/sdk/arithmetic.md, whatever backend is measured. Throws Error: NaN or infinity in a value
// of the float network (named).
NetworkErrors MeasureLayerErrors(const LayerErrorsRequest& request, const ThreadPool& pool,
                                 const ProgressCallback& progress);

}  // namespace quantbench
