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

using onnx_import::Constant;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

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

constexpr OperatorImport kActivationImports[] = {{"Relu", ImportRelu}};
constexpr OperatorImport kFunctionImports[] = {{"Clip", ImportClip},
                                               {"Sigmoid", ImportSigmoid},
                                               {"HardSigmoid", ImportHardSigmoid},
                                               {"HardSwish", ImportHardSwish},
                                               {"LeakyRelu", ImportLeakyRelu},
                                               {"PRelu", ImportPRelu}};

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
      case Function::kSigmoid:
        node.AddOperator("Sigmoid");
        return;
      case Function::kSilu:
        node.AddOperator("Sigmoid", node.inputs(), "_sigmoid");
        return WriteProduct(node, "_sigmoid");
      case Function::kLeakyRelu:
        node.AddOperator("LeakyRelu").Float("alpha", p);
        return;
    }
    throw std::logic_error("a function that ONNX files don't have");
  }
  std::span<const OperatorImport> OnnxImports() const override { return kFunctionImports; }

 private:
  // What opset 13 has no operator for is x times another function of it.
  static void WriteProduct(onnx_export::NodeWriter& node, const char* factor) {
    node.file().AddNode("Mul", {node.inputs()[0], node.name() + factor}, node.name());
  }
};

}  // namespace

const Rules<Activate>& RulesOf(const Activate&) { return OnlyOne<ActivateRoom>(); }
const Rules<Unary>& RulesOf(const Unary&) { return OnlyOne<UnaryRoom>(); }

std::string_view ToString(Function function) { return NamesOf(function).name; }

}  // namespace quantbench
