# SPDX-License-Identifier: Apache-2.0
"""The networks that train.py trains: torchvision's MobileNetV2, and two small ones of other families.

What quantisation does to a network depends on its operators and on how its layers are connected.
"""

import torchvision
from torch import nn
from torchvision.models import mobilenetv3, resnet


def mobilenet_v2(classes, width):
    return torchvision.models.mobilenet_v2(width_mult=width, num_classes=classes)


def mobilenet_v3(classes, width):
    """Hard-swish, squeeze-and-excite and depthwise convolutions (arXiv 1905.02244), made short."""
    # input channels, kernel, expanded channels, output channels, squeezes, activation, stride
    rows = [(16, 3, 16, 16, True, "RE", 2), (16, 3, 48, 24, False, "RE", 2),
            (24, 3, 64, 24, False, "RE", 1), (24, 5, 72, 32, True, "HS", 2),
            (32, 5, 96, 32, True, "HS", 1), (32, 5, 128, 48, True, "HS", 2),
            (48, 5, 144, 48, True, "HS", 1)]
    blocks = [mobilenetv3.InvertedResidualConfig(*row, dilation=1, width_mult=width)
              for row in rows]
    return mobilenetv3.MobileNetV3(blocks, last_channel=128, num_classes=classes, dropout=0.1)


class ResNet(nn.Module):
    """Basic blocks (arXiv 1512.03385), two in each of three stages; torchvision's names."""

    def __init__(self, classes, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(3, channels[0], 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(channels[0])
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        before = channels[0]
        for stage, after in enumerate(channels):
            stride = 1 if stage == 0 else 2
            shortcut = None if before == after else nn.Sequential(
                resnet.conv1x1(before, after, stride), nn.BatchNorm2d(after))
            self.add_module(f"layer{stage + 1}", nn.Sequential(
                resnet.BasicBlock(before, after, stride, shortcut),
                resnet.BasicBlock(after, after)))
            before = after
        self.fc = nn.Linear(before, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, image):
        x = self.maxpool(self.bn1(self.conv1(image)).relu())
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))


def small_resnet(classes, width):
    return ResNet(classes, [round(width * channels) for channels in (16, 32, 64)])


NETWORKS = {"mobilenet_v2": mobilenet_v2, "mobilenet_v3": mobilenet_v3, "resnet": small_resnet}


def build(name, classes, width):
    return NETWORKS[name](classes, width)
