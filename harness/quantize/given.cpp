// SPDX-License-Identifier: Apache-2.0
// Collects what a QDQ file says, and checks that nothing is left in float.
#include "quantize/given.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "quantize/layer_integers.h"
#include "support/error.h"

namespace quantbench {
namespace {

size_t Index(ValueId id) { return static_cast<size_t>(id); }

std::vector<QParams> GivenActivations(const Graph& graph) {
  std::vector<std::optional<QParams>> given;
  for (const Value& value : graph.values) given.push_back(value.given);
  // A maximum of quantised values is the quantised maximum, so qparams pass both ways.
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    std::optional<QParams>& input = given[Index(node->inputs[0])];
    if (SharesQParams(node->op) && !input) input = given[Index(node->output)];
  }
  for (const Node& node : graph.nodes) {
    std::optional<QParams>& output = given[Index(node.output)];
    const std::optional<QParams>& input = given[Index(node.inputs[0])];
    if (!SharesQParams(node.op)) continue;
    if (output && input && !(*output == *input))
      throw Error("node '" + node.name + "' (" + std::string(OperatorName(node.op)) +
                  ") has other qparams behind it than before it, though it only moves values");
    output = input;
  }
  std::vector<QParams> activations;
  for (size_t v = 0; v < given.size(); ++v) activations.push_back(given[v].value_or(QParams{}));
  const auto require = [&](ValueId value, const std::string& who) {
    if (!given[Index(value)])
      throw Error(who +
                  " isn't quantised in the file: a QuantizeLinear and DequantizeLinear pair "
                  "must stand behind it; quantise the whole model, or use quantization: "
                  "static with the float model");
  };
  require(graph.input, "the model's input");
  for (const Node& node : graph.nodes) {
    if (!StaysFloat(node.op) || node.output != graph.output)
      require(node.output, "the result of node '" + node.name + "' (" +
                               std::string(OperatorName(node.op)) + ")");
  }
  return activations;
}

// Biases at input scale * weight scale, which is what the file's integers mean nearly always.
bool HasBiasScale(const GivenIntegers& given, const std::vector<float>& bias, float input_scale) {
  if (given.bias.size() != bias.size()) return false;
  for (size_t o = 0; o < bias.size(); ++o) {
    const double scale = static_cast<double>(input_scale) *
                         static_cast<double>(given.scales[given.scales.size() == 1 ? 0 : o]);
    const double expected = given.bias[o] * scale;
    if (std::abs(static_cast<double>(bias[o]) - expected) > 1e-5 * std::abs(expected)) return false;
  }
  return true;
}

QuantizedWeights GivenWeights(const Node& node, const Weighted& layer, const QParams& input) {
  const auto& [weight, bias, given] = layer;
  if (given.scales.empty())
    throw Error("layer '" + node.name +
                "' has float weights in the file; a DequantizeLinear of int8 weights was expected");
  const size_t channels = static_cast<size_t>(weight.shape[0]);
  if (given.scales.size() != 1 && given.scales.size() != channels)
    throw Error("layer '" + node.name + "' has " + std::to_string(given.scales.size()) +
                " weight scales; one, or one for each of its " + std::to_string(channels) +
                " output channels was expected");
  for (const float scale : given.scales) {
    if (!std::isfinite(scale) || !(scale > 0.0f))
      throw Error("layer '" + node.name + "' has a weight scale of " + std::to_string(scale) +
                  "; it must be positive");
  }
  QuantizedWeights weights{.weight = {}, .scales = given.scales, .bias = {}};
  const size_t per_scale = weight.values.size() / given.scales.size();
  for (size_t i = 0; i < weight.values.size(); ++i) {
    // The float is the integer times the scale, so this gives the integer back.
    const float q = std::nearbyintf(weight.values[i] / given.scales[i / per_scale]);
    weights.weight.push_back(static_cast<int8_t>(std::clamp(q, -128.0f, 127.0f)));
  }
  weights.bias = HasBiasScale(given, bias, input.scale)
                     ? given.bias
                     : QuantizeBias(bias, input.scale, given.scales);
  RequireExactSums(node, weight, weights.bias);
  return weights;
}

}  // namespace

bool IsGivenQuantized(const Graph& graph) {
  return std::ranges::any_of(graph.values, [](const Value& v) { return v.given.has_value(); });
}

QuantizedGraph QuantizeAsGiven(std::shared_ptr<const Graph> graph, std::string recipe) {
  if (!IsGivenQuantized(*graph))
    throw Error(
        "quantization: given needs a model in QDQ form (QuantizeLinear and "
        "DequantizeLinear nodes); this one is float, use quantization: static");
  QuantizedGraph quantized{.graph = graph,
                           .recipe = std::move(recipe),
                           .activations = GivenActivations(*graph),
                           .weights = {}};
  for (const Node& node : graph->nodes) {
    QuantizedWeights& weights = quantized.weights.emplace_back();
    const QParams& input = quantized.activations[Index(node.inputs[0])];
    if (const Weighted* const layer = WeightsOf(node.op))
      weights = GivenWeights(node, *layer, input);
  }
  TabulateFunctions(quantized);
  return quantized;
}

}  // namespace quantbench
