// SPDX-License-Identifier: Apache-2.0
// Networks that keep and join features: DenseNet, ShuffleNetV2.
#include "model/architectures/families.h"

namespace quantbench {
namespace {

constexpr auto kRelu = Nonlinearity::kRelu;

Feature NormRelu(const std::string& name, const Feature& in, ModuleBuilder& b) {
  return b.Apply(name + ".act", b.Norm(name, in), kRelu);
}

// The files that torchvision offers call layers norm.1, where its modules are called norm1.
Feature DenseLayer(const std::string& name, const Feature& in, int growth, ModuleBuilder& b) {
  const std::string dot = b.Has(name + ".conv.1.weight") ? "." : "";
  Feature x = NormRelu(name + ".norm" + dot + "1", in, b);
  x = b.Conv(name + ".conv" + dot + "1", x, {.out = 4 * growth});
  x = NormRelu(name + ".norm" + dot + "2", x, b);
  return b.Conv(name + ".conv" + dot + "2", x, {.out = growth, .kernel = 3});
}

// 1x1, depthwise, 1x1; the depthwise one may come first of all and the first then is missing.
struct ShuffleBranch {
  std::string name;
  int64_t out = 0;
  int stride = 1;
  bool expands = true;
};

Feature BuildBranch(const ShuffleBranch& branch, const Feature& in, ModuleBuilder& b) {
  int index = 0;  // in the list of modules, of which each activation is one
  const auto layer = [&](const Feature& x, const ConvSpec& spec, Nonlinearity then) {
    const ConvNormSpec names{.conv = branch.name + "." + std::to_string(index),
                             .norm = branch.name + "." + std::to_string(index + 1),
                             .spec = spec,
                             .then = then};
    index += then == Nonlinearity::kNone ? 2 : 3;
    return b.ConvNorm(x, names);
  };
  Feature x = in;
  if (branch.expands) x = layer(x, {.out = branch.out}, kRelu);
  x = layer(x, {.out = x.channels, .kernel = 3, .stride = branch.stride, .groups = x.channels},
            Nonlinearity::kNone);
  return layer(x, {.out = branch.out}, kRelu);
}

Feature ShuffleBlock(const std::string& name, const Feature& in, int64_t out, int stride,
                     ModuleBuilder& b) {
  const int64_t half = out / 2;
  Feature left = in, right = in;
  if (stride == 1) {
    left = b.Slice(name + ".left", in, 0, half);
    right = b.Slice(name + ".right", in, half, out);
  } else {
    left = BuildBranch({.name = name + ".branch1", .out = half, .stride = stride, .expands = false},
                       in, b);
  }
  right = BuildBranch({.name = name + ".branch2", .out = half, .stride = stride}, right, b);
  return b.Shuffle(name + ".shuffle", b.Concat(name + ".concat", {left, right}), 2);
}

}  // namespace

Feature Build(const DenseNet& network, ModuleBuilder& b) {
  const std::string features = "features.";
  Feature x = b.ConvNorm(b.Input(), {.conv = features + "conv0",
                                     .norm = features + "norm0",
                                     .spec = {.out = network.first, .kernel = 7, .stride = 2},
                                     .then = kRelu});
  x = b.MaxPool(features + "pool0", x, {.kernel = 3, .stride = 2});
  for (size_t block = 0; block < network.layers.size(); ++block) {
    const std::string number = std::to_string(block + 1);
    for (int layer = 1; layer <= network.layers[block]; ++layer) {
      const std::string name =
          features + "denseblock" + number + ".denselayer" + std::to_string(layer);
      x = b.Concat(name + ".concat", {x, DenseLayer(name, x, network.growth, b)});
    }
    if (block + 1 == network.layers.size()) break;
    const std::string transition = features + "transition" + number;
    x = NormRelu(transition + ".norm", x, b);
    x = b.Conv(transition + ".conv", x, {.out = x.channels / 2});
    x = b.AveragePool(transition + ".pool", x, {.kernel = 2, .stride = 2, .padding = 0});
  }
  return b.Classifier("classifier", NormRelu(features + "norm5", x, b));
}

Feature Build(const ShuffleNetV2& network, ModuleBuilder& b) {
  constexpr std::array<int, 3> kBlocks{4, 8, 4};
  Feature x = b.ConvNorm(b.Input(), {.conv = "conv1.0",
                                     .norm = "conv1.1",
                                     .spec = {.out = network.channels[0], .kernel = 3, .stride = 2},
                                     .then = kRelu});
  x = b.MaxPool("maxpool", x, {.kernel = 3, .stride = 2});
  for (size_t stage = 0; stage < kBlocks.size(); ++stage) {
    for (int block = 0; block < kBlocks[stage]; ++block) {
      const std::string name = "stage" + std::to_string(stage + 2) + "." + std::to_string(block);
      x = ShuffleBlock(name, x, network.channels[stage + 1], block == 0 ? 2 : 1, b);
    }
  }
  x = b.ConvNorm(
      x,
      {.conv = "conv5.0", .norm = "conv5.1", .spec = {.out = network.channels[4]}, .then = kRelu});
  return b.Classifier("fc", x);
}

}  // namespace quantbench
