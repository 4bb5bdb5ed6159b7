// SPDX-License-Identifier: Apache-2.0
// Observers: from what was seen of a tensor to its qparams. docs/observers.md describes each.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "graph/quantized_graph.h"
#include "quantize/statistic.h"
#include "recipe/observer_spec.h"

namespace quantbench {

// What the observer of a spec needs to know of a tensor, and the identity of that as text: specs
// with one StatisticName share their statistic. "range",
// "moving_average_range+averaging_constant=0.01", "histogram+bins=2048".
Statistic MakeStatistic(const ObserverSpec& spec);
std::string StatisticName(const ObserverSpec& spec);

// The part of a tensor's range that the observer keeps. `statistic` is of the kind that
// MakeStatistic gives for `spec`. Throws Error that names the tensor where nothing was observed.
Range ChooseRange(const Statistic& statistic, const ObserverSpec& spec, std::string_view tensor);

// ComputeQParams (quantize/qparams.h) of that range: integers of the spec's dtype.
QParams ComputeQParams(const Statistic& statistic, const ObserverSpec& spec,
                       std::string_view tensor);

// One tensor's observer, per tensor.
class Observer {
 public:
  explicit Observer(const ObserverSpec& spec, std::string tensor = "tensor");
  // Batches in order; a batch without values changes nothing. Throws Error: NaN, infinity, or
  // values further apart than float32 can tell.
  void Observe(std::span<const float> batch);
  // Throws Error where nothing was observed, and as ComputeQParams does.
  QParams ComputeQParams() const;

 private:
  ObserverSpec spec_;
  std::string tensor_;
  Statistic statistic_;
};

}  // namespace quantbench
