// SPDX-License-Identifier: Apache-2.0
// What operators write of an ONNX file, without protobuf's headers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace onnx {
class GraphProto;
class NodeProto;
}  // namespace onnx

namespace quantbench::onnx_export {

// A node of the file, for its attributes.
class OnnxNode {
 public:
  explicit OnnxNode(onnx::NodeProto& node) : node_(node) {}
  OnnxNode& Int(const char* name, int64_t value);
  OnnxNode& Ints(const char* name, const std::vector<int64_t>& values);
  OnnxNode& Float(const char* name, float value);
  OnnxNode& Output(const std::string& name);  // one more

 private:
  onnx::NodeProto& node_;
};

// Appends nodes and constants to a file.
class GraphWriter {
 public:
  explicit GraphWriter(onnx::GraphProto& graph) : graph_(graph) {}

  OnnxNode AddNode(const char* op, const std::vector<std::string>& inputs,
                   const std::string& output) {
    return AddNode(op, inputs, output, output + "/" + op);
  }
  OnnxNode AddNode(const char* op, const std::vector<std::string>& inputs,
                   const std::string& output, const std::string& name);

  // Constants of float, int8_t, uint8_t, uint16_t, int32_t or int64_t; they return the name.
  template <class T>
  std::string AddConstant(const std::string& name, const Shape& shape,
                          const std::vector<T>& values);
  template <class T>
  std::string AddScalar(const std::string& name, T value) {
    return AddConstant(name, {}, std::vector<T>{value});
  }
  // int8_t values of -8 to 7 as INT4, two a byte (opset 21).
  std::string AddFourBits(const std::string& name, const Shape& shape,
                          const std::vector<int8_t>& values);
  // What Reshape takes: the batch stays what it is.
  std::string AddDims(const std::string& name, const Shape& shape);

 private:
  onnx::GraphProto& graph_;
};

// A node of the graph on its way into a file.
class NodeWriter {
 public:
  // `inputs`: how the file calls what the node reads, weights at the end.
  NodeWriter(GraphWriter& file, const Graph& graph, const Node& node,
             std::vector<std::string> inputs)
      : file_(file), graph_(graph), node_(node), inputs_(std::move(inputs)) {}

  GraphWriter& file() { return file_; }
  const std::vector<std::string>& inputs() const { return inputs_; }
  const Shape& InputShape(size_t input) const { return ShapeOf(node_.inputs[input]); }
  const Shape& OutputShape() const { return ShapeOf(node_.output); }
  // Of the result, before an activation.
  const std::string& name() const { return ValueOf(node_.output).name; }

  // The node that makes the result, or what is called like it with `suffix` behind.
  OnnxNode AddOperator(const char* op) { return AddOperator(op, inputs_); }
  OnnxNode AddOperator(const char* op, const std::vector<std::string>& inputs,
                       const std::string& suffix = {}) {
    return file_.AddNode(op, inputs, name() + suffix, name() + suffix + "/");
  }

 private:
  const Value& ValueOf(ValueId id) const { return graph_.values[static_cast<size_t>(id)]; }
  const Shape& ShapeOf(ValueId id) const { return ValueOf(id).shape; }

  GraphWriter& file_;
  const Graph& graph_;
  const Node& node_;
  std::vector<std::string> inputs_;
};

}  // namespace quantbench::onnx_export
