// SPDX-License-Identifier: Apache-2.0
// Graphs to ONNX protobufs.
#include "model/onnx_export.h"

#include <cstring>
#include <ostream>
#include <set>
#include <type_traits>

#include "model/onnx/proto.h"
#include "model/onnx/write_operator.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

using onnx_export::AddInt;
using onnx_export::AddInts;
using onnx_export::AddWindow;
using onnx_export::WriteOperator;

constexpr int kOpset = 13;
constexpr int kIrVersion = 7;

template <class T>
constexpr onnx::TensorProto::DataType kDataType = onnx::TensorProto::UNDEFINED;
template <>
constexpr auto kDataType<float> = onnx::TensorProto::FLOAT;
template <>
constexpr auto kDataType<uint8_t> = onnx::TensorProto::UINT8;
template <>
constexpr auto kDataType<int8_t> = onnx::TensorProto::INT8;
template <>
constexpr auto kDataType<int32_t> = onnx::TensorProto::INT32;
template <>
constexpr auto kDataType<int64_t> = onnx::TensorProto::INT64;

class Exporter {
 public:
  explicit Exporter(const Graph& graph, const QuantizedGraph* quantized)
      : graph_(graph), quantized_(quantized) {
    model_.set_ir_version(kIrVersion);
    model_.set_producer_name("quantbench");
    model_.add_opset_import()->set_version(kOpset);
    onnx_ = model_.mutable_graph();
    onnx_->set_name(graph.name.empty() ? "model" : graph.name);
  }

  const onnx::ModelProto& Export() {
    AddPort(*onnx_->add_input(), graph_.input);
    value_names_.resize(graph_.values.size());
    SetValue(graph_.input, ValueName(graph_.input));
    for (size_t n = 0; n < graph_.nodes.size(); ++n) AddGraphNode(n);
    // The graph's output keeps its own name; the value that carries it is passed through.
    AddPort(*onnx_->add_output(), graph_.output, "output");
    AddOnnxNode("Identity", {value_names_[static_cast<size_t>(graph_.output)]}, "output");
    return model_;
  }

 private:
  const std::string& ValueName(ValueId value) const {
    return graph_.values[static_cast<size_t>(value)].name;
  }

  const Shape& ShapeOf(ValueId value) const {
    return graph_.values[static_cast<size_t>(value)].shape;
  }

  void AddPort(onnx::ValueInfoProto& port, ValueId value, const std::string& name = {}) {
    port.set_name(name.empty() ? ValueName(value) : name);
    onnx::TypeProto::Tensor& type = *port.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("batch");
    for (const int64_t extent : graph_.values[static_cast<size_t>(value)].shape) {
      type.mutable_shape()->add_dim()->set_dim_value(extent);
    }
  }

  onnx::NodeProto& AddOnnxNode(const char* op, const std::vector<std::string>& inputs,
                               const std::string& output) {
    onnx::NodeProto& node = *onnx_->add_node();
    node.set_op_type(op);
    node.set_name(output + "/" + op);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
  }

  template <class T>
  std::string AddInitializer(const std::string& name, const Shape& shape, const T* values,
                             size_t count) {
    onnx::TensorProto& tensor = *onnx_->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(kDataType<T>);
    for (const int64_t extent : shape) tensor.add_dims(extent);
    tensor.set_raw_data(values, count * sizeof(T));
    return name;
  }

  template <class T>
  std::string AddScalar(const std::string& name, T value) {
    return AddInitializer(name, {}, &value, 1);
  }

  // An integer constant behind a DequantizeLinear, per tensor or per channel along dimension 0.
  template <class T>
  std::string AddDequantized(const std::string& name, const Shape& shape,
                             const std::vector<T>& values, const std::vector<float>& scales) {
    const bool per_channel = scales.size() > 1;
    const std::vector<T> zeros(scales.size(), T{0});
    const Shape qparams_shape = per_channel ? Shape{static_cast<int64_t>(scales.size())} : Shape{};
    const std::string quantized =
        AddInitializer(name + "_quantized", shape, values.data(), values.size());
    const std::string scale =
        AddInitializer(name + "_scale", qparams_shape, scales.data(), scales.size());
    const std::string zero =
        AddInitializer(name + "_zero_point", qparams_shape, zeros.data(), zeros.size());
    onnx::NodeProto& node = AddOnnxNode("DequantizeLinear", {quantized, scale, zero}, name);
    if (per_channel) AddInt(node, "axis", 0);
    return name;
  }

