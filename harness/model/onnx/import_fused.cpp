// SPDX-License-Identifier: Apache-2.0
// Layers that ONNX Runtime fused with what stood behind them and saved so, as the nodes that they
// were.
#include <array>
#include <string>

#include "model/onnx/node_import.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
namespace {

// A function and the names of its parameters, in the order of activation_params.
struct FusedActivation {
  std::string_view name;
  std::array<const char*, 2> parameters;
};
constexpr FusedActivation kActivations[] = {{"Relu", {}},
                                            {"Sigmoid", {}},
                                            {"Tanh", {}},
                                            {"LeakyRelu", {"alpha"}},
                                            {"Clip", {"min", "max"}},
                                            {"HardSigmoid", {"alpha", "beta"}}};

onnx::NodeProto ActivationOf(NodeImport& node, const std::string& x,
                             const std::vector<float>& values) {
  const std::string name = node.Text("activation", "");
  for (const FusedActivation& known : kActivations) {
    if (known.name != name) continue;
    onnx::NodeProto activation = Derived(node, name, {x}, node.proto().output(0));
    for (size_t i = 0; i < known.parameters.size() && known.parameters[i] != nullptr; ++i) {
      if (i >= values.size())
        node.Refuse("its activation " + name + " lacks the parameter " + known.parameters[i]);
      onnx::AttributeProto& parameter = *activation.add_attribute();
      parameter.set_name(known.parameters[i]);
      parameter.set_type(onnx::AttributeProto::FLOAT);
      parameter.set_f(values[i]);
    }
    return activation;
  }
  node.Refuse("its activation '" + name + "' is not supported");
}

// `values`: the activation's parameters; `sum`: an input that is added first, if there is one.
void ImportFused(NodeImport& node, const char* op, const std::vector<float>& values, int sum) {
  std::vector<std::string> inputs;
  for (int i = 0; i < node.inputs() && i < 3; ++i)
    inputs.push_back(node.Has(i) ? node.proto().input(i) : "");
  std::string y = node.state().Unused(node.proto().output(0) + "\1layer");
  ImportNode(node.state(), Derived(node, op, inputs, y, true));
  if (node.Has(sum)) {
    const std::string total = node.state().Unused(node.proto().output(0) + "\1sum");
    ImportNode(node.state(), Derived(node, "Add", {y, node.proto().input(sum)}, total));
    y = total;
  }
  ImportNode(node.state(), node.HasAttribute("activation")
                               ? ActivationOf(node, y, values)
                               : Derived(node, "Identity", {y}, node.proto().output(0)));
}

void ImportFusedConv(NodeImport& node) {
  ImportFused(node, "Conv", node.Floats("activation_params"), 3);
}

void ImportFusedGemm(NodeImport& node) {
  std::vector<float> values;
  for (const char* const name : {"activation_alpha", "activation_beta"}) {
    if (node.HasAttribute(name)) values.push_back(node.Float(name, 0.0f));
  }
  ImportFused(node, "Gemm", values, 3);
}

constexpr OperatorImport kFusedOperators[] = {{"FusedConv", ImportFusedConv},
                                              {"FusedGemm", ImportFusedGemm}};

}  // namespace

std::span<const OperatorImport> FusedOperators() { return kFusedOperators; }

}  // namespace quantbench::onnx_import
