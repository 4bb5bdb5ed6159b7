// SPDX-License-Identifier: Apache-2.0
// What every way of quantising a network shares.
#pragma once

#include <vector>

#include "graph/quantized_graph.h"

namespace quantbench {

// rne(b / (input_scale * weight_scale)) in float64, clamped to int32; one weight scale, or one for
// each bias.
std::vector<int32_t> QuantizeBias(const std::vector<float>& bias, float input_scale,
                                  const std::vector<float>& weight_scales);

// Whether K * 255 * 128 + |bias| fits 32 bits: then sums are exact in any order.
bool HasExactSums(const FloatTensor& weight, const std::vector<int32_t>& bias);
// Throws Error that names the layer where it doesn't.
void RequireExactSums(const Node& node, const FloatTensor& weight,
                      const std::vector<int32_t>& bias);

// Fills in QuantizedGraph::tables of the nodes that look values up.
void TabulateFunctions(QuantizedGraph& quantized);

}  // namespace quantbench
