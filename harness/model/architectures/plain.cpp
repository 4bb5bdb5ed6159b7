// SPDX-License-Identifier: Apache-2.0
// Chains of convolutions and pools: AlexNet, VGG, SqueezeNet.
#include "model/architectures/families.h"

namespace quantbench {
namespace {

std::string At(const std::string& list, int index) { return list + "." + std::to_string(index); }

Feature ConvRelu(const std::string& name, const Feature& in, ConvSpec spec, ModuleBuilder& b) {
  spec.bias = true;
  return b.Apply(name + ".act", b.Conv(name, in, spec), Nonlinearity::kRelu);
}

// Three linear layers; dropout does nothing at inference.
Feature LinearLayers(const Feature& in, int pooled, const std::array<int, 3>& layers,
                     ModuleBuilder& b) {
  constexpr int64_t kHidden = 4096;
  Feature x = b.Flatten("flatten", b.AdaptiveAveragePool("avgpool", in, pooled));
  for (int i = 0; i < 2; ++i) {
    const std::string name = At("classifier", layers[static_cast<size_t>(i)]);
    x = b.Apply(name + ".act", b.Linear(name, x, kHidden), Nonlinearity::kRelu);
  }
  return b.Linear(At("classifier", layers[2]), x);
}

// A 1x1 convolution, then 1x1 and 3x3 ones side by side.
Feature Fire(const std::string& name, const Feature& in, int64_t squeeze, int64_t expand,
             ModuleBuilder& b) {
  const Feature x = ConvRelu(name + ".squeeze", in, {.out = squeeze}, b);
  return b.Concat(name + ".concat",
                  {ConvRelu(name + ".expand1x1", x, {.out = expand}, b),
                   ConvRelu(name + ".expand3x3", x, {.out = expand, .kernel = 3}, b)});
}

}  // namespace

Feature Build(const AlexNet& /*network*/, ModuleBuilder& b) {
  constexpr WindowSpec kPool{.kernel = 3, .stride = 2, .padding = 0};
  Feature x =
      ConvRelu("features.0", b.Input(), {.out = 64, .kernel = 11, .stride = 4, .padding = 2}, b);
  x = b.MaxPool("features.2", x, kPool);
  x = ConvRelu("features.3", x, {.out = 192, .kernel = 5}, b);
  x = b.MaxPool("features.5", x, kPool);
  x = ConvRelu("features.6", x, {.out = 384, .kernel = 3}, b);
  x = ConvRelu("features.8", x, {.out = 256, .kernel = 3}, b);
  x = ConvRelu("features.10", x, {.out = 256, .kernel = 3}, b);
  x = b.MaxPool("features.12", x, kPool);
  return LinearLayers(x, 6, {1, 4, 6}, b);
}

Feature Build(const Vgg& network, ModuleBuilder& b) {
  constexpr std::array<int64_t, 5> kChannels{64, 128, 256, 512, 512};
  Feature x = b.Input();
  int index = 0;  // in the list of modules, activations and pools among them
  for (size_t stage = 0; stage < kChannels.size(); ++stage) {
    for (int i = 0; i < network.convolutions[stage]; ++i) {
      const std::string conv = At("features", index++);
      x = b.Conv(conv, x, {.out = kChannels[stage], .kernel = 3, .bias = true});
      if (network.norms) x = b.Norm(At("features", index++), x);
      x = b.Apply(At("features", index++), x, Nonlinearity::kRelu);
    }
    x = b.MaxPool(At("features", index++), x, {.kernel = 2, .stride = 2, .padding = 0});
  }
  return LinearLayers(x, 7, {0, 3, 6}, b);
}

Feature Build(const SqueezeNet& network, ModuleBuilder& b) {
  struct FireSpec {
    int index;
    int64_t squeeze, expand;
  };
  constexpr WindowSpec kPool{.kernel = 3, .stride = 2, .padding = 0, .ceil = true};
  const bool v1_1 = network.version_1_1;
  const std::array<FireSpec, 8> fires = v1_1 ? std::array<FireSpec, 8>{{{3, 16, 64},
                                                                        {4, 16, 64},
                                                                        {6, 32, 128},
                                                                        {7, 32, 128},
                                                                        {9, 48, 192},
                                                                        {10, 48, 192},
                                                                        {11, 64, 256},
                                                                        {12, 64, 256}}}
                                             : std::array<FireSpec, 8>{{{3, 16, 64},
                                                                        {4, 16, 64},
                                                                        {5, 32, 128},
                                                                        {7, 32, 128},
                                                                        {8, 48, 192},
                                                                        {9, 48, 192},
                                                                        {10, 64, 256},
                                                                        {12, 64, 256}}};
  const ConvSpec first{.out = v1_1 ? 64 : 96, .kernel = v1_1 ? 3 : 7, .stride = 2, .padding = 0};
  Feature x = ConvRelu("features.0", b.Input(), first, b);
  int next = 2;  // a gap between the indices of two blocks is a pool
  for (const FireSpec& fire : fires) {
    if (fire.index != next) x = b.MaxPool(At("features", next), x, kPool);
    x = Fire(At("features", fire.index), x, fire.squeeze, fire.expand, b);
    next = fire.index + 1;
  }
  x = ConvRelu("classifier.1", x, {}, b);
  return b.Flatten("flatten", b.GlobalAveragePool("pool", x));
}

}  // namespace quantbench
