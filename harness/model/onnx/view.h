// SPDX-License-Identifier: Apache-2.0
// How an ONNX tensor lies in a value of the graph: reshapes, transposes and slices cost nothing
// until an operator needs the data in its own order.
#pragma once

#include <optional>
#include <vector>

#include "graph/graph.h"

namespace quantbench::onnx_import {

// Element [i0, i1, ...] of an image lies at offset + sum of i * stride in the value. The batch
// dimension is left out of dims.
struct View {
  ValueId value = -1;
  Shape dims;
  std::vector<int64_t> strides;  // elements of the value, one for each of dims
  int64_t offset = 0;
  Padding padding{};  // zeros around the last two dims, not counted in them, until they are needed
};

// The whole value in its own order.
View WholeValue(const Graph& graph, ValueId value);

std::vector<int64_t> RowMajorStrides(const Shape& dims);
std::vector<int64_t> Ascending(size_t count);  // 0, 1, ...: all dimensions

// Whether the elements follow each other in the value, first to last.
bool IsDense(const View& view);

// Whether the view shows each element of the value once, in whatever order.
bool ShowsAll(const View& view, const Shape& value);

bool HasPadding(const Padding& padding);

// The same elements, dims in another order: new dims[i] = dims[order[i]].
View Permuted(const View& view, const std::vector<int>& order);
std::vector<int> Inverse(const std::vector<int>& order);

// The order that brings a view to the one of its value: [h,w,c] of an image gives {2,0,1}.
std::vector<int> OrderOfValue(const View& view);

// The same elements under other dims (of the same count), where no data has to move.
std::optional<View> Reshaped(const View& view, const Shape& dims);

}  // namespace quantbench::onnx_import
