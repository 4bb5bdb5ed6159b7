// SPDX-License-Identifier: Apache-2.0
// Operators of the graph as ONNX nodes: names and attributes.
#pragma once

#include <vector>

#include "model/graph.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_export {

void AddInt(onnx::NodeProto& node, const char* name, int64_t value);
void AddInts(onnx::NodeProto& node, const char* name, const std::vector<int64_t>& values);
void AddFloat(onnx::NodeProto& node, const char* name, float value);
void AddWindow(onnx::NodeProto& node, const Window& window, bool with_dilation);

// Sets the attributes of the ONNX operator that does `op`'s work, or the last part of it; returns
// its name. A batch norm must be folded before.
const char* WriteOperator(const Operator& op, onnx::NodeProto& node);

}  // namespace quantbench::onnx_export
