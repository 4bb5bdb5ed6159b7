// SPDX-License-Identifier: Apache-2.0
// The architectures by name.
#include "model/architectures/families.h"

namespace quantbench {
namespace {

constexpr Naming kTimm = Naming::kTimm;

// timm's resnet50 has torchvision's names.
constexpr Architecture kArchitectures[] = {
    {"mobilenet_v2", MobileNetV2{}},
    {"mobilenetv2_100", MobileNetV2{.naming = kTimm}},
    {"mobilenet_v3_small", MobileNetV3{.large = false}},
    {"mobilenet_v3_large", MobileNetV3{.large = true}},
    {"mobilenetv3_large_100", MobileNetV3{.large = true, .naming = kTimm}},
    {"mnasnet0_5", MnasNet{.width = 0.5}},
    {"mnasnet0_75", MnasNet{.width = 0.75}},
    {"mnasnet1_0", MnasNet{.width = 1.0}},
    {"mnasnet1_3", MnasNet{.width = 1.3}},
    {"efficientnet_b0", EfficientNet{.width = 1.0, .depth = 1.0}},
    {"efficientnet_b0", EfficientNet{.width = 1.0, .depth = 1.0, .naming = kTimm}},
    {"efficientnet_b1", EfficientNet{.width = 1.0, .depth = 1.1}},
    {"efficientnet_b2", EfficientNet{.width = 1.1, .depth = 1.2}},
    {"efficientnet_b3", EfficientNet{.width = 1.2, .depth = 1.4}},
    {"efficientnet_b4", EfficientNet{.width = 1.4, .depth = 1.8}},
    {"resnet18", ResNet{.blocks = {2, 2, 2, 2}}},
    {"resnet34", ResNet{.blocks = {3, 4, 6, 3}}},
    {"resnet50", ResNet{.blocks = {3, 4, 6, 3}, .bottleneck = true}},
    {"resnet101", ResNet{.blocks = {3, 4, 23, 3}, .bottleneck = true}},
    {"resnet152", ResNet{.blocks = {3, 8, 36, 3}, .bottleneck = true}},
    {"resnext50_32x4d",
     ResNet{.blocks = {3, 4, 6, 3}, .bottleneck = true, .groups = 32, .group_width = 4}},
    {"wide_resnet50_2", ResNet{.blocks = {3, 4, 6, 3}, .bottleneck = true, .group_width = 128}},
    {"regnet_y_400mf",
     RegNetY{.blocks = {1, 3, 6, 6}, .channels = {48, 104, 208, 440}, .group_width = 8}},
    {"shufflenet_v2_x0_5", ShuffleNetV2{.channels = {24, 48, 96, 192, 1024}}},
    {"shufflenet_v2_x1_0", ShuffleNetV2{.channels = {24, 116, 232, 464, 1024}}},
    {"shufflenet_v2_x1_5", ShuffleNetV2{.channels = {24, 176, 352, 704, 1024}}},
    {"shufflenet_v2_x2_0", ShuffleNetV2{.channels = {24, 244, 488, 976, 2048}}},
    {"squeezenet1_0", SqueezeNet{.version_1_1 = false}},
    {"squeezenet1_1", SqueezeNet{.version_1_1 = true}},
    {"densenet121", DenseNet{.layers = {6, 12, 24, 16}}},
    {"googlenet", GoogLeNet{}},
    {"googlenet_transform_input", GoogLeNet{.transform_input = true}},
    {"inception_v3", InceptionV3{}},
    {"inception_v3_transform_input", InceptionV3{.transform_input = true}},
    {"vgg11", Vgg{.convolutions = {1, 1, 2, 2, 2}}},
    {"vgg11_bn", Vgg{.convolutions = {1, 1, 2, 2, 2}, .norms = true}},
    {"vgg13", Vgg{.convolutions = {2, 2, 2, 2, 2}}},
    {"vgg13_bn", Vgg{.convolutions = {2, 2, 2, 2, 2}, .norms = true}},
    {"vgg16", Vgg{.convolutions = {2, 2, 3, 3, 3}}},
    {"vgg16_bn", Vgg{.convolutions = {2, 2, 3, 3, 3}, .norms = true}},
    {"vgg19", Vgg{.convolutions = {2, 2, 4, 4, 4}}},
    {"vgg19_bn", Vgg{.convolutions = {2, 2, 4, 4, 4}, .norms = true}},
    {"alexnet", AlexNet{}},
};

}  // namespace

std::span<const Architecture> Architectures() { return kArchitectures; }

}  // namespace quantbench
