// SPDX-License-Identifier: Apache-2.0
// Observers with one range for each channel: for weights, and for tensors that are looked at.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/quantized_graph.h"
#include "quantize/statistic.h"
#include "recipe/observer_spec.h"

namespace quantbench {

// minmax or moving_average_minmax along any axis. (Source: PyTorch 1.13, PerChannelMinMaxObserver
// and MovingAveragePerChannelMinMaxObserver.)
class PerChannelObserver {
 public:
  // Throws Error for an observer that has no per-channel form.
  PerChannelObserver(const ObserverSpec& spec, int axis, std::string tensor = "tensor");
  // Batches in order, all with the same number of channels. Throws Error: no such axis, another
  // number of channels than before, NaN or infinity (the channel is named).
  void Observe(const FloatTensor& batch);
  // One for each channel, integers of the spec's dtype. Throws Error where nothing was observed.
  std::vector<QParams> ComputeQParams() const;

 private:
  ObserverSpec spec_;
  int axis_;
  std::string tensor_;
  std::vector<Statistic> channels_;
};

}  // namespace quantbench
