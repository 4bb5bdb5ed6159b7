// SPDX-License-Identifier: Apache-2.0
// What the rooms of layers with weights share.
#pragma once

#include "model/onnx/constant.h"
#include "model/operators/rules.h"

namespace quantbench {

// Refuses weights and biases that aren't filled; `layout` says what the `rank` extents are.
void CheckWeights(const NodeShapes& node, const Weighted& layer, const char* layout, size_t rank);

namespace onnx_import {

// The integers behind a layer's weight and bias, where the file has them; `axis` is the one of
// output channels. A bias is optional.
void SetScales(const Constant& weight, GivenIntegers& given, int axis);
void SetBias(NodeImport& node, const Constant& weight, int input, Weighted& layer, int axis = 0);

}  // namespace onnx_import
}  // namespace quantbench
