// SPDX-License-Identifier: Apache-2.0
// Data in the value's own order, and constants that become batch norms.
#include "model/onnx/elementwise.h"

#include <algorithm>
#include <utility>

namespace quantbench::onnx_import {
namespace {

// Position of the dimension that counts channels among the dims of a view over a whole value.
size_t ChannelAxis(NodeImport& node, const View& view) {
  const Shape& shape = node.ShapeOf(view.value);
  const int64_t plane = NumElements(shape) / shape[0];
  for (size_t d = 0; d < view.dims.size(); ++d) {
    const bool rank_fits = view.dims.size() == shape.size() || plane == 1;
    if (view.dims[d] == shape[0] && view.strides[d] == plane && rank_fits) return d;
  }
  node.Refuse("it combines a constant with data whose channels were taken apart");
}

bool IsProduct(const NodeImport& node, ValueId value) {
  const auto& nodes = node.graph().nodes;
  const auto writer = std::ranges::find(nodes.rbegin(), nodes.rend(), value,
                                        [](const Node& n) { return n.output; });
  return writer != nodes.rend() && writer->activation == Activation::kNone &&
         (std::holds_alternative<Linear>(writer->op) ||
          std::holds_alternative<BatchNorm>(writer->op));
}

}  // namespace

View Whole(NodeImport& node, const View& view) {
  return ShowsAll(view, node.ShapeOf(view.value)) ? view : node.Dense(view);
}

void ApplyToEach(NodeImport& node, const Operator& op, Activation activation) {
  View view = Whole(node, node.ViewAt(0));
  view.value = node.Add(op, {view.value}, activation);
  node.SetView(view);
}

std::vector<float> PerChannel(NodeImport& node, const Constant& constant, const View& view) {
  const size_t axis = ChannelAxis(node, view);
  const int64_t channels = view.dims[axis];
  const size_t from_right = view.dims.size() - axis;
  const size_t rank = constant.dims.size();
  const bool aligned = rank >= from_right && constant.dims[rank - from_right] == channels &&
                       constant.count() == channels && rank <= view.dims.size() + 1;
  if (!constant.is_float() || (constant.count() != 1 && !aligned))
    node.Refuse("its constant " + ToString(constant.dims) +
                " must be one number or have one for each of the " + std::to_string(channels) +
                " channels of [n," + ToString(view.dims).substr(1));
  node.state().budget.Take(4 * channels);
  if (constant.count() != 1) return constant.floats;
  return std::vector<float>(static_cast<size_t>(channels), constant.floats[0]);
}

void ScaleAndShift(NodeImport& node, View view, BatchNorm norm) {
  const Shape& shape = node.ShapeOf(view.value);
  // Where there is no layer to fold into, a vector becomes an image: a depthwise convolution.
  if (shape.size() == 1 && !IsProduct(node, view.value))
    view.value = node.Add(Reshape{.shape = {shape[0], 1, 1}}, {view.value});
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

bool CombineWithConstant(NodeImport& node, Arithmetic how) {
  const bool constant_first = node.IsConstant(0);
  if (!constant_first && !node.IsConstant(1)) return false;
  const View view = Whole(node, node.ViewAt(constant_first ? 1 : 0));
  const std::vector<float> values =
      PerChannel(node, node.ConstantAt(constant_first ? 0 : 1, "constant"), view);
  BatchNorm norm = IdentityNorm(values.size());
  for (size_t c = 0; c < values.size(); ++c) {
    switch (how) {
      case Arithmetic::kAdd:
        norm.beta[c] = values[c];
        break;
      case Arithmetic::kSubtract:  // x - c, or c - x
        norm.beta[c] = constant_first ? values[c] : -values[c];
        norm.gamma[c] = constant_first ? -1.0f : 1.0f;
        break;
      case Arithmetic::kMultiply:
        norm.gamma[c] = values[c];
        break;
      case Arithmetic::kDivide:
        if (constant_first) node.Refuse("division by data that flow is not supported");
        norm.gamma[c] = 1.0f / values[c];
    }
  }
  ScaleAndShift(node, view, std::move(norm));
  return true;
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
