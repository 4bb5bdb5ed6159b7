// SPDX-License-Identifier: Apache-2.0
// Residual networks: ResNet, ResNeXt, wide ResNet, RegNetY.
#include "model/architectures/families.h"

namespace quantbench {
namespace {

// A block's input where shapes allow it, else through a 1x1 convolution.
Feature Shortcut(const std::string& conv, const std::string& norm, const Feature& in, int64_t out,
                 int stride, ModuleBuilder& b) {
  if (stride == 1 && in.channels == out) return in;
  return b.ConvNorm(in, {.conv = conv, .norm = norm, .spec = {.out = out, .stride = stride}});
}

Feature ResidualBlock(const std::string& name, const Feature& in, const ResNet& network,
                      int64_t planes, int stride, ModuleBuilder& b) {
  const auto layer = [&](const Feature& x, int index, const ConvSpec& spec, bool last) {
    const std::string number = std::to_string(index);
    return b.ConvNorm(x, {.conv = name + ".conv" + number,
                          .norm = name + ".bn" + number,
                          .spec = spec,
                          .then = last ? Nonlinearity::kNone : Nonlinearity::kRelu});
  };
  const int64_t out = network.bottleneck ? planes * 4 : planes;
  const int64_t inner = planes * network.group_width / 64 * network.groups;
  Feature x = in;
  if (network.bottleneck) {
    x = layer(x, 1, {.out = inner}, false);
    x = layer(x, 2, {.out = inner, .kernel = 3, .stride = stride, .groups = network.groups}, false);
    x = layer(x, 3, {.out = out}, true);
  } else {
    x = layer(x, 1, {.out = out, .kernel = 3, .stride = stride}, false);
    x = layer(x, 2, {.out = out, .kernel = 3}, true);
  }
  const Feature shortcut =
      Shortcut(name + ".downsample.0", name + ".downsample.1", in, out, stride, b);
  return b.Apply(name + ".act", b.Add(name + ".add", x, shortcut), Nonlinearity::kRelu);
}

Feature RegNetBlock(const std::string& name, const Feature& in, int64_t out, int group_width,
                    int stride, ModuleBuilder& b) {
  constexpr auto kRelu = Nonlinearity::kRelu;
  const std::string f = name + ".f.";
  Feature x =
      b.ConvNorm(in, {.conv = f + "a.0", .norm = f + "a.1", .spec = {.out = out}, .then = kRelu});
  x = b.ConvNorm(x,
                 {.conv = f + "b.0",
                  .norm = f + "b.1",
                  .spec = {.out = out, .kernel = 3, .stride = stride, .groups = out / group_width},
                  .then = kRelu});
  x = b.SqueezeExcite(
      f + "se", x,
      {.reduce = f + "se.fc1", .expand = f + "se.fc2", .channels = (in.channels + 2) / 4});
  x = b.ConvNorm(x, {.conv = f + "c.0", .norm = f + "c.1", .spec = {.out = out}});
  const Feature shortcut = Shortcut(name + ".proj.0", name + ".proj.1", in, out, stride, b);
  return b.Apply(name + ".act", b.Add(name + ".add", shortcut, x), kRelu);
}

}  // namespace

Feature Build(const ResNet& network, ModuleBuilder& b) {
  Feature x = b.ConvNorm(b.Input(), {.conv = "conv1",
                                     .norm = "bn1",
                                     .spec = {.out = 64, .kernel = 7, .stride = 2},
                                     .then = Nonlinearity::kRelu});
  x = b.MaxPool("maxpool", x, {.kernel = 3, .stride = 2});
  for (size_t stage = 0; stage < network.blocks.size(); ++stage) {
    for (int block = 0; block < network.blocks[stage]; ++block) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(block);
      x = ResidualBlock(name, x, network, int64_t{64} << stage, stage > 0 && block == 0 ? 2 : 1, b);
    }
  }
  return b.Classifier("fc", x);
}

Feature Build(const RegNetY& network, ModuleBuilder& b) {
  Feature x = b.ConvNorm(b.Input(), {.conv = "stem.0",
                                     .norm = "stem.1",
                                     .spec = {.out = 32, .kernel = 3, .stride = 2},
                                     .then = Nonlinearity::kRelu});
  for (size_t stage = 0; stage < network.blocks.size(); ++stage) {
    const std::string number = std::to_string(stage + 1);
    for (int block = 0; block < network.blocks[stage]; ++block) {
      const std::string name =
          "trunk_output.block" + number + ".block" + number + "-" + std::to_string(block);
      x = RegNetBlock(name, x, network.channels[stage], network.group_width, block == 0 ? 2 : 1, b);
    }
  }
  return b.Classifier("fc", x);
}

}  // namespace quantbench