  std::vector<std::string> AddWeights(const Node& node, const FloatTensor& weight,
                                      const std::vector<float>& bias,
                                      const QuantizedWeights* integers) {
    const Shape bias_shape{static_cast<int64_t>(bias.size())};
    const std::string weight_name = node.name + ".weight", bias_name = node.name + ".bias";
    if (integers == nullptr) {
      return {AddInitializer(weight_name, weight.shape, weight.values.data(), weight.values.size()),
              AddInitializer(bias_name, bias_shape, bias.data(), bias.size())};
    }
    std::vector<float> bias_scales = integers->scales;
    for (float& scale : bias_scales)
      scale *= quantized_->activations[static_cast<size_t>(node.inputs[0])].scale;
    return {AddDequantized(weight_name, weight.shape, integers->weight, integers->scales),
            AddDequantized(bias_name, bias_shape, integers->bias, bias_scales)};
  }

  std::string AddActivation(const std::string& input, Activation activation) {
    if (activation == Activation::kNone) return input;
    const std::string output = input + "_" + std::string(ToString(activation));
    if (activation == Activation::kRelu) {
      AddOnnxNode("Relu", {input}, output);
      return output;
    }
    if (!has_relu6_bounds_) {
      AddScalar("relu6_min", 0.0f);
      AddScalar("relu6_max", 6.0f);
      has_relu6_bounds_ = true;
    }
    AddOnnxNode("Clip", {input, "relu6_min", "relu6_max"}, output);
    return output;
  }

  // From here on readers of `value` use `name`: in a quantised graph, what is left of it after
  // eight bits.
  void SetValue(ValueId value, const std::string& name) {
    std::string& readers_use = value_names_[static_cast<size_t>(value)];
    readers_use = name;
    if (quantized_ == nullptr || IsDynamic()) return;
    if (value == graph_.output && EndsInSoftmax()) return;
    const QParams& qparams = quantized_->activations[static_cast<size_t>(value)];
    const std::string scale = AddScalar(name + "_scale", qparams.scale);
    const std::string zero =
        AddScalar(name + "_zero_point", static_cast<uint8_t>(qparams.zero_point));
    AddOnnxNode("QuantizeLinear", {name, scale, zero}, name + "_quantized");
    readers_use = name + "_dequantized";
    AddOnnxNode("DequantizeLinear", {name + "_quantized", scale, zero}, readers_use);
  }

  bool IsDynamic() const {
    return quantized_ != nullptr && quantized_->mode == QuantizationMode::kDynamic;
  }

  // What DynamicQuantizeLinear makes of a value, once for all its readers.
  struct DynamicInput {
    std::string values, scale, zero_point;
  };
  DynamicInput QuantizedAtRunTime(const std::string& value) {
    const DynamicInput made{value + "_quantized", value + "_scale", value + "_zero_point"};
    if (!quantized_at_run_time_.insert(value).second) return made;
    onnx::NodeProto& node = AddOnnxNode("DynamicQuantizeLinear", {value}, made.values);
    node.add_output(made.scale);
    node.add_output(made.zero_point);
    return made;
  }

  // Weights as MatMulInteger takes them: [k, oc] from [oc, k].
  std::string AddTransposed(const std::string& name, const Shape& shape,
                            const std::vector<int8_t>& values) {
    const auto rows = static_cast<size_t>(shape[0]), columns = static_cast<size_t>(shape[1]);
    std::vector<int8_t> transposed(values.size());
    for (size_t r = 0; r < rows; ++r) {
      for (size_t c = 0; c < columns; ++c) transposed[c * rows + r] = values[r * columns + c];
    }
    return AddInitializer(name, {shape[1], shape[0]}, transposed.data(), transposed.size());
  }

