#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes torchvision's networks with random weights at their real sizes, each with a scenario that compares engines on it.

    /usr/bin/python3 tests/peers/make_networks.py FOLDER [NETWORK ...]
    quantbench run FOLDER/NETWORK.yaml

FOLDER/NETWORK.onnx and FOLDER/NETWORK.yaml, whose latencies of this machine's kernels and of ONNX Runtime, in its default
and in its exact mode, are measured in turns. Needs python3-torchvision, and the test images of build/release. 500 MB for all.
"""
import pathlib
import sys

import torch
from torch import nn
from torchvision import models

IMAGES = pathlib.Path(__file__).resolve().parents[2] / 'build/release/tests/default_dataset'
SCENARIO = """version: 1
name: {name}
model: {{file: {name}.onnx}}
dataset:
  root: '{images}'
  calibration: {{images: 8}}
  evaluation: {{images: 1}}
  label_offset: 0
matrix:
  backend: [x86_vnni, onnxruntime, {{name: onnxruntime, options: {{precision: exact}}}}]
  precision: [fp32, int8]
  granularity: per_channel
evaluation: off        # its weights are random
latency: {{warmup_seconds: 0.2, min_seconds: 1.0, repetitions: 9}}
"""
NETWORKS = {
    'mobilenet_v2': models.mobilenet_v2, 'resnet18': models.resnet18, 'resnet50': models.resnet50,
    'mobilenet_v3_large': models.mobilenet_v3_large, 'efficientnet_b0': models.efficientnet_b0,
    'squeezenet1_1': models.squeezenet1_1, 'shufflenet_v2_x1_0': models.shufflenet_v2_x1_0,
    'googlenet': lambda: models.googlenet(aux_logits=False, init_weights=False), 'densenet121': models.densenet121,
    'mnasnet1_0': models.mnasnet1_0, 'regnet_y_400mf': models.regnet_y_400mf, 'vgg11_bn': models.vgg11_bn,
}


def make(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(sum(name.encode()))
    model = NETWORKS[name]()
    # Statistics of batch norms from random batches, so that activations keep their size.
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
            module.momentum = 0.5
    file = folder / f'{name}.onnx'
    with torch.no_grad():
        model.train()
        for _ in range(3):
            model(torch.randn(4, 3, 224, 224))
        model.eval()
        torch.onnx.export(model, torch.randn(1, 3, 224, 224), str(file), opset_version=13,
                          input_names=['image'], output_names=['scores'], dynamic_axes={'image': {0: 'batch'}})
    (folder / f'{name}.yaml').write_text(SCENARIO.format(name=name, images=IMAGES))
    print(f'{file} {file.stat().st_size / 1e6:.1f} MB')


def main():
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= NETWORKS.keys():
        sys.exit(f'usage: make_networks.py FOLDER [{"|".join(NETWORKS)} ...]')
    for name in sys.argv[2:] or NETWORKS:
        make(name, pathlib.Path(sys.argv[1]))


if __name__ == '__main__':
    main()
