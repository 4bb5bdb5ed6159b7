#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Crops of an ImageNet folder, made by torchvision on PIL: a second opinion on preprocessing.

    /usr/bin/python3 tests/golden/make_crops.py ../shared/imagenet-mini/val build/val

Needs python3-torchvision and python3-pil. Writes crops_uint8_nhwc.npy [images, 224, 224, 3] and images.txt.
"""
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from torchvision import transforms


def crops(files):
    """[files, 224, 224, 3], uint8."""
    crop = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224)])
    return np.stack([np.asarray(crop(Image.open(f).convert("RGB"))) for f in files])


def main(root, out):
    files = sorted(root.glob("*/*"))
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "crops_uint8_nhwc.npy", crops(files))
    (out / "images.txt").write_text("".join(f"{f.relative_to(root)}\n" for f in files))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
