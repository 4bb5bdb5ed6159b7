// SPDX-License-Identifier: Apache-2.0
// Dynamic quantisation in the reference operators, against arithmetic.md written once more.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "backend/backend.h"
#include "quantbench/arithmetic.hpp"
#include "quantize/quantize.h"

namespace quantbench {
namespace {

using plugin::DynamicQParams;
using plugin::DynamicQParamsOf;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kLargest = std::numeric_limits<float>::max();

TEST_CASE("dynamic: qparams of a range") {
  const struct {
    std::string reason;
    float lo, hi;
    float scale;
    int32_t zero_point;
  } cases[] = {
      {"both sides", -1.0f, 1.55f, 2.55f / 255.0f, 100},
      {"nothing below zero", 0.0f, 5.1f, 5.1f / 255.0f, 0},
      {"nothing above zero", -5.1f, 0.0f, 5.1f / 255.0f, 255},
      {"no width: the least scale", 0.0f, 0.0f, 0x1p-23f, 0},
      {"narrower than the least scale", -1e-7f, 0.0f, 0x1p-23f, 1},
      {"zero point at a tie goes to the even one", -0.5f, 254.5f, 1.0f, 0},
      {"the widest that there is", -kLargest / 2, kLargest / 2, kLargest / 255.0f, 128},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const DynamicQParams q = DynamicQParamsOf({.lo = one.lo, .hi = one.hi});
    CHECK(q.scale == one.scale);
    CHECK(q.zero_point == one.zero_point);
  }
  for (const plugin::DynamicRange range :
       {plugin::DynamicRange{kNan, kNan}, {-kLargest, kLargest}, {0.0f, kInfinity}}) {
    CHECK(std::isnan(DynamicQParamsOf(range).scale));
  }
}

struct LayerCase {
  std::string reason;
  int64_t channels, height, width, outputs;
  Window window;
  int groups = 1;
  Activation activation = Activation::kNone;
  Granularity granularity = Granularity::kPerChannel;
};

const LayerCase kLayers[] = {
    {.reason = "pointwise", .channels = 5, .height = 3, .width = 4, .outputs = 7, .window = {}},
    {.reason = "padding contributes zero, not the zero point",
     .channels = 2,
     .height = 3,
     .width = 3,
     .outputs = 3,
     .window = {.kernel = {3, 3}, .padding = {1, 1, 1, 1}},
     .activation = Activation::kRelu6},
    {.reason = "depthwise, stride 2, TensorFlow's same padding",
     .channels = 6,
     .height = 6,
     .width = 4,
     .outputs = 6,
     .window = {.kernel = {3, 3}, .stride = {2, 2}, .padding = {0, 0, 1, 1}},
     .groups = 6,
     .activation = Activation::kRelu},
    {.reason = "two groups, dilated, unequal sides, one weight scale",
     .channels = 4,
     .height = 9,
     .width = 7,
     .outputs = 6,
     .window = {.kernel = {3, 2}, .stride = {1, 2}, .dilation = {2, 3}, .padding = {2, 1, 0, 3}},
     .groups = 2,
     .granularity = Granularity::kPerTensor},
};

std::vector<float> RandomFloats(size_t count, uint32_t seed, float lo, float hi) {
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& v : values) v = lo + (hi - lo) * static_cast<float>(random() % 2001) / 2000.0f;
  return values;
}

std::shared_ptr<const Graph> ConvGraph(const LayerCase& c) {
  Graph graph{.name = c.reason, .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {c.channels, c.height, c.width});
  Conv conv{{}, c.window, c.groups};
  conv.weight.shape = {c.outputs, c.channels / c.groups, c.window.kernel[0], c.window.kernel[1]};
  conv.weight.values =
      RandomFloats(static_cast<size_t>(NumElements(conv.weight.shape)), 1, -1.0f, 1.0f);
  conv.bias = RandomFloats(static_cast<size_t>(c.outputs), 2, -1.0f, 1.0f);
  const ValueId y = graph.AddNode("conv", conv, {graph.input}, c.activation);
  graph.output = graph.AddNode("flat", Flatten{}, {y});
  InferShapes(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

std::shared_ptr<const Graph> LinearGraph(int64_t depth, int64_t outputs) {
  Graph graph{.name = "linear", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {depth});
  const Linear linear{
      {.weight = {{outputs, depth},
                  RandomFloats(static_cast<size_t>(outputs * depth), 3, -1.0f, 1.0f)},
       .bias = RandomFloats(static_cast<size_t>(outputs), 4, -1.0f, 1.0f)}};
  graph.output = graph.AddNode("fc", linear, {graph.input});
  InferShapes(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

std::vector<float> Run(const QuantizedGraph& quantized, int batch, const std::vector<float>& input,
                       int threads = 1) {
  const AbiModel model(quantized);
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  std::vector<float> output(static_cast<size_t>(executable.output_elements() * batch));
  executable.CreateContext(batch, threads)
      .Run(batch, input.data(), output.data(), ThreadPool(threads));
  return output;
}

DynamicQParams QParamsOf(const std::vector<float>& x) {
  const auto [lo, hi] = std::minmax_element(x.begin(), x.end());
  return DynamicQParamsOf({.lo = std::min(*lo, 0.0f), .hi = std::max(*hi, 0.0f)});
}

int32_t Centred(float x, const DynamicQParams& q) {
  const float steps = std::nearbyintf(x / q.scale) + static_cast<float>(q.zero_point);
  return static_cast<int32_t>(std::clamp(steps, 0.0f, 255.0f)) - q.zero_point;
}

float Finish(int32_t acc, float input_scale, float weight_scale, float bias, Activation a) {
  const float m = input_scale * weight_scale;
  const float product = static_cast<float>(acc) * m;
  float y = product + bias;
  if (a != Activation::kNone) y = std::max(y, 0.0f);
  return a == Activation::kRelu6 ? std::min(y, 6.0f) : y;
}

// The output of image n at o, oy, ox by its definition.
float ConvAt(const LayerCase& c, const QuantizedGraph& quantized, const std::vector<float>& x,
             const DynamicQParams& q, int64_t n, int64_t o, int64_t oy, int64_t ox) {
  const QuantizedWeights& w = quantized.weights[0];
  const int64_t per_group = c.channels / c.groups;
  const int64_t first = o / (c.outputs / c.groups) * per_group;
  int32_t acc = 0;
  for (int64_t i = 0; i < per_group; ++i) {
    for (int ky = 0; ky < c.window.kernel[0]; ++ky) {
      for (int kx = 0; kx < c.window.kernel[1]; ++kx) {
        const int64_t iy =
            oy * c.window.stride[0] - c.window.padding.top + ky * c.window.dilation[0];
        const int64_t ix =
            ox * c.window.stride[1] - c.window.padding.left + kx * c.window.dilation[1];
        if (iy < 0 || iy >= c.height || ix < 0 || ix >= c.width) continue;
        const int64_t at = ((n * c.channels + first + i) * c.height + iy) * c.width + ix;
        const int64_t wi =
            ((o * per_group + i) * c.window.kernel[0] + ky) * c.window.kernel[1] + kx;
        acc += Centred(x[static_cast<size_t>(at)], q) * w.weight[static_cast<size_t>(wi)];
      }
    }
  }
  const auto& conv = std::get<Conv>(quantized.graph->nodes[0].op);
  const auto channel = static_cast<size_t>(o);
  return Finish(acc, q.scale, w.scales[w.scales.size() == 1 ? 0 : channel], conv.bias[channel],
                c.activation);
}

TEST_CASE("dynamic: a convolution equals its definition to the bit, over a batch") {
  constexpr int kBatch = 2;
  for (const LayerCase& c : kLayers) {
    CAPTURE(c.reason);
    const QuantizedGraph quantized = QuantizeDynamic(ConvGraph(c), c.granularity, "test");
    const Shape& y =
        quantized.graph->values[static_cast<size_t>(quantized.graph->nodes[0].output)].shape;
    const auto input =
        RandomFloats(static_cast<size_t>(kBatch * c.channels * c.height * c.width), 5, -0.7f, 3.1f);
    const std::vector<float> output = Run(quantized, kBatch, input);
    const DynamicQParams q = QParamsOf(input);
    size_t i = 0;
    for (int64_t n = 0; n < kBatch; ++n)
      for (int64_t o = 0; o < y[0]; ++o)
        for (int64_t oy = 0; oy < y[1]; ++oy)
          for (int64_t ox = 0; ox < y[2]; ++ox)
            CHECK(output[i++] == ConvAt(c, quantized, input, q, n, o, oy, ox));
    CHECK(i == output.size());
    CHECK(Run(quantized, kBatch, input, 2) == output);
  }
}

TEST_CASE("dynamic: a linear layer equals its definition to the bit") {
  constexpr size_t kDepth = 9, kOutputs = 4;
  for (const Granularity granularity : {Granularity::kPerTensor, Granularity::kPerChannel}) {
    const QuantizedGraph quantized =
        QuantizeDynamic(LinearGraph(kDepth, kOutputs), granularity, "test");
    const QuantizedWeights& w = quantized.weights[0];
    const auto& bias = std::get<Linear>(quantized.graph->nodes[0].op).bias;
    const std::vector<float> input = RandomFloats(3 * kDepth, 6, -2.0f, 1.0f);
    const std::vector<float> output = Run(quantized, 3, input);
    const DynamicQParams q = QParamsOf(input);
    for (size_t i = 0; i < output.size(); ++i) {
      const size_t n = i / kOutputs, o = i % kOutputs;
      int32_t acc = 0;
      for (size_t k = 0; k < kDepth; ++k)
        acc += Centred(input[n * kDepth + k], q) * w.weight[o * kDepth + k];
      CHECK(output[i] == Finish(acc, q.scale, w.scales[w.scales.size() == 1 ? 0 : o], bias[o],
                                Activation::kNone));
    }
  }
}

TEST_CASE("dynamic: without an input there is the bias alone") {
  const QuantizedGraph quantized =
      QuantizeDynamic(LinearGraph(4, 3), Granularity::kPerChannel, "test");
  CHECK(Run(quantized, 1, {0, 0, 0, 0}) == std::get<Linear>(quantized.graph->nodes[0].op).bias);
}

TEST_CASE("dynamic: an image's result depends on the others in its batch") {
  const QuantizedGraph quantized =
      QuantizeDynamic(LinearGraph(4, 3), Granularity::kPerChannel, "test");
  const std::vector<float> alone = Run(quantized, 1, {0.1f, 0.2f, -0.3f, 0.4f});
  const std::vector<float> same =
      Run(quantized, 2, {0.1f, 0.2f, -0.3f, 0.4f, 0.4f, 0.1f, -0.3f, 0.0f});
  const std::vector<float> wider =
      Run(quantized, 2, {0.1f, 0.2f, -0.3f, 0.4f, 0.4f, 0.1f, -100.0f, 0.0f});
  CHECK(std::equal(alone.begin(), alone.end(), same.begin()));
  CHECK_FALSE(std::equal(alone.begin(), alone.end(), wider.begin()));
}

TEST_CASE("dynamic: what has no range gives NaN everywhere, whatever the activation") {
  const LayerCase& relu6 = kLayers[1];
  for (const auto& [reason, bad] :
       {std::pair("NaN", std::vector<float>{kNan}),
        std::pair("infinity", std::vector<float>{kInfinity}),
        std::pair("minus infinity", std::vector<float>{-kInfinity}),
        std::pair("too wide", std::vector<float>{-kLargest, kLargest})}) {
    CAPTURE(reason);
    std::vector<float> input = RandomFloats(2 * 18, 7, -1.0f, 1.0f);
    std::copy(bad.begin(), bad.end(), input.end() - static_cast<ptrdiff_t>(bad.size()));
    for (const float y :
         Run(QuantizeDynamic(ConvGraph(relu6), Granularity::kPerChannel, "test"), 2, input))
      CHECK(std::isnan(y));
  }
}

}  // namespace
}  // namespace quantbench
