// SPDX-License-Identifier: Apache-2.0
// Attributes of ONNX nodes.
#include "model/onnx/write_operator.h"

#include <stdexcept>

namespace quantbench::onnx_export {
namespace {

// Name of the ONNX operator, and its attributes.
struct Describe {
  onnx::NodeProto& node;
  const char* operator()(const Conv& conv) const {
    AddWindow(node, conv.window, true);
    AddInt(node, "group", conv.groups);
    return "Conv";
  }
  const char* operator()(const Linear&) const {
    AddInt(node, "transB", 1);
    return "Gemm";
  }
  const char* operator()(const BatchNorm&) const {
    throw std::logic_error("batch norm must be folded before export");
  }
  const char* operator()(const Activate&) const { return "Identity"; }
  const char* operator()(const Add&) const { return "Add"; }
  const char* operator()(const Mul&) const { return "Mul"; }
  const char* operator()(const Concat&) const {
    AddInt(node, "axis", 1);
    return "Concat";
  }
  const char* operator()(const GlobalAveragePool&) const { return "GlobalAveragePool"; }
  const char* operator()(const AveragePool& pool) const {
    AddWindow(node, pool.window, false);
    AddInt(node, "count_include_pad", pool.count_include_pad ? 1 : 0);
    return "AveragePool";
  }
  const char* operator()(const MaxPool& pool) const {
    AddWindow(node, pool.window, true);
    return "MaxPool";
  }
  const char* operator()(const Flatten&) const {
    AddInt(node, "axis", 1);
    return "Flatten";
  }
  // The other operators take several ONNX nodes or constant inputs: Exporter writes them.
  const char* operator()(const Reshape&) const { return "Reshape"; }
  const char* operator()(const Slice&) const { return "Slice"; }
  const char* operator()(const ChannelShuffle&) const { return "Reshape"; }
  const char* operator()(const Unary& unary) const {
    switch (unary.function) {
      case Function::kClip:
        return "Clip";
      case Function::kHardSwish:
        AddFloat(node, "alpha", 1.0f / 6.0f);
        AddFloat(node, "beta", 0.5f);
        return "HardSigmoid";
      case Function::kHardSigmoid:
        AddFloat(node, "alpha", unary.parameters[0]);
        AddFloat(node, "beta", unary.parameters[1]);
        return "HardSigmoid";
      case Function::kLeakyRelu:
        AddFloat(node, "alpha", unary.parameters[0]);
        return "LeakyRelu";
      default:
        return "Sigmoid";
    }
  }
  const char* operator()(const Softmax&) const {
    AddInt(node, "axis", 1);
    return "Softmax";
  }
};

}  // namespace

void AddInts(onnx::NodeProto& node, const char* name, const std::vector<int64_t>& values) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const int64_t value : values) attribute.add_ints(value);
}

void AddInt(onnx::NodeProto& node, const char* name, int64_t value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(value);
}

void AddFloat(onnx::NodeProto& node, const char* name, float value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}

void AddWindow(onnx::NodeProto& node, const Window& window, bool with_dilation) {
  AddInts(node, "kernel_shape", {window.kernel[0], window.kernel[1]});
  AddInts(node, "strides", {window.stride[0], window.stride[1]});
  const Padding& p = window.padding;
  AddInts(node, "pads", {p.top, p.left, p.bottom, p.right});
  if (with_dilation) AddInts(node, "dilations", {window.dilation[0], window.dilation[1]});
}

const char* WriteOperator(const Operator& op, onnx::NodeProto& node) {
  return std::visit(Describe{node}, op);
}

}  // namespace quantbench::onnx_export
