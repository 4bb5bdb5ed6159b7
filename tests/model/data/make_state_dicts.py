#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the .pth files beside it, with PyTorch 1.13; what they hold is checked by state_dict_test.cpp.

Run in this folder. Storage keys in the legacy format are addresses, so those files differ from run to run.
"""
import argparse
import collections
import io
import os
import pathlib
import pickle
import zipfile

import torch
from torch import nn


def ramp(*shape):
    """-0.75, -0.5, -0.25, 0, ...: exact in every float type."""
    count = 1
    for extent in shape:
        count *= extent
    return (torch.arange(count, dtype=torch.float32) / 4 - 0.75).reshape(shape)


def all_types():
    tied = ramp(2, 3)
    return collections.OrderedDict(
        float32=tied,
        float64=ramp(2, 3).double(),
        float16=ramp(2, 3).half(),
        bfloat16=ramp(2, 3).bfloat16(),
        half_extremes=torch.tensor([65504.0, -(2.0**-24), 2.0**-14, float("inf")]).half(),
        int64=torch.tensor(7),
        int32=torch.tensor([-3, 1 << 20], dtype=torch.int32),
        int16=torch.tensor([-300, 300], dtype=torch.int16),
        int8=torch.tensor([-128, 127], dtype=torch.int8),
        uint8=torch.tensor([0, 255], dtype=torch.uint8),
        bool=torch.tensor([True, False, True]),
        transposed=ramp(2, 3).t(),
        slice=ramp(3, 4)[1:, ::2],
        tied=tied,
        empty=torch.zeros(0, 3),
        parameter=nn.Parameter(ramp(2)),
    )


class Evil:
    def __reduce__(self):
        return os.system, ("echo code was run",)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)
        self.layer.weight.data = ramp(1, 2)
        self.layer.bias.data = ramp(1)


class Double(nn.Module):
    def forward(self, x):
        return x * 2


def save_legacy(value, name, **options):
    torch.save(value, name, _use_new_zipfile_serialization=False, **options)


def legacy_view():
    """A file as PyTorch before 0.4 wrote it: the tensor's storage is elements 2 to 5 of another."""

    class Storage:
        pass

    class Rebuild:
        def __init__(self, *arguments):
            self.arguments = arguments

        def __reduce__(self):
            return torch._utils._rebuild_tensor, self.arguments

    class Pickler(pickle._Pickler):
        def persistent_id(self, value):
            if isinstance(value, Storage):
                return "storage", torch.FloatStorage, "100", "cpu", 8, ("101", 2, 4)
            return None

    file = io.BytesIO()
    for header in (0x1950A86A20F9469CFC6C, 1001, dict(little_endian=True)):
        pickle.dump(header, file, protocol=2)
    Pickler(file, protocol=2).dump({"view": Rebuild(Storage(), 1, (3,), (1,))})
    pickle.dump(["100"], file, protocol=2)
    data = ramp(8).numpy()
    file.write(len(data).to_bytes(8, "little") + data.tobytes())
    return file.getvalue()


class Marked(torch.Tensor):
    """Which makes torch.save spell out how the tensor is made."""


class Schedule:
    """An object of a class that readers don't have."""

    def __init__(self):
        self.steps, self.rest = {1, 2}, collections.Counter([30, 60])