  // activation(float(integer product) * (input scale * weight scales) + bias), as arithmetic.md has
  // it.
  void AddDynamicLayer(size_t n) {
    const Node& node = graph_.nodes[n];
    const QuantizedWeights& integers = quantized_->weights[n];
    const auto* const conv = std::get_if<Conv>(&node.op);
    const auto* const linear = std::get_if<Linear>(&node.op);
    const FloatTensor& weight = conv != nullptr ? conv->weight : linear->weight;
    const std::vector<float>& bias = conv != nullptr ? conv->bias : linear->bias;
    const DynamicInput x = QuantizedAtRunTime(value_names_[static_cast<size_t>(node.inputs[0])]);
    const std::string name = ValueName(node.output), weight_name = node.name + ".weight";
    if (conv != nullptr) {
      const std::string w = AddInitializer(weight_name + "_quantized", weight.shape,
                                           integers.weight.data(), integers.weight.size());
      onnx::NodeProto& product =
          AddOnnxNode("ConvInteger", {x.values, w, x.zero_point}, name + "_sums");
      AddWindow(product, conv->window, true);
      AddInt(product, "group", conv->groups);
    } else {
      const std::string w =
          AddTransposed(weight_name + "_quantized", weight.shape, integers.weight);
      AddOnnxNode("MatMulInteger", {x.values, w, x.zero_point}, name + "_sums");
    }
    // One number, or one a channel in a shape that broadcasts over the image. No leading 1: with
    // it, what ONNX Runtime 1.30 fuses a linear layer into gave logits up to 1.2 away from the
    // unfused ones.
    const auto along_channels = [&](size_t count) {
      if (count == 1) return Shape{};
      Shape shape{static_cast<int64_t>(count)};
      if (conv != nullptr) shape.insert(shape.end(), {1, 1});
      return shape;
    };
    const std::string scales =
        AddInitializer(weight_name + "_scale", along_channels(integers.scales.size()),
                       integers.scales.data(), integers.scales.size());
    AddInt(AddOnnxNode("Cast", {name + "_sums"}, name + "_float_sums"), "to",
           onnx::TensorProto::FLOAT);
    AddOnnxNode("Mul", {x.scale, scales}, name + "_multiplier");
    AddOnnxNode("Mul", {name + "_float_sums", name + "_multiplier"}, name + "_product");
    AddOnnxNode("Add",
                {name + "_product", AddInitializer(node.name + ".bias", along_channels(bias.size()),
                                                   bias.data(), bias.size())},
                name);
  }

  bool EndsInSoftmax() const { return std::holds_alternative<Softmax>(graph_.nodes.back().op); }

  void AddGraphNode(size_t n) {
    const Node& node = graph_.nodes[n];
    if (IsDynamic() && !quantized_->weights[n].weight.empty()) {
      AddDynamicLayer(n);
      SetValue(node.output, AddActivation(ValueName(node.output), node.activation));
      return;
    }
    std::vector<std::string> inputs;
    for (const ValueId value : node.inputs)
      inputs.push_back(value_names_[static_cast<size_t>(value)]);
    const QuantizedWeights* const integers =
        quantized_ != nullptr && !IsDynamic() ? &quantized_->weights[n] : nullptr;
    std::vector<std::string> weights;
    if (const auto* conv = std::get_if<Conv>(&node.op)) {
      weights = AddWeights(node, conv->weight, conv->bias, integers);
    } else if (const auto* linear = std::get_if<Linear>(&node.op)) {
      weights = AddWeights(node, linear->weight, linear->bias, integers);
    }
    inputs.insert(inputs.end(), weights.begin(), weights.end());
    AddConstantInputs(node, inputs);
    const std::string& name = ValueName(node.output);
    const std::string product = FactorOf(node.op);
    onnx::NodeProto& onnx_node = AddOnnxNode("", inputs, name + product);
    onnx_node.set_op_type(WriteOperator(node.op, onnx_node));
    if (!product.empty()) AddOnnxNode("Mul", {inputs[0], name + product}, name);
    SetValue(node.output, AddActivation(name, node.activation));
  }

