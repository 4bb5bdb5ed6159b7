// SPDX-License-Identifier: Apache-2.0
// Graphs to ONNX protobufs.
#include "model/onnx_export.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "model/onnx/node_writer.h"
#include "model/onnx/proto.h"
#include "model/operators/operators.h"
#include "quantbench/arithmetic.hpp"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

using onnx_export::GraphWriter;
using onnx_export::NodeWriter;

// What INT4 weights and activations of 16 bits need, and otherwise what every reader knows.
constexpr int kOpset = 13, kOpsetOfOtherBits = 21;
constexpr int kIrVersion = 7, kIrVersionOfOtherBits = 10;

bool HasFourBits(const QuantizedGraph& quantized) {
  return quantized.mode == QuantizationMode::kStatic &&
         std::ranges::any_of(quantized.weights,
                             [](const QuantizedWeights& weights) { return weights.bits == 4; });
}

class Exporter {
 public:
  explicit Exporter(const Graph& graph, const QuantizedGraph* quantized)
      : graph_(graph), quantized_(quantized), file_(*model_.mutable_graph()) {
    if (quantized != nullptr) widths_ = WidthsOf(*quantized);
    const bool other_bits = quantized != nullptr && (HasFourBits(*quantized) || widths_.any());
    model_.set_ir_version(other_bits ? kIrVersionOfOtherBits : kIrVersion);
    model_.set_producer_name("quantbench");
    model_.add_opset_import()->set_version(other_bits ? kOpsetOfOtherBits : kOpset);
    model_.mutable_graph()->set_name(graph.name.empty() ? "model" : graph.name);
  }

