// SPDX-License-Identifier: Apache-2.0
// "Searching for MobileNetV3": tables 1 and 2 of the paper, with either library's names.
#include "model/architectures/families.h"
#include "model/architectures/inverted_residual.h"

namespace quantbench {
namespace {

constexpr auto kRelu = Nonlinearity::kRelu;
constexpr auto kHardSwish = Nonlinearity::kHardSwish;

struct Block {
  int kernel;
  int expanded, out;
  bool squeezes;
  Nonlinearity activation;
  int stride;
};

constexpr Block kLarge[] = {{3, 16, 16, false, kRelu, 1},       {3, 64, 24, false, kRelu, 2},
                            {3, 72, 24, false, kRelu, 1},       {5, 72, 40, true, kRelu, 2},
                            {5, 120, 40, true, kRelu, 1},       {5, 120, 40, true, kRelu, 1},
                            {3, 240, 80, false, kHardSwish, 2}, {3, 200, 80, false, kHardSwish, 1},
                            {3, 184, 80, false, kHardSwish, 1}, {3, 184, 80, false, kHardSwish, 1},
                            {3, 480, 112, true, kHardSwish, 1}, {3, 672, 112, true, kHardSwish, 1},
                            {5, 672, 160, true, kHardSwish, 2}, {5, 960, 160, true, kHardSwish, 1},
                            {5, 960, 160, true, kHardSwish, 1}};
constexpr Block kSmall[] = {{3, 16, 16, true, kRelu, 2},       {3, 72, 24, false, kRelu, 2},
                            {3, 88, 24, false, kRelu, 1},      {5, 96, 40, true, kHardSwish, 2},
                            {5, 240, 40, true, kHardSwish, 1}, {5, 240, 40, true, kHardSwish, 1},
                            {5, 120, 48, true, kHardSwish, 1}, {5, 144, 48, true, kHardSwish, 1},
                            {5, 288, 96, true, kHardSwish, 2}, {5, 576, 96, true, kHardSwish, 1},
                            {5, 576, 96, true, kHardSwish, 1}};
constexpr int64_t kFirst = 16;

// timm's classifier: the layer before the last is a 1x1 convolution of the pooled image.
Feature TimmHead(const Feature& in, int64_t hidden, ModuleBuilder& b) {
  Feature x = b.GlobalAveragePool("pool", in);
  x = b.Conv("conv_head", x, {.out = hidden, .bias = true});
  x = b.Apply("conv_head.act", x, kHardSwish);
  return b.Linear("classifier", b.Flatten("flatten", x));
}

Feature TorchvisionHead(const Feature& in, int64_t hidden, ModuleBuilder& b) {
  Feature x = b.Flatten("flatten", b.GlobalAveragePool("pool", in));
  x = b.Apply("classifier.1", b.Linear("classifier.0", x, hidden), kHardSwish);
  return b.Linear("classifier.3", x);
}

// timm counts blocks anew where the number of channels changes.
class Namer {
 public:
  explicit Namer(bool timm) : timm_(timm) {}

  std::string Next(int64_t channels) {
    if (!timm_) return "features." + std::to_string(++index_);
    index_ = channels == channels_ ? index_ + 1 : 0;
    if (index_ == 0) ++stage_;
    channels_ = channels;
    return "blocks." + std::to_string(stage_) + "." + std::to_string(index_);
  }

 private:
  bool timm_;
  int64_t channels_ = 0;
  int stage_ = -1;
  int index_ = 0;
};

}  // namespace

Feature Build(const MobileNetV3& network, ModuleBuilder& b) {
  const bool timm = network.naming == Naming::kTimm;
  const float epsilon = timm ? 1e-5f : 1e-3f;
  const auto blocks =
      network.large ? std::span<const Block>(kLarge) : std::span<const Block>(kSmall);
  const auto end = [&](const Feature& x, const LayerNames& names, const ConvSpec& spec) {
    return b.ConvNorm(x, {.conv = names.conv,
                          .norm = names.norm,
                          .spec = spec,
                          .then = kHardSwish,
                          .epsilon = epsilon});
  };
  Feature x = end(
      b.Input(), timm ? LayerNames{"conv_stem", "bn1"} : LayerNames{"features.0.0", "features.0.1"},
      {.out = kFirst, .kernel = 3, .stride = 2});
  Namer namer(timm);
  for (const Block& row : blocks) {
    InvertedResidual block{.name = namer.Next(row.out),
                           .expands = row.expanded != x.channels,
                           .expanded = row.expanded,
                           .out = row.out,
                           .kernel = row.kernel,
                           .stride = row.stride,
                           .squeeze = row.squeezes ? MakeDivisible(row.expanded / 4) : 0,
                           .activation = row.activation,
                           .gate = Nonlinearity::kHardSigmoid,
                           .epsilon = epsilon};
    timm ? NameAsTimm(block) : NameAsConvNormList(block);
    x = Build(block, x, b);
  }
  const std::string last = namer.Next(0);
  x = end(x,
          timm ? LayerNames{last + ".conv", last + ".bn1"} : LayerNames{last + ".0", last + ".1"},
          {.out = x.channels * 6});
  const int64_t hidden = network.large ? 1280 : 1024;
  return timm ? TimmHead(x, hidden, b) : TorchvisionHead(x, hidden, b);
}

}  // namespace quantbench
