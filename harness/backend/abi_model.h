// SPDX-License-Identifier: Apache-2.0
// Float and quantised graphs as the C structs that plugins take.
#pragma once

#include <memory>

#include "graph/graph.h"
#include "graph/quantized_graph.h"
#include "quantbench/plugin.h"

namespace quantbench {

// Owns the structs and refers to the graph's weights, so the graph must outlive it.
class AbiModel {
 public:
  // `graph` must be prepared for inference (no batch norm, shapes inferred).
  explicit AbiModel(const Graph& graph);
  explicit AbiModel(Graph&&) = delete;
  // Quantize and dequantize nodes stand wherever values change sides: around a model of integers
  // alone, one in front and one behind; activations by themselves where they change between eight
  // and 16 bits. Dynamic layers are float outside.
  explicit AbiModel(const QuantizedGraph& quantized);
  explicit AbiModel(QuantizedGraph&&) = delete;
  ~AbiModel();
  AbiModel(AbiModel&&) noexcept;
  AbiModel& operator=(AbiModel&&) noexcept;

  const qb_model& get() const;
  // The ABI's number of the tensor that holds a value of the graph (in integer models: its
  // quantised form).
  int32_t TensorOf(ValueId value) const;
  // The graph's value that an ABI node writes, or -1: for dequantize nodes, and for a float result
  // that the next node quantises.
  ValueId ValueWrittenBy(int32_t node) const;

 private:
  struct Storage;
  class Builder;
  std::unique_ptr<Storage> storage_;
};

}  // namespace quantbench
