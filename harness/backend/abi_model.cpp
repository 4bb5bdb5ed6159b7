// SPDX-License-Identifier: Apache-2.0
// Lowers graphs to qb_model.
#include "backend/abi_model.h"

#include <deque>
#include <stdexcept>
#include <vector>

#include "quantbench/arithmetic.hpp"
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
  std::deque<std::vector<uint8_t>> tables;
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

qb_op ToAbi(Function function) {
  switch (function) {
    case Function::kClip:
      return QB_CLIP;
    case Function::kHardSigmoid:
      return QB_HARD_SIGMOID;
    case Function::kHardSwish:
      return QB_HARD_SWISH;
    case Function::kSigmoid:
      return QB_SIGMOID;
    case Function::kSilu:
      return QB_SILU;
    case Function::kLeakyRelu:
      return QB_LEAKY_RELU;
  }
  throw std::logic_error("function unknown to the plugin interface");
}

struct OpCode {
  qb_op operator()(const Conv&) const { return QB_CONV; }
  qb_op operator()(const Linear&) const { return QB_LINEAR; }
  qb_op operator()(const BatchNorm&) const {
    throw std::logic_error("batch norm must be folded before a graph reaches a plugin");
  }
  qb_op operator()(const Activate&) const { return QB_ACTIVATION; }
  qb_op operator()(const Add&) const { return QB_ADD; }
  qb_op operator()(const Concat&) const { return QB_CONCAT; }
  qb_op operator()(const GlobalAveragePool&) const { return QB_GLOBAL_AVG_POOL; }
  qb_op operator()(const AveragePool&) const { return QB_AVG_POOL; }
  qb_op operator()(const MaxPool&) const { return QB_MAX_POOL; }
  qb_op operator()(const Flatten&) const { return QB_FLATTEN; }
  qb_op operator()(const Mul&) const { return QB_MUL; }
  qb_op operator()(const Reshape&) const { return QB_RESHAPE; }
  qb_op operator()(const Slice&) const { return QB_SLICE; }
  qb_op operator()(const ChannelShuffle&) const { return QB_CHANNEL_SHUFFLE; }
  qb_op operator()(const Unary& unary) const { return ToAbi(unary.function); }
  qb_op operator()(const Softmax&) const { return QB_SOFTMAX; }
};

// What runs instead in a dynamically quantised model; operators without weights stay float.
qb_op DynamicOp(qb_op op) {
  if (op == QB_CONV) return QB_DYNAMIC_CONV;
  return op == QB_LINEAR ? QB_DYNAMIC_LINEAR : op;
}

void SetWindow(const Window& window, qb_node& node) {
  for (size_t i = 0; i < 2; ++i) {
    node.kernel[i] = window.kernel[i];
    node.stride[i] = window.stride[i];
    node.dilation[i] = window.dilation[i];
  }
  const Padding& p = window.padding;
  const int sides[] = {p.top, p.left, p.bottom, p.right};
  std::copy(std::begin(sides), std::end(sides), node.padding);
}

void SetAttributes(const Operator& op, qb_node& node) {
  SetWindow(Window{}, node);
  node.groups = 1;
  if (const auto* conv = std::get_if<Conv>(&op)) {
    SetWindow(conv->window, node);
    node.groups = conv->groups;
  } else if (const auto* average = std::get_if<AveragePool>(&op)) {
    SetWindow(average->window, node);
    node.count_include_pad = average->count_include_pad ? 1 : 0;
  } else if (const auto* maximum = std::get_if<MaxPool>(&op)) {
    SetWindow(maximum->window, node);
  } else if (const auto* shuffle = std::get_if<ChannelShuffle>(&op)) {
    node.groups = shuffle->groups;
  } else if (const auto* unary = std::get_if<Unary>(&op)) {
    std::copy(unary->parameters.begin(), unary->parameters.end(), node.parameters);
  } else if (const auto* slice = std::get_if<Slice>(&op)) {
    node.begin = static_cast<int32_t>(slice->begin);
    node.end = static_cast<int32_t>(slice->end);
  }
}

struct FloatWeights {
  const FloatTensor* weight = nullptr;
  const std::vector<float>* bias = nullptr;
};

