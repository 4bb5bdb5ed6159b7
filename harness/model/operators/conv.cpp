// SPDX-License-Identifier: Apache-2.0
// Convolution, with or without groups.
#include "model/onnx/import_window.h"
#include "model/operators/weighted.h"
#include "model/operators/window.h"

namespace quantbench {
namespace {

using onnx_import::Constant;
using onnx_import::Enlarge;
using onnx_import::kLargestParameter;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::Source;

FloatTensor FloatsOf(const NodeImport& node, const Constant& constant, const char* role) {
  if (!constant.is_float()) node.Refuse(std::string("its ") + role + " must be floats");
  return {.shape = constant.dims, .values = constant.floats};
}

void ImportConv(NodeImport& node) {
  Source source = SourceOf(node);
  const Constant& weight = node.ConstantAt(1, "weight");
  if (weight.dims.size() != 4)
    node.Refuse("its weight " + ToString(weight.dims) +
                " must be [oc,c/groups,kh,kw]; only two-dimensional convolutions are supported");
  if (weight.dims[2] < 1 || weight.dims[3] < 1 || weight.dims[2] > kLargestParameter ||
      weight.dims[3] > kLargestParameter)
    node.Refuse("its weight " + ToString(weight.dims) + " is empty or too large");
  const int64_t groups = node.Int("group", 1);
  if (groups < 1 || groups > kLargestParameter)
    node.Refuse("group " + std::to_string(groups) + " is out of range");
  node.state().budget.Take(weight.count());
  Conv conv;
  conv.window = WindowOf(node, {static_cast<int>(weight.dims[2]), static_cast<int>(weight.dims[3])},
                         source.dims);
  conv.groups = static_cast<int>(groups);
  conv.weight = FloatsOf(node, weight, "weight");
  Enlarge(conv.window.padding, source.view.padding);
  source.view.padding = {};
  SetBias(node, weight, 2, conv);
  node.SetValue(node.Add(std::move(conv), {node.Image(source.view, "input")}));
}

constexpr OperatorImport kConvImports[] = {{"Conv", ImportConv}};

void WriteAttributes(const Conv& conv, onnx_export::OnnxNode node) {
  WriteWindow(conv.window, node);
  WriteDilation(conv.window, node);
  node.Int("group", conv.groups);
}

class ConvRoom final : public WeightedRules<Conv> {
  std::string_view Name(const Conv&) const override { return "conv"; }

  Shape OutputShape(const Conv& conv, const NodeShapes& node) const override {
    const Shape& input = node.OnlyImage();
    const Shape& weight = conv.weight.shape;
    CheckWeights(node, conv, "[oc,c/groups,kh,kw]", 4);
    if (conv.groups < 1 || weight[0] % conv.groups != 0)
      node.Refuse("its " + std::to_string(conv.groups) + " groups don't divide the " +
                  std::to_string(weight[0]) + " output channels of its weight " + ToString(weight));
    if (input[0] % conv.groups != 0 || input[0] / conv.groups != weight[1])
      node.Refuse("its weight " + ToString(weight) + " in " + std::to_string(conv.groups) +
                  " group(s) needs " + std::to_string(weight[1] * conv.groups) + " input channels");
    if (weight[2] != conv.window.kernel[0] || weight[3] != conv.window.kernel[1])
      node.Refuse("its kernel is " + ToString(conv.window.kernel) + " but its weight is " +
                  ToString(weight));
    return Slide(node, conv.window, weight[0]);
  }

  qb_op PluginOp(const Conv&) const override { return QB_CONV; }
  qb_op DynamicPluginOp() const override { return QB_DYNAMIC_CONV; }
  void SetAttributes(const Conv& conv, qb_node& node) const override {
    SetWindow(conv.window, node);
    node.groups = conv.groups;
  }

  void WriteOnnx(const Conv& conv, onnx_export::NodeWriter& node) const override {
    WriteAttributes(conv, node.AddOperator("Conv"));
  }
  void WriteIntegerSums(const Conv& conv, const IntegerInputs& inputs, const std::string& sums,
                        onnx_export::GraphWriter& file) const override {
    const std::string weight =
        file.AddConstant(inputs.weight_name, conv.weight.shape, inputs.weight);
    WriteAttributes(conv,
                    file.AddNode("ConvInteger", {inputs.values, weight, inputs.zero_point}, sums));
  }
  size_t ExtentsBehindChannels() const override { return 2; }
  std::span<const OperatorImport> OnnxImports() const override { return kConvImports; }
};

}  // namespace

const WeightedRules<Conv>& RulesOf(const Conv&) { return OnlyOne<ConvRoom>(); }

}  // namespace quantbench
