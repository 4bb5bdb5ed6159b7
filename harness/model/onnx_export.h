// SPDX-License-Identifier: Apache-2.0
// Writes float and quantised graphs as standard ONNX files, whose size is the size column.
#pragma once

#include <filesystem>

#include "graph/graph.h"
#include "graph/quantized_graph.h"

namespace quantbench {

// A prepared float graph (no batch norm) as ONNX, opset 13; the batch dimension is free. Throws
// Error where the file can't be written.
void ExportOnnx(const Graph& graph, const std::filesystem::path& file);

// A quantised graph in QDQ form: int8 weights, int32 biases, and a QuantizeLinear /
// DequantizeLinear pair behind every activation, as ONNX Runtime and others read it. A dynamic
// graph: int8 weights, float biases, DynamicQuantizeLinear in front of each ConvInteger and
// MatMulInteger.
void ExportOnnx(const QuantizedGraph& quantized, const std::filesystem::path& file);

}  // namespace quantbench