FloatWeights WeightsOf(const Operator& op) {
  if (const auto* conv = std::get_if<Conv>(&op)) return {&conv->weight, &conv->bias};
  if (const auto* linear = std::get_if<Linear>(&op)) return {&linear->weight, &linear->bias};
  return {};
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
    const FloatWeights floats = WeightsOf(node.op);
    if (floats.weight == nullptr) return {};
    const Shape& shape = floats.weight->shape;
    const std::string weight_name = node.name + ".weight", bias_name = node.name + ".bias";
    if (quantized == nullptr) {
      return {AddConstant(weight_name, QB_F32, shape, floats.weight->values),
              AddConstant(bias_name, QB_F32, {shape[0]}, *floats.bias)};
    }
    const int32_t weight = AddConstant(weight_name, QB_I8, shape, quantized->weight);
    SetQParams(storage_.tensors.back(), quantized->scales.data(),
               std::vector<int32_t>(quantized->scales.size(), 0));
    if (quantized->bias.empty())
      return {weight, AddConstant(bias_name, QB_F32, {shape[0]}, *floats.bias)};
    return {weight, AddConstant(bias_name, QB_I32, {shape[0]}, quantized->bias)};
  }

  // What an integer model needs beside weights: the table of a function of one element.
  std::vector<int32_t> AddTable(const Node& node, const QuantizedGraph& quantized) {
    const auto* unary = std::get_if<Unary>(&node.op);
    if (unary == nullptr) return {};
    const QParams& in = quantized.activations[static_cast<size_t>(node.inputs[0])];
    const QParams& out = quantized.activations[static_cast<size_t>(node.output)];
    const auto table = plugin::UnaryTable(ToAbi(unary->function), unary->parameters.data(),
                                          in.scale, in.zero_point, out.scale, out.zero_point);
    storage_.tables.emplace_back(table.begin(), table.end());
    return {AddConstant(node.name + ".table", QB_U8, {256}, storage_.tables.back())};
  }

  void AddNode(const std::string& name, qb_op op, std::vector<int32_t> inputs, int32_t output,
               const Node* source) {
    qb_node node{};
    node.struct_size = sizeof(qb_node);
    node.op = op;
    node.name = storage_.names.emplace_back(name).c_str();
    storage_.node_inputs.push_back(std::move(inputs));
    node.inputs = storage_.node_inputs.back().data();
    node.num_inputs = static_cast<int32_t>(storage_.node_inputs.back().size());
    node.output = output;
    SetAttributes(source != nullptr ? source->op : Operator(Flatten{}), node);
    if (source != nullptr) node.activation = ToAbi(source->activation);
    storage_.nodes.push_back(node);
    storage_.value_of_node.push_back(source != nullptr ? source->output : -1);
  }

  void AddGraphNodes(const QuantizedGraph* quantized) {
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      const Node& node = graph_.nodes[n];
      std::vector<int32_t> inputs;
      for (const ValueId value : node.inputs) inputs.push_back(TensorOf(value));
      const std::vector<int32_t> constants =
          AddWeights(node, quantized ? &quantized->weights[n] : nullptr);
      inputs.insert(inputs.end(), constants.begin(), constants.end());
      const bool integer = quantized && quantized->mode == QuantizationMode::kStatic;
      if (integer) {
        if (std::holds_alternative<Softmax>(node.op)) {
          inputs = {Dequantized(node.inputs[0])};
          TensorOf(node.output) = AddActivation(node.output, nullptr);
          AddNode(node.name, QB_SOFTMAX, std::move(inputs), TensorOf(node.output), &node);
          continue;
        }
        const std::vector<int32_t> table = AddTable(node, *quantized);
        inputs.insert(inputs.end(), table.begin(), table.end());
      }
      TensorOf(node.output) = AddActivation(
          node.output,
          integer ? &quantized->activations[static_cast<size_t>(node.output)] : nullptr);
      const qb_op op = std::visit(OpCode{}, node.op);
      AddNode(node.name, quantized && !integer ? DynamicOp(op) : op, std::move(inputs),
              TensorOf(node.output), &node);
    }
  }

  // A float copy of a quantised value.
  int32_t Dequantized(ValueId value) {
    const int32_t output = AddActivation(value, nullptr);
    AddNode("dequantize", QB_DEQUANTIZE, {TensorOf(value)}, output, nullptr);
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
  builder.TensorOf(graph.input) =
      builder.AddActivation(graph.input, &quantized.activations[static_cast<size_t>(graph.input)]);
  builder.AddNode("quantize", QB_QUANTIZE, {input}, TensorOf(graph.input), nullptr);
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
