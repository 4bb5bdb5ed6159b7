// SPDX-License-Identifier: Apache-2.0
// Layers that stay float inside an integer model, or get activations of 16 bits.
#pragma once

#include <set>
#include <string>

#include "graph/quantized_graph.h"

namespace quantbench {

// Every node of these names stays float, with float weights. A value that only float nodes write
// and read (what is outside of the graph is float as well) loses its qparams, so that nothing is
// rounded between two neighbours; around the rest stand the conversions that RunsOnIntegers
// implies. Throws Error for a name that no node has.
void KeepInFloat(const std::set<std::string>& layers, QuantizedGraph& quantized);

// Every node of these names reads and writes 16 bits where it runs on integers (WidthsOf). Before
// weights are quantised, since biases are in steps of what a layer reads.
void Use16Bits(const std::set<std::string>& layers, QuantizedGraph& quantized);

}  // namespace quantbench
