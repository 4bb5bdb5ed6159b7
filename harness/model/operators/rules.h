// SPDX-License-Identifier: Apache-2.0
// What the host knows of an operator: a class derived from Rules (or WeightedRules, for a layer
// with weights) in the operator's room, whose only object RulesOf returns. What is pure here must
// be said, the rest where it differs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "model/onnx/node_import.h"
#include "model/onnx/node_writer.h"
#include "quantbench/plugin.h"

namespace quantbench {

// What a shape rule sees of a node.
class NodeShapes {
 public:
  NodeShapes(const Graph& graph, const Node& node);

  const std::vector<Shape>& inputs() const { return inputs_; }
  const Shape& Only() const;       // of a node with one input
  const Shape& OnlyImage() const;  // which is [c,h,w]
  // Throws Error: the node, its inputs' shapes, and what it needs.
  [[noreturn]] void Refuse(const std::string& need) const;

 private:
  const Node& node_;
  std::vector<Shape> inputs_;
};

// How an ONNX file calls the uint8 input of a layer, and the layer's int8 weights.
struct IntegerInputs {
  std::string values, zero_point;
  std::string weight_name;
  const std::vector<int8_t>& weight;  // in the order of the float weight
};

// Constant data of an operator that plugins read behind its inputs; the graph owns it.
struct PluginConstant {
  const char* name;
  qb_dtype dtype;
  Shape dims;
  std::span<const std::byte> data;
};

template <class Op>
class Rules {
 public:
  virtual ~Rules() = default;

  virtual std::string_view Name(const Op& op) const = 0;
  // The shape of the result; refuses inputs that don't fit.
  virtual Shape OutputShape(const Op& op, const NodeShapes& node) const = 0;

  // See the functions of these names in graph.h.
  virtual bool SharesQParams() const { return false; }
  virtual bool LendsQParams() const { return false; }
  virtual bool TakesActivation() const { return true; }
  virtual bool StaysFloat() const { return false; }
  virtual bool IsTabulated() const { return false; }

  virtual NodeCost Cost(const Op&, const Shape& /*output*/) const { return {}; }

  // The plugin interface. `node` comes with a window of 1x1 and one group.
  virtual qb_op PluginOp(const Op& op) const = 0;
  virtual void SetAttributes(const Op&, qb_node& /*node*/) const {}
  // Of an operator without weights; one that is tabulated has its table in its place in integer
  // models.
  virtual std::vector<PluginConstant> Constants(const Op&) const { return {}; }

  virtual void WriteOnnx(const Op& op, onnx_export::NodeWriter& node) const = 0;
  // The operators of ONNX files that become this one, or nearly always do.
  virtual std::span<const onnx_import::OperatorImport> OnnxImports() const { return {}; }
};

// Of an operator with weights: all of them, each used once for each element that a channel has.
NodeCost WeightsCost(const Weighted& op, const Shape& output);

template <class Op>
class WeightedRules : public Rules<Op> {
 public:
  NodeCost Cost(const Op& op, const Shape& output) const final { return WeightsCost(op, output); }

  // What runs in its place in dynamically quantised models.
  virtual qb_op DynamicPluginOp() const = 0;
  // Writes the ONNX node whose int32 sums of products are called `sums`.
  virtual void WriteIntegerSums(const Op& op, const IntegerInputs& inputs, const std::string& sums,
                                onnx_export::GraphWriter& file) const = 0;
  // Extents behind the channels of a result, over which one number a channel broadcasts.
  virtual size_t ExtentsBehindChannels() const = 0;
};

// What RulesOf returns.
template <class Room>
const Room& OnlyOne() {
  static const Room room;
  return room;
}

}  // namespace quantbench
