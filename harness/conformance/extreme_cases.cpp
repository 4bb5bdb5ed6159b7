// SPDX-License-Identifier: Apache-2.0
// Integers at their limits, where a sum of two products of bytes leaves 16 bits: shows kernels that
// saturate there or wrap around.
#include "conformance/cases.h"

namespace quantbench::conformance {
namespace {

struct Layer {
  const char* name;
  int64_t channels, size;  // of the input
  ConvOptions options;
};
const Layer kLayers[] = {
    {"pointwise", 64, 5, {.channels = 29}},
    {"pointwise_odd", 19, 5, {.channels = 40}},
    {"dense", 3, 9, {.channels = 24, .kernel = {3, 3}, .padding = {1, 1, 1, 1}}},
    {"grouped", 24, 5, {.channels = 12, .kernel = {3, 3}, .groups = 2}},
    {"depthwise", 48, 9, {.channels = 48, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 48}},
    {"depthwise_strided",
     48,
     9,
     {.channels = 48, .kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1, 1, 1}, .groups = 48}},
    {"depthwise_5x5",
     48,
     9,
     {.channels = 48, .kernel = {5, 5}, .padding = {1, 1, 1, 1}, .groups = 48}},
};

// The layer with such weights, on activations of 0 and 255.
auto OnExtremes(const Layer& layer, Integers weights) {
  return [&layer, weights](ModelBuilder& b) {
    ConvOptions options = layer.options;
    options.weights = weights;
    const int32_t x = b.Input(layer.channels, layer.size, layer.size, Integers::kExtreme);
    b.Output(b.Conv(x, options));
  };
}

}  // namespace

std::vector<Case> ExtremeCases() {
  std::vector<Case> cases;
  for (const Layer& layer : kLayers) {
    cases.push_back({.name = std::string("extremes/") + layer.name,
                     .reason = "weights of -128 and 127 on activations of 0 and 255",
                     .build = OnExtremes(layer, Integers::kExtreme)});
  }
  for (const Layer& layer : kLayers) {
    cases.push_back({.name = std::string("extremes/bounded_") + layer.name,
                     .reason = "weights of -128 and 127 on bytes that a table keeps below 127",
                     .build = [&layer](ModelBuilder& b) {
                       ConvOptions options = layer.options;
                       options.weights = Integers::kExtreme;
                       const int32_t x = b.Input(layer.channels, layer.size, layer.size);
                       b.Output(b.Conv(b.Unary(x, QB_CLIP, {-2.0f, -0.9f}), options));
                     }});
    cases.push_back({.name = std::string("extremes/four_bits_") + layer.name,
                     .reason = "weights of four bits on activations of 0 and 255",
                     .build = OnExtremes(layer, Integers::kFour)});
  }
  return cases;
}

std::vector<Case> LimitCases() {
  std::vector<Case> cases;
  for (const Layer& layer : kLayers) {
    cases.push_back({.name = std::string("limits/edge_") + layer.name,
                     .reason = "four products that come to 32,766 or a little more",
                     .build =
                         [&layer](ModelBuilder& b) {
                           ConvOptions options = layer.options;
                           options.weights = Integers::kEdge;
                           b.Output(
                               b.Conv(b.Input(layer.channels, layer.size, layer.size), options));
                         },
                     .input = InputKind::kPositive});
  }
  cases.push_back({.name = "limits/deep",
                   .reason = "many sums of four products, at the image's edges too",
                   .build =
                       [](ModelBuilder& b) {
                         b.Output(b.Conv(b.Input(72, 7, 9), {.channels = 40,
                                                             .kernel = {3, 3},
                                                             .padding = {1, 1, 1, 1},
                                                             .weights = Integers::kEdge}));
                       },
                   .input = InputKind::kPositive});
  return cases;
}

}  // namespace quantbench::conformance
