#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes torchvision's networks with random weights at their real sizes, as floats and quantised by quantbench.

    /usr/bin/python3 tests/peers/make_networks.py FOLDER [NETWORK ...]

FOLDER/<network>/fp32.onnx and int8.onnx (QDQ, static, per_channel, minmax over a few images of the default data set): what
compare.js compares engines on. Needs python3-torchvision, build/release and its test images; 1.5 GB for all of them.
"""
import pathlib
import shutil
import subprocess
import sys

import torch
from torch import nn
from torchvision import models

HERE = pathlib.Path(__file__).resolve().parents[2]
QUANTBENCH = HERE / 'build/release/bin/quantbench'
IMAGES = HERE / 'build/release/tests/default_dataset'
SCENARIO = """version: 1
name: {name}
model: {{file: '{folder}/float.onnx'}}
dataset:
  root: '{images}'
  calibration: {{images: 8}}
  evaluation: {{images: 1}}
  label_offset: 0
matrix: {{backend: reference, precision: [fp32, int8], granularity: per_channel}}
latency: off
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
    with torch.no_grad():
        model.train()
        for _ in range(3):
            model(torch.randn(4, 3, 224, 224))
        model.eval()
        torch.onnx.export(model, torch.randn(1, 3, 224, 224), str(folder / 'float.onnx'), opset_version=13,
                          input_names=['image'], output_names=['scores'], dynamic_axes={'image': {0: 'batch'}})
    scenario = folder / 'scenario.yaml'
    scenario.write_text(SCENARIO.format(name=name, folder=folder, images=IMAGES))
    subprocess.run([QUANTBENCH, 'quantize', scenario, '--quiet', '--out', folder / 'made', '--cache', folder / 'cache'],
                   check=True, stdout=subprocess.DEVNULL)
    for file in (folder / 'made').glob('*.onnx'):
        file.rename(folder / f"{file.stem.split('-')[0]}.onnx")
    for left in ('made', 'cache'):
        shutil.rmtree(folder / left)
    for left in ('float.onnx', 'scenario.yaml'):
        (folder / left).unlink()
    print(name, *(f'{file.name} {file.stat().st_size / 1e6:.1f} MB' for file in sorted(folder.glob('*.onnx'))))


def main():
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= NETWORKS.keys():
        sys.exit(f'usage: make_networks.py FOLDER [{"|".join(NETWORKS)} ...]')
    for name in sys.argv[2:] or NETWORKS:
        make(name, pathlib.Path(sys.argv[1]).resolve() / name)


if __name__ == '__main__':
    main()
