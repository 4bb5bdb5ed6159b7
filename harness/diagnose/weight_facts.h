// SPDX-License-Identifier: Apache-2.0
// What the weights of a layer tell before an image is seen.
#pragma once

#include "graph/quantized_graph.h"
#include "record/diagnosis.h"

namespace quantbench {

// Of node n; empty for a node without weights.
LayerWeights DescribeWeights(const QuantizedGraph& quantized, size_t n);

// Bytes of its weights, scales and bias as the model has them.
int64_t WeightBytes(const QuantizedGraph& quantized, size_t n);

}  // namespace quantbench
