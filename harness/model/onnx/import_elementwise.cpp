// SPDX-License-Identifier: Apache-2.0
// Operators that look at each element by itself: activations, arithmetic, normalisation.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/onnx/node_import.h"

namespace quantbench::onnx_import {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

const Shape& ShapeOf(const NodeImport& node, ValueId value) {
  return node.graph().values[static_cast<size_t>(value)].shape;
}

// The view over data that an elementwise operator may work on in the value's own order.
View Whole(NodeImport& node, const View& view) {
  return ShowsAll(view, ShapeOf(node, view.value)) ? view : node.Dense(view);
}

void ApplyToEach(NodeImport& node, const Operator& op, Activation activation) {
  View view = Whole(node, node.ViewAt(0));
  view.value = node.Add(op, {view.value}, activation);
  node.SetView(view);
}

void ApplyFunction(NodeImport& node, Function function, std::array<float, 2> parameters = {}) {
  ApplyToEach(node, Unary{.function = function, .parameters = parameters}, Activation::kNone);
}

void Clamp(NodeImport& node, float low, float high) {
  if (!(low <= high))
    node.Refuse("its bounds " + std::to_string(low) + " and " + std::to_string(high) +
                " leave no value");
  if (low == -kInfinity && high == kInfinity) return node.SetView(node.ViewAt(0));
  if (low == 0.0f && high == kInfinity) return ApplyToEach(node, Activate{}, Activation::kRelu);
  if (low == 0.0f && high == 6.0f) return ApplyToEach(node, Activate{}, Activation::kRelu6);
  ApplyFunction(node, Function::kClip, {low, high});
}

void ImportRelu(NodeImport& node) { Clamp(node, 0.0f, kInfinity); }

void ImportClip(NodeImport& node) {
  // Exporters write the largest float where they mean no bound.
  const auto unbounded = [](float bound) {
    return std::abs(bound) >= std::numeric_limits<float>::max() ? std::copysign(kInfinity, bound)
                                                                : bound;
  };
  Clamp(node, unbounded(node.FloatOrInput("min", 1).value_or(-kInfinity)),
        unbounded(node.FloatOrInput("max", 2).value_or(kInfinity)));
}

void ImportSigmoid(NodeImport& node) { ApplyFunction(node, Function::kSigmoid); }
void ImportHardSwish(NodeImport& node) { ApplyFunction(node, Function::kHardSwish); }
void ImportHardSigmoid(NodeImport& node) {
  ApplyFunction(node, Function::kHardSigmoid,
                {node.Float("alpha", 0.2f), node.Float("beta", 0.5f)});
}
void ImportLeakyRelu(NodeImport& node) {
  ApplyFunction(node, Function::kLeakyRelu, {node.Float("alpha", 0.01f), 0.0f});
}
void ImportPRelu(NodeImport& node) {
  const Constant& slope = node.ConstantAt(1, "slope");
  const bool one = !slope.floats.empty() && std::ranges::all_of(slope.floats, [&](float each) {
    return each == slope.floats[0];
  });
  if (!one) node.Refuse("a slope that differs between channels is not supported");
  ApplyFunction(node, Function::kLeakyRelu, {slope.floats[0], 0.0f});
}

// Position of the dimension that counts channels among the dims of a view over a whole value.
size_t ChannelAxis(NodeImport& node, const View& view) {
  const Shape& shape = ShapeOf(node, view.value);
  const int64_t plane = NumElements(shape) / shape[0];
  for (size_t d = 0; d < view.dims.size(); ++d) {
    const bool rank_fits = view.dims.size() == shape.size() || plane == 1;
    if (view.dims[d] == shape[0] && view.strides[d] == plane && rank_fits) return d;
  }
  node.Refuse("it combines a constant with data whose channels were taken apart");
}

// A constant that has one value, or one for each channel, as [channels]; dims are aligned at the
// right as in NumPy.
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

bool IsProduct(const NodeImport& node, ValueId value) {
  const auto& nodes = node.graph().nodes;
  const auto writer = std::ranges::find(nodes.rbegin(), nodes.rend(), value,
                                        [](const Node& n) { return n.output; });
  return writer != nodes.rend() && writer->activation == Activation::kNone &&
         (std::holds_alternative<Linear>(writer->op) ||
          std::holds_alternative<BatchNorm>(writer->op));
}

// x * gamma + beta per channel, as a batch norm that folding takes into the layer before.
void ScaleAndShift(NodeImport& node, View view, BatchNorm norm) {
  const Shape& shape = ShapeOf(node, view.value);
  // Where there is no layer to fold into, a vector becomes an image: a depthwise convolution.
  if (shape.size() == 1 && !IsProduct(node, view.value))
    view.value = node.Add(Reshape{.shape = {shape[0], 1, 1}}, {view.value});
  view.value = node.Add(std::move(norm), {view.value});
  node.SetView(view);
}

BatchNorm Identity(size_t channels) {
  return {.gamma = std::vector<float>(channels, 1.0f),
          .beta = std::vector<float>(channels, 0.0f),
          .mean = std::vector<float>(channels, 0.0f),
          .variance = std::vector<float>(channels, 1.0f),
          .epsilon = 0.0f};
}

enum class Arithmetic { kAdd, kSubtract, kMultiply, kDivide };

void CombineWithConstant(NodeImport& node, Arithmetic how, bool constant_first) {
  const View view = Whole(node, node.ViewAt(constant_first ? 1 : 0));
  const std::vector<float> values =
      PerChannel(node, node.ConstantAt(constant_first ? 0 : 1, "constant"), view);
  BatchNorm norm = Identity(values.size());
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
}

// Two views of one size in the same order of elements, over values of one shape.
struct Operands {
  View view;  // of the result, its value still to be set
  ValueId a, b;
};

Operands Aligned(NodeImport& node, const View& first, const View& second) {
  const Shape& a = ShapeOf(node, first.value);
  const Shape& b = ShapeOf(node, second.value);
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

// image * one factor a channel, in whichever order of dimensions.
void ScaleChannels(NodeImport& node, const View& image, const View& factors) {
  if (image.dims.size() != 3 || factors.dims.size() != 3)
    node.Refuse("it combines " + ToString(image.dims) + " and " + ToString(factors.dims) +
                "; two tensors of one shape, or one factor a channel, were expected");
  const std::vector<int> order = OrderOfValue(image);
  const View ordered_image = Permuted(image, order), ordered_factors = Permuted(factors, order);
  const ValueId x = node.Image(ordered_image, "input");
  const ValueId y = node.Add(Mul{}, {x, node.Image(ordered_factors, "factors")});
  node.SetView(Permuted(WholeValue(node.graph(), y), Inverse(order)));
}

void Combine(NodeImport& node, const View& a, const View& b, bool multiply) {
  if (a.dims == b.dims) {
    Operands operands = Aligned(node, a, b);
    operands.view.value = multiply ? node.Add(Mul{}, {operands.a, operands.b})
                                   : node.Add(Add{}, {operands.a, operands.b});
    return node.SetView(operands.view);
  }
  if (!multiply)
    node.Refuse("it adds " + ToString(a.dims) + " and " + ToString(b.dims) +
                " (without the batch); only tensors of one shape can be added");
  const bool a_is_image = NumElements(a.dims) >= NumElements(b.dims);
  ScaleChannels(node, a_is_image ? a : b, a_is_image ? b : a);
}

void ImportArithmetic(NodeImport& node, Arithmetic how) {
  if (node.IsConstant(0) || node.IsConstant(1))
    return CombineWithConstant(node, how, node.IsConstant(0));
  if (how == Arithmetic::kSubtract || how == Arithmetic::kDivide)
    node.Refuse("of two tensors only sums and products are supported");
  Combine(node, node.ViewAt(0), node.ViewAt(1), how == Arithmetic::kMultiply);
}

void ImportAdd(NodeImport& node) { ImportArithmetic(node, Arithmetic::kAdd); }
void ImportSub(NodeImport& node) { ImportArithmetic(node, Arithmetic::kSubtract); }
void ImportMul(NodeImport& node) { ImportArithmetic(node, Arithmetic::kMultiply); }
void ImportDiv(NodeImport& node) { ImportArithmetic(node, Arithmetic::kDivide); }

void ImportSum(NodeImport& node) {
  if (node.inputs() == 1) return node.SetView(node.ViewAt(0));
  if (node.inputs() != 2) node.Refuse("sums of more than two tensors are not supported");
  ImportAdd(node);
}

void ImportNeg(NodeImport& node) {
  const View view = Whole(node, node.ViewAt(0));
  BatchNorm norm =
      Identity(PerChannel(node, {.dims = {}, .floats = {1.0f}, .integers = {}}, view).size());
  std::ranges::fill(norm.gamma, -1.0f);
  ScaleAndShift(node, view, std::move(norm));
}

void ImportBatchNormalization(NodeImport& node) {
  if (node.Int("training_mode", 0) != 0)
    node.Refuse("it is in training mode; export the model in evaluation mode");
  const View view = Whole(node, node.ViewAt(0));
  BatchNorm norm{.gamma = node.ConstantAt(1, "scale").floats,
                 .beta = node.ConstantAt(2, "B").floats,
                 .mean = node.ConstantAt(3, "mean").floats,
                 .variance = node.ConstantAt(4, "var").floats,
                 .epsilon = node.Float("epsilon", 1e-5f)};
  node.state().budget.Take(4 * static_cast<int64_t>(norm.gamma.size()));
  ScaleAndShift(node, view, std::move(norm));
}

// What inference passes through.
void ImportIdentity(NodeImport& node) { node.SetSymbol(node.Input(0), 0); }

void ImportCast(NodeImport& node) {
  if (!IsFloatType(static_cast<int32_t>(node.Int("to", 0))))
    node.Refuse("data that flow can't become integers; QuantizeLinear is how models are quantised");
  ImportIdentity(node);
}

constexpr OperatorImport kOperators[] = {{"Relu", ImportRelu},
                                         {"Clip", ImportClip},
                                         {"Sigmoid", ImportSigmoid},
                                         {"HardSigmoid", ImportHardSigmoid},
                                         {"HardSwish", ImportHardSwish},
                                         {"LeakyRelu", ImportLeakyRelu},
                                         {"PRelu", ImportPRelu},
                                         {"Add", ImportAdd},
                                         {"Sub", ImportSub},
                                         {"Mul", ImportMul},
                                         {"Div", ImportDiv},
                                         {"Sum", ImportSum},
                                         {"Neg", ImportNeg},
                                         {"BatchNormalization", ImportBatchNormalization},
                                         {"Identity", ImportIdentity},
                                         {"Dropout", ImportIdentity},
                                         {"Cast", ImportCast}};

}  // namespace

std::span<const OperatorImport> ElementwiseOperators() { return kOperators; }

}  // namespace quantbench::onnx_import
