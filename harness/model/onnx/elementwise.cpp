// SPDX-License-Identifier: Apache-2.0
// Data in the value's own order, and constants that become batch norms.
#include "model/onnx/elementwise.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "model/onnx/fold.h"

namespace quantbench::onnx_import {
namespace {

// Position of the dimension that counts channels among the dims of a view over a whole value;
// nullopt where they were taken apart.
std::optional<size_t> ChannelAxis(const NodeImport& node, const View& view) {
  const Shape& shape = node.ShapeOf(view.value);
  const int64_t plane = NumElements(shape) / shape[0];
  for (size_t d = 0; d < view.dims.size(); ++d) {
    const bool rank_fits = view.dims.size() == shape.size() || plane == 1;
    if (view.dims[d] == shape[0] && view.strides[d] == plane && rank_fits) return d;
  }
  return std::nullopt;
}

}  // namespace

View Whole(NodeImport& node, const View& view) {
  return ShowsAll(view, node.ShapeOf(view.value)) ? view : node.Dense(view);
}

void ApplyToEach(NodeImport& node, int input, const Operator& op, Activation activation) {
  View view = Whole(node, node.ViewAt(input));
  view.value = node.Add(op, {view.value}, activation);
  node.SetView(view);
}

void Clamp(NodeImport& node, int input, float low, float high) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (!(low <= high))
    node.Refuse("its bounds " + std::to_string(low) + " and " + std::to_string(high) +
                " leave no value");
  if (low == -infinity && high == infinity) return node.SetView(node.ViewAt(input));
  if (low == 0.0f && high == infinity)
    return ApplyToEach(node, input, Activate{}, Activation::kRelu);
  if (low == 0.0f && high == 6.0f) return ApplyToEach(node, input, Activate{}, Activation::kRelu6);
  ApplyToEach(node, input, Unary{.function = Function::kClip, .parameters = {low, high}},
              Activation::kNone);
}

std::optional<std::vector<float>> PerChannel(NodeImport& node, const Constant& constant,
                                             const View& view) {
  if (!constant.is_float()) node.Refuse("its constant must be of floats");
  const int64_t channels = node.ShapeOf(view.value)[0];
  node.state().budget.Take(4 * channels);
  const bool one = constant.count() == 1 && constant.dims.size() <= view.dims.size() + 1;
  if (one) return std::vector<float>(static_cast<size_t>(channels), constant.floats[0]);
  const std::optional<size_t> axis = ChannelAxis(node, view);
  if (!axis) return std::nullopt;
  const size_t from_right = view.dims.size() - *axis, rank = constant.dims.size();
  const bool aligned = rank >= from_right && constant.dims[rank - from_right] == channels &&
                       constant.count() == channels && rank <= view.dims.size() + 1;
  if (!aligned) return std::nullopt;
  return constant.floats;
}

std::vector<float> RequirePerChannel(NodeImport& node, const Constant& constant, const View& view,
                                     const std::string& what) {
  if (auto values = PerChannel(node, constant, view)) return *std::move(values);
  node.Refuse("its " + what + " " + ToString(constant.dims) +
              " must be one number or have one for each channel of [n," +
              ToString(view.dims).substr(1));
}

void ScaleAndShift(NodeImport& node, View view, BatchNorm norm) {
  view.value = node.Add(std::move(norm), {view.value});
  node.SetView(view);
}

BatchNorm IdentityNorm(size_t channels) {
  return {.gamma = std::vector<float>(channels, 1.0f),
          .beta = std::vector<float>(channels, 0.0f),
          .mean = std::vector<float>(channels, 0.0f),
          .variance = std::vector<float>(channels, 1.0f),
          .epsilon = 0.0f};
}

