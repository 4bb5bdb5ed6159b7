// SPDX-License-Identifier: Apache-2.0
// Stride arithmetic.
#include "model/onnx/view.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace quantbench::onnx_import {

std::vector<int64_t> RowMajorStrides(const Shape& dims) {
  std::vector<int64_t> strides(dims.size());
  int64_t stride = 1;
  for (size_t d = dims.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= dims[d];
  }
  return strides;
}

std::vector<int64_t> Ascending(size_t count) {
  std::vector<int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), int64_t{0});
  return numbers;
}

View WholeValue(const Graph& graph, ValueId value) {
  const Shape& shape = graph.values[static_cast<size_t>(value)].shape;
  return {.value = value, .dims = shape, .strides = RowMajorStrides(shape)};
}

bool IsDense(const View& view) {
  int64_t expected = 1;
  for (size_t d = view.dims.size(); d-- > 0;) {
    if (view.dims[d] == 1) continue;
    if (view.strides[d] != expected) return false;
    expected *= view.dims[d];
  }
  return true;
}

bool ShowsAll(const View& view, const Shape& value) {
  return view.offset == 0 && NumElements(view.dims) == NumElements(value) &&
         IsDense(Permuted(view, OrderOfValue(view)));
}

bool HasPadding(const Padding& p) {
  return p.top != 0 || p.left != 0 || p.bottom != 0 || p.right != 0;
}

View Permuted(const View& view, const std::vector<int>& order) {
  View permuted = view;
  for (size_t d = 0; d < order.size(); ++d) {
    permuted.dims[d] = view.dims[static_cast<size_t>(order[d])];
    permuted.strides[d] = view.strides[static_cast<size_t>(order[d])];
  }
  return permuted;
}

std::vector<int> Inverse(const std::vector<int>& order) {
  std::vector<int> inverse(order.size());
  for (size_t d = 0; d < order.size(); ++d)
    inverse[static_cast<size_t>(order[d])] = static_cast<int>(d);
  return inverse;
}

std::vector<int> OrderOfValue(const View& view) {
  std::vector<int> order(view.dims.size());
  std::iota(order.begin(), order.end(), 0);
  const auto extent = [&](int d) { return view.dims[static_cast<size_t>(d)]; };
  // One pixel's channels look the same in both orders; two leading ones are a transposed pixel.
  const bool pixel = order.size() == 3 && extent(0) == 1 && extent(1) == 1 && extent(2) > 1;
  if (pixel) return {2, 0, 1};
  if (IsDense(view)) return order;
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    if ((extent(a) == 1) != (extent(b) == 1)) return extent(b) == 1;
    const auto step = [&](int d) { return std::abs(view.strides[static_cast<size_t>(d)]); };
    return step(a) > step(b);
  });
  return order;
}

// Runs of dims that lie densely behind one another can be cut anew, others can't.
std::optional<View> Reshaped(const View& view, const Shape& dims) {
  struct Run {
    int64_t count, stride;  // elements, and from one to the next
  };
  std::vector<Run> runs;
  for (size_t d = 0; d < view.dims.size(); ++d) {
    if (view.dims[d] == 1) continue;
    if (!runs.empty() && runs.back().stride == view.dims[d] * view.strides[d]) {
      runs.back() = {runs.back().count * view.dims[d], view.strides[d]};
    } else {
      runs.push_back({view.dims[d], view.strides[d]});
    }
  }
  View reshaped{.value = view.value, .dims = dims, .strides = {}, .offset = view.offset};
  reshaped.strides.resize(dims.size(), 1);
  size_t run = 0;
  int64_t left = runs.empty() ? 1 : runs[0].count;  // of the run, not yet cut off
  for (size_t d = 0; d < dims.size(); ++d) {
    if (dims[d] == 1) continue;
    if (run < runs.size() && left == 1 && ++run < runs.size()) left = runs[run].count;
    if (run >= runs.size() || left % dims[d] != 0) return std::nullopt;
    left /= dims[d];
    reshaped.strides[d] = left * runs[run].stride;
  }
  return reshaped;
}

}  // namespace quantbench::onnx_import
