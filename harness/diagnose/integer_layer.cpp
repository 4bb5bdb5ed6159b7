// SPDX-License-Identifier: Apache-2.0
// Cuts a layer along its input channels, runs the parts, adds, requantises.
#include "diagnose/integer_layer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "diagnose/fake_quantize.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench {
namespace {

constexpr int64_t kExactSum = 1 << 24;

qb_activation AbiActivation(Activation activation) {
  if (activation == Activation::kNone) return QB_NONE;
  return activation == Activation::kRelu ? QB_RELU : QB_RELU6;
}

// [oc, channels, positions] of a weight.
struct WeightLayout {
  int64_t outputs, channels, positions;
  explicit WeightLayout(const Shape& shape)
      : outputs(shape[0]),
        channels(shape[1]),
        positions(NumElements(shape) / shape[0] / shape[1]) {}
};

// Where the channels are cut so that no sum of a part leaves 2^24 for inputs up to `largest`; none
// where one channel is too much already.
std::vector<int64_t> CutsOf(const std::vector<int8_t>& weight, const WeightLayout& layout,
                            int64_t largest) {
  std::vector<int64_t> cuts{0}, sums(static_cast<size_t>(layout.outputs), 0);
  for (int64_t c = 0; c < layout.channels; ++c) {
    std::vector<int64_t> own(sums.size(), 0);
    for (int64_t o = 0; o < layout.outputs; ++o) {
      const int8_t* const w = weight.data() + (o * layout.channels + c) * layout.positions;
      for (int64_t p = 0; p < layout.positions; ++p)
        own[static_cast<size_t>(o)] += std::abs(int{w[p]}) * largest;
    }
    bool fits = true;
    for (size_t o = 0; o < sums.size(); ++o) {
      if (own[o] > kExactSum) return {};
      fits = fits && sums[o] + own[o] <= kExactSum;
    }
    if (!fits) {
      cuts.push_back(c);
      sums.assign(sums.size(), 0);
    }
    for (size_t o = 0; o < sums.size(); ++o) sums[o] += own[o];
  }
  cuts.push_back(layout.channels);
  return cuts;
}

// The layer over channels [first, last) of whole numbers, without bias and activation.
Graph PartOf(const Graph& alone, const std::vector<int8_t>& weight, int64_t first, int64_t last) {
  Graph part = alone;
  Node& node = part.nodes.back();
  Weighted& layer = *WeightsOf(node.op);
  const WeightLayout layout(layer.weight.shape);
  layer.weight.shape[1] = last - first;
  layer.weight.values.clear();
  for (int64_t o = 0; o < layout.outputs; ++o) {
    const int8_t* const from = weight.data() + (o * layout.channels + first) * layout.positions;
    layer.weight.values.insert(layer.weight.values.end(), from,
                               from + (last - first) * layout.positions);
  }
  layer.bias.assign(static_cast<size_t>(layout.outputs), 0.0f);
  layer.given = {};
  node.activation = Activation::kNone;
  const bool whole = first == 0 && last == layout.channels;
  if (!whole) part.values[static_cast<size_t>(part.input)].shape[0] = last - first;
  InferShapes(part);
  return part;
}

// Whether plugins get a convolution or linear layer with weight and bias, and nothing more.
bool IsPlainLayer(const QuantizedGraph& alone) {
  const size_t n = alone.graph->nodes.size() - 1;
  if (WeightsOf(alone.graph->nodes[n].op) == nullptr || !RunsOnIntegers(alone, n)) return false;
  const AbiModel model(alone);
  for (int32_t i = 0; i < model.get().num_nodes; ++i) {
    const qb_node& node = *model.get().nodes[i];
    if (node.op == QB_CONV || node.op == QB_LINEAR) return node.num_inputs == 3;
  }
  return false;
}

}  // namespace

std::unique_ptr<IntegerLayer> IntegerLayer::Make(const QuantizedGraph& alone) {
  if (WidthsOf(alone).any() || !IsPlainLayer(alone)) return nullptr;
  const Graph& graph = *alone.graph;
  const Node& node = graph.nodes.back();
  const QuantizedWeights& integers = alone.weights.back();
  auto layer = std::unique_ptr<IntegerLayer>(new IntegerLayer);
  layer->input_ = *alone.QParamsOf(node.inputs[0]);
  layer->output_ = *alone.QParamsOf(node.output);
  layer->activation_ = node.activation;
  layer->weight_scales_ = integers.scales;
  layer->bias_ = integers.bias;
  const int32_t zero = layer->input_.zero_point;
  const Shape& shape = WeightsOf(node.op)->weight.shape;
  const std::vector<int64_t> cuts =
      CutsOf(integers.weight, WeightLayout(shape), std::max(zero, 255 - zero));
  const auto* const conv = std::get_if<Conv>(&node.op);
  const bool grouped = conv != nullptr && conv->groups > 1;
  if (cuts.empty() || (grouped && cuts.size() > 2)) return nullptr;
  const Shape& input = graph.values[static_cast<size_t>(graph.input)].shape;
  const int64_t plane = NumElements(input) / input[0];
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    const int64_t channels = grouped ? input[0] : cuts[i + 1] - cuts[i];
    layer->parts_.push_back({.offset = static_cast<size_t>(cuts[i] * plane),
                             .elements = static_cast<size_t>(channels * plane),
                             .model = std::make_unique<HostModel>(
                                 PartOf(graph, integers.weight, cuts[i], cuts[i + 1]))});
  }
  return layer;
}

void IntegerLayer::Emit(std::span<const int32_t> sums, size_t channel,
                        std::span<float> output) const {
  const float m = plugin::ConvMultiplier(
      input_.scale, weight_scales_[weight_scales_.size() == 1 ? 0 : channel], output_.scale);
  const plugin::OutputRange range =
      plugin::RangeOf(AbiActivation(activation_), output_.scale, output_.zero_point, output_.most);
  Grid grid(output_);
  grid.lo = static_cast<float>(range.lo - range.zero_point);
  grid.hi = static_cast<float>(range.hi - range.zero_point);
  grid.scale = 1.0f;
  const int32_t bias = bias_[channel];
  for (size_t i = 0; i < sums.size(); ++i)
    output[i] = grid.Level(static_cast<float>(sums[i] + bias) * m) * output_.scale;
}

void IntegerLayer::Run(std::span<const float> input, std::span<float> output) const {
  std::vector<float> levels(input.size()), sums(output.size());
  const Grid grid(input_);
  for (size_t i = 0; i < input.size(); ++i) levels[i] = grid.Level(input[i]);
  // What parts give together may leave what floats tell apart: integers add it.
  std::vector<int32_t> whole(output.size(), 0);
  for (const Part& part : parts_) {
    part.model->Run(std::span<const float>(levels).subspan(part.offset, part.elements), sums);
    for (size_t i = 0; i < whole.size(); ++i) whole[i] += static_cast<int32_t>(sums[i]);
  }
  const size_t channels = bias_.size(), pixels = output.size() / channels;
  for (size_t o = 0; o < channels; ++o) {
    Emit(std::span<const int32_t>(whole).subspan(o * pixels, pixels), o,
         output.subspan(o * pixels, pixels));
  }
}

}  // namespace quantbench
