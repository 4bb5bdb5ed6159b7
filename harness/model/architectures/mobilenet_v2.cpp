// SPDX-License-Identifier: Apache-2.0
// "MobileNetV2: Inverted Residuals and Linear Bottlenecks", with either library's names.
#include "model/architectures/families.h"
#include "model/architectures/inverted_residual.h"

namespace quantbench {
namespace {

struct Stage {
  int expansion;  // t: hidden channels of a block, over its input channels
  int blocks;     // n
  int stride;     // s, of the first block
};

// Table 2 of the paper; its channels (c) are read off the weights, so any width fits.
constexpr std::array<Stage, 7> kStages{{{.expansion = 1, .blocks = 1, .stride = 1},
                                        {.expansion = 6, .blocks = 2, .stride = 2},
                                        {.expansion = 6, .blocks = 3, .stride = 2},
                                        {.expansion = 6, .blocks = 4, .stride = 2},
                                        {.expansion = 6, .blocks = 3, .stride = 1},
                                        {.expansion = 6, .blocks = 3, .stride = 2},
                                        {.expansion = 6, .blocks = 1, .stride = 1}}};

// conv.0.0, conv.0.1, conv.0.2 and so on; the last layer isn't nested.
void NameAsNestedList(InvertedResidual& block) {
  const auto nested = [&](int index) {
    const std::string module = block.name + ".conv." + std::to_string(index) + ".";
    return LayerNames{.conv = module + "0", .norm = module + "1", .activation = module + "2"};
  };
  const int depthwise = block.expands ? 1 : 0;
  block.expand = nested(0);
  block.depthwise = nested(depthwise);
  block.project = {.conv = block.name + ".conv." + std::to_string(depthwise + 1),
                   .norm = block.name + ".conv." + std::to_string(depthwise + 2)};
}

struct Ends {
  LayerNames first, last;
  const char* classifier;
};

}  // namespace

Feature Build(const MobileNetV2& network, ModuleBuilder& b) {
  const bool timm = network.naming == Naming::kTimm;
  const Ends ends = timm ? Ends{.first = {.conv = "conv_stem", .norm = "bn1"},
                                .last = {.conv = "conv_head", .norm = "bn2"},
                                .classifier = "classifier"}
                         : Ends{.first = {"features.0.0", "features.0.1", "features.0.2"},
                                .last = {"features.18.0", "features.18.1", "features.18.2"},
                                .classifier = "classifier.1"};
  const auto end = [&](const Feature& x, const LayerNames& names, const ConvSpec& spec) {
    return b.ConvNorm(x, {.conv = names.conv,
                          .norm = names.norm,
                          .spec = spec,
                          .then = b.ChosenActivation(),
                          .activation = names.activation});
  };
  Feature x = end(b.Input(), ends.first, {.kernel = 3, .stride = 2});
  int index = 1;
  for (size_t s = 0; s < kStages.size(); ++s) {
    const Stage& stage = kStages[s];
    for (int i = 0; i < stage.blocks; ++i) {
      InvertedResidual block{.name = timm ? "blocks." + std::to_string(s) + "." + std::to_string(i)
                                          : "features." + std::to_string(index++)};
      block.expands = stage.expansion != 1;
      if (x.channels != kAnyExtent) block.expanded = x.channels * stage.expansion;
      block.stride = i == 0 ? stage.stride : 1;
      block.activation = b.ChosenActivation();
      timm ? NameAsTimm(block) : NameAsNestedList(block);
      x = Build(block, x, b);
    }
  }
  return b.Classifier(ends.classifier, end(x, ends.last, {}));
}

}  // namespace quantbench
