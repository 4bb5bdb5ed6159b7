// SPDX-License-Identifier: Apache-2.0
// QuantizeLinear and DequantizeLinear of data that flow: what a file says of their integers, and of
// operators that stand between the two.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "model/onnx/elementwise.h"
#include "model/onnx/node_import.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
namespace {

bool IsEightBits(int32_t type) {
  return type == onnx::TensorProto::UINT8 || type == onnx::TensorProto::INT8;
}

// Activations are quint8 here; int8 ones are the same integers, 128 higher. `type`: of the
// integers, where no zero point tells.
QParams ActivationQParams(const NodeImport& node, int32_t& type) {
  const Constant& scale = node.ConstantAt(1, "scale");
  if (scale.floats.size() != 1)
    node.Refuse("activations with one scale per channel are not supported, only one for all");
  QParams qparams{.scale = scale.floats[0], .zero_point = 0};
  if (node.Has(2)) {
    const Constant& zero_point = node.ConstantAt(2, "zero point");
    if (!IsEightBits(type)) type = zero_point.type;
    if (zero_point.integers.size() != 1) node.Refuse("its zero point must be one integer");
    qparams.zero_point = static_cast<int32_t>(std::clamp<int64_t>(
        zero_point.integers[0], std::numeric_limits<int32_t>::min() / 2, 1 << 30));
  }
  if (!IsEightBits(type)) node.Refuse("activations must be of 8 bits (uint8 or int8)");
  if (type == onnx::TensorProto::INT8) qparams.zero_point += 128;
  const bool scale_fits = std::isfinite(qparams.scale) && qparams.scale > 0.0f;
  if (!scale_fits || qparams.zero_point < 0 || qparams.zero_point > 255)
    node.Refuse("its scale " + std::to_string(qparams.scale) +
                " must be positive and its zero point fit eight bits");
  return qparams;
}

const std::optional<QParams>& GivenQParams(const NodeImport& node, const View& view) {
  return node.graph().values[static_cast<size_t>(view.value)].given;
}

// The view in eight bits, by a node that does nothing else: MergeQuantization finds out later
// where another one can do it. Zeros around an image stay what they are.
View Quantized(NodeImport& node, View view, const QParams& qparams) {
  const Padding padding = std::exchange(view.padding, {});
  view = Whole(node, view);
  const std::optional<QParams>& before = GivenQParams(node, view);
  if (!before || !(*before == qparams)) {
    view.value = node.Add(Activate{}, {view.value});
    node.state().graph.values[static_cast<size_t>(view.value)].given = qparams;
  }
  view.padding = padding;
  return view;
}

void ImportQuantizeLinear(NodeImport& node) {
  if (node.IsConstant(0)) return FoldQuantize(node);
  if (node.Int("block_size", 0) != 0) node.Refuse("activations in blocks are not supported");
  int32_t type = 0;
  if (!node.Has(2)) type = static_cast<int32_t>(node.Int("output_dtype", onnx::TensorProto::UINT8));
  const QParams qparams = ActivationQParams(node, type);
  node.SetSymbol({.constant = nullptr,
                  .view = Quantized(node, node.PaddedViewAt(0), qparams),
                  .meaning = Meaning::kIntegers,
                  .integer_type = type},
                 0);
}

// Whether integers stand for the same numbers, whatever their limits.
bool MeanTheSame(const QParams& a, const QParams& b) {
  return a.scale == b.scale && a.zero_point == b.zero_point;
}

// The integers of one pair of qparams read with another.
void Reinterpret(NodeImport& node, View view, const QParams& from, const QParams& to) {
  view = Whole(node, node.Settled(view));
  const int64_t channels = node.ShapeOf(view.value)[0];
  node.state().budget.Take(4 * channels);
  BatchNorm norm = IdentityNorm(static_cast<size_t>(channels));
  std::ranges::fill(norm.gamma, to.scale / from.scale);
  std::ranges::fill(norm.beta, static_cast<float>(from.zero_point - to.zero_point) * to.scale);
  ScaleAndShift(node, view, std::move(norm));
}

void ImportDequantizeLinear(NodeImport& node) {
  Symbol symbol = node.Input(0);
  if (symbol.constant != nullptr) return FoldDequantize(node);
  if (symbol.meaning != Meaning::kIntegers)
    node.Refuse("it dequantises what no QuantizeLinear made; models are read in QDQ form");
  const QParams qparams = ActivationQParams(node, symbol.integer_type);
  symbol.meaning = Meaning::kReal;
  const std::optional<QParams> before = GivenQParams(node, symbol.view);
  if (before && !MeanTheSame(*before, qparams))
    return Reinterpret(node, symbol.view, *before, qparams);
  if (!before) symbol.view = Quantized(node, symbol.view, qparams);  // the graph's input
  node.SetSymbol(std::move(symbol), 0);
}

// What works on integers as on the numbers that they stand for.
constexpr std::string_view kMovingOperators[] = {
    "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice",
    "Split",    "Gather",  "MaxPool", "Concat",  "Dropout",   "Shape",     "Pad"};

// An integer that no data but the node itself has, such as what Pad puts around an image: as what
// it stands for.
std::string RealNumber(NodeImport& node, int input, const QParams& qparams, int64_t shift) {
  int64_t integer = 0;
  if (node.Has(input)) {
    const Constant& constant = node.ConstantAt(input, "value");
    if (constant.integers.size() != 1) node.Refuse("its value must be one integer");
    integer = std::clamp<int64_t>(constant.integers[0], -256, 256);
  }
  const float real = static_cast<float>(integer + shift - qparams.zero_point) * qparams.scale;
  const std::string name = node.state().Unused(node.proto().output(0) + "\1value");
  node.state().symbols[name] = {.constant = std::make_shared<const Constant>(
                                    Constant{.dims = {}, .floats = {real}, .integers = {}})};
  return name;
}

int64_t ShiftOf(const Symbol& integers) {
  return integers.integer_type == onnx::TensorProto::INT8 ? 128 : 0;
}

[[noreturn]] void RefuseInput(const NodeImport& node) {
  node.Refuse("it works on the model's integer input; a DequantizeLinear was expected before it");
}

// The operator on what the integers stand for; its results are integers of the same qparams.
void MoveIntegers(NodeImport& node, const Symbol& integers) {
  std::optional<QParams> qparams = GivenQParams(node, integers.view);
  std::vector<std::string> inputs, made_up;
  for (int i = 0; i < node.inputs(); ++i) {
    inputs.push_back(node.proto().input(i));
    if (!node.Has(i) || node.Input(i).meaning != Meaning::kIntegers) continue;
    Symbol real = node.Input(i);
    const std::optional<QParams>& given = GivenQParams(node, real.view);
    if (given.has_value() != qparams.has_value() || (given && !MeanTheSame(*given, *qparams)))
      node.Refuse("it joins integers that stand for different numbers");
    if (given) qparams->most = std::max(qparams->most, given->most);
    real.meaning = Meaning::kReal;
    inputs.back() = node.state().Unused(inputs.back() + "\1real");
    made_up.push_back(inputs.back());
    node.state().symbols[inputs.back()] = std::move(real);
  }
  if (node.proto().op_type() == "Pad" && node.opset() >= 11) {
    if (!qparams) RefuseInput(node);
    inputs.resize(std::max<size_t>(inputs.size(), 3));
    inputs[2] = RealNumber(node, 2, *qparams, ShiftOf(integers));
    made_up.push_back(inputs[2]);
  }
  onnx::NodeProto derived =
      Derived(node, node.proto().op_type(), inputs, node.proto().output(0), true);
  *derived.mutable_output() = node.proto().output();
  ImportNode(node.state(), derived);
  for (const std::string& name : made_up) node.state().symbols.erase(name);
  for (const std::string& name : node.proto().output()) {
    const auto result = node.state().symbols.find(name);
    if (name.empty() || result == node.state().symbols.end() || result->second.constant) continue;
    if (qparams) {
      result->second.view = Quantized(node, result->second.view, *qparams);
    } else if (result->second.view.value != node.graph().input) {
      RefuseInput(node);  // the image may only be looked at in another way
    }
    result->second.meaning = Meaning::kIntegers;
    result->second.integer_type = integers.integer_type;
  }
}

// The view in integers from 0 to `most`: what only quantises a value does so within that limit.
View Limited(NodeImport& node, View view, QParams qparams, int32_t most) {
  if (most >= qparams.most) return view;
  qparams.most = most;
  const std::vector<Node>& nodes = node.graph().nodes;
  // A QuantizeLinear stands close before its Clip, so files of many can't make this slow.
  constexpr size_t kLooksBack = 1000;
  for (size_t i = nodes.size(); i > 0 && nodes.size() - i < kLooksBack; --i) {
    const Node& writer = nodes[i - 1];
    if (writer.output != view.value) continue;
    if (std::holds_alternative<Activate>(writer.op) && writer.activation == Activation::kNone)
      view.value = writer.inputs[0];
    break;
  }
  return Quantized(node, view, qparams);
}

// Bounds of integers, as fake quantisation to seven bits has them; Relu's is their 0.
void ClipIntegers(NodeImport& node, Symbol symbol) {
  const std::optional<QParams> qparams = GivenQParams(node, symbol.view);
  if (!qparams) RefuseInput(node);
  const int64_t shift = ShiftOf(symbol);
  const auto bound = [&](int input, int64_t otherwise) {
    if (!node.Has(input)) return otherwise;
    const Constant& constant = node.ConstantAt(input, "bound");
    if (constant.integers.size() != 1) node.Refuse("its bounds must be single integers");
    return std::clamp<int64_t>(constant.integers[0], -256, 256) + shift;
  };
  const auto real = [&](int64_t q) {
    return static_cast<float>(q - qparams->zero_point) * qparams->scale;
  };
  const int64_t low = node.proto().op_type() == "Relu" ? shift : bound(1, 0);
  const int64_t high = bound(2, 255);
  if (low > high) node.Refuse("its bounds leave no value");
  // A limit of 0 would stand for none.
  if (low <= 0 && high > 0 && qparams->zero_point <= high) {
    symbol.view = Limited(node, symbol.view, *qparams, static_cast<int32_t>(high));
  } else {
    View view = Whole(node, node.Settled(symbol.view));
    view.value = node.Add(Unary{.function = Function::kClip, .parameters = {real(low), real(high)}},
                          {view.value});
    symbol.view = Quantized(node, view, *qparams);
  }
  node.SetSymbol(std::move(symbol), 0);
}

constexpr OperatorImport kQuantizeOperators[] = {{"QuantizeLinear", ImportQuantizeLinear},
                                                 {"DequantizeLinear", ImportDequantizeLinear}};

}  // namespace

