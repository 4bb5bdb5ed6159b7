// SPDX-License-Identifier: Apache-2.0
// State dicts to graphs: which architecture the tensors belong to, and its network.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/model_source.h"
#include "model/checkpoint/state_dict.h"

namespace quantbench {

// A network, and what is to be told of how it was read.
struct BuiltNetwork {
  Graph graph;  // shapes are not yet inferred
  std::string architecture;
};

// Builds the network of source.architecture; where that is empty, the one that the tensors fit.
// Throws Error that says what doesn't fit, what fits best, or which architectures can't be told
// apart.
BuiltNetwork BuildNetwork(Weights weights, const ModelSource& source);

}  // namespace quantbench
