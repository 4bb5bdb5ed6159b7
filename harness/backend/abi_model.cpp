// SPDX-License-Identifier: Apache-2.0
// Lowers graphs to qb_model.
#include "backend/abi_model.h"

#include <deque>
#include <map>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "model/operators/operators.h"
#include "support/error.h"

namespace quantbench {

// Deques, since the structs point into each other and must not move.
struct AbiModel::Storage {
  std::string name;
  std::deque<std::string> names;
  std::deque<qb_tensor> tensors;
  std::deque<qb_node> nodes;
  std::deque<std::vector<int32_t>> node_inputs;
  std::deque<float> scales;
  std::deque<std::vector<int32_t>> zero_points;
  std::vector<const qb_tensor*> tensor_pointers;
  std::vector<const qb_node*> node_pointers;
  std::vector<int32_t> tensor_of_value;
  std::vector<ValueId> value_of_node;
  qb_model model{};
};

namespace {

qb_activation ToAbi(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return QB_NONE;
    case Activation::kRelu:
      return QB_RELU;
    case Activation::kRelu6:
      return QB_RELU6;
  }
  throw std::logic_error("activation unknown to the plugin interface");
}

// nullptr: of a float.
qb_dtype DtypeOf(const QParams* qparams) {
  if (qparams == nullptr) return QB_F32;
  return HasEightBits(*qparams) ? QB_U8 : QB_U16;
}

// Attributes as they are where an operator has none.
qb_node PlainNode(qb_op op = 0) {
  qb_node node{};
  node.op = op;
  for (size_t i = 0; i < 2; ++i) node.kernel[i] = node.stride[i] = node.dilation[i] = 1;
  node.groups = 1;
  return node;
}

}  // namespace

// Appends tensors and nodes one after another and ties the pointers at the end.
class AbiModel::Builder {
 public:
  Builder(Storage& storage, const Graph& graph, Widths widths = {})
      : storage_(storage), graph_(graph), widths_(std::move(widths)) {
    storage_.name = graph.name;
    storage_.tensor_of_value.assign(graph.values.size(), -1);
  }

  int32_t AddActivation(ValueId value, const QParams* qparams) {
    const Value& described = graph_.values[static_cast<size_t>(value)];
    Shape dims{0};
    dims.insert(dims.end(), described.shape.begin(), described.shape.end());
    const int32_t index = AddTensor(described.name, DtypeOf(qparams), dims);
    if (qparams != nullptr) {
      storage_.scales.push_back(qparams->scale);
      SetQParams(storage_.tensors.back(), &storage_.scales.back(), {qparams->zero_point});
      if (qparams->most < QParams{}.most) storage_.tensors.back().most = qparams->most;
    }
    return index;
  }

  template <class T>
  int32_t AddConstant(const std::string& name, qb_dtype dtype, const Shape& dims,
                      const std::vector<T>& values) {
    const int32_t index = AddTensor(name, dtype, dims);
    storage_.tensors.back().data = values.data();
    storage_.tensors.back().data_bytes = values.size() * sizeof(T);
    return index;
  }

  // Weight and bias of a node, integers where it computes on them.
  std::vector<int32_t> AddWeights(const Node& node, const QuantizedWeights* integers) {
    const Weighted* const floats = WeightsOf(node.op);
    if (floats == nullptr) return {};
    const Shape& shape = floats->weight.shape;
    const std::string weight_name = node.name + ".weight", bias_name = node.name + ".bias";
    if (integers == nullptr) {
      return {AddConstant(weight_name, QB_F32, shape, floats->weight.values),
              AddConstant(bias_name, QB_F32, {shape[0]}, floats->bias)};
    }
    const int32_t weight = AddConstant(weight_name, QB_I8, shape, integers->weight);
    SetQParams(storage_.tensors.back(), integers->scales.data(),
               std::vector<int32_t>(integers->scales.size(), 0));
    if (integers->bias.empty())
      return {weight, AddConstant(bias_name, QB_F32, {shape[0]}, floats->bias)};
    return {weight, AddConstant(bias_name, QB_I32, {shape[0]}, integers->bias)};
  }

  // `node` comes with its operator and attributes; `value`: what it writes of the graph, or -1.
  void AddNode(qb_node node, const std::string& name, std::vector<int32_t> inputs, int32_t output,
               ValueId value) {
    node.struct_size = sizeof(qb_node);
    node.name = storage_.names.emplace_back(name).c_str();
    storage_.node_inputs.push_back(std::move(inputs));
    node.inputs = storage_.node_inputs.back().data();
    node.num_inputs = static_cast<int32_t>(storage_.node_inputs.back().size());
    node.output = output;
    storage_.nodes.push_back(node);
    storage_.value_of_node.push_back(value);
  }

