// SPDX-License-Identifier: Apache-2.0
// Families of networks: what tells their members apart, and how each is built from it. Names of
// tensors are torchvision's, or timm's.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "model/architectures/module_builder.h"

namespace quantbench {

enum class Naming { kTorchvision, kTimm };

// "One weird trick for parallelizing convolutional neural networks", arXiv 1404.5997.
struct AlexNet {};

// arXiv 1409.1556: channels of 3x3 convolutions, 'M' a pool.
struct Vgg {
  std::array<int, 5> convolutions{};  // before each pool
  bool norms = false;
};

// arXiv 1602.07360, and its successor 1.1 with a smaller first layer and earlier pools.
struct SqueezeNet {
  bool version_1_1 = false;
};

// arXiv 1512.03385; ResNeXt: 1611.05431; wide: 1605.07146.
struct ResNet {
  std::array<int, 4> blocks{};
  bool bottleneck = false;
  int groups = 1;
  int group_width = 64;  // of a bottleneck's 3x3 convolution at 64 channels
};

// arXiv 1608.06993.
struct DenseNet {
  std::array<int, 4> layers{};
  int growth = 32;
  int first = 64;
};

// arXiv 1409.4842. The transform: inputs normalised with ImageNet's mean and deviation are turned
// into ones normalised with 0.5 and 0.5, as the published weights need.
struct GoogLeNet {
  bool transform_input = false;
};

// arXiv 1512.00567.
struct InceptionV3 {
  bool transform_input = false;
};

// arXiv 1801.04381, of any width: channels are read off the tensors.
struct MobileNetV2 {
  Naming naming = Naming::kTorchvision;
};

// arXiv 1905.02244.
struct MobileNetV3 {
  bool large = true;
  Naming naming = Naming::kTorchvision;
};

// arXiv 1905.11946.
struct EfficientNet {
  double width = 1.0;
  double depth = 1.0;
  Naming naming = Naming::kTorchvision;
};

// arXiv 1807.11626.
struct MnasNet {
  double width = 1.0;
};

// arXiv 1807.11164: channels of the first layer, the stages and the last layer.
struct ShuffleNetV2 {
  std::array<int, 5> channels{};
};

// RegNetY, arXiv 2003.13678.
struct RegNetY {
  std::array<int, 4> blocks{};
  std::array<int, 4> channels{};
  int group_width = 8;
};

// Each takes all the tensors of its network from the builder, and returns the scores.
Feature Build(const AlexNet& network, ModuleBuilder& builder);
Feature Build(const Vgg& network, ModuleBuilder& builder);
Feature Build(const SqueezeNet& network, ModuleBuilder& builder);
Feature Build(const ResNet& network, ModuleBuilder& builder);
Feature Build(const DenseNet& network, ModuleBuilder& builder);
Feature Build(const GoogLeNet& network, ModuleBuilder& builder);
Feature Build(const InceptionV3& network, ModuleBuilder& builder);
Feature Build(const MobileNetV2& network, ModuleBuilder& builder);
Feature Build(const MobileNetV3& network, ModuleBuilder& builder);
Feature Build(const EfficientNet& network, ModuleBuilder& builder);
Feature Build(const MnasNet& network, ModuleBuilder& builder);
Feature Build(const ShuffleNetV2& network, ModuleBuilder& builder);
Feature Build(const RegNetY& network, ModuleBuilder& builder);

using Family = std::variant<AlexNet, Vgg, SqueezeNet, ResNet, DenseNet, GoogLeNet, InceptionV3,
                            MobileNetV2, MobileNetV3, EfficientNet, MnasNet, ShuffleNetV2, RegNetY>;

// One name may have a description for each naming of its tensors.
struct Architecture {
  std::string_view name;
  Family family;
};
std::span<const Architecture> Architectures();

}  // namespace quantbench
