// SPDX-License-Identifier: Apache-2.0
// Searched networks that come in several sizes: EfficientNet, MNASNet.
#include <cmath>

#include "model/architectures/families.h"
#include "model/architectures/inverted_residual.h"

namespace quantbench {
namespace {

struct Stage {
  int expansion;
  int kernel;
  int stride;  // of the first block
  int channels;
  int blocks;
};

constexpr std::array<Stage, 7> kEfficientNet{{{1, 3, 1, 16, 1},
                                              {6, 3, 2, 24, 2},
                                              {6, 5, 2, 40, 2},
                                              {6, 3, 2, 80, 3},
                                              {6, 5, 1, 112, 3},
                                              {6, 5, 2, 192, 4},
                                              {6, 3, 1, 320, 1}}};
// After the first, separable, layer.
constexpr std::array<Stage, 6> kMnasNet{{{3, 3, 2, 24, 3},
                                         {3, 5, 2, 40, 3},
                                         {6, 5, 2, 80, 3},
                                         {6, 3, 1, 96, 2},
                                         {6, 5, 2, 192, 4},
                                         {6, 3, 1, 320, 1}}};

std::string At(const std::string& list, size_t index) { return list + "." + std::to_string(index); }

void NameAsFlatList(InvertedResidual& block) {
  const auto layer = [&](size_t index) {
    const std::string list = block.name + ".layers";
    return LayerNames{.conv = At(list, index), .norm = At(list, index + 1)};
  };
  block.expand = layer(0);
  block.depthwise = layer(3);
  block.project = layer(6);
}

}  // namespace

Feature Build(const EfficientNet& network, ModuleBuilder& b) {
  constexpr auto kSilu = Nonlinearity::kSilu;
  const bool timm = network.naming == Naming::kTimm;
  const LayerNames first =
      timm ? LayerNames{"conv_stem", "bn1"} : LayerNames{"features.0.0", "features.0.1"};
  const LayerNames last =
      timm ? LayerNames{"conv_head", "bn2"} : LayerNames{"features.8.0", "features.8.1"};
  Feature x = b.ConvNorm(
      b.Input(), {.conv = first.conv,
                  .norm = first.norm,
                  .spec = {.out = MakeDivisible(32 * network.width), .kernel = 3, .stride = 2},
                  .then = kSilu});
  for (size_t s = 0; s < kEfficientNet.size(); ++s) {
    const Stage& stage = kEfficientNet[s];
    const int blocks = static_cast<int>(std::ceil(stage.blocks * network.depth));
    for (int i = 0; i < blocks; ++i) {
      InvertedResidual block{
          .name = At(timm ? At("blocks", s) : At("features", s + 1), static_cast<size_t>(i)),
          .expands = stage.expansion != 1,
          .expanded = x.channels * stage.expansion,
          .out = MakeDivisible(stage.channels * network.width),
          .kernel = stage.kernel,
          .stride = i == 0 ? stage.stride : 1,
          .squeeze = x.channels / 4,
          .activation = kSilu,
          .squeeze_activation = kSilu};
      timm ? NameAsTimm(block) : NameAsConvNormList(block);
      x = Build(block, x, b);
    }
  }
  x = b.ConvNorm(
      x, {.conv = last.conv, .norm = last.norm, .spec = {.out = x.channels * 4}, .then = kSilu});
  return b.Classifier(timm ? "classifier" : "classifier.1", x);
}

Feature Build(const MnasNet& network, ModuleBuilder& b) {
  constexpr auto kRelu = Nonlinearity::kRelu;
  const auto scaled = [&](int channels) { return MakeDivisible(channels * network.width); };
  Feature x = b.ConvNorm(b.Input(), {.conv = "layers.0",
                                     .norm = "layers.1",
                                     .spec = {.out = scaled(32), .kernel = 3, .stride = 2},
                                     .then = kRelu});
  x = Build({.name = "layers.3",
             .expand = {},
             .depthwise = {.conv = "layers.3", .norm = "layers.4"},
             .project = {.conv = "layers.6", .norm = "layers.7"},
             .expands = false,
             .out = scaled(16)},
            x, b);
  for (size_t s = 0; s < kMnasNet.size(); ++s) {
    const Stage& stage = kMnasNet[s];
    for (int i = 0; i < stage.blocks; ++i) {
      InvertedResidual block{.name = At(At("layers", 8 + s), static_cast<size_t>(i)),
                             .expanded = x.channels * stage.expansion,
                             .out = scaled(stage.channels),
                             .kernel = stage.kernel,
                             .stride = i == 0 ? stage.stride : 1};
      NameAsFlatList(block);
      x = Build(block, x, b);
    }
  }
  x = b.ConvNorm(x,
                 {.conv = "layers.14", .norm = "layers.15", .spec = {.out = 1280}, .then = kRelu});
  return b.Classifier("classifier.1", x);
}

}  // namespace quantbench
