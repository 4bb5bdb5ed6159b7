// SPDX-License-Identifier: Apache-2.0
// A float graph together with the integers that replace its weights and the qparams of its
// activations.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace quantbench {

// What replaces a convolution's or linear layer's floats. Formulas: plugins/sdk/arithmetic.md.
struct QuantizedWeights {
  std::vector<int8_t> weight;  // shape of the float weight, zero point 0
  std::vector<float> scales;   // one, or one for each output channel
  // [oc], scale = input scale * weight scale. Empty in a dynamic graph, whose biases stay float.
  std::vector<int32_t> bias;
};

// When activations get their qparams.
enum class QuantizationMode {
  kStatic,  // ahead of time, from calibration: every activation is quint8
  kDynamic  // at run time: activations are float, each convolution and linear layer quantises its
            // input with the range of the batch at hand
};

struct QuantizedGraph {
  std::shared_ptr<const Graph> graph;     // folded and fused, shapes inferred
  std::string recipe;                     // "static/minmax/per_channel"
  std::vector<QParams> activations;       // [values], quint8; empty where dynamic
  std::vector<QuantizedWeights> weights;  // [nodes], empty for nodes without weights
  // [nodes], what a function of one element makes of each of 256 inputs; empty for other nodes.
  // None at all (or a dynamic graph): no such functions.
  std::vector<std::vector<uint8_t>> tables{};
  QuantizationMode mode = QuantizationMode::kStatic;
};

}  // namespace quantbench
