// SPDX-License-Identifier: Apache-2.0
// Lowers graphs to qb_model.
#include "backend/abi_model.h"

#include <deque>
#include <stdexcept>
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
  Builder(Storage& storage, const Graph& graph) : storage_(storage), graph_(graph) {
    storage_.name = graph.name;
    storage_.tensor_of_value.assign(graph.values.size(), -1);
  }

  int32_t AddActivation(ValueId value, const QParams* qparams) {
    const Value& described = graph_.values[static_cast<size_t>(value)];
    Shape dims{0};
    dims.insert(dims.end(), described.shape.begin(), described.shape.end());
    const int32_t index = AddTensor(described.name, qparams != nullptr ? QB_U8 : QB_F32, dims);
    if (qparams != nullptr) {
      storage_.scales.push_back(qparams->scale);
      SetQParams(storage_.tensors.back(), &storage_.scales.back(), {qparams->zero_point});
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

  // Weight and bias of a node, integers where there are any.
  std::vector<int32_t> AddWeights(const Node& node, const QuantizedWeights* quantized) {
    const Weighted* const floats = WeightsOf(node.op);
    if (floats == nullptr) return {};
    const Shape& shape = floats->weight.shape;
    const std::string weight_name = node.name + ".weight", bias_name = node.name + ".bias";
    if (quantized == nullptr) {
      return {AddConstant(weight_name, QB_F32, shape, floats->weight.values),
              AddConstant(bias_name, QB_F32, {shape[0]}, floats->bias)};
    }
    const int32_t weight = AddConstant(weight_name, QB_I8, shape, quantized->weight);
    SetQParams(storage_.tensors.back(), quantized->scales.data(),
               std::vector<int32_t>(quantized->scales.size(), 0));
    if (quantized->bias.empty())
      return {weight, AddConstant(bias_name, QB_F32, {shape[0]}, floats->bias)};
    return {weight, AddConstant(bias_name, QB_I32, {shape[0]}, quantized->bias)};
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

  // 256 bytes, or as many for each channel.
  int32_t AddTable(const Node& node, const std::vector<uint8_t>& table) {
    const auto tables = static_cast<int64_t>(table.size() / 256);
    return AddConstant(node.name + ".table", QB_U8, tables == 1 ? Shape{256} : Shape{tables, 256},
                       table);
  }

  void AddConstantsOf(const Node& node, std::vector<int32_t>& inputs) {
    for (const PluginConstant& constant : PluginConstants(node.op)) {
      inputs.push_back(AddTensor(node.name + "." + constant.name, constant.dtype, constant.dims));
      storage_.tensors.back().data = constant.data.data();
      storage_.tensors.back().data_bytes = constant.data.size();
    }
  }

  void AddGraphNode(size_t n, const QuantizedGraph* quantized) {
    const Node& node = graph_.nodes[n];
    const bool integer =
        quantized && quantized->mode == QuantizationMode::kStatic && !StaysFloat(node.op);
    std::vector<int32_t> inputs;
    for (const ValueId value : node.inputs)
      inputs.push_back(integer || IsFloat(TensorOf(value)) ? TensorOf(value) : Dequantized(value));
    const std::vector<int32_t> constants =
        AddWeights(node, quantized ? &quantized->weights[n] : nullptr);
    inputs.insert(inputs.end(), constants.begin(), constants.end());
    const bool tabulated = integer && IsTabulated(node.op);
    if (tabulated) inputs.push_back(AddTable(node, quantized->tables.at(n)));
    if (!tabulated) AddConstantsOf(node, inputs);
    TensorOf(node.output) = AddActivation(
        node.output, integer ? &quantized->activations[static_cast<size_t>(node.output)] : nullptr);
    qb_node described = PlainNode();
    DescribeToPlugin(node.op, described);
    described.activation = ToAbi(node.activation);
    if (quantized && quantized->mode == QuantizationMode::kDynamic)
      described.op = DynamicPluginOp(node.op);
    AddNode(described, node.name, std::move(inputs), TensorOf(node.output), node.output);
    // Behind what stays float in between, the values are integers again.
    if (quantized && quantized->mode == QuantizationMode::kStatic && !integer &&
        node.output != graph_.output)
      QuantizeAgain(node.output, quantized->activations[static_cast<size_t>(node.output)]);
  }

  void QuantizeAgain(ValueId value, const QParams& qparams) {
    const int32_t from = TensorOf(value);
    TensorOf(value) = AddActivation(value, &qparams);
    AddNode(PlainNode(QB_QUANTIZE), "quantize", {from}, TensorOf(value), -1);
  }

  void AddGraphNodes(const QuantizedGraph* quantized) {
    for (size_t n = 0; n < graph_.nodes.size(); ++n) AddGraphNode(n, quantized);
  }

  // The graph's input in eight bits.
  void Quantize(int32_t input, const QParams& qparams) {
    TensorOf(graph_.input) = AddActivation(graph_.input, &qparams);
    AddNode(PlainNode(QB_QUANTIZE), "quantize", {input}, TensorOf(graph_.input), -1);
  }
  // A float copy of a quantised value.
  int32_t Dequantized(ValueId value) {
    const int32_t output = AddActivation(value, nullptr);
    AddNode(PlainNode(QB_DEQUANTIZE), "dequantize", {TensorOf(value)}, output, -1);
    return output;
  }
  bool IsFloat(int32_t tensor) const {
    return storage_.tensors[static_cast<size_t>(tensor)].dtype == QB_F32;
  }

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
};

AbiModel::AbiModel(const Graph& graph) : storage_(std::make_unique<Storage>()) {
  Builder builder(*storage_, graph);
  builder.TensorOf(graph.input) = builder.AddActivation(graph.input, nullptr);
  builder.AddGraphNodes(nullptr);
  builder.Finish(TensorOf(graph.input), TensorOf(graph.output));
}

AbiModel::AbiModel(const QuantizedGraph& quantized) : storage_(std::make_unique<Storage>()) {
  const Graph& graph = *quantized.graph;
  Builder builder(*storage_, graph);
  const int32_t input = builder.AddActivation(graph.input, nullptr);
  if (quantized.mode == QuantizationMode::kDynamic) {
    builder.TensorOf(graph.input) = input;
    builder.AddGraphNodes(&quantized);
    builder.Finish(input, TensorOf(graph.output));
    return;
  }
  builder.Quantize(input, quantized.activations[static_cast<size_t>(graph.input)]);
  builder.AddGraphNodes(&quantized);
  const int32_t output = TensorOf(graph.output);  // a softmax ends in float already
  builder.Finish(input, builder.IsFloat(output) ? output : builder.Dequantized(graph.output));
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
