#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what PyTorch answers for the default model, image by image, for the C++ tests.

Next to this script:
  images.txt       the first images of each class, relative to val/: also a `list:` for a scenario
  logits.npy       PyTorch's logits of these images in this order, float32 [images, classes]
  predictions.csv  path,label,top1 of the whole validation set, in quantbench's order
"""

import argparse
import pathlib
import sys

import numpy
import torch
import torchvision

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import train  # pylint: disable=wrong-import-position


def load_model(path):
    state = torch.load(path)
    classes = len(state["classifier.1.bias"])
    # The first layer has 32 * width channels, rounded to a multiple of 8.
    width = len(state["features.0.1.bias"]) / 32
    model = torchvision.models.mobilenet_v2(width_mult=width, num_classes=classes)
    model.load_state_dict(state)
    return model.eval()


@torch.no_grad()
def compute_logits(model, images, args):
    """One image at a time: the answer does not depend on what else is in a batch."""
    rows = []
    for path, _ in images:
        crop = train.evaluation_crop(train.load_image(path), args.resize, args.crop)
        rows.append(model(train.normalize(crop[None]).contiguous())[0].numpy())
    return numpy.stack(rows)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True,
                        help="the default dataset, made with its default options")
    parser.add_argument("--model", type=pathlib.Path, default=HERE.parent / "mobilenet_v2.pth")
    parser.add_argument("--resize", type=int, default=110)
    parser.add_argument("--crop", type=int, default=96)
    parser.add_argument("--per-class", type=int, default=2,
                        help="images of each class in logits.npy")
    args = parser.parse_args()
    torch.set_num_threads(1)

    images = sorted(train.list_images(args.data, "val"), key=lambda image: image[0].as_posix())
    logits = compute_logits(load_model(args.model), images, args)
    names = [path.relative_to(args.data / "val").as_posix() for path, _ in images]
    predicted = logits.argmax(axis=1)
    labels = numpy.array([label for _, label in images])

    lines = ["path,label,top1"]
    lines += [f"{name},{label},{top1}" for name, label, top1 in zip(names, labels, predicted)]
    (HERE / "predictions.csv").write_text("\n".join(lines) + "\n")

    rows, seen = [], {}
    for row, label in enumerate(labels):
        seen[label] = seen.get(label, 0) + 1
        if seen[label] <= args.per_class:
            rows.append(row)
    (HERE / "images.txt").write_text("".join(f"{names[row]}\n" for row in rows))
    numpy.save(HERE / "logits.npy", logits[rows].astype(numpy.float32))

    top5 = (-logits).argsort(axis=1, kind="stable")[:, :5]
    print(f"top-1 {int((predicted == labels).sum())}/{len(labels)}, "
          f"top-5 {int((top5 == labels[:, None]).sum())}/{len(labels)}")


if __name__ == "__main__":
    main()
