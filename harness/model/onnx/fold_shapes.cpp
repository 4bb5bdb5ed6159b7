// SPDX-License-Identifier: Apache-2.0
// Constants that are repeated, cut, chosen between and counted, as shape arithmetic does.
#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "model/onnx/elementwise.h"
#include "model/onnx/fold.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
namespace {

constexpr int64_t kMostRepeats = 1 << 20;

Constant Repeated(NodeImport& node, const Constant& from, const Shape& dims) {
  const auto strides = BroadcastStrides(from.dims, dims);
  return Gathered(node, from, dims, [&](int64_t i) { return Position(i, dims, strides); });
}

// All elements that become element i of the result, in order: an offset, and how far each is.
struct Group {
  Shape dims;  // of the result, reduced ones 1
  Shape inside;
  std::vector<int64_t> outer, inner;  // strides
  Shape kept;                         // dims without the reduced ones
};
Group GroupOf(NodeImport& node, const Constant& from) {
  const auto axes = node.IntsOrInput("axes", 1).value_or(std::vector<int64_t>());
  const bool nothing = axes.empty() && node.Int("noop_with_empty_axes", 0) != 0;
  std::vector<bool> reduced(from.dims.size(), axes.empty() && !nothing);
  for (const int64_t axis : axes) reduced[At(node.Axis(axis, reduced.size()))] = true;
  Group group{.dims = from.dims,
              .inside = {},
              .outer = RowMajorStrides(from.dims),
              .inner = {},
              .kept = {}};
  for (size_t d = 0; d < reduced.size(); ++d) {
    if (!reduced[d]) {
      group.kept.push_back(from.dims[d]);
      continue;
    }
    group.inside.push_back(from.dims[d]);
    group.inner.push_back(group.outer[d]);
    group.dims[d] = 1;
  }
  return group;
}

template <class T>
T Joined(const NodeImport& node, const std::string& op, T a, T b) {
  if (op == "ReduceMax") return std::max(a, b);
  if (op == "ReduceMin") return std::min(a, b);
  if constexpr (std::is_same_v<T, int64_t>) {
    T result{};
    const bool overflow = op == "ReduceProd" ? __builtin_mul_overflow(a, b, &result)
                                             : __builtin_add_overflow(a, b, &result);
    if (overflow) node.Refuse("its result leaves 64 bits");
    return result;
  } else {
    return op == "ReduceProd" ? a * b : a + b;
  }
}

}  // namespace

void FoldExpand(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  node.SetConstant(
      Repeated(node, from, BroadcastDims(node, from.dims, node.ConstantAt(1, "shape").integers)));
}

void FoldTile(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  const std::vector<int64_t>& repeats = node.ConstantAt(1, "repeats").integers;
  if (repeats.size() != from.dims.size()) node.Refuse("it needs one repeat for each dimension");
  Shape dims = from.dims;
  for (size_t d = 0; d < dims.size(); ++d) {
    if (repeats[d] < 0 || repeats[d] > kMostRepeats) node.Refuse("its repeats are out of range");
    dims[d] *= repeats[d];
  }
  const std::vector<int64_t> strides = RowMajorStrides(from.dims);
  node.SetConstant(Gathered(node, from, dims, [&](int64_t i) {
    int64_t position = 0;
    for (size_t d = dims.size(); d-- > 0; i /= dims[d])
      position += i % dims[d] % from.dims[d] * strides[d];
    return position;
  }));
}

void FoldSplit(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  const auto axis = At(node.Axis(node.Int("axis", 0), from.dims.size()));
  const int64_t extent = from.dims[axis], outputs = node.outputs();
  std::vector<int64_t> sizes = node.IntsOrInput("split", 1).value_or(std::vector<int64_t>());
  const int64_t equal = (extent + outputs - 1) / outputs;
  for (int64_t left = extent; sizes.size() < At(outputs) && left > 0; left -= equal)
    sizes.push_back(std::min(left, equal));
  const std::vector<int64_t> strides = RowMajorStrides(from.dims);
  int64_t begin = 0;
  if (sizes.size() != At(outputs)) node.Refuse("it has another number of parts than of outputs");
  for (int i = 0; i < outputs; ++i) {
    Shape dims = from.dims;
    dims[axis] = sizes[At(i)];
    if (dims[axis] < 0 || dims[axis] > extent - begin)
      node.Refuse("its parts don't add up to the whole");
    const int64_t first = begin * strides[axis];
    node.SetConstant(
        Gathered(node, from, dims, [&](int64_t e) { return first + Position(e, dims, strides); }),
        i);
    begin += sizes[At(i)];
  }
}

