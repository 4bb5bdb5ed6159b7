// SPDX-License-Identifier: Apache-2.0
// What plugins and ONNX files need of an operator, whichever it is; what graphs need is in graph.h.
#pragma once

#include <cstddef>
#include <vector>

#include "model/operators/rules.h"

namespace quantbench {

// Operator code and attributes of the plugin interface; all other fields stay as they are. Throws
// std::logic_error for what no plugin sees: a batch norm.
void DescribeToPlugin(const Operator& op, qb_node& node);
// See Rules::Constants.
std::vector<PluginConstant> PluginConstants(const Operator& op);
// The code of what runs in a dynamically quantised model: another one where there are weights.
qb_op DynamicPluginOp(const Operator& op);

// Appends the ONNX nodes and constants that do a node's work, all but its weights and activation.
void WriteOnnx(const Operator& op, onnx_export::NodeWriter& node);
// The same for a layer with weights whose input is quantised at run time: see WeightedRules.
void WriteIntegerSums(const Operator& op, const IntegerInputs& inputs, const std::string& sums,
                      onnx_export::GraphWriter& file);
size_t ExtentsBehindChannels(const Operator& op);

// How the operators of ONNX files are imported that have a room here.
std::vector<onnx_import::OperatorImport> RoomsOnnxImports();
// What ONNX files call it.
std::string_view OnnxName(const Operator& op);

}  // namespace quantbench
