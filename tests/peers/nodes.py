#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares single nodes of a QDQ model: ONNX Runtime's fused integer kernels with the formulas of arithmetic.md.

    /usr/bin/python3 tests/peers/nodes.py MODEL.onnx [CROPS.npy] [IMAGES]

Every node gets the integers that ONNX Runtime itself gave the node before it, so a difference is that node's own. Needs
python3-onnx, python3-torch, node and the packages of package.json. Prints, for each kind of operator, how many integers differ; exit
status 1 where convolutions, linear layers or pools do.
"""
import collections
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

HERE = Path(__file__).resolve().parent
f32 = np.float32


def runtime_outputs(model, crops, image, names):
    """name -> uint8 array, as ONNX Runtime computes them in its integer kernels."""
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/model.onnx")
        subprocess.run(["node", HERE / "outputs.js", f"{folder}/model.onnx", crops, str(image), folder], check=True)
        return {name: np.fromfile(f"{folder}/{i}.bin", np.uint8) for i, name in enumerate(names, start=1)}


class Nodes:
    def __init__(self, graph):
        self.constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        self.producers = {name: node for node in graph.node for name in node.output}

    def dequantized(self, name):
        """Names of integers, scale and zero point behind a float value."""
        node = self.producers[name]
        if node.op_type == "Flatten":
            return self.dequantized(node.input[0])
        return node.input if node.op_type == "DequantizeLinear" else None

    def steps(self, values, name):
        """(q - z) as integers, and s."""
        q, s, z = self.dequantized(name)
        integers = values.get(q, self.constants.get(q)).astype(np.int64)
        return integers - self.constants[z].astype(np.int64).reshape(-1, *[1] * (integers.ndim - 1)), self.constants[s]


def emit(r, zero_point):
    return zero_point + np.rint(np.clip(r, -zero_point, 255 - zero_point)).astype(np.int64)


def per_channel(values, dimensions):
    return np.atleast_1d(values).reshape(1, -1, *[1] * (dimensions - 2))


def expected(nodes, values, node, s_y, z_y):
    """The formula of arithmetic.md, or None for what has none here."""
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    x, s_x = nodes.steps(values, node.input[0])
    if node.op_type in ("Conv", "Gemm"):
        w, s_w = nodes.steps(values, node.input[1])
        bias = nodes.constants[nodes.dequantized(node.input[2])[0]]
        x, w, b = (torch.from_numpy(a.astype(np.float64)) for a in (x, w, bias))  # sums stay exact in float64
        if node.op_type == "Conv":
            top, left, bottom, right = attributes.get("pads", [0] * 4)
            acc = F.conv2d(F.pad(x, (left, right, top, bottom)), w, b, stride=attributes.get("strides", [1, 1]),
                           groups=attributes.get("group", 1)).numpy()
        else:
            acc = F.linear(x.flatten(1), w if attributes.get("transB", 0) else w.t(), b).numpy()
        return emit(acc.astype(f32) * per_channel(f32(s_x) * s_w.astype(f32) / s_y, acc.ndim), z_y)
    if node.op_type == "Add":
        other, s_b = nodes.steps(values, node.input[1])
        return emit(x.astype(f32) * (f32(s_x) / s_y) + other.astype(f32) * (f32(s_b) / s_y), z_y)
    if node.op_type == "GlobalAveragePool":
        acc = x.sum(axis=(2, 3), keepdims=True)
        return emit(acc.astype(f32) * (f32(s_x) / (s_y * f32(x.shape[2] * x.shape[3]))), z_y)
    return None


def main(file, crops, images):
    model = onnx.shape_inference.infer_shapes(onnx.load(file))
    shapes = {v.name: [max(d.dim_value, 1) for d in v.type.tensor_type.shape.dim] for v in model.graph.value_info}
    quantize = [n for n in model.graph.node if n.op_type == "QuantizeLinear"]
    for node in quantize:
        model.graph.output.append(onnx.helper.make_tensor_value_info(node.output[0], onnx.TensorProto.UINT8, None))
    nodes = Nodes(model.graph)
    differing, total = collections.Counter(), collections.Counter()
    for image in range(images):
        names = [n.output[0] for n in quantize]
        values = {k: v.reshape(shapes[k]) for k, v in runtime_outputs(model, crops, image, names).items()}
        for node in quantize:
            producer = nodes.producers.get(node.input[0])
            while producer is not None and producer.op_type in ("Relu", "Clip"):  # the clamp of emit
                producer = nodes.producers[producer.input[0]]
            if producer is None or nodes.dequantized(producer.input[0]) is None:
                continue
            want = expected(nodes, values, producer, f32(nodes.constants[node.input[1]]),
                            int(nodes.constants[node.input[2]]))
            if want is None:
                continue
            got = values[node.output[0]]
            total[producer.op_type] += got.size
            differing[producer.op_type] += int((want.reshape(got.shape) != got).sum())
    for kind in total:
        print(f"{kind}: {differing[kind]} of {total[kind]} integers differ")
    return any(differing[kind] for kind in total if kind != "Add")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    reference = HERE.parents[2] / "shared" / "reference" / "crops_uint8_nhwc.npy"
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else reference,
                  int(sys.argv[3]) if len(sys.argv) > 3 else 3))
