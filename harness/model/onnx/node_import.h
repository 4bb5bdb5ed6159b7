// SPDX-License-Identifier: Apache-2.0
// One ONNX node while it is turned into nodes of the graph: its inputs, attributes and results.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/onnx/constant.h"
#include "model/onnx/view.h"

namespace onnx {
class AttributeProto;
class NodeProto;
}  // namespace onnx

namespace quantbench::onnx_import {

constexpr size_t kMaxRank = 8;  // of tensors in files

// What the numbers behind a name mean.
enum class Meaning {
  kReal,
  kIntegers,         // between QuantizeLinear and DequantizeLinear
  kRunTimeIntegers,  // the three results of DynamicQuantizeLinear
  kRunTimeScale,     // a constant, which this scale is still to be multiplied with
  kRunTimeZeroPoint,
  kRunTimeSums  // of products of such integers, which their scale is still missing in
};

// What a name of the ONNX graph stands for: a constant or data that flow.
struct Symbol {
  ConstantPtr constant;
  View view{};
  Meaning meaning = Meaning::kReal;
  int32_t integer_type = 0;  // of TensorProto::DataType, where it means integers
  int source = 0;            // which DynamicQuantizeLinear it comes from
};

// What is known while nodes are walked through.
struct ImportState {
  Graph graph;
  int64_t batch = 1;  // what shape arithmetic sees of a free batch dimension
  int opset = 0;
  Budget budget;
  ExternalData external;
  std::unordered_map<std::string, Symbol> symbols{};
  std::unordered_map<std::string, int> names{};  // of the graph's values, with copies made
  int run_time_sources = 0;                      // DynamicQuantizeLinear nodes so far

  // `name` or, where the file has that, a longer one: for what is made up on the way.
  std::string Unused(std::string name) const;
};

// Imports one node, of the file or made up for one of the file. Throws Error that names it.
void ImportNode(ImportState& state, const onnx::NodeProto& proto);

class NodeImport {
 public:
  NodeImport(ImportState& state, const onnx::NodeProto& proto) : state_(state), proto_(proto) {}

  const onnx::NodeProto& proto() const { return proto_; }
  int opset() const { return state_.opset; }
  int64_t batch() const { return state_.batch; }
  const Graph& graph() const { return state_.graph; }
  const Shape& ShapeOf(ValueId value) const {
    return graph().values[static_cast<size_t>(value)].shape;
  }
  ImportState& state() { return state_; }

  // Inputs. Optional ones may be left out or have an empty name.
  int inputs() const;
  bool Has(int input) const;
  const Symbol& Input(int input) const;
  bool IsConstant(int input) const { return Input(input).constant != nullptr; }
  const Constant& ConstantAt(int input, const char* role) const;  // refuses data that flow
  View ViewAt(int input);                                         // refuses constants
  // The same, where the operator takes care of zeros around the image by itself.
  View PaddedViewAt(int input) const;

  int outputs() const;

  // Attributes; refuse one of another type.
  bool HasAttribute(std::string_view name) const { return Find(name) != nullptr; }
  int64_t Int(std::string_view name, int64_t otherwise) const;
  float Float(std::string_view name, float otherwise) const;
  std::string Text(std::string_view name, const std::string& otherwise) const;
  std::vector<int64_t> Ints(std::string_view name) const;
  std::vector<float> Floats(std::string_view name) const;
  const onnx::TensorProto* Tensor(std::string_view name) const;
  // An attribute in older opsets, a constant input in newer ones; nullopt where there is neither.
  std::optional<std::vector<int64_t>> IntsOrInput(std::string_view name, int input) const;
  std::optional<float> FloatOrInput(std::string_view name, int input) const;

  // -rank <= axis < rank to 0 <= axis < rank, rank with the batch dimension.
  int Axis(int64_t axis, size_t rank) const;

  // All extents of data, the batch's first.
  Shape FullDims(const View& view) const;

  // The data in their own order: an image [c,h,w], a vector [k], or as dense as the view says.
  ValueId Image(const View& view, const char* role);
  ValueId Flat(const View& view);
  View Dense(const View& view);
  // New data of `dims`: element i is the view's element from(i), or 0 where that is negative.
  View Rearranged(const View& view, const Shape& dims, const std::function<int64_t(int64_t)>& from);
  // Zeros of a Pad node made part of the data.
  View Settled(const View& view);

  // Appends a node to the graph and infers its shape. The first one has this node's name.
  ValueId Add(Operator op, std::vector<ValueId> inputs, Activation activation = Activation::kNone);

  void SetView(const View& view, int output = 0);
  void SetValue(ValueId value, int output = 0) { SetView(WholeValue(graph(), value), output); }
  // The view under other dims, batch first; where data would have to move for it, they do.
  void SetReshaped(const View& view, const Shape& full);
  void SetConstant(Constant constant, int output = 0);
  void SetSymbol(Symbol symbol, int output);

  [[noreturn]] void Refuse(const std::string& why) const;

 private:
  const onnx::AttributeProto* Find(std::string_view name) const;
  const onnx::AttributeProto* Find(std::string_view name, int type) const;

  ImportState& state_;
  const onnx::NodeProto& proto_;
};

// How to import one operator.
struct OperatorImport {
  std::string_view op;
  void (*import)(NodeImport& node);
};
// Those of operators without a room in model/operators.
std::span<const OperatorImport> ViewOperators();  // what only looks at data in another way
std::span<const OperatorImport> MoveOperators();  // what pads, repeats and deals it out
std::span<const OperatorImport> ReduceOperators();
std::span<const OperatorImport> ResizeOperators();
std::span<const OperatorImport> QuantizeOperators();
std::span<const OperatorImport> IntegerOperators();  // QLinearConv and its family
std::span<const OperatorImport> FusedOperators();    // of ONNX Runtime

// Computes a node whose inputs are all constants; false where there is no rule for its operator.
bool FoldConstants(NodeImport& node);
// QuantizeLinear and DequantizeLinear of constants.
void FoldQuantize(NodeImport& node);
void FoldDequantize(NodeImport& node);

// Nodes that read the integers of a QuantizeLinear, or what a DynamicQuantizeLinear makes, without
// a DequantizeLinear in between; false where the node reads neither.
bool ImportOnIntegers(NodeImport& node);
bool ImportOnRunTimeIntegers(NodeImport& node);

// A node for another one: its name, operator `op`, attributes where they are to be kept.
onnx::NodeProto Derived(const NodeImport& node, const std::string& op,
                        const std::vector<std::string>& inputs, const std::string& output,
                        bool with_attributes = false);

// "'conv1' (Conv)": how messages name a node.
std::string NameOf(const onnx::NodeProto& node);

}  // namespace quantbench::onnx_import