namespace {

// y = gamma * x + beta for one value of the constant; `first`: it stands before the operator.
struct Line {
  float gamma = 1.0f, beta = 0.0f;
};
Line LineOf(Arithmetic how, float value, bool first) {
  switch (how) {
    case Arithmetic::kAdd:
      return {.beta = value};
    case Arithmetic::kSubtract:  // x - c, or c - x
      return {.gamma = first ? -1.0f : 1.0f, .beta = first ? value : -value};
    case Arithmetic::kMultiply:
      return {.gamma = value};
    case Arithmetic::kDivide:
      break;
  }
  return {.gamma = first ? value : 1.0f / value};
}

BatchNorm NormOf(const std::vector<float>& values, Arithmetic how, bool first) {
  BatchNorm norm = IdentityNorm(values.size());
  for (size_t c = 0; c < values.size(); ++c) {
    const Line line = LineOf(how, values[c], first);
    norm.gamma[c] = line.gamma;
    norm.beta[c] = line.beta;
  }
  return norm;
}

// A constant with a value of its own for each element, or for other dims than the channels: every
// element becomes a channel.
void CombineElements(NodeImport& node, const Constant& constant, const View& view, Arithmetic how,
                     bool first) {
  const Shape full = BroadcastDims(node, constant.dims, node.FullDims(view));
  View wide = node.Dense(Broadcast(node, view, full));
  const int64_t count = NumElements(wide.dims);
  node.state().budget.Take(4 * count);
  // One number for all images, so the constant's batch dimension is 1 or missing.
  const bool one_batch = constant.dims.size() < full.size() || constant.dims[0] == 1;
  if (!one_batch)
    node.Refuse("its constant " + ToString(constant.dims) + " differs between images");
  std::vector<int64_t> strides(full.size(), 0);
  const std::vector<int64_t> own = RowMajorStrides(constant.dims);
  for (size_t d = 0; d < own.size(); ++d) {
    if (constant.dims[d] != 1) strides[full.size() - own.size() + d] = own[d];
  }
  Shape all = full;
  all[0] = 1;
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(constant.floats[At(Position(i, all, strides))]);
  const ValueId column = node.Add(Reshape{.shape = {count, 1, 1}}, {node.Flat(wide)});
  wide.value = node.Add(NormOf(values, how, first), {column});
  node.SetView(wide);
}

}  // namespace

bool CombineWithConstant(NodeImport& node, Arithmetic how) {
  const bool first = node.IsConstant(0);
  if (!first && !node.IsConstant(1)) return false;
  View view = Whole(node, node.ViewAt(first ? 1 : 0));
  Constant aligned;  // where an old operator names the axis to align at
  const Constant* constant = &node.ConstantAt(first ? 0 : 1, "constant");
  if (node.opset() < 7 && node.Int("broadcast", 0) != 0 && node.HasAttribute("axis")) {
    aligned = *constant;
    const auto axis = static_cast<size_t>(node.Axis(node.Int("axis", 0), view.dims.size() + 1));
    while (aligned.dims.size() + axis < view.dims.size() + 1) aligned.dims.push_back(1);
    constant = &aligned;
  }
  if (how == Arithmetic::kDivide && first)
    view.value = node.Add(Unary{.function = Function::kReciprocal}, {view.value});
  if (const auto values = PerChannel(node, *constant, view)) {
    ScaleAndShift(node, view, NormOf(*values, how, first));
  } else {
    CombineElements(node, *constant, view, how, first);
  }
  return true;
}

Shape BroadcastDims(const NodeImport& node, const Shape& a, const Shape& b) {
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

View Broadcast(NodeImport& node, const View& view, const Shape& full) {
  if (full.size() != view.dims.size() + 1 || full[0] != node.batch())
    node.Refuse("it combines " + ToString(node.FullDims(view)) + " and " + ToString(full) +
                "; both must have the same number of dimensions, the batch first");
  View wide = view;
  for (size_t d = 0; d < wide.dims.size(); ++d) {
    if (wide.dims[d] == full[d + 1]) continue;
    wide.dims[d] = full[d + 1];  // it is 1
    wide.strides[d] = 0;
  }
  return wide;
}

Operands Aligned(NodeImport& node, const View& first, const View& second) {
  const Shape& a = node.ShapeOf(first.value);
  const Shape& b = node.ShapeOf(second.value);
  const bool same_order =
      first.strides == second.strides && ShowsAll(first, a) && ShowsAll(second, b);
  if (same_order && a == b) return {.view = first, .a = first.value, .b = second.value};
  const auto dense = [&](const View& view) {
    return view.dims.size() == 3 ? node.Image(view, "input") : node.Flat(view);
  };
  const ValueId x = dense(first), y = dense(second);
  View view = WholeValue(node.graph(), x);
  view.dims = first.dims;
  view.strides = RowMajorStrides(view.dims);
  return {.view = view, .a = x, .b = y};
}

}  // namespace quantbench::onnx_import
