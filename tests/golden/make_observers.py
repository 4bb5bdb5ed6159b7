#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the files of this folder with PyTorch 1.13, as Debian 12 packages it (python3-torch).

    /usr/bin/python3 tests/golden/make_observers.py

What they hold is said in README.md. Tensors are made here, from integers or from a fixed seed, and stored, so that
tests depend on no generator.
"""
import json
import pathlib
import warnings

import numpy as np
import torch
from torch.ao.quantization import observer as ob

warnings.filterwarnings("ignore")
FOLDER = pathlib.Path(__file__).parent
RNG = np.random.default_rng(20)


def f32(values):
    return np.asarray(values, dtype=np.float32)


def normal(count, mean=0.0, deviation=1.0):
    return f32(RNG.normal(mean, deviation, count))


# Name, reason, batches. A batch is one tensor.
TENSORS = [
    ("both_sides", "the usual case: values of both signs", [normal(1200, 0.3, 2.0)]),
    ("positive", "one-sided: zero is taken into the range", [f32(RNG.uniform(0.5, 5.1, 600))]),
    ("negative", "one-sided the other way: the zero point is at the top", [f32(RNG.uniform(-5.1, -0.5, 600))]),
    ("relu6", "half zeros and a spike at 6, as ReLU6 gives", [f32(np.clip(normal(1200, 1.0, 3.0), 0, 6))]),
    ("tiny", "a range far below eps: eps is the scale", [normal(300, 0.0, 1e-9)]),
    ("small", "inside (-1, 1): cutting the ends to whole numbers leaves nothing, so a batch's own range is used",
     [normal(600, 0.0, 0.1), normal(600, 0.02, 0.15)]),
    ("outlier", "one value a hundred times as large as the rest", [np.append(normal(1200), f32([250.0]))]),
    ("two_outliers", "one at each end, of different size", [np.append(normal(1200), f32([-40.0, 300.0]))]),
    ("constant", "a range without width, away from zero", [np.full(64, 0.7, np.float32)]),
    ("constant_negative", "the same below zero", [np.full(64, -3.5, np.float32)]),
    ("zeros", "nothing but zero: eps is the scale", [np.zeros(64, np.float32)]),
    ("constant_first", "a constant batch before others: histogram forgets it",
     [np.full(64, 2.5, np.float32), normal(600), normal(600)]),
    ("one_value", "a single number", [f32([-1.75])]),
    ("whole_numbers", "values on bin edges", [f32(RNG.integers(-8, 9, 800))]),
    ("growing", "each batch wider than all before: merged again and again",
     [normal(500, 0.0, 1.0 + i) for i in range(6)]),
    ("inside", "all later batches inside the first one's range", [normal(900, 0.0, 3.0)] +
     [f32(np.clip(normal(500), -2, 2)) for _ in range(4)]),
    ("shrinking", "later batches narrower but not always inside", [normal(500, 0.0, 4.0 / (i + 1)) for i in range(5)]),
    ("drifting", "the mean moves: a moving average lags behind", [normal(300, 0.5 * i, 1.0) for i in range(12)]),
    ("jump", "the second batch a thousand times as wide", [normal(400, 0.0, 0.5), normal(400, 0.0, 500.0)]),
    ("many", "forty small batches", [normal(60, 0.2, 1.5) for _ in range(40)]),
    ("one_sided_batches", "ReLU output in several batches: the minimum stays 0",
     [f32(np.maximum(normal(700, 0.0, 1.0 + 0.3 * i), 0)) for i in range(5)]),
    ("large", "values near 1e6", [normal(600, 0.0, 4e5), normal(600, 0.0, 5e5)]),
]

OPTIONS = [
    ("", {}),
    ("reduce_range", {"reduce_range": True}),
    ("quant_min=0+quant_max=127", {"quant_min": 0, "quant_max": 127}),
    ("quant_min=-127+quant_max=127", {"quant_min": -127, "quant_max": 127}),
    ("quant_min=-8+quant_max=7", {"quant_min": -8, "quant_max": 7}),
    ("eps=0.01", {"eps": 0.01}),
]
DTYPES = {"quint8": torch.quint8, "qint8": torch.qint8}


def combinations(per_channel, schemes=("affine", "symmetric"), options=OPTIONS):
    for dtype in DTYPES:
        for scheme in schemes:
            for text, option in options:
                if dtype == "quint8" and scheme == "symmetric" and "reduce_range" in option:
                    continue  # MinMaxObserver refuses it
                if "quant_min" in option:
                    low = 0 if dtype == "quint8" else -128
                    if option["quant_min"] < low or option["quant_max"] > low + 255:
                        continue
                name = "+dtype=qint8" if dtype == "qint8" else ""
                name += "+scheme=symmetric" if scheme == "symmetric" else ""
                name += "+" + text if text else ""
                qscheme = getattr(torch, f"per_{'channel' if per_channel else 'tensor'}_{scheme}")
                yield name, dict(option, dtype=DTYPES[dtype], qscheme=qscheme)


def number(value):
    return float(np.float32(value))


def per_tensor_cases():
    kinds = [("minmax", ob.MinMaxObserver, {}, OPTIONS),
             ("moving_average_minmax", ob.MovingAverageMinMaxObserver, {}, OPTIONS),
             ("moving_average_minmax+averaging_constant=0.5", ob.MovingAverageMinMaxObserver,
              {"averaging_constant": 0.5}, OPTIONS[:2]),
             ("histogram", ob.HistogramObserver, {}, OPTIONS),
             ("histogram+bins=300", ob.HistogramObserver, {"bins": 300}, OPTIONS[:2])]
    for name, kind, fixed, options in kinds:
        for suffix, option in combinations(False, options=options):
            results = []
            for _, _, batches in TENSORS:
                watcher = kind(**fixed, **option)
                for batch in batches:
                    watcher(torch.from_numpy(batch))
                scale, zero_point = watcher.calculate_qparams()
                results.append([number(scale), int(zero_point)])
            yield {"observer": name + suffix, "qparams": results}


def histograms():
    """The state behind `histogram`: merged counts and the range found, for a few tensors."""
    for name in ("growing", "jump", "one_sided_batches", "small"):
        batches = next(t[2] for t in TENSORS if t[0] == name)
        watcher = ob.HistogramObserver(bins=300)
        for batch in batches:
            watcher(torch.from_numpy(batch))
        low, high = watcher._non_linear_param_search()
        yield {"tensor": name, "bins": 300, "range": [number(watcher.min_val), number(watcher.max_val)],
               "counts": [number(c) for c in watcher.histogram], "chosen": [number(low), number(high)]}


CHANNELS = [  # reason, shape, axis, batches
    ("weights [oc, k], axis 0", (4, 30), 0, [normal((4, 30)) * f32([[1], [0.01], [30], [0]])]),
    ("convolution weights, axis 0", (3, 2, 3, 3), 0, [normal((3, 2, 3, 3)) * f32([1, 5, 0.2]).reshape(3, 1, 1, 1)]),
    ("the same along axis 1", (3, 2, 3, 3), 1, [normal((3, 2, 3, 3))]),
    ("activations [n, c, h, w], axis 1, several batches", (2, 3, 4, 4), 1,
     [normal((2, 3, 4, 4), 0.1 * i, 1.0 + 0.4 * i) for i in range(4)]),
    ("the last axis, one channel one-sided", (5, 3), 1, [np.abs(normal((5, 3))) * f32([1, -1, 2])]),
]  # a vector isn't among them: PyTorch's per-channel observers can't take one


def per_channel_cases():
    kinds = [("minmax", ob.PerChannelMinMaxObserver, {}),
             ("moving_average_minmax", ob.MovingAveragePerChannelMinMaxObserver, {})]
    for reason, shape, axis, batches in CHANNELS:
        observed = []
        for name, kind, fixed in kinds:
            for suffix, option in combinations(True, options=OPTIONS[:4]):
                watcher = kind(ch_axis=axis, **fixed, **option)
                for batch in batches:
                    watcher(torch.from_numpy(batch))
                scales, zero_points = watcher.calculate_qparams()
                scales = scales.reshape(-1)
                zero_points = zero_points.reshape(-1)
                observed.append({"observer": name + suffix, "scales": [number(s) for s in scales],
                                 "zero_points": [int(z) for z in zero_points]})
        yield {"reason": reason, "shape": list(shape), "axis": axis,
               "batches": [[number(v) for v in b.ravel()] for b in batches], "cases": observed}


def quantized(tensor):
    return {"integers": tensor.int_repr().flatten().tolist(), "values": [number(v) for v in tensor.dequantize().flatten()]}


def sides(scale):
    """Values next to half a step that x * (1 / scale) and x / scale round to different integers."""
    values = (f32(np.arange(-250, 250)) + np.float32(0.5)) * scale
    near = [values]
    for direction in (-np.inf, np.inf):
        moved = values
        for _ in range(3):
            moved = np.nextafter(moved, np.float32(direction))
            near.append(moved)
    values = np.concatenate(near)
    different = np.rint(values * (np.float32(1) / scale)) != np.rint(values / scale)
    return np.concatenate([values[different][:60], values[~different][:20]])


def quantize_cases():
    # Scales of powers of two make exact ties; the others show multiplication by the inverse.
    ties = f32(np.arange(-20, 21)) / 2
    wide = f32([0.0, -0.0, 1e-30, -1e-30, 1e9, -1e9, 127.4, 127.5, 127.6, -128.5, -129, 254.5, 255.5, 256])
    dense = f32(RNG.uniform(-3, 3, 200))
    edges = {s: sides(np.float32(s)) for s in (0.3, 0.1, 0.0117, 0.7)}
    for dtype in DTYPES:
        zero_points = (0, 128, 37, 255) if dtype == "quint8" else (0, -128, 127, -3)
        for scale, values, reason in [(1.0, ties, "ties at .5, halves to even"), (0.5, ties, "whole steps"),
                                      (0.3, ties, "the article's scale"), (1.0, wide, "clamping at both ends"),
                                      (1 / 3, dense, "dense values"), (0.0117, dense, "most values clamped")] + [
                                          (s, v, "halves of a step: multiplication by the inverse")
                                          for s, v in edges.items()]:
            for zero_point in zero_points:
                result = torch.quantize_per_tensor(torch.from_numpy(values), scale, zero_point, DTYPES[dtype])
                yield {"reason": reason, "dtype": dtype, "scale": number(scale), "zero_point": zero_point,
                       "input": [number(v) for v in values], **quantized(result)}


def quantize_channel_cases():
    for dtype in DTYPES:
        for shape, axis in [((3, 4), 0), ((3, 4), 1), ((2, 3, 2, 2), 0), ((2, 3, 2, 2), 1), ((2, 3, 2, 2), 2),
                            ((2, 3, 2, 2), 3), ((5,), 0)]:
            count = shape[axis]
            values = f32(np.round(RNG.uniform(-8, 8, shape) * 4) / 4)
            scales = f32([0.5, 0.3, 1.0, 0.1, 2.0][:count])
            offset = 0 if dtype == "quint8" else -128
            zero_points = [z + offset for z in (8, 128, 0, 255, 77)][:count]
            result = torch.quantize_per_channel(torch.from_numpy(values), torch.from_numpy(scales),
                                                torch.tensor(zero_points), axis, DTYPES[dtype])
            yield {"dtype": dtype, "shape": list(shape), "axis": axis, "scales": [number(s) for s in scales],
                   "zero_points": zero_points, "input": [number(v) for v in values.ravel()], **quantized(result)}


def not_finite():
    """What PyTorch makes of NaN and infinity. For reading: quantbench refuses such tensors."""
    notes = []
    for name, values in [("nan", [1.0, float("nan"), 2.0]), ("infinity", [1.0, float("inf")]),
                         ("minus infinity", [-float("inf"), 1.0])]:
        for kind in (ob.MinMaxObserver, ob.MovingAverageMinMaxObserver, ob.HistogramObserver):
            watcher = kind()
            try:
                watcher(torch.tensor(values))
                scale, zero_point = watcher.calculate_qparams()
                result = f"scale {float(scale)}, zero point {int(zero_point)}"
            except Exception as error:  # whatever it is, it is the result
                result = f"{type(error).__name__}: {str(error).splitlines()[0][:90]}"
            notes.append({"tensor": name, "observer": kind.__name__, "result": result})
    for value in (float("nan"), float("inf"), -float("inf")):
        result = torch.quantize_per_tensor(torch.tensor([value]), 0.5, 10, torch.quint8)
        notes.append({"tensor": str(value), "quantize_per_tensor(0.5, 10, quint8)": int(result.int_repr()[0])})
    return notes


def write(name, content):
    text = json.dumps({"made_by": f"make_observers.py, PyTorch {torch.__version__}", **content}, separators=(",", ":"))
    # A line a case keeps differences readable.
    text = text.replace('},{"', '},\n{"').replace(':[{"', ':[\n{"')
    (FOLDER / name).write_text(text + "\n")


def main():
    tensors = np.concatenate([np.concatenate(batches) for _, _, batches in TENSORS])
    np.save(FOLDER / "observed.npy", tensors.astype("<f4"))
    write("observers.json", {
        "tensors": [{"name": n, "reason": r, "batches": [len(b) for b in bs]} for n, r, bs in TENSORS],
        "cases": list(per_tensor_cases()), "histograms": list(histograms()), "not_finite": not_finite()})
    write("per_channel_observers.json", {"tensors": list(per_channel_cases())})
    write("quantize.json", {"per_tensor": list(quantize_cases()), "per_channel": list(quantize_channel_cases())})


if __name__ == "__main__":
    main()
