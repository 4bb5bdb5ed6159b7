#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes one architecture's weights, random ones, with an input and PyTorch's scores for it.

    python3 make.py NAME FOLDER

FOLDER/weights.pth or FOLDER/weights.safetensors, wrapped like the files of some training script or
other, and as raw float32 FOLDER/input ([1,3,size,size]) and FOLDER/output ([classes]). Prints the
size. Without PyTorch and torchvision it says so and writes nothing.
"""
import argparse
import collections
import json
import pathlib
import re
import sys

try:
    import torch
    import torchvision
except ImportError as error:
    print(f"SKIPPED: needs PyTorch and torchvision ({error})")
    sys.exit(0)

from torch import nn

CLASSES = 10
# Where the last pool of a network isn't global, or smaller images don't reach it.
SIZES = {"alexnet": 224, "vgg": 224, "inception_v3": 139}
TIMM = {"mobilenetv2_100": "mobilenet_v2", "mobilenetv3_large_100": "mobilenet_v3_large",
        "timm_efficientnet_b0": "efficientnet_b0"}


def build(name):
    transforms = name.endswith("_transform_input")
    name = TIMM.get(name, name.removesuffix("_transform_input"))
    options = {"num_classes": CLASSES}
    if name in ("googlenet", "inception_v3"):
        options.update(init_weights=False, transform_input=transforms)
    return torchvision.models.get_model(name, **options)


def randomize(model, size):
    """Norms that keep the size of activations, and damp each branch that is added to its input."""
    batch = torch.randn(4, 3, size, size)
    model.train()
    heads = getattr(model, "AuxLogits", None)
    if heads is not None:
        model.AuxLogits = None  # needs larger images than these
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
            module.momentum = 0.5
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    for module in model.modules():
        if hasattr(module, "downsample"):
            nn.init.uniform_(getattr(module, "bn3", module.bn2).weight, 0.1, 0.4)
    if any(isinstance(module, nn.BatchNorm2d) for module in model.modules()):
        with torch.no_grad():
            for _ in range(4):
                model(batch)
    if heads is not None:
        model.AuxLogits = heads
    model.eval()


def timm_block(block, expands, squeezes):
    """Names inside torchvision's list of a block's layers, by timm's."""
    layers = [("conv_pw", "bn1")] if expands else []
    layers.append(("conv_dw", "bn2" if expands else "bn1"))
    if squeezes:
        layers.append(None)
    layers.append(("conv_pwl", "bn3") if expands else ("conv_pw", "bn2"))
    names = {}
    for index, layer in enumerate(layers):
        if layer is None:
            names.update({f"block.{index}.fc1": "se.conv_reduce", f"block.{index}.fc2": "se.conv_expand"})
        else:
            names.update({f"block.{index}.0": layer[0], f"block.{index}.1": layer[1]})
    return {f"{block[0]}.{old}": f"{block[1]}.{new}" for old, new in names.items()}


