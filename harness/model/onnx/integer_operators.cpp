// SPDX-License-Identifier: Apache-2.0
// Operators on integers, QLinearConv and its family, as what they are short for: DequantizeLinear
// before the float operator, QuantizeLinear behind it.
#include <string>

#include "model/onnx/node_import.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
namespace {

void SetIntOf(onnx::NodeProto& node, const char* name, int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

// The nodes that one stands for. Their results have the names of the node's result and more.
class Expansion {
 public:
  explicit Expansion(NodeImport& node) : node_(node) {}

  const std::string& output() const { return node_.proto().output(0); }
  std::string Made(const std::string& what) const {
    return node_.state().Unused(output() + "\1" + what);
  }
  // "" where it is left out.
  std::string Input(int i) const { return node_.Has(i) ? node_.proto().input(i) : ""; }

  std::string Add(const std::string& op, const std::vector<std::string>& inputs,
                  const std::string& what, bool with_attributes = false) {
    return AddTo(Derived(node_, op, inputs, Made(what), with_attributes));
  }

  // Input i with its scale and zero point behind it.
  std::string Real(int i, const std::string& what, int64_t axis = 1) {
    return Real(Input(i), Input(i + 1), Input(i + 2), what, axis);
  }
  std::string Real(const std::string& x, const std::string& scale, const std::string& zero,
                   const std::string& what, int64_t axis = 1) {
    onnx::NodeProto dequantize = Derived(node_, "DequantizeLinear", {x, scale, zero}, Made(what));
    SetIntOf(dequantize, "axis", axis);
    return AddTo(dequantize);
  }
  // An int32 bias, whose scale is the product of the two.
  std::string Bias(int i, const std::string& x_scale, const std::string& weight_scale) {
    return Real(Input(i), Add("Mul", {x_scale, weight_scale}, "bias_scale"), "", "bias", 0);
  }

  // The node's result: `x` with the scale at input i and the zero point behind it, or as it is
  // where there is no scale.
  void Finish(const std::string& x, int scale) {
    if (node_.Has(scale)) {
      AddTo(Derived(node_, "QuantizeLinear", {x, Input(scale), Input(scale + 1)}, output()));
    } else {
      AddTo(Derived(node_, "Identity", {x}, output()));
    }
  }

  // Around operators that know channels first alone.
  bool channels_last() const { return node_.Int("channels_last", 0) != 0; }
  std::string ChannelsFirst(const std::string& x) {
    return channels_last() ? Transposed(x, {0, 3, 1, 2}, "channels_first") : x;
  }
  std::string ChannelsBack(const std::string& x) {
    return channels_last() ? Transposed(x, {0, 2, 3, 1}, "channels_last") : x;
  }

  std::string Transposed(const std::string& x, const std::vector<int64_t>& order,
                         const std::string& what) {
    onnx::NodeProto transpose = Derived(node_, "Transpose", {x}, Made(what));
    onnx::AttributeProto& attribute = *transpose.add_attribute();
    attribute.set_name("perm");
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const int64_t d : order) attribute.add_ints(d);
    return AddTo(transpose);
  }

 private:
  std::string AddTo(const onnx::NodeProto& made) {
    ImportNode(node_.state(), made);
    return made.output(0);
  }

  NodeImport& node_;
};

// x, its scale and zero point, w and its, y's; a bias.
void ImportQLinearConv(NodeImport& node) {
  Expansion e(node);
  std::vector<std::string> inputs{e.ChannelsFirst(e.Real(0, "x")), e.Real(3, "weight", 0)};
  if (node.Has(8)) inputs.push_back(e.Bias(8, e.Input(1), e.Input(4)));
  e.Finish(e.ChannelsBack(e.Add("Conv", inputs, "y", true)), 6);
}

void ImportQLinearMatMul(NodeImport& node) {
  Expansion e(node);
  const std::string a = e.Real(0, "a");
  e.Finish(e.Add("MatMul", {a, e.Real(3, "b")}, "y"), 6);
}

void ImportQGemm(NodeImport& node) {
  Expansion e(node);
  const bool transposed = node.Int("transB", 0) != 0;
  std::vector<std::string> inputs{e.Real(0, "a"), e.Real(3, "b", transposed ? 0 : 1)};
  if (node.Has(6)) {
    if (node.Float("alpha", 1.0f) != 1.0f)
      node.Refuse("alpha together with a bias is not supported");
    inputs.push_back(e.Bias(6, e.Input(1), e.Input(4)));
  }
  e.Finish(e.Add("Gemm", inputs, "y", true), 7);
}

void ImportOfTwo(NodeImport& node, const char* op) {
  Expansion e(node);
  const std::string a = e.Real(0, "a");
  e.Finish(e.Add(op, {a, e.Real(3, "b")}, "y"), 6);
}
void ImportQLinearAdd(NodeImport& node) { ImportOfTwo(node, "Add"); }
void ImportQLinearMul(NodeImport& node) { ImportOfTwo(node, "Mul"); }

// x, its scale and zero point, y's.
void ImportOfOne(NodeImport& node, const char* op) {
  Expansion e(node);
  const std::string x = e.ChannelsFirst(e.Real(0, "x"));
  e.Finish(e.ChannelsBack(e.Add(op, {x}, "y", true)), 3);
}
void ImportQLinearSigmoid(NodeImport& node) { ImportOfOne(node, "Sigmoid"); }
void ImportQLinearLeakyRelu(NodeImport& node) { ImportOfOne(node, "LeakyRelu"); }
void ImportQLinearSoftmax(NodeImport& node) { ImportOfOne(node, "Softmax"); }
void ImportQLinearReduceMean(NodeImport& node) { ImportOfOne(node, "ReduceMean"); }
void ImportQLinearAveragePool(NodeImport& node) { ImportOfOne(node, "AveragePool"); }
void ImportQLinearGlobalAveragePool(NodeImport& node) { ImportOfOne(node, "GlobalAveragePool"); }

// A pool of integers in ONNX Runtime's own order.
void ImportNhwcMaxPool(NodeImport& node) {
  Expansion e(node);
  const std::string x = e.Transposed(e.Input(0), {0, 3, 1, 2}, "channels_first");
  const std::string y = e.Add("MaxPool", {x}, "y", true);
  ImportNode(node.state(), Derived(node, "Identity",
                                   {e.Transposed(y, {0, 2, 3, 1}, "channels_last")}, e.output()));
}

// y's scale and zero point, and three for each input.
void ImportQLinearConcat(NodeImport& node) {
  Expansion e(node);
  std::vector<std::string> parts;
  for (int i = 2; i + 1 < node.inputs(); i += 3)
    parts.push_back(e.Real(i, "part" + std::to_string(i)));
  e.Finish(e.Add("Concat", parts, "y", true), 0);
}

// Behind MatMulInteger: products with both scales, and a bias.
void FinishProduct(NodeImport& node, Expansion& e, const std::vector<std::string>& integers,
                   const std::string& x_scale, const std::string& weight_scale, int bias) {
  const std::string sums = e.Add("MatMulInteger", integers, "sums");
  const std::string scale = e.Add("Mul", {x_scale, weight_scale}, "scale");
  std::string y = e.Add("Mul", {sums, scale}, "product");
  if (node.Has(bias)) y = e.Add("Add", {y, e.Input(bias)}, "y");
  ImportNode(node.state(), Derived(node, "Identity", {y}, e.output()));
}

// a, b, a's scale, b's scale, a's zero point, b's zero point, bias
void ImportMatMulIntegerToFloat(NodeImport& node) {
  Expansion e(node);
  FinishProduct(node, e, {e.Input(0), e.Input(1), e.Input(4), e.Input(5)}, e.Input(2), e.Input(3),
                6);
}

// a, b, b's scale, b's zero point, bias
void ImportDynamicQuantizeMatMul(NodeImport& node) {
  Expansion e(node);
  const std::string integers = e.Made("integers"), scale = e.Made("a_scale"),
                    zero = e.Made("a_zero");
  onnx::NodeProto quantize = Derived(node, "DynamicQuantizeLinear", {e.Input(0)}, integers);
  quantize.add_output(scale);
  quantize.add_output(zero);
  ImportNode(node.state(), quantize);
  FinishProduct(node, e, {integers, e.Input(1), zero, e.Input(3)}, scale, e.Input(2), 4);
}

constexpr OperatorImport kIntegerOperators[] = {
    {"QLinearConv", ImportQLinearConv},
    {"QLinearMatMul", ImportQLinearMatMul},
    {"QLinearAdd", ImportQLinearAdd},
    {"QLinearMul", ImportQLinearMul},
    {"QLinearSigmoid", ImportQLinearSigmoid},
    {"QLinearLeakyRelu", ImportQLinearLeakyRelu},
    {"QLinearSoftmax", ImportQLinearSoftmax},
    {"QLinearReduceMean", ImportQLinearReduceMean},
    {"QLinearAveragePool", ImportQLinearAveragePool},
    {"QLinearGlobalAveragePool", ImportQLinearGlobalAveragePool},
    {"NhwcMaxPool", ImportNhwcMaxPool},
    {"QLinearConcat", ImportQLinearConcat},
    {"QGemm", ImportQGemm},
    {"MatMulIntegerToFloat", ImportMatMulIntegerToFloat},
    {"DynamicQuantizeMatMul", ImportDynamicQuantizeMatMul}};

}  // namespace

std::span<const OperatorImport> IntegerOperators() { return kIntegerOperators; }

}  // namespace quantbench::onnx_import
