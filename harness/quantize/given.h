// SPDX-License-Identifier: Apache-2.0
// Models that were quantised elsewhere, taken as they are.
#pragma once

#include <memory>
#include <string>

#include "graph/quantized_graph.h"

namespace quantbench {

// Whether the file that the graph was imported from says qparams of activations, or that layers
// find them at run time.
bool IsGivenQuantized(const Graph& graph);

// Activation qparams, weights and biases as the file has them (Value::given, Weighted::given). What
// moves data without changing them shares its input's qparams, or takes its output's where the file
// has those alone. Biases that the file keeps in float become int32 at input scale * weight scale.
// What the file leaves in float, or what no integer kernel computes (weights beyond int8, biases
// that leave sums no room), is float. Throws Error where nothing is quantised at all.
QuantizedGraph QuantizeAsGiven(std::shared_ptr<const Graph> graph, std::string recipe);

}  // namespace quantbench