def timm_names(name, state):
    """Layers of torchvision's network by timm's names for them."""
    names = {"features.0.0": "conv_stem", "features.0.1": "bn1"}
    if name == "timm_efficientnet_b0":
        names.update({"features.8.0": "conv_head", "features.8.1": "bn2", "classifier.1": "classifier"})
        for key in {re.match(r"features\.[1-7]\.\d+", k).group() for k in state
                    if re.match(r"features\.[1-7]\.\d+", k)}:
            _, stage, index = key.split(".")
            expands = stage != "1"
            names.update(timm_block((key, f"blocks.{int(stage) - 1}.{index}"), expands, True))
    elif name == "mobilenetv3_large_100":
        names.update({"features.16.0": "blocks.6.0.conv", "features.16.1": "blocks.6.0.bn1",
                      "classifier.0": "conv_head", "classifier.3": "classifier"})
        stages = [1, 2, 3, 4, 2, 3]
        index = 1
        for stage, blocks in enumerate(stages):
            for block in range(blocks):
                key = f"features.{index}"
                squeezes = any(k.startswith(key + ".") and "fc1" in k for k in state)
                names.update(timm_block((key, f"blocks.{stage}.{block}"), index > 1, squeezes))
                index += 1
    else:
        names.update({"features.18.0": "conv_head", "features.18.1": "bn2", "classifier.1": "classifier"})
        index = 1
        for stage, blocks in enumerate([1, 2, 3, 4, 3, 3, 1]):
            for block in range(blocks):
                old, new = f"features.{index}.conv", f"blocks.{stage}.{block}"
                layers = [("0.0", "conv_pw"), ("0.1", "bn1"), ("1.0", "conv_dw"), ("1.1", "bn2"),
                          ("2", "conv_pwl"), ("3", "bn3")]
                if index == 1:
                    layers = [("0.0", "conv_dw"), ("0.1", "bn1"), ("1", "conv_pw"), ("2", "bn2")]
                names.update({f"{old}.{a}": f"{new}.{b}" for a, b in layers})
                index += 1
    renamed = collections.OrderedDict()
    for key, value in state.items():
        layer, _, parameter = key.rpartition(".")
        renamed[f"{names[layer]}.{parameter}"] = value
    if "blocks.6.0.conv.weight" in renamed and name == "mobilenetv3_large_100":
        renamed["conv_head.weight"] = renamed["conv_head.weight"][:, :, None, None]
    return renamed


class Schedule:
    """A class that whoever reads the file doesn't have."""

    def __init__(self):
        self.steps = {1, 2}


def save_safetensors(state, file):
    types = {torch.float32: "F32", torch.int64: "I64"}
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for key, value in state.items():
        size = value.numel() * value.element_size()
        header[key] = {"dtype": types[value.dtype], "shape": list(value.shape),
                       "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    with open(file, "wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for value in state.values():
            out.write(value.contiguous().numpy().tobytes())


def save(name, model, folder):
    """Each architecture in another of the wrappings that people meet."""
    state = model.state_dict()
    if name in TIMM:
        state = timm_names(name, state)
    if name == "densenet121":  # as the files that torchvision offers have them
        state = {re.sub(r"(layer\d+\.)(norm|conv)([12])", r"\1\2.\3", key): value
                 for key, value in state.items()}
    prefixed = lambda prefix: {prefix + key: value for key, value in state.items()}
    wrapping = sum(name.encode()) % 6
    file = folder / "weights.pth"
    if wrapping == 0:
        save_safetensors(state, folder / "weights.safetensors")
        return
    if wrapping == 1:
        torch.save(state, file)
    elif wrapping == 2:  # DistributedDataParallel around torch.compile, the file format before 1.6
        torch.save(prefixed("module._orig_mod."), file, _use_new_zipfile_serialization=False)
    elif wrapping == 3:  # PyTorch Lightning
        torch.save({"epoch": 3, "global_step": 9, "state_dict": prefixed("model."), "callbacks": {},
                    "hyper_parameters": {"schedule": Schedule()}}, file)
    elif wrapping == 4:  # torchvision's references: the average is what they evaluate
        broken = {key: torch.zeros_like(value) for key, value in state.items()}
        torch.save({"model": broken, "epoch": 3, "args": argparse.Namespace(path=pathlib.Path("a")),
                    "model_ema": {"n_averaged": torch.tensor(4), **prefixed("module.")}}, file)
    else:
        some = [nn.Parameter(torch.ones(3))]
        optimizer = torch.optim.Adam(some)
        some[0].sum().backward()
        optimizer.step()
        torch.save({"model": state, "optimizer": optimizer.state_dict(), "schedule": Schedule()}, file)


def main():
    name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    torch.set_num_threads(1)
    torch.manual_seed(sum(name.encode()))
    size = next((size for start, size in SIZES.items() if name.startswith(start)), 96)
    model = build(name)
    if name in ("mobilenetv3_large_100",):
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eps = 1e-5
    randomize(model, size if size < 224 else 64)
    image = torch.randn(1, 3, size, size)
    with torch.no_grad():
        output = model(image)
    save(name, model, folder)
    image.numpy().tofile(folder / "input")
    output.numpy().tofile(folder / "output")
    print(size)


if __name__ == "__main__":
    main()
