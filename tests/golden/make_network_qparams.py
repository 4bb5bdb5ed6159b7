#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes network_histogram.json: qparams that PyTorch 1.13's HistogramObserver finds in a real network, on ../shared.

    /usr/bin/python3 tests/golden/make_network_qparams.py

Needs python3-torch, python3-torchvision, python3-onnx, python3-pil. The network is models/mobilenet_v2.onnx, the images
are the 150 of imagenet-mini/train, centre crop, in batches of 30 in file order, as reference/accuracy.json says.
"""
import json
import sys
from pathlib import Path

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch.ao.quantization.observer import HistogramObserver

HERE = Path(__file__).resolve().parent
from make_crops import crops  # noqa: E402
SHARED = HERE.parents[2] / "shared"
BATCH = 30


def batches():
    files = sorted((SHARED / "imagenet-mini" / "train").glob("*/*"))
    for first in range(0, len(files), BATCH):
        yield (torch.from_numpy(crops(files[first:first + BATCH])).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def run(nodes, constants, x, observe):
    """The float network; `observe` sees the input and each result that an int8 model stores."""
    values = {nodes[0].input[0]: x}
    observe("input", x)
    for i, node in enumerate(nodes):
        a, name = attributes(node), node.output[0]
        inputs = [values.get(n, constants.get(n)) for n in node.input]
        if node.op_type == "Conv":
            top, left, bottom, right = a.get("pads", [0] * 4)
            y = F.conv2d(F.pad(inputs[0], (left, right, top, bottom)), inputs[1], inputs[2],
                         stride=a.get("strides", [1, 1]), groups=a.get("group", 1))
        elif node.op_type == "Gemm":
            y = F.linear(inputs[0], inputs[1] if a.get("transB", 0) else inputs[1].t(), inputs[2])
        elif node.op_type == "Clip":
            y = torch.clamp(inputs[0], 0, 6)
        elif node.op_type == "Add":
            y = inputs[0] + inputs[1]
        elif node.op_type == "GlobalAveragePool":
            y = inputs[0].mean((2, 3), keepdim=True)
        elif node.op_type == "Flatten":
            y = inputs[0].flatten(1)
        else:
            raise SystemExit(f"operator {node.op_type} isn't known here")
        values[name] = y
        fused = i + 1 < len(nodes) and nodes[i + 1].op_type == "Clip"
        if node.op_type != "Flatten" and not fused:
            observe(name, y)


def main():
    graph = onnx.load(str(SHARED / "models" / "mobilenet_v2.onnx")).graph
    constants = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    nodes = [n for n in graph.node if n.op_type != "Constant"]
    observers = {}

    def observe(name, value):
        observers.setdefault(name, HistogramObserver(dtype=torch.quint8))(value)

    with torch.no_grad():
        for x in batches():
            run(nodes, constants, x, observe)

    found = {}
    for name, (quant_min, quant_max) in {"histogram": (0, 255), "histogram+reduce_range": (0, 127)}.items():
        rows = []
        for observer in observers.values():
            observer.quant_min, observer.quant_max = quant_min, quant_max
            scale, zero_point = observer.calculate_qparams()
            rows.append([float(scale), int(zero_point)])
        found[name] = rows
    text = ",\n".join('  "%s": [\n%s]' % (name, ",\n".join("    " + json.dumps(row) for row in rows))
                      for name, rows in found.items())
    (HERE / "network_histogram.json").write_text("{\n" + text + "\n}\n")


if __name__ == "__main__":
    main()
