// SPDX-License-Identifier: Apache-2.0
// DynamicQuantizeLinear, ConvInteger or MatMulInteger, and the products and sums behind them: one
// layer that quantises its input at run time. While the nodes are read its input's scale counts as
// 1, which is what the layer's integers are in units of the real input.
#include <algorithm>
#include <string>

#include "model/onnx/node_import.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
namespace {

bool IsRunTime(Meaning meaning) {
  return meaning != Meaning::kReal && meaning != Meaning::kIntegers;
}

void ImportDynamicQuantizeLinear(NodeImport& node) {
  const View view = node.PaddedViewAt(0);  // zeros around an image are zero whatever its range
  const int source = ++node.state().run_time_sources;
  const auto symbol = [&](Meaning meaning, ConstantPtr constant) {
    return Symbol{.constant = std::move(constant),
                  .view = view,
                  .meaning = meaning,
                  .integer_type = onnx::TensorProto::UINT8,
                  .source = source};
  };
  const Constant one{.dims = {}, .floats = {1.0f}, .integers = {}};
  const Constant zero{.type = onnx::TensorProto::UINT8, .dims = {}, .floats = {}, .integers = {0}};
  node.SetSymbol(symbol(Meaning::kRunTimeIntegers, nullptr), 0);
  node.SetSymbol(symbol(Meaning::kRunTimeScale, std::make_shared<const Constant>(one)), 1);
  node.SetSymbol(symbol(Meaning::kRunTimeZeroPoint, std::make_shared<const Constant>(zero)), 2);
}

// A name under which an input is read as what it stands for, while this lives.
class AsReal {
 public:
  AsReal(NodeImport& node, int input)
      : state_(node.state()), name_(state_.Unused(node.proto().input(input) + "\1real")) {
    Symbol symbol = node.Input(input);
    symbol.meaning = Meaning::kReal;
    state_.symbols[name_] = std::move(symbol);
  }
  ~AsReal() { state_.symbols.erase(name_); }
  AsReal(const AsReal&) = delete;
  AsReal& operator=(const AsReal&) = delete;
  const std::string& name() const { return name_; }

