// SPDX-License-Identifier: Apache-2.0
// QuantizeLinear and DequantizeLinear: what a model in QDQ form says of its integers.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/onnx/node_import.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
namespace {

// Activations are quint8 here; int8 ones are the same integers, 128 higher.
QParams ActivationQParams(const NodeImport& node) {
  const Constant& scale = node.ConstantAt(1, "scale");
  if (scale.floats.size() != 1)
    node.Refuse("activations with one scale a channel are not supported, only one for all");
  QParams qparams{.scale = scale.floats[0], .zero_point = 0};
  int32_t type = onnx::TensorProto::UINT8;
  if (node.Has(2)) {
    const Constant& zero_point = node.ConstantAt(2, "zero point");
    type = zero_point.type;
    if (zero_point.integers.size() != 1) node.Refuse("its zero point must be one integer");
    qparams.zero_point = static_cast<int32_t>(std::clamp<int64_t>(
        zero_point.integers[0], std::numeric_limits<int32_t>::min() / 2, 1 << 30));
  }
  if (type != onnx::TensorProto::UINT8 && type != onnx::TensorProto::INT8)
    node.Refuse("activations must be of 8 bits (uint8 or int8)");
  if (type == onnx::TensorProto::INT8) qparams.zero_point += 128;
  const bool scale_fits = std::isfinite(qparams.scale) && qparams.scale > 0.0f;
  if (!scale_fits || qparams.zero_point < 0 || qparams.zero_point > 255)
    node.Refuse("its scale " + std::to_string(qparams.scale) +
                " must be positive and its zero point fit eight bits");
  return qparams;
}

// The qparams that a value has since the node that writes it only moves values or picks the
// largest.
std::optional<QParams> SharedQParams(const NodeImport& node, ValueId value) {
  const Graph& graph = node.graph();
  for (auto writer = graph.nodes.rbegin(); writer != graph.nodes.rend(); ++writer) {
    if (writer->output != value) continue;
    return SharesQParams(writer->op) ? graph.values[static_cast<size_t>(writer->inputs[0])].given
                                     : std::nullopt;
  }
  return std::nullopt;
}

// A node that rounds nothing but carries the qparams of what it passes on.
void ImportQuantizeLinear(NodeImport& node) {
  const QParams qparams = ActivationQParams(node);
  View view = node.ViewAt(0);
  const Shape& shape = node.graph().values[static_cast<size_t>(view.value)].shape;
  if (!ShowsAll(view, shape)) view = node.Dense(view);
  std::vector<Value>& values = node.state().graph.values;
  const Value& value = values[static_cast<size_t>(view.value)];
  // Quantised anew: by a node of its own.
  const std::optional<QParams> before = value.given ? value.given : SharedQParams(node, view.value);
  if (before && !(*before == qparams)) view.value = node.Add(Activate{}, {view.value});
  values[static_cast<size_t>(view.value)].given = qparams;
  node.SetSymbol({.constant = nullptr, .view = view, .quantized = true}, 0);
}

void DequantizeConstant(NodeImport& node) {
  const Constant& integers = node.ConstantAt(0, "input");
  const Constant& scale = node.ConstantAt(1, "scale");
  if (integers.is_float() || scale.floats.empty())
    node.Refuse("it needs integers and float scales");
  const auto channels = static_cast<int64_t>(scale.floats.size());
  const int axis = channels == 1 && scale.dims.empty()
                       ? 0
                       : node.Axis(node.Int("axis", 1), std::max<size_t>(integers.dims.size(), 2));
  const bool per_channel = channels > 1;
  if (per_channel && (static_cast<size_t>(axis) >= integers.dims.size() ||
                      integers.dims[static_cast<size_t>(axis)] != channels))
    node.Refuse("its " + std::to_string(channels) + " scales don't belong to axis " +
                std::to_string(axis) + " of " + ToString(integers.dims));
  // uint8 weights around 128 are int8 weights around 0.
  const int64_t shift = integers.type == onnx::TensorProto::UINT8 ? 128 : 0;
  std::vector<int64_t> zero_points{0};
  if (node.Has(2)) zero_points = node.ConstantAt(2, "zero point").integers;
  if (std::ranges::any_of(zero_points, [&](int64_t zero) { return zero != shift; }))
    node.Refuse("weights must be symmetric: zero point 0 (128 for uint8)");
  node.state().budget.Take(2 * integers.count());
  auto quantized = std::make_shared<Integers>();
  quantized->scales = scale.floats;
  quantized->axis = axis;
  Constant result{.dims = integers.dims, .floats = {}, .integers = {}};
  const int64_t inner =
      per_channel ? RowMajorStrides(integers.dims)[static_cast<size_t>(axis)] : integers.count();
  for (size_t i = 0; i < integers.integers.size(); ++i) {
    const auto value = static_cast<int32_t>(
        std::clamp<int64_t>(integers.integers[i] - shift, std::numeric_limits<int32_t>::min(),
                            std::numeric_limits<int32_t>::max()));
    quantized->values.push_back(value);
    const auto channel =
        per_channel ? static_cast<size_t>(static_cast<int64_t>(i) / inner % channels) : size_t{0};
    result.floats.push_back(static_cast<float>(value) * scale.floats[channel]);
  }
  result.quantized = std::move(quantized);
  node.SetConstant(std::move(result));
}

void ImportDequantizeLinear(NodeImport& node) {
  if (node.IsConstant(0)) return DequantizeConstant(node);
  Symbol symbol = node.Input(0);
  if (!symbol.quantized)
    node.Refuse("it dequantises what no QuantizeLinear made; models are read in QDQ form");
  const QParams qparams = ActivationQParams(node);
  const Value& value = node.graph().values[static_cast<size_t>(symbol.view.value)];
  if (!value.given || !(*value.given == qparams))
    node.Refuse("it has another scale or zero point than the QuantizeLinear before it");
  symbol.quantized = false;
  node.SetSymbol(std::move(symbol), 0);
}

constexpr OperatorImport kQuantizeOperators[] = {{"QuantizeLinear", ImportQuantizeLinear},
                                                 {"DequantizeLinear", ImportDequantizeLinear}};

}  // namespace

std::span<const OperatorImport> QuantizeOperators() { return kQuantizeOperators; }

}  // namespace quantbench::onnx_import
