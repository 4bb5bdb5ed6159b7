// SPDX-License-Identifier: Apache-2.0
// Weight and bias quantisation. Formulas: plugins/sdk/arithmetic.md.
#include "quantize/quantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <variant>

#include "model/operators/operators.h"
#include "quantbench/arithmetic.hpp"
#include "quantize/affine_quantize.h"
#include "quantize/layer_integers.h"
#include "quantize/mixed.h"
#include "quantize/range.h"
#include "support/error.h"

namespace quantbench {
namespace {

std::vector<int8_t> QuantizeWeight(const std::string& name, const FloatTensor& weight,
                                   const std::vector<float>& scales, IntegerRange integers) {
  std::vector<QParams> qparams;
  qparams.reserve(scales.size());
  for (const float scale : scales) qparams.push_back({.scale = scale, .zero_point = 0});
  const std::vector<int32_t> quantized =
      scales.size() == 1 ? AffineQuantize(weight.values, qparams[0], integers, name)
                         : AffineQuantize(weight, qparams, /*axis=*/0, integers, name);
  return {quantized.begin(), quantized.end()};
}

// Half of int32 for the bias, the other half for the products.
constexpr double kLargestBias = 1 << 30;

// A channel whose weights are tiny next to its bias (a channel that training switched off) would
// need a bias beyond 32 bits at the scale of its weights. Its scale is raised until the bias fits;
// what the weights lose by it is far below the bias's own rounding. TensorFlow Lite does the same.
void FitScalesToBias(const std::vector<float>& bias, float input_scale,
                     std::vector<float>& scales) {
  for (size_t o = 0; o < bias.size(); ++o) {
    float& scale = scales[scales.size() == 1 ? 0 : o];
    const double smallest =
        std::abs(static_cast<double>(bias[o])) / (static_cast<double>(input_scale) * kLargestBias);
    if (static_cast<double>(scale) < smallest) {
      scale = std::nextafter(static_cast<float>(smallest), std::numeric_limits<float>::infinity());
    }
  }
}

// `input`: qparams of what the layer reads; nullptr: they are found at run time, and the bias stays
// float.
QuantizedWeights QuantizeLayer(const Node& node, const Weighted& layer, const QParams* input,
                               const WeightRecipe& recipe) {
  const std::string name = node.name + ".weight";
  RequireFinite(layer.weight.values, name);
  RequireFinite(layer.bias, node.name + ".bias");
  if (input == nullptr) RequireExactSums(node, layer.weight, {});
  QuantizedWeights quantized{.scales = WeightScales(name, layer.weight, recipe),
                             .bits = recipe.bits};
  if (input != nullptr) FitScalesToBias(layer.bias, input->scale, quantized.scales);
  quantized.weight = QuantizeWeight(name, layer.weight, quantized.scales, IntegersOf(recipe));
  if (input == nullptr) return quantized;
  quantized.bias = QuantizeBias(layer.bias, input->scale, quantized.scales);
  // Sums over 16 bits have 64.
  if (HasEightBits(*input)) RequireExactSums(node, layer.weight, quantized.bias);
  return quantized;
}

}  // namespace

std::vector<int32_t> QuantizeBias(const std::vector<float>& bias, float input_scale,
                                  const std::vector<float>& weight_scales) {
  std::vector<int32_t> quantized;
  for (size_t o = 0; o < bias.size(); ++o) {
    const double weight_scale = weight_scales.size() == 1 ? weight_scales[0] : weight_scales[o];
    const double q = std::nearbyint(static_cast<double>(bias[o]) /
                                    (static_cast<double>(input_scale) * weight_scale));
    quantized.push_back(static_cast<int32_t>(std::clamp<double>(
        q, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max())));
  }
  return quantized;
}

namespace {

int64_t LargestOf(const std::vector<int32_t>& bias) {
  int64_t largest = 0;
  for (const int32_t b : bias) largest = std::max(largest, std::abs(int64_t{b}));
  return largest;
}

int64_t LengthOfSums(const FloatTensor& weight) {
  return NumElements(weight.shape) / weight.shape[0];
}

}  // namespace

bool HasExactSums(const FloatTensor& weight, const std::vector<int32_t>& bias) {
  return LengthOfSums(weight) * 255 * 128 + LargestOf(bias) <= std::numeric_limits<int32_t>::max();
}

void RequireExactSums(const Node& node, const FloatTensor& weight,
                      const std::vector<int32_t>& bias) {
  if (HasExactSums(weight, bias)) return;
  throw Error("layer '" + node.name + "': sums of " + std::to_string(LengthOfSums(weight)) +
              " products with biases up to " + std::to_string(LargestOf(bias)) +
              " could leave 32 bits; its input or weight scale is too small for its bias, keep "
              "this layer in fp32");
}

namespace {

const WeightRecipe& RecipeOf(const Node& node, const WeightRecipe& rest,
                             const LayerRecipes& of_layers) {
  const auto own = of_layers.find(node.name);
  return own == of_layers.end() ? rest : own->second;
}

// What a function of one element makes of each input, or caps, as bytes of T.
template <class T>
std::vector<uint8_t> TableOf(const Operator& op, const QParams& in, const QParams& out) {
  std::vector<uint8_t> bytes;
  const auto add = [&](const std::vector<T>& values) {
    const auto all = std::as_bytes(std::span(values));
    for (const std::byte byte : all) bytes.push_back(std::to_integer<uint8_t>(byte));
  };
  const auto add_function = [&](qb_op function, const float parameters[2]) {
    add(plugin::UnaryTable<T>(function, parameters, {in.scale, in.zero_point},
                              {out.scale, out.zero_point, out.most}));
  };
  if (const auto* const prelu = std::get_if<PRelu>(&op)) {
    for (const float slope : prelu->slopes)
      add_function(QB_LEAKY_RELU, std::array{slope, 0.0f}.data());
  } else if (const auto* const cap = std::get_if<Cap>(&op)) {
    for (const float each : cap->caps)
      add({plugin::QuantizeCap<T>(each, out.scale, out.zero_point, out.most)});
  } else {
    qb_node function{};
    DescribeToPlugin(op, function);
    add_function(function.op, function.parameters);
  }
  return bytes;
}

}  // namespace

void TabulateFunctions(QuantizedGraph& quantized) {
  const Widths widths = WidthsOf(quantized);
  for (size_t n = 0; n < quantized.graph->nodes.size(); ++n) {
    const Node& node = quantized.graph->nodes[n];
    std::vector<uint8_t>& bytes = quantized.tables.emplace_back();
    if (!IsTabulated(node.op) || !RunsOnIntegers(quantized, n)) continue;
    const QParams in = widths.OfNode(quantized, n, node.inputs[0]);
    const QParams out = widths.OfNode(quantized, n, node.output);
    bytes =
        widths.nodes[n] ? TableOf<uint16_t>(node.op, in, out) : TableOf<uint8_t>(node.op, in, out);
  }
}

QuantizedGraph Quantize(std::shared_ptr<const Graph> graph, std::vector<QParams> activations,
                        const WeightRecipe& weights_recipe, std::string recipe,
                        const std::set<std::string>& float_layers, const LayerRecipes& of_layers,
                        const std::set<std::string>& in_16_bits) {
  QuantizedGraph quantized{.graph = std::move(graph),
                           .recipe = std::move(recipe),
                           .activations = {activations.begin(), activations.end()},
                           .weights = {}};
  const std::vector<Node>& nodes = quantized.graph->nodes;
  for (const Node& node : nodes) {
    if (StaysFloat(node.op)) quantized.activations[static_cast<size_t>(node.output)] = std::nullopt;
  }
  KeepInFloat(float_layers, quantized);
  Use16Bits(in_16_bits, quantized);
  for (const Node& node : nodes) {
    QuantizedWeights& weights = quantized.weights.emplace_back();
    const QParams* const eight = quantized.QParamsOf(node.inputs[0]);
    const Weighted* const layer = WeightsOf(node.op);
    if (layer == nullptr || eight == nullptr || float_layers.contains(node.name)) continue;
    const QParams input = in_16_bits.contains(node.name) ? In16Bits(*eight) : *eight;
    weights = QuantizeLayer(node, *layer, &input, RecipeOf(node, weights_recipe, of_layers));
  }
  TabulateFunctions(quantized);
  return quantized;
}

QuantizedGraph QuantizeDynamic(std::shared_ptr<const Graph> graph,
                               const WeightRecipe& weights_recipe, std::string recipe,
                               const std::set<std::string>& float_layers,
                               const LayerRecipes& of_layers) {
  QuantizedGraph quantized{.graph = std::move(graph),
                           .recipe = std::move(recipe),
                           .activations = {},
                           .weights = {},
                           .mode = QuantizationMode::kDynamic};
  KeepInFloat(float_layers, quantized);
  for (const Node& node : quantized.graph->nodes) {
    QuantizedWeights& weights = quantized.weights.emplace_back();
    const Weighted* const layer = WeightsOf(node.op);
    if (layer != nullptr && !float_layers.contains(node.name))
      weights = QuantizeLayer(node, *layer, nullptr, RecipeOf(node, weights_recipe, of_layers));
  }
  return quantized;
}

}  // namespace quantbench