bool ImportOnIntegers(NodeImport& node) {
  const std::string& op = node.proto().op_type();
  for (int i = 0; i < node.inputs(); ++i) {
    if (!node.Has(i) || node.Input(i).meaning != Meaning::kIntegers) continue;
    const Symbol symbol = node.Input(i);
    if (std::ranges::find(kMovingOperators, op) != std::end(kMovingOperators)) {
      MoveIntegers(node, symbol);
      return true;
    }
    if ((op == "Clip" || op == "Relu") && i == 0) {
      ClipIntegers(node, symbol);
      return true;
    }
    if (op != "Cast" || !GivenQParams(node, symbol.view)) continue;
    const auto to = static_cast<int32_t>(node.Int("to", 0));
    if (IsFloatType(to)) {  // the integers themselves
      Reinterpret(node, symbol.view, *GivenQParams(node, symbol.view),
                  {.scale = 1.0f, .zero_point = static_cast<int32_t>(ShiftOf(symbol))});
      return true;
    }
    // To wider integers, or to those that they are already.
    const bool fits =
        to == symbol.integer_type || (!IsEightBits(to) && to != onnx::TensorProto::BOOL);
    if (fits) {
      node.SetSymbol(symbol, 0);
      return true;
    }
  }
  return false;
}

std::span<const OperatorImport> QuantizeOperators() { return kQuantizeOperators; }

}  // namespace quantbench::onnx_import
