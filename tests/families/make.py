#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the network families that ONNX import covers, with random weights, and PyTorch's outputs.

    python3 make.py FOLDER

For each family FOLDER/<name>.onnx and, as raw float32, <name>.input ([8,3,h,w]) and <name>.output
([8,classes]). Without PyTorch and torchvision it says so and writes nothing. The networks are as
torchvision builds them, at 64x64 pixels and with 10 classes; where torchvision lets the width be
chosen they are narrower.
"""
import pathlib
import sys

try:
    import torch
    import torchvision
except ImportError as error:
    print(f"SKIPPED: needs PyTorch and torchvision ({error})")
    sys.exit(0)

from torch import nn
from torchvision import models

IMAGES, CLASSES = 8, 10


class MobileNetV1(nn.Sequential):
    """arXiv 1704.04861, which torchvision doesn't have."""

    def __init__(self):
        def layer(i, o, stride, groups=1, kernel=3):
            return [nn.Conv2d(i, o, kernel, stride, kernel // 2, groups=groups, bias=False),
                    nn.BatchNorm2d(o), nn.ReLU(inplace=True)]

        layers, channels = layer(3, 16, 2), 16
        for out, stride in [(32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1)]:
            layers += layer(channels, channels, stride, channels)
            layers += layer(channels, out, 1, kernel=1)
            channels = out
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES),
                   nn.Softmax(dim=1)]
        super().__init__(*layers)


class KerasStyle(nn.Module):
    """What converters from Keras write: image [n,h,w,c], zero padding, preprocessing inside."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 7, 2)
        self.norm = nn.BatchNorm2d(16)
        self.second = nn.Conv2d(16, 24, 3, 2, bias=False)
        self.squeeze, self.excite = nn.Conv2d(24, 6, 1), nn.Conv2d(6, 24, 1)
        self.head = nn.Linear(24, CLASSES)

    def forward(self, image):
        x = image.permute(0, 3, 1, 2) * 0.5 + torch.tensor([0.1, -0.1, 0.2]).view(1, 3, 1, 1)
        x = nn.functional.relu6(self.norm(self.first(nn.functional.pad(x, (3, 3, 3, 3)))))
        x = nn.functional.max_pool2d(nn.functional.pad(x, (1, 1, 1, 1)), 3, 2)
        x = self.second(nn.functional.pad(x, (0, 1, 0, 1)))
        x = x * (nn.functional.relu6(x + 3) * (1 / 6))
        s = x.permute(0, 2, 3, 1).mean((1, 2)).view(-1, 24, 1, 1)
        s = nn.functional.relu6(self.excite(torch.relu(self.squeeze(s))) + 3) / 6
        x = nn.functional.leaky_relu(x * s, 0.2).clamp(-0.5, 4.0)
        return self.head(x.mean(3).mean(2)) * 2 - 1


def narrow_vgg():
    plan = [16, "M", 32, "M", 48, 48, "M", 64, 64, "M", 64, 64, "M"]
    layers, channels = [], 3
    for step in plan:
        if step == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, step, 3, padding=1), nn.BatchNorm2d(step), nn.ReLU()]
            channels = step
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(256, 128),
                         nn.ReLU(), nn.Dropout(), nn.Linear(128, CLASSES))


def opset(number, keep_norms=False):
    return {"opset": number, "keep_norms": keep_norms}


# Opsets differ, and some keep their batch norms, so that each way of writing a model is met.
FAMILIES = {
    "mobilenet_v1": (MobileNetV1, opset(9, True)),
    "mobilenet_v2": (lambda: models.mobilenet_v2(num_classes=CLASSES, width_mult=0.5), opset(10)),
    "mobilenet_v3": (lambda: models.mobilenet_v3_small(num_classes=CLASSES), opset(14)),
    "mobilenet_v3_decomposed": (lambda: models.mobilenet_v3_small(num_classes=CLASSES), opset(11)),
    "resnet18": (lambda: models.resnet18(num_classes=CLASSES), opset(13)),
    "resnet50": (lambda: models.resnet50(num_classes=CLASSES, width_per_group=64), opset(16)),
    "vgg11_bn": (narrow_vgg, opset(12, True)),
    "squeezenet": (lambda: models.squeezenet1_1(num_classes=CLASSES), opset(13)),
    "googlenet": (lambda: models.googlenet(num_classes=CLASSES, aux_logits=False, init_weights=False,
                                           transform_input=True), opset(12)),
    "densenet121": (lambda: models.DenseNet(growth_rate=12, block_config=(4, 6, 8, 6),
                                            num_init_features=24, num_classes=CLASSES), opset(13)),
    "shufflenet_v2": (lambda: models.shufflenet_v2_x0_5(num_classes=CLASSES), opset(13)),
    "efficientnet_b0": (lambda: models.efficientnet_b0(num_classes=CLASSES), opset(15)),
    "mnasnet": (lambda: models.mnasnet0_5(num_classes=CLASSES), opset(8, True)),
    "keras_style": (KerasStyle, opset(13)),
}


def randomize(model):
    """Statistics of batch norms from a few random batches, so that activations keep their size."""
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
            module.momentum = 0.5
        if isinstance(module, nn.Dropout):
            module.p = 0.0


def export(name, folder):
    build, options = FAMILIES[name]
    torch.manual_seed(sum(name.encode()))
    model = build()
    size = 64
    shape = (IMAGES, size, size, 3) if name == "keras_style" else (IMAGES, 3, size, size)
    image = torch.randn(shape)
    randomize(model)
    with torch.no_grad():
        for _ in range(6):
            model(torch.randn(shape))
        model.eval()
        output = model(image)
    training = torch.onnx.TrainingMode
    file = folder / f"{name}.onnx"
    torch.onnx.export(model, image[:1], str(file), opset_version=options["opset"],
                      input_names=["image"], output_names=["scores"],
                      training=training.PRESERVE if options["keep_norms"] else training.EVAL,
                      do_constant_folding=not options["keep_norms"],
                      dynamic_axes={"image": {0: "batch"}})
    if name == "keras_style":
        image = image.permute(0, 3, 1, 2).contiguous()
    image.numpy().tofile(folder / f"{name}.input")
    output.numpy().tofile(folder / f"{name}.output")
    print(f"{name}: {file.stat().st_size / 1e6:.1f} MB")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for name in FAMILIES:
        if not (folder / f"{name}.output").exists():
            export(name, folder)


if __name__ == "__main__":
    main()
