// SPDX-License-Identifier: Apache-2.0
// What the files of constant folding share.
#pragma once

#include "model/onnx/node_import.h"

namespace quantbench::onnx_import {

inline size_t At(int64_t index) { return static_cast<size_t>(index); }

inline Constant EmptyLike(const Constant& constant, Shape dims) {
  return {.type = constant.type, .dims = std::move(dims), .floats = {}, .integers = {}};
}

// Position in a tensor of `strides` of element i of one of shape dims.
inline int64_t Position(int64_t i, const Shape& dims, const std::vector<int64_t>& strides) {
  int64_t position = 0;
  for (size_t d = dims.size(); d-- > 0; i /= dims[d]) position += i % dims[d] * strides[d];
  return position;
}

// Add, Sub, Mul and Div with broadcasting, Cast, Sqrt.
void FoldArithmetic(NodeImport& node);
void FoldCast(NodeImport& node);
void FoldSqrt(NodeImport& node);

}  // namespace quantbench::onnx_import