  // What each integer of an input of `qparams` becomes, once or for each channel; or a cap a
  // channel.
  int32_t AddTable(const Node& node, const std::vector<uint8_t>& table, const QParams& qparams) {
    const qb_dtype dtype = DtypeOf(&qparams);
    const int64_t values =
        static_cast<int64_t>(table.size()) / static_cast<int64_t>(dtype == QB_U16 ? 2 : 1);
    if (std::holds_alternative<Cap>(node.op))
      return AddConstant(node.name + ".caps", dtype, {values}, table);
    const int64_t entries = dtype == QB_U16 ? 65536 : 256, tables = values / entries;
    return AddConstant(node.name + ".table", dtype,
                       tables == 1 ? Shape{entries} : Shape{tables, entries}, table);
  }

  void AddConstantsOf(const Node& node, std::vector<int32_t>& inputs) {
    for (const PluginConstant& constant : PluginConstants(node.op)) {
      inputs.push_back(AddTensor(node.name + "." + constant.name, constant.dtype, constant.dims));
      storage_.tensors.back().data = constant.data.data();
      storage_.tensors.back().data_bytes = constant.data.size();
    }
  }

  // Nodes that compute on integers read and write them; around all others values change sides.
  void AddGraphNode(size_t n, const QuantizedGraph* quantized) {
    const Node& node = graph_.nodes[n];
    if (quantized == nullptr || quantized->QParamsOf(node.output) == nullptr) {
      AddComputation(n, quantized, nullptr);
      return;
    }
    const QParams result = widths_.OfValue(*quantized, node.output);
    if (!RunsOnIntegers(*quantized, n)) {
      const bool nothing_else =
          std::holds_alternative<Activate>(node.op) && node.activation == Activation::kNone;
      return Quantize(
          nothing_else ? FloatOf(node.inputs[0]) : AddComputation(n, quantized, nullptr),
          node.output, result, nothing_else ? node.name : node.name + ".quantize");
    }
    AddComputation(n, quantized, &result);
  }

  // The node itself, writing quantised values if it has `qparams`. Gives the tensor.
  int32_t AddComputation(size_t n, const QuantizedGraph* quantized, const QParams* qparams) {
    const Node& node = graph_.nodes[n];
    const bool integer = qparams != nullptr;
    const bool dynamic = quantized != nullptr && QuantizesAtRunTime(*quantized, n);
    std::vector<int32_t> inputs;
    for (const ValueId value : node.inputs)
      inputs.push_back(integer ? IntegersOf(value, widths_.OfNode(*quantized, n, value))
                               : FloatOf(value));
    const std::vector<int32_t> constants =
        AddWeights(node, integer || dynamic ? &quantized->weights[n] : nullptr);
    inputs.insert(inputs.end(), constants.begin(), constants.end());
    const bool tabulated = integer && IsTabulated(node.op);
    if (tabulated) inputs.push_back(AddTable(node, quantized->tables.at(n), *qparams));
    if (!tabulated) AddConstantsOf(node, inputs);
    const int32_t output = AddActivation(node.output, qparams);
    // A float result that is quantised behind it: the graph's value is what that gives.
    const bool is_value = integer || !quantized || quantized->QParamsOf(node.output) == nullptr;
    if (is_value) TensorOf(node.output) = output;
    qb_node described = PlainNode();
    DescribeToPlugin(node.op, described);
    described.activation = ToAbi(node.activation);
    if (dynamic) described.op = DynamicPluginOp(node.op);
    AddNode(described, node.name, std::move(inputs), output, is_value ? node.output : -1);
    return output;
  }

  void AddGraphNodes(const QuantizedGraph* quantized) {
    for (size_t n = 0; n < graph_.nodes.size(); ++n) AddGraphNode(n, quantized);
  }

