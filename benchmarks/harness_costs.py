#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What quantbench's processes cost beside the least that they could: starting, a worker, a run with all cached; and
Pillow's crops beside libjpeg-turbo alone, as harness_costs.cpp has quantbench's.

    benchmarks/harness_costs.py [--program FILE] [--scenario FILE] [--rounds N] [--images FOLDER]

Seconds are those of processors, user and system, of a process and its children: what else runs on the machine shows
least there. Each figure is the least of some rounds. The scenario must have been run once (all is cached then); nothing
is written but a temporary results folder. --images needs python3-pil, and takes the JPEG files in the folder.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent.parent


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def least(rounds, command):
    """Least processor and wall seconds of a command that must succeed."""
    best = [1e9, 1e9]
    for _ in range(rounds):
        cpu, wall = children_seconds(), time.monotonic()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            sys.exit(f"harness_costs.py: {' '.join(command)}: {done.stderr.decode()}")
        best = [min(best[0], children_seconds() - cpu), min(best[1], time.monotonic() - wall)]
    return best


def processes(args):
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", folder + "/out", "--quiet"]
        run = [args.program, "run", args.scenario, *out, "--set", "matrix.backend=" + args.backend]
        repetitions = 20
        nothing = "latency={warmup_seconds: 0, min_seconds: 0.001, repetitions: %d}"
        cached = least(args.rounds, [*run, "--set", "latency=off"])
        one = least(args.rounds, [*run, "--restart", "--set", nothing % 1])
        many = least(args.rounds, [*run, "--restart", "--set", nothing % (1 + repetitions)])
        rows = len(json.loads(pathlib.Path(folder, "out", "results.json").read_text())["rows"])
    print(f"{'':44} {'cpu ms':>9} {'wall ms':>9}")
    for name, (cpu, wall) in [
        ("/bin/true, the least a process costs", least(args.rounds, ["/bin/true"])),
        ("quantbench --version", least(args.rounds, [args.program, "--version"])),
        (f"a run of {rows} cases, all cached, no latency", cached),
        ("a worker: plugin loaded, model mapped, one run",
         [(m - o) / (repetitions * rows) for m, o in zip(many, one)]),
    ]:
        print(f"{name:44} {1e3 * cpu:9.1f} {1e3 * wall:9.1f}")


def crops_by_pillow(folder, resize, crop, rounds):
    """torchvision's Resize and CenterCrop on PIL, without its tensors; and decoding alone."""
    from PIL import Image, __version__
    files = sorted(pathlib.Path(folder).rglob("*.JPEG"))[:200]

    def decoded(file):
        with Image.open(file) as image:
            return image.convert("RGB")

    def cropped(file):
        image = decoded(file)
        width, height = image.size
        short = min(width, height)
        size = (resize if width == short else int(resize * width / height),
                resize if height == short else int(resize * height / width))
        image = image.resize(size, Image.Resampling.BILINEAR)
        left, top = round((size[0] - crop) / 2), round((size[1] - crop) / 2)
        return image.crop((left, top, left + crop, top + crop)).tobytes()

    for name, work in (("decoding", decoded), ("decoding, resizing, cropping", cropped)):
        best = 1e9
        for _ in range(rounds):
            start = time.process_time()
            for file in files:
                work(file)
            best = min(best, time.process_time() - start)
        print(f"Pillow {__version__}, {name}: {1e6 * best / len(files):.1f} us an image, {len(files)} images")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--program", default=str(HERE / "build/release/bin/quantbench"))
    parser.add_argument("--scenario", default=str(HERE / "scenarios/default.yaml"))
    parser.add_argument("--backend", default="x86_vnni")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--images", help="a folder of photographs for Pillow")
    args = parser.parse_args()
    if args.images:
        crops_by_pillow(args.images, 256, 224, args.rounds)
    else:
        processes(args)


if __name__ == "__main__":
    main()
