// SPDX-License-Identifier: Apache-2.0
// Float graph and activation qparams to a quantised graph.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "graph/quantized_graph.h"
#include "recipe/values.h"

namespace quantbench {

// Weights to qint8 symmetric with the range of all values (minmax) by AffineQuantize
// (quantize/affine_quantize.h); biases to int32. `activations` has one entry a value. Nodes named
// in `float_layers` stay float (quantize/mixed.h). Throws Error: a weight that isn't finite, a
// layer whose sums could leave int32, or a name that no node has.
QuantizedGraph Quantize(std::shared_ptr<const Graph> graph, std::vector<QParams> activations,
                        Granularity granularity, std::string recipe,
                        const std::set<std::string>& float_layers = {});

// Weights as above, nothing else: activations get their qparams at run time, biases stay float. No
// calibration is needed. Throws Error: a weight or bias that isn't finite, a layer whose sums could
// leave int32, or a name that no node has.
QuantizedGraph QuantizeDynamic(std::shared_ptr<const Graph> graph, Granularity granularity,
                               std::string recipe, const std::set<std::string>& float_layers = {});

}  // namespace quantbench