  const onnx::ModelProto& Export() {
    onnx::GraphProto& onnx = *model_.mutable_graph();
    SetPort(*onnx.add_input(), graph_.input, ValueName(graph_.input));
    value_names_.resize(graph_.values.size());
    SetValue(graph_.input, ValueName(graph_.input));
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      const Node& node = graph_.nodes[n];
      const Weighted* const layer = WeightsOf(node.op);
      if (layer != nullptr && quantized_ != nullptr && QuantizesAtRunTime(*quantized_, n)) {
        AddDynamicLayer(node, *layer, quantized_->weights[n]);
      } else {
        AddGraphNode(n);
      }
      SetValue(node.output, AddActivation(node.output, node.activation), node.activation);
    }
    // The graph's output keeps its own name; the value that carries it is passed through.
    SetPort(*onnx.add_output(), graph_.output, "output");
    file_.AddNode("Identity", {NameOf(graph_.output)}, "output");
    return model_;
  }

 private:
  const std::string& ValueName(ValueId value) const {
    return graph_.values[static_cast<size_t>(value)].name;
  }
  // What readers of a value refer to.
  std::string& NameOf(ValueId value) { return value_names_[static_cast<size_t>(value)]; }

  void SetPort(onnx::ValueInfoProto& port, ValueId value, const std::string& name) {
    port.set_name(name);
    onnx::TypeProto::Tensor& type = *port.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("batch");
    for (const int64_t extent : graph_.values[static_cast<size_t>(value)].shape)
      type.mutable_shape()->add_dim()->set_dim_value(extent);
  }

  // From here on readers of `value` use `name`: in a quantised graph, what is left of it after
  // eight bits, or 16.
  void SetValue(ValueId value, const std::string& name, Activation activation = Activation::kNone) {
    NameOf(value) = name;
    if (quantized_ == nullptr || quantized_->QParamsOf(value) == nullptr) return;
    QParams qparams = widths_.OfValue(*quantized_, value);
    if (HasFewBits(value) && activation == Activation::kRelu6)
      qparams.most = plugin::RangeOf(QB_RELU6, qparams.scale, qparams.zero_point, qparams.most).hi;
    NameOf(value) = AddRounding(name, name, qparams);
  }

  bool HasFewBits(ValueId value) const {
    return quantized_ != nullptr && quantized_->QParamsOf(value) != nullptr &&
           widths_.OfValue(*quantized_, value).most < QParams{}.most;
  }

  // Of fewer bits than QuantizeLinear saturates at: a Clip of the integers themselves, so that
  // engines still compute the node before it on integers. PyTorch exports fake quantisation alike.
  std::string AddClip(const std::string& input, const std::string& output, int32_t most) {
    const std::string bound = "most_" + std::to_string(most);
    if (clips_.insert(most).second) file_.AddScalar(bound, static_cast<uint8_t>(most));
    file_.AddNode("Clip", {input, "", bound}, output);
    return output;
  }

  // What is left of `input` in those integers; their names begin with `name`.
  std::string AddRounding(const std::string& input, const std::string& name,
                          const QParams& qparams) {
    const std::string scale = file_.AddScalar(name + "_scale", qparams.scale);
    const std::string zero_name = name + "_zero_point";
    const std::string zero =
        HasEightBits(qparams)
            ? file_.AddScalar(zero_name, static_cast<uint8_t>(qparams.zero_point))
            : file_.AddScalar(zero_name, static_cast<uint16_t>(qparams.zero_point));
    const bool clips = qparams.most < QParams{}.most;
    const std::string quantized = name + (clips ? "_unclipped" : "_quantized");
    file_.AddNode("QuantizeLinear", {input, scale, zero}, quantized);
    if (clips) AddClip(quantized, name + "_quantized", qparams.most);
    const std::string rounded = name + "_dequantized";
    file_.AddNode("DequantizeLinear", {name + "_quantized", scale, zero}, rounded);
    return rounded;
  }

  // What node n reads of a value. A node of eight bits reads what they leave of 16; one of 16 bits
  // reads eight as they are, since each of their steps is one of its own.
  std::string Read(size_t n, ValueId value) {
    const bool narrows = quantized_ != nullptr && RunsOnIntegers(*quantized_, n) &&
                         widths_.values[static_cast<size_t>(value)] && !widths_.nodes[n];
    if (!narrows) return NameOf(value);
    const auto [found, is_new] = narrowed_.try_emplace(value);
    if (is_new) {
      found->second = AddRounding(NameOf(value), ValueName(value) + "_8_bits",
                                  widths_.OfNode(*quantized_, n, value));
    }
    return found->second;
  }

  std::string AddActivation(ValueId value, Activation activation) {
    const std::string& input = ValueName(value);
    if (activation == Activation::kNone) return input;
    const std::string output = input + "_" + std::string(ToString(activation));
    // Where integers are clipped anyway, that is relu6's bound as well: engines whose own bound
    // lies above it would compute the node in float for a second one.
    if (activation == Activation::kRelu || HasFewBits(value)) {
      file_.AddNode("Relu", {input}, output);
      return output;
    }
    if (!has_relu6_bounds_) {
      file_.AddScalar("relu6_min", 0.0f);
      file_.AddScalar("relu6_max", 6.0f);
      has_relu6_bounds_ = true;
    }
    file_.AddNode("Clip", {input, "relu6_min", "relu6_max"}, output);
    return output;
  }

  void AddGraphNode(size_t n) {
    const Node& node = graph_.nodes[n];
    std::vector<std::string> inputs;
    for (const ValueId value : node.inputs) inputs.push_back(Read(n, value));
    if (const Weighted* const layer = WeightsOf(node.op)) {
      inputs.push_back(AddWeight(n, *layer));
      inputs.push_back(AddBias(n, *layer));
    }
    NodeWriter writer(file_, graph_, node, std::move(inputs));
    WriteOnnx(node.op, writer);
  }

  // Integers wherever there are any, also of a layer that runs in float.
  std::string AddWeight(size_t n, const Weighted& layer) {
    const std::string name = graph_.nodes[n].name + ".weight";
    if (quantized_ == nullptr || quantized_->weights[n].weight.empty())
      return file_.AddConstant(name, layer.weight.shape, layer.weight.values);
    const QuantizedWeights& integers = quantized_->weights[n];
    if (integers.bits == 4) return AddFourBits(name, layer.weight.shape, integers);
    return AddDequantized(name, layer.weight.shape, integers.weight, integers.scales);
  }

  std::string AddBias(size_t n, const Weighted& layer) {
    const Node& node = graph_.nodes[n];
    const std::string name = node.name + ".bias";
    const Shape shape{static_cast<int64_t>(layer.bias.size())};
    if (quantized_ == nullptr || !RunsOnIntegers(*quantized_, n))
      return file_.AddConstant(name, shape, layer.bias);
    const QuantizedWeights& integers = quantized_->weights[n];
    std::vector<float> scales = integers.scales;
    for (float& scale : scales) scale *= widths_.OfNode(*quantized_, n, node.inputs[0]).scale;
    return AddDequantized(name, shape, integers.bias, scales);
  }

  // An integer constant behind a DequantizeLinear, per tensor or per channel along dimension 0.
  template <class T>
  std::string AddDequantized(const std::string& name, const Shape& shape,
                             const std::vector<T>& values, const std::vector<float>& scales) {
    const bool per_channel = scales.size() > 1;
    const std::vector<T> zeros(scales.size(), T{0});
    const Shape qparams_shape = per_channel ? Shape{static_cast<int64_t>(scales.size())} : Shape{};
    const std::string quantized = file_.AddConstant(name + "_quantized", shape, values);
    const std::string scale = file_.AddConstant(name + "_scale", qparams_shape, scales);
    const std::string zero = file_.AddConstant(name + "_zero_point", qparams_shape, zeros);
    onnx_export::OnnxNode node = file_.AddNode("DequantizeLinear", {quantized, scale, zero}, name);
    if (per_channel) node.Int("axis", 0);
    return name;
  }

  // The same without zero points, which are 0.
  std::string AddFourBits(const std::string& name, const Shape& shape,
                          const QuantizedWeights& integers) {
    const std::vector<float>& scales = integers.scales;
    const bool per_channel = scales.size() > 1;
    const Shape scales_shape = per_channel ? Shape{static_cast<int64_t>(scales.size())} : Shape{};
    const std::string quantized = file_.AddFourBits(name + "_quantized", shape, integers.weight);
    const std::string scale = file_.AddConstant(name + "_scale", scales_shape, scales);
    onnx_export::OnnxNode node = file_.AddNode("DequantizeLinear", {quantized, scale}, name);
    if (per_channel) node.Int("axis", 0);
    return name;
  }

  // activation(float(integer product) * (input scale * weight scales) + bias), as arithmetic.md has
  // it.
  void AddDynamicLayer(const Node& node, const Weighted& layer, const QuantizedWeights& integers) {
    const std::vector<float>& bias = layer.bias;
    const std::string x = NameOf(node.inputs[0]);
    // Once for all readers of a value.
    if (quantized_at_run_time_.insert(x).second)
      file_.AddNode("DynamicQuantizeLinear", {x}, x + "_quantized")
          .Output(x + "_scale")
          .Output(x + "_zero_point");
    const std::string name = ValueName(node.output), weight_name = node.name + ".weight";
    WriteIntegerSums(node.op,
                     {.values = x + "_quantized",
                      .zero_point = x + "_zero_point",
                      .weight_name = weight_name + "_quantized",
                      .weight = integers.weight},
                     name + "_sums", file_);
    // One number, or one a channel in a shape that broadcasts over the image. No leading 1: with
    // it, what ONNX Runtime 1.30 fuses a linear layer into gave logits up to 1.2 away from the
    // unfused ones.
    const auto along_channels = [&](size_t count) {
      if (count == 1) return Shape{};
      Shape shape{static_cast<int64_t>(count)};
      shape.insert(shape.end(), ExtentsBehindChannels(node.op), 1);
      return shape;
    };
    const std::string scales = file_.AddConstant(
        weight_name + "_scale", along_channels(integers.scales.size()), integers.scales);
    file_.AddNode("Cast", {name + "_sums"}, name + "_float_sums")
        .Int("to", onnx::TensorProto::FLOAT);
    file_.AddNode("Mul", {x + "_scale", scales}, name + "_multiplier");
    file_.AddNode("Mul", {name + "_float_sums", name + "_multiplier"}, name + "_product");
    file_.AddNode("Add",
                  {name + "_product",
                   file_.AddConstant(node.name + ".bias", along_channels(bias.size()), bias)},
                  name);
  }

  const Graph& graph_;
  const QuantizedGraph* quantized_;
  onnx::ModelProto model_;
  GraphWriter file_;
  Widths widths_{};                              // of a quantised graph
  std::vector<std::string> value_names_;         // [values]
  std::map<ValueId, std::string> narrowed_;      // values of 16 bits that some node reads as eight
  std::set<std::string> quantized_at_run_time_;  // values with a DynamicQuantizeLinear
  bool has_relu6_bounds_ = false;
  std::set<int32_t> clips_;  // bounds that are there
};

void Write(const onnx::ModelProto& model, const std::filesystem::path& file) {
  WriteFileAtomically(file, [&](std::ostream& stream) {
    if (!model.SerializeToOstream(&stream))
      throw Error("'" + file.string() + "' would be larger than the 2 GiB that ONNX files can be");
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
