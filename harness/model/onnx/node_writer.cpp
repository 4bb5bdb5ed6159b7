// SPDX-License-Identifier: Apache-2.0
// Nodes, their attributes, and constants as protobufs.
#include "model/onnx/node_writer.h"

#include "model/onnx/proto.h"

namespace quantbench::onnx_export {
namespace {

template <class T>
constexpr onnx::TensorProto::DataType kDataType = onnx::TensorProto::UNDEFINED;
template <>
constexpr auto kDataType<float> = onnx::TensorProto::FLOAT;
template <>
constexpr auto kDataType<uint8_t> = onnx::TensorProto::UINT8;
template <>
constexpr auto kDataType<uint16_t> = onnx::TensorProto::UINT16;
template <>
constexpr auto kDataType<int8_t> = onnx::TensorProto::INT8;
template <>
constexpr auto kDataType<int32_t> = onnx::TensorProto::INT32;
template <>
constexpr auto kDataType<int64_t> = onnx::TensorProto::INT64;

onnx::AttributeProto& AddAttribute(onnx::NodeProto& node, const char* name,
                                   onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

}  // namespace

OnnxNode& OnnxNode::Int(const char* name, int64_t value) {
  AddAttribute(node_, name, onnx::AttributeProto::INT).set_i(value);
  return *this;
}

OnnxNode& OnnxNode::Ints(const char* name, const std::vector<int64_t>& values) {
  onnx::AttributeProto& attribute = AddAttribute(node_, name, onnx::AttributeProto::INTS);
  for (const int64_t value : values) attribute.add_ints(value);
  return *this;
}

OnnxNode& OnnxNode::Float(const char* name, float value) {
  AddAttribute(node_, name, onnx::AttributeProto::FLOAT).set_f(value);
  return *this;
}

OnnxNode& OnnxNode::Output(const std::string& name) {
  node_.add_output(name);
  return *this;
}

OnnxNode GraphWriter::AddNode(const char* op, const std::vector<std::string>& inputs,
                              const std::string& output, const std::string& name) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(op);
  node.set_name(name);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return OnnxNode(node);
}

template <class T>
std::string GraphWriter::AddConstant(const std::string& name, const Shape& shape,
                                     const std::vector<T>& values) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(kDataType<T>);
  for (const int64_t extent : shape) tensor.add_dims(extent);
  tensor.set_raw_data(values.data(), values.size() * sizeof(T));
  return name;
}

template std::string GraphWriter::AddConstant(const std::string&, const Shape&,
                                              const std::vector<float>&);
template std::string GraphWriter::AddConstant(const std::string&, const Shape&,
                                              const std::vector<uint8_t>&);
template std::string GraphWriter::AddConstant(const std::string&, const Shape&,
                                              const std::vector<uint16_t>&);
template std::string GraphWriter::AddConstant(const std::string&, const Shape&,
                                              const std::vector<int8_t>&);
template std::string GraphWriter::AddConstant(const std::string&, const Shape&,
                                              const std::vector<int32_t>&);
template std::string GraphWriter::AddConstant(const std::string&, const Shape&,
                                              const std::vector<int64_t>&);

std::string GraphWriter::AddFourBits(const std::string& name, const Shape& shape,
                                     const std::vector<int8_t>& values) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(kInt4);
  for (const int64_t extent : shape) tensor.add_dims(extent);
  std::string bytes((values.size() + 1) / 2, '\0');
  for (size_t i = 0; i < values.size(); ++i) {  // the first of two in the lower bits
    const int bits = (values[i] & 15) << (i % 2 * 4);
    bytes[i / 2] = static_cast<char>(static_cast<unsigned char>(bytes[i / 2]) | bits);
  }
  tensor.set_raw_data(bytes);
  return name;
}

std::string GraphWriter::AddDims(const std::string& name, const Shape& shape) {
  std::vector<int64_t> dims{0};
  dims.insert(dims.end(), shape.begin(), shape.end());
  return AddConstant(name, {static_cast<int64_t>(dims.size())}, dims);
}

}  // namespace quantbench::onnx_export
