// SPDX-License-Identifier: Apache-2.0
// How layers with weights read their inputs, and runs of a model that hand over every value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

#include "backend/abi_model.h"
#include "graph/graph.h"
#include "quantbench/plugin.h"

namespace quantbench {

// How a layer reads its input. A linear layer is a convolution of one pixel.
struct Reading {
  int64_t channels, height, width;  // of the input
  int64_t out_height = 1, out_width = 1;
  int64_t outputs, columns, kernel_height = 1, kernel_width = 1;  // weight [outputs, columns, ...]
  int64_t groups = 1;
  Window window;

  int64_t taps() const { return kernel_height * kernel_width; }
};

Reading ReadingOf(const Graph& graph, const Node& node);

// The layers (nodes with weights) that read each value, [values].
std::vector<std::vector<size_t>> LayersOf(const Graph& graph);

// Calls visit(value, data) for each value of the graph as it is computed; no exception may pass
// through the backend, so it waits.
template <class Visit>
class Taps {
 public:
  Taps(const AbiModel& model, Visit visit) : model_(model), visit_(std::move(visit)) {}

  qb_tap Tap() {
    return {.struct_size = sizeof(qb_tap), .user = this, .node_done = &Taps::NodeDone};
  }
  void Rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static void NodeDone(void* user, int32_t node, const void* values, uint64_t /*bytes*/, int64_t) {
    auto& self = *static_cast<Taps*>(user);
    const ValueId value = self.model_.ValueWrittenBy(node);
    if (value < 0 || self.failure_) return;
    try {
      self.visit_(value, values);
    } catch (...) {
      self.failure_ = std::current_exception();
    }
  }

  const AbiModel& model_;
  Visit visit_;
  std::exception_ptr failure_;
};

}  // namespace quantbench
