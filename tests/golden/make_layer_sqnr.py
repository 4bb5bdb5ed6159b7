#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes layer_sqnr.json: what each layer of the default network loses by itself, computed with numpy from its ONNX files.

    /usr/bin/python3 tests/golden/make_layer_sqnr.py build/release

Needs python3-numpy and python3-onnx, a build, and its test images (ctest -R make_test_images). quantbench writes models and
crops; everything else is done here: own (weights, input and output on integers), weights alone, activations alone.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

HERE = Path(__file__).resolve().parent
IMAGES = 6
MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


def write_models(build, folder):
    settings = {"dataset.root": build / "tests/default_dataset", "dataset.calibration.per_class": 1,
                "matrix.backend": "reference", "matrix.granularity": "per_tensor", "matrix.batch_size": 1, "expect": "off"}
    command = [build / "bin/quantbench", "diagnose", HERE.parents[1] / "scenarios/default.yaml", "--no-times", "--quiet",
               "--cache", folder / "cache", "--out", folder / "out", "--images", str(IMAGES)]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def inputs(folder):
    """The chosen crops of the evaluation (the larger file), normalised: [n, 3, 96, 96]."""
    data = max(((folder / "cache").glob("crops-*.bin")), key=lambda file: file.stat().st_size).read_bytes()
    count = int(np.frombuffer(data, np.int64, 1, 24)[0])
    pixels = np.frombuffer(data, np.uint8, count * 96 * 96 * 3, 4096).reshape(count, 96, 96, 3)
    chosen = pixels[[i * count // IMAGES for i in range(IMAGES)]]
    return ((chosen.astype(np.float32) / np.float32(255) - MEAN) / STD).transpose(0, 3, 1, 2)


def conv(x, weight, bias, node):
    """float64 [n, oc, h, w], zeros around."""
    a = {at.name: onnx.helper.get_attribute_value(at) for at in node.attribute}
    top, left, bottom, right = a.get("pads", [0] * 4)
    stride, groups = a.get("strides", [1, 1])[0], a.get("group", 1)
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (top, bottom), (left, right)))
    kernel = weight.shape[2]
    size = [(extent - kernel) // stride + 1 for extent in x.shape[2:]]
    sums = np.zeros((len(x), len(weight), *size))
    x = x.reshape(len(x), groups, -1, *x.shape[2:])
    w = weight.astype(np.float64).reshape(groups, -1, *weight.shape[1:])
    for i in range(kernel):
        for j in range(kernel):
            part = x[:, :, :, i:i + size[0] * stride:stride, j:j + size[1] * stride:stride][..., :size[0], :size[1]]
            sums += np.einsum("ngchw,goc->ngohw", part, w[..., i, j]).reshape(sums.shape)
    return sums + bias.reshape(1, -1, 1, 1)


def level(x, scale, zero):
    return np.clip(np.rint(x.astype(np.float32) / scale), -float(zero), 255.0 - zero)


def sqnr(y, other):
    noise = np.sum((y - other) ** 2)
    return float(10 * np.log10(np.sum(y ** 2) / noise)) if noise > 0 else 200.0


def main(build):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_models(build, folder)
        graph = onnx.load(folder / "out/models/fp32.onnx").graph
        quantized = onnx.load(folder / "out/models/int8-static-minmax-per_tensor.onnx").graph
        x = inputs(folder)
    constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    integers = {c.name: numpy_helper.to_array(c) for c in quantized.initializer}
    values, layers = {graph.input[0].name: x}, {}
    nodes = list(graph.node)
    for place, node in enumerate(nodes):
        source, result = node.input[0], node.output[0]
        if node.op_type in ("Clip", "Identity"):
            values[result] = values[source] if node.op_type == "Identity" else np.clip(values[source], 0, 6)
            continue
        if node.op_type not in ("Conv", "Gemm"):
            a = values[source].astype(np.float64)
            values[result] = {"Add": lambda: a + values[node.input[1]], "Flatten": lambda: a.reshape(len(a), -1),
                              "GlobalAveragePool": lambda: a.mean((2, 3), keepdims=True)}[node.op_type]()
            continue
        linear = node.op_type == "Gemm"
        follows = nodes[place + 1] if place + 1 < len(nodes) else node
        clipped = follows.op_type == "Clip" and follows.input[0] == result
        written = follows.output[0] if clipped else result

        def run(values_in, weight, bias):
            if linear:
                return values_in.astype(np.float64) @ weight.astype(np.float64).T + bias
            return conv(values_in, weight, bias, node)

        def activated(y):
            return np.clip(y, 0, 6) if clipped else y

        weight, bias = constants[node.input[1]], constants[node.input[2]].astype(np.float64)
        in_scale, in_zero = integers[source + "_scale"], integers[source + "_zero_point"]
        out_scale, out_zero = integers[written + "_scale"], integers[written + "_zero_point"]
        layer = result
        q = integers[layer + ".weight_quantized"].astype(np.float64)
        scale = integers[layer + ".weight_scale"]
        q_bias = integers[layer + ".bias_quantized"].astype(np.float64)
        floats = values[source]
        y = activated(run(floats, weight, bias))
        rounded = level(floats, in_scale, in_zero)
        weights_alone = activated(run(floats, q * scale, q_bias * np.float64(in_scale) * np.float64(scale)))
        activations = activated(run(rounded * in_scale, weight, bias))
        activations = level(activations, out_scale, out_zero) * np.float64(out_scale)
        sums = run(rounded, q, q_bias).astype(np.float32) * (in_scale * scale / out_scale)
        high = np.rint(6 / np.float64(out_scale)) if clipped else 255.0 - out_zero
        low = 0.0 if clipped else -float(out_zero)
        own = np.clip(np.rint(sums), low, min(high, 255.0 - out_zero)) * np.float64(out_scale)
        layers[layer] = {"own": round(sqnr(y, own), 4), "weights": round(sqnr(y, weights_alone), 4),
                         "activations": round(sqnr(y, activations), 4)}
        values[result] = run(floats, weight, bias).astype(np.float32)
    (HERE / "layer_sqnr.json").write_text(json.dumps({"images": IMAGES, "layers": layers}, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve())
