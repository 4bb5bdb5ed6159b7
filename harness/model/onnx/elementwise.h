// SPDX-License-Identifier: Apache-2.0
// What operators of ONNX files share that look at each element by itself.
#pragma once

#include <vector>

#include "model/onnx/node_import.h"

namespace quantbench::onnx_import {

// The view over data that an elementwise operator may work on in the value's own order.
View Whole(NodeImport& node, const View& view);

// The operator on one of the node's inputs.
void ApplyToEach(NodeImport& node, int input, const Operator& op, Activation activation);

// min(max(x, low), high) of each element of an input, as relu or relu6 where it is one.
void Clamp(NodeImport& node, int input, float low, float high);

// A constant that has one value, or one for each channel of the view's value, as [channels]; dims
// are aligned at the right as in NumPy. nullopt: it has others.
std::optional<std::vector<float>> PerChannel(NodeImport& node, const Constant& constant,
                                             const View& view);
// The same; refuses the node where it has others, `what` ("slope") being what they are called.
std::vector<float> RequirePerChannel(NodeImport& node, const Constant& constant, const View& view,
                                     const std::string& what);

// x * gamma + beta per channel, as a batch norm that folding takes into the layer before.
void ScaleAndShift(NodeImport& node, View view, BatchNorm norm);
BatchNorm IdentityNorm(size_t channels);

enum class Arithmetic { kAdd, kSubtract, kMultiply, kDivide };
// Whether one of two inputs is constant; then it is done.
bool CombineWithConstant(NodeImport& node, Arithmetic how);

// The view repeated along dims of 1 to those of another, as NumPy does: [batch, ...] both.
View Broadcast(NodeImport& node, const View& view, const Shape& full);
// The dims of what two operands give, [batch, ...].
Shape BroadcastDims(const NodeImport& node, const Shape& a, const Shape& b);

// Two views of one size in the same order of elements, over values of one shape.
struct Operands {
  View view;  // of the result, its value still to be set
  ValueId a, b;
};
Operands Aligned(NodeImport& node, const View& first, const View& second);

}  // namespace quantbench::onnx_import
