// SPDX-License-Identifier: Apache-2.0
// Collects what a quantised file says, and decides which of its nodes run on integers.
#include "quantize/given.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "quantize/layer_integers.h"
#include "support/error.h"

namespace quantbench {
namespace {

size_t Index(ValueId id) { return static_cast<size_t>(id); }

// Values are float unless the file quantises them, or a node only moves integers into them.
std::vector<std::optional<QParams>> GivenActivations(const Graph& graph) {
  std::vector<std::optional<QParams>> given;
  for (const Value& value : graph.values) given.push_back(value.given);
  std::vector<int> readers(graph.values.size(), 0);
  for (const Node& node : graph.nodes) {
    for (const ValueId id : node.inputs) ++readers[Index(id)];
  }
  ++readers[Index(graph.output)];
  // A maximum of quantised values is the quantised maximum, so qparams pass backwards as well: to a
  // value that nobody else reads.
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    std::optional<QParams>& input = given[Index(node->inputs[0])];
    if (SharesQParams(node->op) && !input && readers[Index(node->inputs[0])] == 1)
      input = given[Index(node->output)];
  }
  for (const Node& node : graph.nodes) {
    std::optional<QParams>& output = given[Index(node.output)];
    // 6 needn't be one of the integers' values.
    if (SharesQParams(node.op) && !output && node.activation != Activation::kRelu6)
      output = given[Index(node.inputs[0])];
  }
  return given;
}

// Biases at input scale * weight scale, which is what the file's integers mean nearly always.
bool HasBiasScale(const GivenIntegers& given, const std::vector<float>& bias, float input_scale,
                  const std::vector<float>& scales) {
  if (given.bias.size() != bias.size()) return false;
  for (size_t o = 0; o < bias.size(); ++o) {
    const double scale =
        static_cast<double>(input_scale) * static_cast<double>(scales[scales.size() == 1 ? 0 : o]);
    const double expected = given.bias[o] * scale;
    if (std::abs(static_cast<double>(bias[o]) - expected) > 1e-5 * std::abs(expected)) return false;
  }
  return true;
}

// A channel of scale 0 has no weights, only a bias. Another scale lets its integers hold that: to
// 24 bits, like a float.
void ReplaceZeroScales(const std::vector<float>& bias, float input_scale,
                       std::vector<float>& scales) {
  for (size_t s = 0; s < scales.size(); ++s) {
    if (scales[s] != 0.0f) continue;
    float largest = 0.0f;
    for (size_t o = scales.size() == 1 ? 0 : s; o < (scales.size() == 1 ? bias.size() : s + 1); ++o)
      largest = std::max(largest, std::abs(bias[o]));
    scales[s] = largest / input_scale / 0x1p24f;
    if (!std::isnormal(scales[s])) scales[s] = 1.0f;
  }
}

// Nothing for a layer of floats; no bias for one whose weights alone are integers, which is so
// where `input` is nullptr.
QuantizedWeights GivenWeights(const Node& node, const Weighted& layer, const QParams* input) {
  const auto& [weight, bias, given] = layer;
  const auto channels = static_cast<size_t>(weight.shape[0]);
  if (given.scales.size() != 1 && given.scales.size() != channels) return {};
  QuantizedWeights weights{.weight = {}, .scales = given.scales, .bias = {}};
  const bool integer_bias = input != nullptr && !given.at_run_time;
  ReplaceZeroScales(bias, integer_bias ? input->scale : 1.0f, weights.scales);
  const size_t per_scale = weight.values.size() / weights.scales.size();
  for (size_t i = 0; i < weight.values.size(); ++i) {
    // The float is the integer times the scale, so this gives the integer back.
    const float q = std::nearbyintf(weight.values[i] / weights.scales[i / per_scale]);
    weights.weight.push_back(static_cast<int8_t>(std::clamp(q, -128.0f, 127.0f)));
  }
  if (given.at_run_time) RequireExactSums(node, weight, {});
  if (!integer_bias) return weights;
  std::vector<int32_t> integers = HasBiasScale(given, bias, input->scale, weights.scales)
                                      ? given.bias
                                      : QuantizeBias(bias, input->scale, weights.scales);
  // A bias that the tool which made the file had to clip leaves no room for sums: float has it.
  if (HasExactSums(weight, integers)) weights.bias = std::move(integers);
  return weights;
}

bool IsAtRunTime(const Node& node) {
  const Weighted* const layer = WeightsOf(node.op);
  return layer != nullptr && layer->given.at_run_time;
}

bool HasIntegerWeights(const Node& node) {
  const Weighted* const layer = WeightsOf(node.op);
  return layer != nullptr && !layer->given.scales.empty();
}

}  // namespace

bool IsGivenQuantized(const Graph& graph) {
  return std::ranges::any_of(graph.values, [](const Value& v) { return v.given.has_value(); }) ||
         std::ranges::any_of(graph.nodes, IsAtRunTime);
}

QuantizedGraph QuantizeAsGiven(std::shared_ptr<const Graph> graph, std::string recipe) {
  if (!IsGivenQuantized(*graph) && !std::ranges::any_of(graph->nodes, HasIntegerWeights))
    throw Error(
        "quantization: given needs a quantised model (QDQ form, integer operators such as "
        "QLinearConv, or DynamicQuantizeLinear); this one is float, use quantization: static");
  const bool dynamic = std::ranges::any_of(graph->nodes, IsAtRunTime);
  QuantizedGraph quantized{
      .graph = graph,
      .recipe = std::move(recipe),
      .activations = GivenActivations(*graph),
      .weights = {},
      .mode = dynamic ? QuantizationMode::kDynamic : QuantizationMode::kStatic};
  for (const Node& node : graph->nodes) {
    QuantizedWeights& weights = quantized.weights.emplace_back();
    const Weighted* const layer = WeightsOf(node.op);
    if (layer == nullptr) continue;
    const QParams* const input = quantized.QParamsOf(node.inputs[0]);
    const bool integer = input != nullptr && quantized.QParamsOf(node.output) != nullptr;
    weights = GivenWeights(node, *layer, integer ? input : nullptr);
    // Float beside dynamic layers, which a bias of floats stands for.
    if (dynamic && !layer->given.at_run_time && weights.bias.empty()) weights = {};
  }
  TabulateFunctions(quantized);
  return quantized;
}

}  // namespace quantbench