  // Functions that opset 13 has no operator for are x times another one, whose result is called
  // like this.
  static std::string FactorOf(const Operator& op) {
    const auto* unary = std::get_if<Unary>(&op);
    if (unary == nullptr) return "";
    if (unary->function == Function::kHardSwish) return "_hard_sigmoid";
    return unary->function == Function::kSilu ? "_sigmoid" : "";
  }

  std::string AddShape(const std::string& name, const Shape& shape) {
    Shape dims{0};  // the batch stays what it is
    for (const int64_t extent : shape) dims.push_back(extent);
    return AddInitializer(name, {static_cast<int64_t>(dims.size())}, dims.data(), dims.size());
  }

  // What ONNX takes as inputs where the graph has members.
  void AddConstantInputs(const Node& node, std::vector<std::string>& inputs) {
    const std::string& name = ValueName(node.output);
    const Shape& shape = ShapeOf(node.output);
    if (const auto* slice = std::get_if<Slice>(&node.op)) {
      const int64_t begin = slice->begin, end = slice->end, axis = 1;
      inputs.push_back(AddInitializer(name + "_begin", {1}, &begin, 1));
      inputs.push_back(AddInitializer(name + "_end", {1}, &end, 1));
      inputs.push_back(AddInitializer(name + "_axis", {1}, &axis, 1));
    } else if (const auto* reshape = std::get_if<Reshape>(&node.op)) {
      inputs.push_back(AddShape(name + "_shape", reshape->shape));
    } else if (const auto* shuffle = std::get_if<ChannelShuffle>(&node.op)) {
      Shape grouped{shuffle->groups, shape[0] / shuffle->groups};
      for (size_t d = 1; d < shape.size(); ++d) grouped.push_back(shape[d]);
      AddOnnxNode("Reshape", {inputs[0], AddShape(name + "_groups", grouped)}, name + "_grouped");
      std::vector<int64_t> order{0, 2, 1};
      while (order.size() <= grouped.size()) order.push_back(static_cast<int64_t>(order.size()));
      AddInts(AddOnnxNode("Transpose", {name + "_grouped"}, name + "_transposed"), "perm", order);
      inputs = {name + "_transposed", AddShape(name + "_shape", shape)};
    } else if (const auto* unary = std::get_if<Unary>(&node.op)) {
      if (unary->function != Function::kClip) return;
      inputs.push_back(AddScalar(name + "_low", unary->parameters[0]));
      inputs.push_back(AddScalar(name + "_high", unary->parameters[1]));
    } else if (std::holds_alternative<Mul>(node.op) &&
               ShapeOf(node.inputs[1]).size() < shape.size()) {
      const std::string factors = AddShape(name + "_factors_shape", {shape[0], 1, 1});
      AddOnnxNode("Reshape", {inputs[1], factors}, name + "_factors");
      inputs[1] = name + "_factors";
    }
  }

  const Graph& graph_;
  const QuantizedGraph* quantized_;
  onnx::ModelProto model_;
  onnx::GraphProto* onnx_ = nullptr;
  std::vector<std::string> value_names_;         // [values] what readers of a value refer to
  std::set<std::string> quantized_at_run_time_;  // values with a DynamicQuantizeLinear
  bool has_relu6_bounds_ = false;
};

void Write(const onnx::ModelProto& model, const std::filesystem::path& file) {
  WriteFileAtomically(file, [&](std::ostream& stream) {
    if (!model.SerializeToOstream(&stream))
      throw Error("can't write '" + file.string() + "' (is the disk full?)");
  });
}

}  // namespace

void ExportOnnx(const Graph& graph, const std::filesystem::path& file) {
  Write(Exporter(graph, nullptr).Export(), file);
}

void ExportOnnx(const QuantizedGraph& quantized, const std::filesystem::path& file) {
  Write(Exporter(*quantized.graph, &quantized).Export(), file);
}

}  // namespace quantbench
