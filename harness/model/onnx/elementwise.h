// SPDX-License-Identifier: Apache-2.0
// What operators of ONNX files share that look at each element by itself.
#pragma once

#include <vector>

#include "model/onnx/node_import.h"

namespace quantbench::onnx_import {

// The view over data that an elementwise operator may work on in the value's own order.
View Whole(NodeImport& node, const View& view);

// The operator on the node's first input.
void ApplyToEach(NodeImport& node, const Operator& op, Activation activation);

// A constant that has one value, or one for each channel, as [channels]; dims are aligned at the
// right as in NumPy.
std::vector<float> PerChannel(NodeImport& node, const Constant& constant, const View& view);

// x * gamma + beta per channel, as a batch norm that folding takes into the layer before.
void ScaleAndShift(NodeImport& node, View view, BatchNorm norm);
BatchNorm IdentityNorm(size_t channels);

enum class Arithmetic { kAdd, kSubtract, kMultiply, kDivide };
// Whether one of two inputs is constant; then it is done.
bool CombineWithConstant(NodeImport& node, Arithmetic how);

// Two views of one size in the same order of elements, over values of one shape.
struct Operands {
  View view;  // of the result, its value still to be set
  ValueId a, b;
};
Operands Aligned(NodeImport& node, const View& first, const View& second);

}  // namespace quantbench::onnx_import