 private:
  ImportState& state_;
  std::string name_;
};

void SetMeaning(NodeImport& node, const Symbol& like) {
  const auto result = node.state().symbols.find(node.proto().output(0));
  if (result == node.state().symbols.end()) return;
  result->second.meaning = like.meaning;
  result->second.source = like.source;
  if (result->second.constant != nullptr) result->second.view = like.view;
}

// The node with one input read as real numbers; the result means again what the input meant.
void Carry(NodeImport& node, int input) {
  const Symbol symbol = node.Input(input);
  const AsReal real(node, input);
  std::vector<std::string> inputs(node.proto().input().begin(), node.proto().input().end());
  inputs[static_cast<size_t>(input)] = real.name();
  ImportNode(node.state(),
             Derived(node, node.proto().op_type(), inputs, node.proto().output(0), true));
  SetMeaning(node, symbol);
}

// The layer's integers as floats, which remember that they are integers.
void SetWeight(NodeImport& node, const std::string& name, int64_t axis) {
  const std::string ones = node.state().Unused(name + "\1ones");
  const bool has_zero = node.Has(3);
  const int64_t count = has_zero ? node.ConstantAt(3, "weight's zero point").count() : 1;
  node.state().budget.Take(count);
  node.state().symbols[ones] = {.constant = std::make_shared<const Constant>(Constant{
                                    .dims = count == 1 ? Shape{} : Shape{count},
                                    .floats = std::vector<float>(static_cast<size_t>(count), 1.0f),
                                    .integers = {}})};
  std::vector<std::string> inputs{node.proto().input(1), ones};
  if (has_zero) inputs.push_back(node.proto().input(3));
  onnx::NodeProto dequantize = Derived(node, "DequantizeLinear", inputs, name);
  onnx::AttributeProto& attribute = *dequantize.add_attribute();
  attribute.set_name("axis");
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(axis);
  ImportNode(node.state(), dequantize);
  node.state().symbols.erase(ones);
}

void ImportLayer(NodeImport& node, bool is_conv) {
  const Symbol integers = node.Input(0);
  if (!node.Has(2) || node.Input(2).meaning != Meaning::kRunTimeZeroPoint ||
      node.Input(2).source != integers.source)
    node.Refuse("its zero point must be that of the DynamicQuantizeLinear before it");
  node.ConstantAt(1, "weight");
  const AsReal input(node, 0);
  const std::string weight = node.state().Unused(node.proto().output(0) + "\1weight");
  SetWeight(node, weight, is_conv ? 0 : 1);
  ImportNode(node.state(), Derived(node, is_conv ? "Conv" : "MatMul", {input.name(), weight},
                                   node.proto().output(0), true));
  node.state().symbols.erase(weight);
  std::vector<Node>& nodes = node.state().graph.nodes;
  for (auto layer = nodes.rbegin(); layer != nodes.rend(); ++layer) {
    Weighted* const weighted = WeightsOf(layer->op);
    if (weighted == nullptr) continue;
    if (weighted->given.scales.empty())
      node.Refuse("its weights must fit int8 when their zero point is taken off");
    weighted->given.at_run_time = true;
    break;
  }
  SetMeaning(node,
             {.constant = nullptr, .meaning = Meaning::kRunTimeSums, .source = integers.source});
}

// Sums by their input's scale are real numbers; constants may join before and after.
void ImportProduct(NodeImport& node) {
  const Symbol a = node.Input(0), b = node.Input(1);
  const auto is = [](const Symbol& symbol, Meaning meaning) { return symbol.meaning == meaning; };
  const bool whole = (is(a, Meaning::kRunTimeSums) && is(b, Meaning::kRunTimeScale)) ||
                     (is(b, Meaning::kRunTimeSums) && is(a, Meaning::kRunTimeScale));
  if (whole && a.source == b.source) {
    const AsReal x(node, 0), y(node, 1);
    ImportNode(node.state(), Derived(node, "Mul", {x.name(), y.name()}, node.proto().output(0)));
    return;
  }
  const int other = is(a, Meaning::kReal) ? 0 : 1;
  const int run_time = 1 - other;
  const Meaning meaning = node.Input(run_time).meaning;
  const bool fits = node.Input(other).meaning == Meaning::kReal && node.IsConstant(other) &&
                    (meaning == Meaning::kRunTimeSums || meaning == Meaning::kRunTimeScale);
  if (!fits)
    node.Refuse(
        "of what DynamicQuantizeLinear makes, only sums of products may be multiplied by "
        "its scale, and both by constants");
  Carry(node, run_time);
}

constexpr std::string_view kCarried[] = {"Identity",  "Reshape",   "Flatten", "Squeeze",
                                         "Unsqueeze", "Transpose", "Cast"};

}  // namespace

bool ImportOnRunTimeIntegers(NodeImport& node) {
  const std::string& op = node.proto().op_type();
  if (op == "DynamicQuantizeLinear") {
    ImportDynamicQuantizeLinear(node);
    return true;
  }
  for (int i = 0; i < node.inputs(); ++i) {
    if (!node.Has(i) || !IsRunTime(node.Input(i).meaning)) continue;
    const Meaning meaning = node.Input(i).meaning;
    const bool is_layer = op == "ConvInteger" || op == "MatMulInteger";
    if (is_layer && i == 0 && meaning == Meaning::kRunTimeIntegers) {
      ImportLayer(node, op == "ConvInteger");
    } else if (op == "Mul" && node.inputs() == 2) {
      ImportProduct(node);
    } else if (std::ranges::find(kCarried, op) != std::end(kCarried) && i == 0 &&
               (op != "Cast" || meaning == Meaning::kRunTimeSums)) {
      Carry(node, i);
    } else {
      node.Refuse(
          "it can't read what DynamicQuantizeLinear makes; ConvInteger or MatMulInteger, "
          "Cast and Mul by the scale were expected");
    }
    return true;
  }
  return false;
}

}  // namespace quantbench::onnx_import
