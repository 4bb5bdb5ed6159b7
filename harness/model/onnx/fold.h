// SPDX-License-Identifier: Apache-2.0
// What the files of constant folding share.
#pragma once

#include <functional>
#include <vector>

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

// The elements of `from` that `index_of` names for each element of a new constant of shape dims.
Constant Gathered(NodeImport& node, const Constant& from, const Shape& dims,
                  const std::function<int64_t(int64_t)>& index_of);
// As a stride of 0 along what is repeated.
std::vector<int64_t> BroadcastStrides(const Shape& from, const Shape& to);

void FoldArithmetic(NodeImport& node);  // of two or more constants, with broadcasting
void FoldFunction(NodeImport& node);    // of each element
void FoldCast(NodeImport& node);

// What repeats, cuts, chooses and counts.
void FoldExpand(NodeImport& node);
void FoldTile(NodeImport& node);
void FoldSplit(NodeImport& node);
void FoldFlatten(NodeImport& node);
void FoldRange(NodeImport& node);
void FoldWhere(NodeImport& node);
void FoldReduce(NodeImport& node);

}  // namespace quantbench::onnx_import
