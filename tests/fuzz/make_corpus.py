#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the small ONNX models that fuzzing starts from: python3 make_corpus.py FOLDER"""
import pathlib
import sys

import torch
from torch import nn


class SqueezeExcite(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4)
        self.squeeze, self.head = nn.Conv2d(4, 4, 1), nn.Linear(4, 3)

    def forward(self, x):
        x = nn.functional.silu(self.norm(self.conv(x)))
        x = x * torch.sigmoid(self.squeeze(x.mean((2, 3), keepdim=True)))
        return self.head(x.mean((2, 3))).softmax(1)


class Shuffle(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.right = nn.Conv2d(3, 4, 1), nn.Conv2d(2, 2, 3, padding=1, groups=2)

    def forward(self, x):
        x = nn.functional.max_pool2d(nn.functional.relu6(self.conv(x)), 3, 2, ceil_mode=True)
        left, right = x.chunk(2, 1)
        x = torch.cat((left, self.right(right)), 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        return nn.functional.hardswish(x).flatten(1)


class ChannelsLast(nn.Module):
    def forward(self, x):
        x = nn.functional.pad(x.permute(0, 3, 1, 2) * 0.5 - 1, (0, 1, 0, 1))
        return nn.functional.leaky_relu(nn.functional.avg_pool2d(x, 3)).mean((2, 3))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    for model, shape in [(SqueezeExcite(), (1, 3, 8, 8)), (Shuffle(), (1, 3, 8, 8)),
                         (ChannelsLast(), (1, 8, 8, 3))]:
        for opset in (9, 13):
            keep = opset == 9
            name = f"{type(model).__name__.lower()}_{opset}.onnx"
            torch.onnx.export(model.eval(), torch.randn(shape), str(folder / name),
                              opset_version=opset, do_constant_folding=not keep,
                              training=(torch.onnx.TrainingMode.PRESERVE if keep
                                        else torch.onnx.TrainingMode.EVAL),
                              input_names=["x"], dynamic_axes={"x": {0: "n"}})


if __name__ == "__main__":
    main()