void FoldFlatten(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  const auto rank = static_cast<int64_t>(from.dims.size());
  int64_t axis = node.Int("axis", 1);
  if (axis < 0) axis += rank;
  if (axis < 0 || axis > rank) node.Refuse("its axis is out of range");
  const int64_t rows = NumElements(Shape(from.dims.begin(), from.dims.begin() + axis));
  const Shape dims{rows, rows == 0 ? 0 : from.count() / rows};
  node.SetConstant(Gathered(node, from, dims, [](int64_t i) { return i; }));
}

void FoldRange(NodeImport& node) {
  const Constant &start = node.ConstantAt(0, "start"), &limit = node.ConstantAt(1, "limit"),
                 &delta = node.ConstantAt(2, "delta");
  const bool floats = start.is_float();
  for (const Constant* each : {&start, &limit, &delta}) {
    if (each->count() != 1 || each->is_float() != floats)
      node.Refuse("its start, limit and delta must be single numbers of one type");
  }
  const auto number = [&](const Constant& c) {
    return floats ? double{c.floats[0]} : static_cast<double>(c.integers[0]);
  };
  const double steps = std::ceil((number(limit) - number(start)) / number(delta));
  if (!(steps < 0x1p31)) node.Refuse("it has no end");
  const auto count = static_cast<int64_t>(std::max(0.0, steps));
  node.state().budget.Take(count);
  Constant range = EmptyLike(start, {count});
  for (int64_t i = 0; i < count; ++i) {
    if (floats) {
      range.floats.push_back(start.floats[0] + static_cast<float>(i) * delta.floats[0]);
    } else {
      range.integers.push_back(start.integers[0] + i * delta.integers[0]);
    }
  }
  node.SetConstant(std::move(range));
}

void FoldWhere(NodeImport& node) {
  const Constant& condition = node.ConstantAt(0, "condition");
  const Constant &yes = node.ConstantAt(1, "input"), &no = node.ConstantAt(2, "input");
  if (condition.is_float() || yes.is_float() != no.is_float())
    node.Refuse("its condition must be of truths and its inputs of one type");
  const Shape dims = BroadcastDims(node, condition.dims, BroadcastDims(node, yes.dims, no.dims));
  const Constant chosen = Repeated(node, condition, dims), of_yes = Repeated(node, yes, dims),
                 of_no = Repeated(node, no, dims);
  Constant result = EmptyLike(yes, dims);
  for (size_t i = 0; i < chosen.integers.size(); ++i) {
    const Constant& from = chosen.integers[i] != 0 ? of_yes : of_no;
    if (from.is_float()) {
      result.floats.push_back(from.floats[i]);
    } else {
      result.integers.push_back(from.integers[i]);
    }
  }
  node.SetConstant(std::move(result));
}

void FoldReduce(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  const std::string& op = node.proto().op_type();
  const Group group = GroupOf(node, from);
  const int64_t each = NumElements(group.inside);
  if (each == 0) node.Refuse("it reduces nothing");
  Constant result = EmptyLike(from, group.dims);
  node.state().budget.Take(result.count());
  const auto reduce = [&](const auto& values, auto& to) {
    for (int64_t i = 0; i < result.count(); ++i) {
      const int64_t first = Position(i, group.dims, group.outer);
      auto joined = values[At(first)];
      for (int64_t k = 1; k < each; ++k)
        joined =
            Joined(node, op, joined, values[At(first + Position(k, group.inside, group.inner))]);
      if (op == "ReduceMean") joined /= static_cast<decltype(joined)>(each);
      to.push_back(joined);
    }
  };
  from.is_float() ? reduce(from.floats, result.floats) : reduce(from.integers, result.integers);
  if (node.Int("keepdims", 1) == 0) result.dims = group.kept;
  node.SetConstant(std::move(result));
}

}  // namespace quantbench::onnx_import
