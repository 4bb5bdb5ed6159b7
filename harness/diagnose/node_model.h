// SPDX-License-Identifier: Apache-2.0
// One node of a network as a model of its own, run by the host's operators.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "backend/abi_model.h"
#include "backend/backend.h"
#include "graph/quantized_graph.h"

namespace quantbench {

// The node alone. Its graph's input is the node's, or, of a node with several, all of them one
// behind another as a vector.
Graph CutOut(const Graph& graph, size_t n);
// With the qparams, integers and table that it has in the whole.
QuantizedGraph CutOut(const QuantizedGraph& quantized, size_t n);

// A small model that is prepared on Backend::BuiltInFloat, with all that it refers to.
class HostModel {
 public:
  explicit HostModel(Graph graph);
  explicit HostModel(QuantizedGraph quantized);
  HostModel(const HostModel&) = delete;  // the model points into the graph
  HostModel& operator=(const HostModel&) = delete;

  // One image on the calling thread; any thread. Throws Error.
  void Run(std::span<const float> input, std::span<float> output) const;

 private:
  QuantizedGraph quantized_;  // of a float model: the graph alone
  AbiModel model_;
  Executable executable_;
};

}  // namespace quantbench