  // A float tensor becomes a value in eight or 16 bits.
  void Quantize(int32_t from, ValueId value, const QParams& qparams, const std::string& name) {
    TensorOf(value) = AddActivation(value, &qparams);
    AddNode(PlainNode(QB_QUANTIZE), name, {from}, TensorOf(value), value);
  }
  // The value as floats, dequantised once for all that read it so.
  int32_t FloatOf(ValueId value) {
    if (IsFloat(TensorOf(value))) return TensorOf(value);
    const auto [found, is_new] = float_copies_.emplace(value, -1);
    if (is_new) {
      found->second = AddActivation(value, nullptr);
      AddNode(PlainNode(QB_DEQUANTIZE), "dequantize", {TensorOf(value)}, found->second, -1);
    }
    return found->second;
  }
  // The value as integers of these qparams, converted once for all that read it in another width.
  int32_t IntegersOf(ValueId value, const QParams& qparams) {
    if (DtypeOfTensor(TensorOf(value)) == DtypeOf(&qparams)) return TensorOf(value);
    const auto [found, is_new] = converted_.emplace(value, -1);
    if (is_new) {
      found->second = AddActivation(value, &qparams);
      AddNode(PlainNode(QB_ACTIVATION), "convert", {TensorOf(value)}, found->second, -1);
    }
    return found->second;
  }
  qb_dtype DtypeOfTensor(int32_t tensor) const {
    return storage_.tensors[static_cast<size_t>(tensor)].dtype;
  }
  bool IsFloat(int32_t tensor) const { return DtypeOfTensor(tensor) == QB_F32; }

  int32_t& TensorOf(ValueId value) { return storage_.tensor_of_value[static_cast<size_t>(value)]; }

  void Finish(int32_t input, int32_t output) {
    for (const qb_tensor& tensor : storage_.tensors) storage_.tensor_pointers.push_back(&tensor);
    for (const qb_node& node : storage_.nodes) storage_.node_pointers.push_back(&node);
    storage_.model = {.struct_size = sizeof(qb_model),
                      .name = storage_.name.c_str(),
                      .tensors = storage_.tensor_pointers.data(),
                      .num_tensors = static_cast<int32_t>(storage_.tensor_pointers.size()),
                      .nodes = storage_.node_pointers.data(),
                      .num_nodes = static_cast<int32_t>(storage_.node_pointers.size()),
                      .input = input,
                      .output = output};
  }

 private:
  int32_t AddTensor(const std::string& name, qb_dtype dtype, const Shape& dims) {
    if (dims.size() > QB_MAX_RANK) throw Error("tensor '" + name + "' has more than 4 dimensions");
    qb_tensor tensor{};
    tensor.struct_size = sizeof(qb_tensor);
    tensor.dtype = dtype;
    tensor.name = storage_.names.emplace_back(name).c_str();
    tensor.rank = static_cast<int32_t>(dims.size());
    std::copy(dims.begin(), dims.end(), tensor.dims);
    storage_.tensors.push_back(tensor);
    return static_cast<int32_t>(storage_.tensors.size()) - 1;
  }

  void SetQParams(qb_tensor& tensor, const float* scales, std::vector<int32_t> zero_points) {
    storage_.zero_points.push_back(std::move(zero_points));
    tensor.num_qparams = static_cast<int32_t>(storage_.zero_points.back().size());
    tensor.scales = scales;
    tensor.zero_points = storage_.zero_points.back().data();
  }

  Storage& storage_;
  const Graph& graph_;
  const Widths widths_;                                  // of a quantised graph
  std::map<ValueId, int32_t> float_copies_, converted_;  // tensors
};

AbiModel::AbiModel(const Graph& graph) : storage_(std::make_unique<Storage>()) {
  Builder builder(*storage_, graph);
  builder.TensorOf(graph.input) = builder.AddActivation(graph.input, nullptr);
  builder.AddGraphNodes(nullptr);
  builder.Finish(TensorOf(graph.input), TensorOf(graph.output));
}

AbiModel::AbiModel(const QuantizedGraph& quantized) : storage_(std::make_unique<Storage>()) {
  const Graph& graph = *quantized.graph;
  const Widths widths = WidthsOf(quantized);
  Builder builder(*storage_, graph, widths);
  const int32_t input = builder.AddActivation(graph.input, nullptr);
  builder.TensorOf(graph.input) = input;
  if (quantized.QParamsOf(graph.input) != nullptr)
    builder.Quantize(input, graph.input, widths.OfValue(quantized, graph.input), "quantize");
  builder.AddGraphNodes(&quantized);
  builder.Finish(input, builder.FloatOf(graph.output));
}

AbiModel::~AbiModel() = default;
AbiModel::AbiModel(AbiModel&&) noexcept = default;
AbiModel& AbiModel::operator=(AbiModel&&) noexcept = default;

const qb_model& AbiModel::get() const { return storage_->model; }

int32_t AbiModel::TensorOf(ValueId value) const {
  return storage_->tensor_of_value[static_cast<size_t>(value)];
}

ValueId AbiModel::ValueWrittenBy(int32_t node) const {
  return storage_->value_of_node[static_cast<size_t>(node)];
}

}  // namespace quantbench
