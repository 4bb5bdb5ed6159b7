// SPDX-License-Identifier: Apache-2.0
// Functions of one element: activations by themselves, and those that integer models look up.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "model/onnx/elementwise.h"
#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::Clamp;
using onnx_import::Constant;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void ApplyFunction(NodeImport& node, Function function, std::array<float, 2> parameters = {}) {
  ApplyToEach(node, 0, Unary{.function = function, .parameters = parameters}, Activation::kNone);
}

void ImportRelu(NodeImport& node) { Clamp(node, 0, 0.0f, kInfinity); }

void ImportClip(NodeImport& node) {
  // Exporters write the largest float where they mean no bound.
  const auto unbounded = [](float bound) {
    return std::abs(bound) >= std::numeric_limits<float>::max() ? std::copysign(kInfinity, bound)
                                                                : bound;
  };
  Clamp(node, 0, unbounded(node.FloatOrInput("min", 1).value_or(-kInfinity)),
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

// Those without parameters.
template <Function function>
void ImportFunction(NodeImport& node) {
  ApplyFunction(node, function);
}

void ImportElu(NodeImport& node) {
  ApplyFunction(node, Function::kElu, {node.Float("alpha", 1.0f), 0.0f});
}

void ImportSelu(NodeImport& node) {
  // As the operator's definition rounds them.
  ApplyFunction(node, Function::kSelu,
                {node.Float("alpha", 1.67326319217681884765625f),
                 node.Float("gamma", 1.05070102214813232421875f)});
}

void ImportCelu(NodeImport& node) {
  const float alpha = node.Float("alpha", 1.0f);
  if (alpha == 0.0f) node.Refuse("its alpha is 0, which it divides by");
  ApplyFunction(node, Function::kCelu, {alpha, 0.0f});
}

void ImportThresholdedRelu(NodeImport& node) {
  ApplyFunction(node, Function::kThresholdedRelu, {node.Float("alpha", 1.0f), 0.0f});
}

void ImportGelu(NodeImport& node) {
  const std::string approximate = node.Text("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    node.Refuse("its approximate '" + approximate + "' is neither none nor tanh");
  ApplyFunction(node, approximate == "tanh" ? Function::kGeluTanh : Function::kGelu);
}

// x * sigmoid(alpha * x); the functions pass finds silu in it where alpha is 1.
void ImportSwish(NodeImport& node) {
  if (node.Float("alpha", 1.0f) != 1.0f)
    node.Refuse("an alpha other than 1 is not supported; write it as x * Sigmoid(alpha * x)");
  ApplyFunction(node, Function::kSilu);
}

// The larger one of data and a number; the smaller one is the room of caps'.
void ImportMax(NodeImport& node) {
  const bool two = node.inputs() == 2 && node.IsConstant(0) != node.IsConstant(1);
  const Constant* const number =
      two ? &node.ConstantAt(node.IsConstant(0) ? 0 : 1, "bound") : nullptr;
  if (number == nullptr || number->floats.size() != 1)
    node.Refuse("only data and one number can be compared");
  Clamp(node, node.IsConstant(0) ? 1 : 0, number->floats[0], kInfinity);
}

constexpr OperatorImport kActivationImports[] = {{"Relu", ImportRelu}};
constexpr OperatorImport kFunctionImports[] = {
    {"Clip", ImportClip},
    {"Sigmoid", ImportSigmoid},
    {"HardSigmoid", ImportHardSigmoid},
    {"HardSwish", ImportHardSwish},
    {"LeakyRelu", ImportLeakyRelu},
    {"Elu", ImportElu},
    {"Selu", ImportSelu},
    {"Celu", ImportCelu},
    {"ThresholdedRelu", ImportThresholdedRelu},
    {"Gelu", ImportGelu},
    {"Swish", ImportSwish},
    {"Mish", ImportFunction<Function::kMish>},
    {"Softplus", ImportFunction<Function::kSoftplus>},
    {"Softsign", ImportFunction<Function::kSoftsign>},
    {"Tanh", ImportFunction<Function::kTanh>},
    {"Erf", ImportFunction<Function::kErf>},
    {"Exp", ImportFunction<Function::kExp>},
    {"Log", ImportFunction<Function::kLog>},
    {"Sqrt", ImportFunction<Function::kSqrt>},
    {"Abs", ImportFunction<Function::kAbs>},
    {"Reciprocal", ImportFunction<Function::kReciprocal>},
    {"Max", ImportMax}};

class ActivateRoom final : public Rules<Activate> {
  std::string_view Name(const Activate&) const override { return "activation"; }
  Shape OutputShape(const Activate&, const NodeShapes& node) const override { return node.Only(); }
  qb_op PluginOp(const Activate&) const override { return QB_ACTIVATION; }
  void WriteOnnx(const Activate&, onnx_export::NodeWriter& node) const override {
    node.AddOperator("Identity");
  }
  std::span<const OperatorImport> OnnxImports() const override { return kActivationImports; }
};

struct FunctionNames {
  std::string_view name;
  qb_op op;
};
FunctionNames NamesOf(Function function) {
  switch (function) {
    case Function::kClip:
      return {"clip", QB_CLIP};
    case Function::kHardSigmoid:
      return {"hard_sigmoid", QB_HARD_SIGMOID};
    case Function::kHardSwish:
      return {"hard_swish", QB_HARD_SWISH};
    case Function::kSigmoid:
      return {"sigmoid", QB_SIGMOID};
    case Function::kSilu:
      return {"silu", QB_SILU};
    case Function::kLeakyRelu:
      return {"leaky_relu", QB_LEAKY_RELU};
    case Function::kElu:
      return {"elu", QB_ELU};
    case Function::kSelu:
      return {"selu", QB_SELU};
    case Function::kCelu:
      return {"celu", QB_CELU};
    case Function::kGelu:
      return {"gelu", QB_GELU};
    case Function::kGeluTanh:
      return {"gelu_tanh", QB_GELU_TANH};
    case Function::kMish:
      return {"mish", QB_MISH};
    case Function::kSoftplus:
      return {"softplus", QB_SOFTPLUS};
    case Function::kSoftsign:
      return {"softsign", QB_SOFTSIGN};
    case Function::kTanh:
      return {"tanh", QB_TANH};
    case Function::kErf:
      return {"erf", QB_ERF};
    case Function::kThresholdedRelu:
      return {"thresholded_relu", QB_THRESHOLDED_RELU};
    case Function::kExp:
      return {"exp", QB_EXP};
    case Function::kLog:
      return {"log", QB_LOG};
    case Function::kSqrt:
      return {"sqrt", QB_SQRT};
    case Function::kAbs:
      return {"abs", QB_ABS};
    case Function::kReciprocal:
      return {"reciprocal", QB_RECIPROCAL};
  }
  throw std::logic_error("a function without a name");
}

class UnaryRoom final : public Rules<Unary> {
  std::string_view Name(const Unary& unary) const override { return ToString(unary.function); }
  Shape OutputShape(const Unary&, const NodeShapes& node) const override { return node.Only(); }
  bool TakesActivation() const override { return false; }
  bool IsTabulated() const override { return true; }

  qb_op PluginOp(const Unary& unary) const override { return NamesOf(unary.function).op; }
  void SetAttributes(const Unary& unary, qb_node& node) const override {
    std::ranges::copy(unary.parameters, node.parameters);
  }

  void WriteOnnx(const Unary& unary, onnx_export::NodeWriter& node) const override {
    const auto& [p, q] = unary.parameters;
    switch (unary.function) {
      case Function::kClip: {
        const std::string low = node.file().AddScalar(node.name() + "_low", p);
        const std::string high = node.file().AddScalar(node.name() + "_high", q);
        node.AddOperator("Clip", {node.inputs()[0], low, high});
        return;
      }
      case Function::kHardSigmoid:
        node.AddOperator("HardSigmoid").Float("alpha", p).Float("beta", q);
        return;
      case Function::kHardSwish:
        node.AddOperator("HardSigmoid", node.inputs(), "_hard_sigmoid")
            .Float("alpha", 1.0f / 6.0f)
            .Float("beta", 0.5f);
        return WriteProduct(node, "_hard_sigmoid");
      case Function::kSilu:
        node.AddOperator("Sigmoid", node.inputs(), "_sigmoid");
        return WriteProduct(node, "_sigmoid");
      case Function::kMish:
        node.AddOperator("Softplus", node.inputs(), "_softplus");
        node.AddOperator("Tanh", {node.name() + "_softplus"}, "_tanh");
        return WriteProduct(node, "_tanh");
      case Function::kGelu:
      case Function::kGeluTanh:
        return WriteGelu(node, unary.function == Function::kGeluTanh);
      case Function::kSelu:
        node.AddOperator("Selu").Float("alpha", p).Float("gamma", q);
        return;
      case Function::kLeakyRelu:
      case Function::kElu:
      case Function::kCelu:
      case Function::kThresholdedRelu:
        node.AddOperator(OnnxNameOf(unary.function)).Float("alpha", p);
        return;
      default:
        node.AddOperator(OnnxNameOf(unary.function));
    }
  }
  std::span<const OperatorImport> OnnxImports() const override { return kFunctionImports; }

 private:
  // Of functions that opset 13 has under one name.
  static const char* OnnxNameOf(Function function) {
    switch (function) {
      case Function::kSigmoid:
        return "Sigmoid";
      case Function::kLeakyRelu:
        return "LeakyRelu";
      case Function::kElu:
        return "Elu";
      case Function::kCelu:
        return "Celu";
      case Function::kThresholdedRelu:
        return "ThresholdedRelu";
      case Function::kSoftplus:
        return "Softplus";
      case Function::kSoftsign:
        return "Softsign";
      case Function::kTanh:
        return "Tanh";
      case Function::kErf:
        return "Erf";
      case Function::kExp:
        return "Exp";
      case Function::kLog:
        return "Log";
      case Function::kSqrt:
        return "Sqrt";
      case Function::kAbs:
        return "Abs";
      case Function::kReciprocal:
        return "Reciprocal";
      default:
        throw std::logic_error("a function that ONNX files don't have");
    }
  }

  // What opset 13 has no operator for is x times another function of it.
  static void WriteProduct(onnx_export::NodeWriter& node, const char* factor) {
    node.file().AddNode("Mul", {node.inputs()[0], node.name() + factor}, node.name());
  }

  // x * ((1 + f) / 2), f an erf or its approximation.
  static void WriteGelu(onnx_export::NodeWriter& node, bool by_tanh) {
    const std::string& x = node.inputs()[0];
    const auto combine = [&](const char* op, const std::string& input, float constant,
                             const char* suffix) {
      const std::string name = node.name() + suffix;
      node.AddOperator(op, {input, node.file().AddScalar(name + "_by", constant)}, suffix);
      return name;
    };
    std::string inner;
    if (by_tanh) {
      node.AddOperator("Mul", {x, x}, "_square");
      const std::string scaled = combine("Mul", node.name() + "_square", 0.044715f, "_scaled");
      const std::string shifted = combine("Add", scaled, 1.0f, "_shifted");
      node.AddOperator("Mul", {x, shifted}, "_cubic");
      inner = combine("Mul", node.name() + "_cubic", 0.7978845608f, "_inner");
    } else {
      inner = combine("Mul", x, 0.7071067812f, "_inner");
    }
    node.AddOperator(by_tanh ? "Tanh" : "Erf", {inner}, "_function");
    const std::string above_zero = combine("Add", node.name() + "_function", 1.0f, "_above_zero");
    combine("Mul", above_zero, 0.5f, "_factor");
    WriteProduct(node, "_factor");
  }
};

}  // namespace

const Rules<Activate>& RulesOf(const Activate&) { return OnlyOne<ActivateRoom>(); }
const Rules<Unary>& RulesOf(const Unary&) { return OnlyOne<UnaryRoom>(); }

std::string_view ToString(Function function) { return NamesOf(function).name; }

}  // namespace quantbench