def save_wrapped():
    """One layer, as several training scripts save it."""
    layer = Layer()
    state = {key: value.clone() for key, value in layer.state_dict().items()}

    def prefixed(prefix):
        return {prefix + key: value for key, value in state.items()}

    optimizer = torch.optim.Adam(layer.parameters())
    layer.layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    layer.layer.weight.data, layer.layer.bias.data = ramp(1, 2), ramp(1)
    optimized = optimizer.state_dict()
    torch.save({"epoch": 3, "global_step": 9, "pytorch-lightning_version": "1.9", "loops": None,
                "optimizer_states": [optimized], "state_dict": prefixed("model._orig_mod."),
                "hyper_parameters": {"lr": 0.1, "schedule": Schedule()}}, "lightning.pth")
    torch.save({"model": {key: torch.zeros_like(value) for key, value in state.items()},
                "model_ema": {"n_averaged": torch.tensor(4), **prefixed("module.")},
                "optimizer": optimized, "epoch": 3,
                "args": argparse.Namespace(lr=0.1, path=pathlib.Path("data"))}, "reference_training.pth")
    save_legacy(torch.optim.swa_utils.AveragedModel(layer).state_dict(), "averaged_legacy.pth")
    save_legacy({"optimizer": optimized, "model": prefixed("backbone."), "schedule": Schedule(),
                 "complex": torch.zeros(2, dtype=torch.complex64), 7: slice(1, 2)},
                "foreign_objects_legacy.pth")
    aware = {"layer.weight_fake_quant.scale": torch.ones(1), "quant.activation_post_process.min_val": torch.ones(1),
             "layer.activation_post_process.fake_quant_enabled": torch.tensor(1)}
    torch.save({**state, **aware}, "aware_training.pth")
    torch.save({**state, "layer.weight": ramp(1, 2).as_subclass(Marked)}, "tensor_subclass.pth")
    torch.save({"student": state, "teacher": prefixed("")}, "two_models.pth")
    torch.save({"epoch": 3, 7: "seven"}, "no_weights.pth")


def rezip(source, target, compression=zipfile.ZIP_STORED, change=lambda name, data: data, extra=()):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        entries = [(name, change(name, old.read(name))) for name in old.namelist()]
        for name, data in [*entries, *extra]:
            if data is not None:
                new.writestr(zipfile.ZipInfo(name), data, compression)


def swap_floats(name, data):
    """Reverses the bytes of each float32 of a storage."""
    if "/data/" not in name:
        return data
    return b"".join(data[i : i + 4][::-1] for i in range(0, len(data), 4))


def main():
    torch.save(all_types(), "all_types_zip.pth")
    torch.save(all_types(), "all_types_zip_protocol4.pth", pickle_protocol=4)
    save_legacy(all_types(), "all_types_legacy.pth")
    save_legacy(all_types(), "all_types_legacy_protocol4.pth", pickle_protocol=4)
    with open("legacy_view.pth", "wb") as file:
        file.write(legacy_view())

    parallel = nn.DataParallel(Layer()).state_dict()
    torch.save({"epoch": 3, "best": torch.tensor(0.5), "state_dict": parallel}, "data_parallel_zip.pth")
    save_legacy({"model": Layer().state_dict(), "names": ["a", None]}, "model_key_legacy.pth")
    torch.save({"generator": Layer().state_dict(), "epoch": 3}, "unknown_wrapper.pth")
    save_wrapped()

    torch.save({"weight": ramp(1), "evil": Evil()}, "os_system_zip.pth")
    save_legacy({"weight": ramp(1), "evil": Evil()}, "os_system_legacy.pth")
    torch.save(Layer(), "whole_model_zip.pth")
    torch.jit.save(torch.jit.script(Double()), "script.tmp")
    without_source_paths = lambda name, data: None if name.endswith(".debug_pkl") else data
    rezip("script.tmp", "torchscript.pth", change=without_source_paths)
    os.remove("script.tmp")
    quantized = torch.quantize_per_tensor(ramp(4), 0.25, 0, torch.qint8)
    torch.save({"weight": quantized}, "quantized.pth")
    torch.save({"weight": torch.zeros(1, dtype=torch.complex64)}, "complex.pth")
    torch.save({"weight": ramp(1).expand(1000)}, "expanded.pth")

    torch.save(Layer().state_dict(), "layer.tmp")
    rezip("layer.tmp", "deflated.pth", zipfile.ZIP_DEFLATED)
    rezip(
        "layer.tmp",
        "big_endian.pth",
        change=swap_floats,
        extra=[("layer/byteorder", "big")],
    )
    os.remove("layer.tmp")


main()
