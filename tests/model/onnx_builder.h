// SPDX-License-Identifier: Apache-2.0
// Small ONNX models, written node by node, for tests of the importer.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "model/onnx/proto.h"
#include "model/onnx_import.h"

namespace quantbench::testing {

class OnnxBuilder {
 public:
  // An input "x" of the given dims (-1: free) and an output "y".
  explicit OnnxBuilder(const std::vector<int64_t>& input = {-1, 3, 4, 4}, int opset = 13) {
    model_.set_ir_version(8);
    model_.add_opset_import()->set_version(opset);
    graph().set_name("test");
    AddInput("x", input);
    graph().add_output()->set_name("y");
  }

  onnx::ModelProto& model() { return model_; }
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  void AddInput(const std::string& name, const std::vector<int64_t>& dims,
                int type = onnx::TensorProto::FLOAT) {
    onnx::ValueInfoProto& input = *graph().add_input();
    input.set_name(name);
    input.mutable_type()->mutable_tensor_type()->set_elem_type(type);
    for (const int64_t dim : dims) {
      auto& added = *input.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim();
      dim < 0 ? added.set_dim_param("n") : added.set_dim_value(dim);
    }
  }

  // A node named like its output. Attributes are added to the result.
  onnx::NodeProto& Node(const std::string& op, const std::vector<std::string>& inputs,
                        const std::string& output = "y") {
    onnx::NodeProto& node = *graph().add_node();
    node.set_op_type(op);
    node.set_name(output + "_node");
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
  }

  onnx::TensorProto& Floats(const std::string& name, const std::vector<int64_t>& dims,
                            const std::vector<float>& values) {
    onnx::TensorProto& tensor = Tensor(name, dims, onnx::TensorProto::FLOAT);
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    return tensor;
  }
  void Ints(const std::string& name, const std::vector<int64_t>& values) {
    onnx::TensorProto& tensor =
        Tensor(name, {static_cast<int64_t>(values.size())}, onnx::TensorProto::INT64);
    for (const int64_t value : values) tensor.add_int64_data(value);
  }
  // Eight- or 32-bit integers; no dims: a scalar.
  void Integers(const std::string& name, const std::vector<int64_t>& dims, int type,
                const std::vector<int32_t>& values) {
    onnx::TensorProto& tensor = Tensor(name, dims, type);
    for (const int32_t value : values) tensor.add_int32_data(value);
  }
  onnx::TensorProto& Tensor(const std::string& name, const std::vector<int64_t>& dims, int type) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const int64_t dim : dims) tensor.add_dims(dim);
    return tensor;
  }

  std::string Bytes() const { return model_.SerializeAsString(); }

  Graph Import(int size = 4, const std::filesystem::path& folder = {}) const {
    const std::string bytes = Bytes();
    return ImportOnnx(std::as_bytes(std::span(bytes)),
                      {.input_height = size, .input_width = size, .folder = folder});
  }

 private:
  onnx::ModelProto model_;
};

inline onnx::AttributeProto& Attribute(onnx::NodeProto& node, const std::string& name,
                                       onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}
inline void SetInt(onnx::NodeProto& node, const std::string& name, int64_t value) {
  Attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}
inline void SetFloat(onnx::NodeProto& node, const std::string& name, float value) {
  Attribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}
inline void SetText(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  Attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}
inline void SetInts(onnx::NodeProto& node, const std::string& name,
                    const std::vector<int64_t>& values) {
  onnx::AttributeProto& attribute = Attribute(node, name, onnx::AttributeProto::INTS);
  for (const int64_t value : values) attribute.add_ints(value);
}
inline void SetFloats(onnx::NodeProto& node, const std::string& name,
                      const std::vector<float>& values) {
  onnx::AttributeProto& attribute = Attribute(node, name, onnx::AttributeProto::FLOATS);
  for (const float value : values) attribute.add_floats(value);
}

}  // namespace quantbench::testing
