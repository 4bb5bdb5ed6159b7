#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the default model, or another of networks.py, on the default dataset, on the CPU.

Ordinary training: SGD with momentum, cosine schedule, label smoothing, random crops and flips. The
model of the last epoch is kept; nothing is chosen by looking at the validation set. The
evaluation is the one of quantbench: resize the shorter edge, crop the centre, normalise.
"""

import argparse
import math
import pathlib
import random
import time

import numpy
import torch
import torchvision
from PIL import Image
from torch.nn import functional

import networks

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def list_images(root, split):
    """(path, label) of each image, in the order of synsets.txt and of the file names' numbers."""
    images = []
    for label, wnid in enumerate((root / "synsets.txt").read_text().split()):
        paths = (root / split / wnid).glob("*.JPEG")
        paths = sorted(paths, key=lambda path: int(path.stem.split("_")[1]))
        images += [(path, label) for path in paths]
    if not images:
        raise SystemExit(f"{root / split}: no images")
    return images


def load_image(path):
    with Image.open(path) as image:
        return image.convert("RGB")


def normalize(batch):
    """uint8 [n, h, w, c] to float [n, c, h, w] (channels last in memory)."""
    mean = torch.tensor(MEAN).view(1, 3, 1, 1)
    std = torch.tensor(STD).view(1, 3, 1, 1)
    return (torch.from_numpy(batch).permute(0, 3, 1, 2).to(torch.float32) / 255 - mean) / std


def evaluation_crop(image, resize, crop):
    """uint8 [crop, crop, 3], as torchvision's Resize(resize) and CenterCrop(crop) give it."""
    image = torchvision.transforms.functional.resize(image, resize)
    return numpy.array(torchvision.transforms.functional.center_crop(image, crop))


def training_crop(image, crop, rng):
    """A random part (50 to 100% of the area, aspect 3:4 to 4:3), perhaps mirrored."""
    for _ in range(10):
        area = rng.uniform(0.5, 1.0) * image.width * image.height
        aspect = math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3)))
        width, height = math.sqrt(area * aspect), math.sqrt(area / aspect)
        if width <= image.width and height <= image.height:
            break
    else:
        width = height = min(image.size)
    left = rng.uniform(0, image.width - width)
    top = rng.uniform(0, image.height - height)
    box = (left, top, left + width, top + height)
    image = image.resize((crop, crop), Image.BILINEAR, box=box)
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    return numpy.asarray(image)


@torch.no_grad()
def evaluate(model, crops, labels):
    """(top-1 correct, top-5 correct)."""
    model.eval()
    top1 = top5 = 0
    for start in range(0, len(crops), 100):
        logits = model(normalize(crops[start:start + 100]))
        # topk() orders equal scores by chance; here the lower class comes first, as in quantbench.
        ranked = logits.sort(dim=1, descending=True, stable=True).indices[:, :5]
        hits = ranked == torch.tensor(labels[start:start + 100]).view(-1, 1)
        top1 += int(hits[:, 0].sum())
        top5 += int(hits.sum())
    return top1, top5


def train_epoch(model, optimizer, images, labels, epoch, args):
    """The mean loss. All randomness comes from (seed, epoch), so that --resume changes nothing."""
    model.train()
    rng = random.Random(f"{args.seed} {epoch}")
    torch.manual_seed(args.seed * 1000 + epoch)
    order = list(range(len(images)))
    rng.shuffle(order)
    steps = len(order) // args.batch_size
    total_loss = 0.0
    for step in range(steps):
        picked = order[step * args.batch_size:(step + 1) * args.batch_size]
        crops = numpy.stack([training_crop(images[i], args.crop, rng) for i in picked])
        target = torch.tensor([labels[i] for i in picked])
        done = epoch + step / steps
        rate = args.lr * min(1.0, (done + 0.02) / args.warmup_epochs)
        rate *= 0.5 * (1 + math.cos(math.pi * done / args.epochs))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = functional.cross_entropy(model(normalize(crops)), target, label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total_loss += float(loss)
    return total_loss / steps


def save(model, path, crop):
    """An ONNX file, or the plain state dict, in row-major order whatever the layout in training."""
    if path.suffix == ".onnx":
        model = model.eval().to(memory_format=torch.contiguous_format)
        torch.onnx.export(model, torch.zeros(1, 3, crop, crop), str(path), opset_version=14,
                          input_names=["image"], output_names=["scores"],
                          dynamic_axes={"image": {0: "batch"}})
        return
    state = model.state_dict()
    for name, tensor in state.items():
        state[name] = tensor.clone(memory_format=torch.contiguous_format)
    torch.save(state, path)


def parse_arguments():
    here = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True,
                        help="dataset made by make_default_dataset, with a large train split")
    parser.add_argument("--network", choices=networks.NETWORKS, default="mobilenet_v2")
    parser.add_argument("--out", type=pathlib.Path, default=here / "mobilenet_v2.pth",
                        help="a state dict, or the whole network where its name ends in .onnx")
    parser.add_argument("--log", type=pathlib.Path, default=here / "train_log.txt")
    parser.add_argument("--checkpoint", type=pathlib.Path,
                        help="written after each epoch; training goes on from it if it is there")
    parser.add_argument("--width", type=float, default=0.5, help="multiplies numbers of channels")
    parser.add_argument("--resize", type=int, default=110, help="shorter edge at evaluation")
    parser.add_argument("--crop", type=int, default=96)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--warmup-epochs", type=float, default=1.0)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--lr", type=float, default=0.06)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def describe(args, train, val):
    """The settings, without paths of this machine."""
    settings = {name: value for name, value in vars(args).items()
                if not isinstance(value, pathlib.Path) and name != "checkpoint"}
    lines = [f"torch {torch.__version__}, torchvision {torchvision.__version__}",
             " ".join(f"{name}={value}" for name, value in settings.items()),
             f"mean={MEAN} std={STD}", f"train images {len(train)}, val images {len(val)}"]
    return "\n".join(lines)


def main():
    args = parse_arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    train, val = list_images(args.data, "train"), list_images(args.data, "val")
    classes = len((args.data / "synsets.txt").read_text().split())
    train_images = [load_image(path) for path, _ in train]
    train_labels, val_labels = [label for _, label in train], [label for _, label in val]
    val_crops = numpy.stack(
        [evaluation_crop(load_image(path), args.resize, args.crop) for path, _ in val])

    model = networks.build(args.network, classes, args.width)
    model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum,
                                nesterov=True, weight_decay=args.weight_decay)
    log, first_epoch = describe(args, train, val) + "\n", 0
    if args.checkpoint and args.checkpoint.exists():
        state = torch.load(args.checkpoint)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        log, first_epoch = state["log"], state["epochs_done"]
    print(log, end="", flush=True)

    for epoch in range(first_epoch, args.epochs):
        start = time.monotonic()
        loss = train_epoch(model, optimizer, train_images, train_labels, epoch, args)
        top1, top5 = evaluate(model, val_crops, val_labels)
        line = (f"epoch {epoch + 1:2d}/{args.epochs}: loss {loss:.4f}, "
                f"val top-1 {top1}/{len(val)} = {100 * top1 / len(val):.2f}%, "
                f"top-5 {top5}/{len(val)} = {100 * top5 / len(val):.2f}%\n")
        log += line
        print(f"[{time.monotonic() - start:.0f} s] {line}", end="", flush=True)
        if args.checkpoint:
            torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                        "epochs_done": epoch + 1, "log": log}, args.checkpoint)

    save(model, args.out, args.crop)
    args.log.write_text(log)


if __name__ == "__main__":
    main()
