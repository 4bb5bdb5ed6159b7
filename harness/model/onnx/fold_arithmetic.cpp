// SPDX-License-Identifier: Apache-2.0
// Arithmetic on constants.
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "model/onnx/fold.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
namespace {

Shape Broadcast(const NodeImport& node, const Shape& a, const Shape& b) {
  Shape dims(std::max(a.size(), b.size()), 1);
  for (const Shape& each : {a, b}) {
    for (size_t d = 0; d < each.size(); ++d) {
      int64_t& extent = dims[dims.size() - each.size() + d];
      if (extent != 1 && each[d] != 1 && extent != each[d])
        node.Refuse(ToString(a) + " and " + ToString(b) + " can't be combined");
      if (each[d] != 1) extent = each[d];
    }
  }
  return dims;
}

std::vector<int64_t> BroadcastStrides(const Shape& from, const Shape& to) {
  const std::vector<int64_t> own = RowMajorStrides(from);
  std::vector<int64_t> strides(to.size(), 0);
  for (size_t d = 0; d < from.size(); ++d) {
    if (from[d] != 1) strides[to.size() - from.size() + d] = own[d];
  }
  return strides;
}

template <class T>
T Calculate(const NodeImport& node, const std::string& op, T a, T b) {
  if (op == "Div") {
    if constexpr (std::is_integral_v<T>) {
      if (b == 0 || (b == -1 && a == std::numeric_limits<T>::min()))
        node.Refuse("it divides " + std::to_string(a) + " by " + std::to_string(b));
    }
    return a / b;
  }
  if constexpr (std::is_integral_v<T>) {
    T result{};
    const bool overflow = op == "Add"   ? __builtin_add_overflow(a, b, &result)
                          : op == "Sub" ? __builtin_sub_overflow(a, b, &result)
                                        : __builtin_mul_overflow(a, b, &result);
    if (overflow) node.Refuse("its result leaves 64 bits");
    return result;
  } else {
    return op == "Add" ? a + b : op == "Sub" ? a - b : a * b;
  }
}

}  // namespace

void FoldArithmetic(NodeImport& node) {
  const Constant& a = node.ConstantAt(0, "input");
  const Constant& b = node.ConstantAt(1, "input");
  if (a.is_float() != b.is_float()) node.Refuse("its inputs differ in type");
  Constant result = EmptyLike(a, Broadcast(node, a.dims, b.dims));
  if (result.dims.size() > kMaxRank) node.Refuse("it makes too many dimensions");
  const int64_t count = result.count();
  node.state().budget.Take(count);
  const auto a_strides = BroadcastStrides(a.dims, result.dims),
             b_strides = BroadcastStrides(b.dims, result.dims);
  const std::string& op = node.proto().op_type();
  for (int64_t i = 0; i < count; ++i) {
    const size_t from_a = At(Position(i, result.dims, a_strides)),
                 from_b = At(Position(i, result.dims, b_strides));
    if (a.is_float()) {
      result.floats.push_back(Calculate(node, op, a.floats[from_a], b.floats[from_b]));
    } else {
      result.integers.push_back(Calculate(node, op, a.integers[from_a], b.integers[from_b]));
    }
  }
  node.SetConstant(std::move(result));
}

void FoldSqrt(NodeImport& node) {
  Constant root = node.ConstantAt(0, "input");
  node.state().budget.Take(root.count());
  for (float& value : root.floats) value = std::sqrt(value);
  root.quantized = nullptr;
  node.SetConstant(std::move(root));
}

void FoldCast(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  Constant to{.type = static_cast<int32_t>(node.Int("to", 0)),
              .dims = from.dims,
              .floats = {},
              .integers = {}};
  node.state().budget.Take(from.count());
  if (to.is_float() && from.is_float()) {
    to.floats = from.floats;
    to.quantized = from.quantized;
  }
  if (to.is_float() && !from.is_float())
    to.floats.assign(from.integers.begin(), from.integers.end());
  if (!to.is_float() && !from.is_float()) to.integers = from.integers;
  if (!to.is_float() && from.is_float()) {
    for (const float value : from.floats) {
      if (!(std::abs(value) < 0x1p62f))
        node.Refuse("it makes no integer of " + std::to_string(value));
      to.integers.push_back(static_cast<int64_t>(value));
    }
  }
  node.SetConstant(std::move(to));
}

}  // namespace quantbench::onnx_import
