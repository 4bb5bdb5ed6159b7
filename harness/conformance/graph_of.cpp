// SPDX-License-Identifier: Apache-2.0
// The plugin interface's structs back to operators, weights and qparams.
#include "conformance/graph_of.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "model/onnx_export.h"
#include "quantbench/arithmetic.hpp"
#include "support/error.h"

namespace quantbench::conformance {
namespace {

[[noreturn]] void RefuseNode(const qb_node& node) {
  throw Unsupported("node '" + std::string(node.name) + "': its operator " +
                    std::to_string(node.op) + " has no form in an ONNX file");
}

template <class T>
std::vector<T> ValuesOf(const qb_tensor& tensor) {
  std::vector<T> values(tensor.data_bytes / sizeof(T));
  std::memcpy(values.data(), tensor.data, values.size() * sizeof(T));
  return values;
}

quantbench::Shape ExtentsOf(const qb_tensor& tensor, int32_t from) {
  return {tensor.dims + from, tensor.dims + tensor.rank};
}

Window WindowOf(const qb_node& node) {
  return {.kernel = {node.kernel[0], node.kernel[1]},
          .stride = {node.stride[0], node.stride[1]},
          .dilation = {node.dilation[0], node.dilation[1]},
          .padding = {node.padding[0], node.padding[1], node.padding[2], node.padding[3]}};
}

std::optional<Function> FunctionOf(qb_op op) {
  static constexpr std::pair<qb_op, Function> kFunctionCodes[] = {
      {QB_CLIP, Function::kClip},
      {QB_HARD_SIGMOID, Function::kHardSigmoid},
      {QB_HARD_SWISH, Function::kHardSwish},
      {QB_SIGMOID, Function::kSigmoid},
      {QB_SILU, Function::kSilu},
      {QB_LEAKY_RELU, Function::kLeakyRelu},
      {QB_ELU, Function::kElu},
      {QB_SELU, Function::kSelu},
      {QB_CELU, Function::kCelu},
      {QB_GELU, Function::kGelu},
      {QB_GELU_TANH, Function::kGeluTanh},
      {QB_MISH, Function::kMish},
      {QB_SOFTPLUS, Function::kSoftplus},
      {QB_SOFTSIGN, Function::kSoftsign},
      {QB_TANH, Function::kTanh},
      {QB_ERF, Function::kErf},
      {QB_THRESHOLDED_RELU, Function::kThresholdedRelu},
      {QB_EXP, Function::kExp},
      {QB_LOG, Function::kLog},
      {QB_SQRT, Function::kSqrt},
      {QB_ABS, Function::kAbs},
      {QB_RECIPROCAL, Function::kReciprocal}};
  for (const auto& [code, function] : kFunctionCodes)
    if (code == op) return function;
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(const qb_model& model) : model_(model), values_(Size(), -1) {}

  QuantizedGraph Read() {
    graph_.name = "case";
    graph_.input = ValueOf(model_.input);
    for (int32_t n = 0; n < model_.num_nodes; ++n) Add(*model_.nodes[n]);
    graph_.output = ValueOf(model_.output);
    quantized_.recipe = "case";
    quantized_.graph = std::make_shared<const Graph>(std::move(graph_));
    return std::move(quantized_);
  }

 private:
  size_t Size() const { return static_cast<size_t>(model_.num_tensors); }
  const qb_tensor& Input(const qb_node& node, int32_t input) const {
    return *model_.tensors[node.inputs[input]];
  }

  ValueId ValueOf(int32_t tensor) {
    ValueId& value = values_[static_cast<size_t>(tensor)];
    if (value >= 0) return value;
    const qb_tensor& t = *model_.tensors[tensor];
    value = graph_.AddValue(t.name, ExtentsOf(t, 1));
    quantized_.activations.emplace_back();
    if (t.num_qparams > 0)
      quantized_.activations.back() = {
          .scale = t.scales[0], .zero_point = t.zero_points[0], .most = plugin::MostOf(t)};
    if (t.dtype == QB_U16)
      quantized_.activations.back() = {.scale = t.scales[0] * 257.0f,
                                       .zero_point = t.zero_points[0] / 257};
    return value;
  }

  void Add(const qb_node& node) {
    Node added{.name = node.name, .op = OperatorOf(node), .inputs = {}};
    added.activation = ActivationOf(node);
    for (int32_t i = 0; i < node.num_inputs; ++i)
      if (Input(node, i).data == nullptr) added.inputs.push_back(ValueOf(node.inputs[i]));
    added.output = ValueOf(node.output);
    QuantizedWeights weights;
    if (Weighted* const layer = WeightsOf(added.op)) ReadWeights(node, *layer, weights);
    if (node.op == QB_DYNAMIC_CONV || node.op == QB_DYNAMIC_LINEAR)
      quantized_.mode = QuantizationMode::kDynamic;
    graph_.nodes.push_back(std::move(added));
    quantized_.weights.push_back(std::move(weights));
    quantized_.in_16_bits.push_back(model_.tensors[node.output]->dtype == QB_U16);
  }

  static Activation ActivationOf(const qb_node& node) {
    switch (node.activation) {
      case QB_NONE:
        return Activation::kNone;
      case QB_RELU:
        return Activation::kRelu;
      case QB_RELU6:
        return Activation::kRelu6;
      default:
        throw Unsupported("node '" + std::string(node.name) + "': there is no activation " +
                          std::to_string(node.activation));
    }
  }

  void ReadWeights(const qb_node& node, Weighted& layer, QuantizedWeights& integers) const {
    const qb_tensor& weight = Input(node, 1);
    const qb_tensor& bias = Input(node, 2);
    layer.weight.shape = ExtentsOf(weight, 0);
    if (weight.dtype == QB_F32) {
      layer.weight.values = ValuesOf<float>(weight);
    } else {
      integers.weight = ValuesOf<int8_t>(weight);
      integers.scales.assign(weight.scales, weight.scales + weight.num_qparams);
    }
    if (bias.dtype == QB_F32) {
      layer.bias = ValuesOf<float>(bias);
    } else {
      integers.bias = ValuesOf<int32_t>(bias);
      layer.bias.resize(integers.bias.size());
    }
  }

  Operator OperatorOf(const qb_node& node) const {
    if (const std::optional<Function> function = FunctionOf(node.op))
      return Unary{.function = *function, .parameters = {node.parameters[0], node.parameters[1]}};
    switch (node.op) {
      case QB_CONV:
      case QB_DYNAMIC_CONV: {
        Conv conv;
        conv.window = WindowOf(node);
        conv.groups = node.groups;
        return conv;
      }
      case QB_LINEAR:
      case QB_DYNAMIC_LINEAR:
        return Linear{};
      case QB_ADD:
        return quantbench::Add{};
      case QB_MUL:
        return Mul{};
      case QB_CONCAT:
        return Concat{};
      case QB_FLATTEN:
        return Flatten{};
      case QB_ACTIVATION:
      case QB_QUANTIZE:  // of the value that it writes; a float value is dequantised
      case QB_DEQUANTIZE:
        return Activate{};
      case QB_GLOBAL_AVG_POOL:
        return GlobalAveragePool{};
      case QB_AVG_POOL:
        return AveragePool{.window = WindowOf(node),
                           .count_include_pad = node.count_include_pad != 0};
      case QB_MAX_POOL:
        return MaxPool{.window = WindowOf(node)};
      default:
        return MovingOrFloatOperatorOf(node);
    }
  }

  Operator MovingOrFloatOperatorOf(const qb_node& node) const {
    const quantbench::Shape result = ExtentsOf(*model_.tensors[node.output], 1);
    switch (node.op) {
      case QB_RESHAPE:
        return Reshape{.shape = result};
      case QB_SLICE:
        return Slice{.begin = node.begin, .end = node.end};
      case QB_CHANNEL_SHUFFLE:
        return ChannelShuffle{.groups = node.groups};
      case QB_GATHER:
        return Gather{.shape = result, .indices = ValuesOf<int32_t>(Input(node, 1))};
      case QB_SOFTMAX:
        return Softmax{};
      case QB_LOG_SOFTMAX:
        return Softmax{.logarithm = true};
      case QB_LRN:
        return LocalResponseNorm{.size = node.size,
                                 .alpha = node.parameters[0],
                                 .beta = node.parameters[1],
                                 .bias = node.bias};
      case QB_PRELU:
        if (Input(node, 1).dtype == QB_F32) return PRelu{.slopes = ValuesOf<float>(Input(node, 1))};
        RefuseNode(node);
      case QB_CAP:
        return Cap{.caps = CapsOf(node)};
      default:
        RefuseNode(node);
    }
  }

  // Integers of the result's qparams stand for caps that give them again.
  std::vector<float> CapsOf(const qb_node& node) const {
    if (Input(node, 1).dtype == QB_F32) return ValuesOf<float>(Input(node, 1));
    const qb_tensor& y = *model_.tensors[node.output];
    std::vector<float> caps;
    const auto add = [&](int32_t cap) {
      caps.push_back(static_cast<float>(cap - y.zero_points[0]) * y.scales[0]);
    };
    if (Input(node, 1).dtype == QB_U16) {
      std::ranges::for_each(ValuesOf<uint16_t>(Input(node, 1)), add);
    } else {
      std::ranges::for_each(ValuesOf<uint8_t>(Input(node, 1)), add);
    }
    return caps;
  }

  const qb_model& model_;
  Graph graph_;
  QuantizedGraph quantized_;
  std::vector<ValueId> values_;  // [num_tensors], -1: none yet
};

bool IsFloat(const QuantizedGraph& graph) {
  return std::none_of(graph.activations.begin(), graph.activations.end(),
                      [](const auto& qparams) { return qparams.has_value(); }) &&
         std::all_of(graph.weights.begin(), graph.weights.end(),
                     [](const QuantizedWeights& weights) { return weights.weight.empty(); });
}

std::filesystem::path NewFile() {
  std::string name = (std::filesystem::temp_directory_path() / "quantbench-case-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) throw Error("can't make a file like '" + name + "' for the case's model");
  ::close(descriptor);
  return name;
}

}  // namespace

QuantizedGraph GraphOf(const qb_model& model) { return Reader(model).Read(); }

CaseFile::CaseFile(const Backend& backend, const qb_model& model) {
  if (!backend.takes_file()) return;
  const QuantizedGraph graph = GraphOf(model);
  path_ = NewFile();
  if (IsFloat(graph)) {
    ExportOnnx(*graph.graph, path_);
  } else {
    ExportOnnx(graph, path_);
  }
}

CaseFile::~CaseFile() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

}  // namespace quantbench::conformance
