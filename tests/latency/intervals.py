#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the speed-up that a quiet machine has lies in the interval that a run on a busy one prints.

    tests/latency/intervals.py measure FOLDER [--quiet N] [--busy N]    from the top of the tree, after ./dev build
    tests/latency/intervals.py judge FOLDER

`measure` runs scenarios/default.yaml on x86_vnni alone, with short repetitions: first with nothing beside it, then with a
loop of the shell that keeps one processor busy. Some 16 s a run; what the folder has already isn't measured again, so it
can be done in parts. `judge` takes the quieter half of all repetitions of the quiet runs for the truth, since machines are
never quite quiet, and counts the busy runs whose interval has it, and each quiet run against the others. Wanted: 9 of 10,
and quiet intervals that are narrow enough to be of use.
"""
import argparse
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("QUANTBENCH_BUILD", ROOT / "build/release"))
SETTINGS = ["matrix.backend=x86_vnni", "evaluation=off", "expect=off",
            "latency={warmup_seconds: 0.05, min_seconds: 0.1, repetitions: 8}"]


def run(folder):
    if (folder / "results.csv").exists():
        return
    part = folder.with_suffix(".part")
    command = [BUILD / "bin/quantbench", "run", ROOT / "scenarios/default.yaml", "--quiet", "--restart", "--out", part]
    for setting in SETTINGS:
        command += ["--set", setting]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    part.rename(folder)


def measure(folder, quiet, busy):
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(quiet):
        run(folder / f"quiet-{i + 1:02}")
    processor = str(min(os.sched_getaffinity(0)))
    for i in range(busy):
        loop = subprocess.Popen(["taskset", "-c", processor, "sh", "-c", "while :; do :; done"])
        try:
            run(folder / f"busy-{i + 1:02}")
        finally:
            loop.kill()
            loop.wait()


def medians(folder):
    """By case: the medians of all repetitions."""
    rows = json.loads((folder / "results.json").read_text())["rows"]
    return {row["case_id"]: [one["median_ms"] for one in row["repetitions"]] for row in rows}


def fp32_of(case):
    backend, _, *_, batch, threads = case.split("/")
    return f"{backend}/fp32/{batch}/{threads}"


def truth_of(folders):
    """By case: the speed-up by the quieter half of the repetitions of some runs together."""
    together = {}
    for folder in folders:
        for case, values in medians(folder).items():
            together.setdefault(case, []).extend(values)
    quiet = {case: statistics.median(sorted(values)[:(len(values) + 1) // 2]) for case, values in together.items()}
    return {case: quiet[fp32_of(case)] / value for case, value in quiet.items() if case != fp32_of(case)}


def intervals(folder):
    """By case: the speed-up that the run printed, and the ends of its interval."""
    with open(folder / "results.csv", newline="") as file:
        return {row["case_id"]: [float(row[name]) for name in ("speedup_vs_fp32", "speedup_low", "speedup_high")]
                for row in csv.DictReader(file) if row["speedup_low"]}


def judge(folder):
    quiet, busy = sorted(folder.glob("quiet-??")), sorted(folder.glob("busy-??"))
    if len(quiet) < 2:
        sys.exit(f"{folder}: at least two quiet runs are needed")
    truth = truth_of(quiet)
    for case, value in truth.items():
        print(f"{case}: {value:.3f} times as fast as fp32 by the quiet runs")
        for name, runs in (("quiet", quiet), ("busy", busy)):
            if not runs:
                continue
            inside, widths, off = 0, [], []
            for one in runs:
                known = intervals(one)
                if case not in known:
                    sys.exit(f"{one}: {case} has no interval; look at its row's status")
                speedup, low, high = known[case]
                # A run tells nothing of itself.
                wanted = truth_of([other for other in quiet if other != one])[case] if name == "quiet" else value
                inside += low <= wanted <= high
                widths.append(max(high - speedup, speedup - low) / speedup)
                off.append(abs(speedup / wanted - 1))
            print(f"  {name}: inside in {inside} of {len(runs)}; ±{100 * statistics.median(widths):.1f}% "
                  f"(at most {100 * max(widths):.1f}%); off by {100 * statistics.median(off):.1f}% "
                  f"(at most {100 * max(off):.1f}%)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["measure", "judge"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--quiet", type=int, default=4)
    parser.add_argument("--busy", type=int, default=10)
    arguments = parser.parse_args()
    if arguments.what == "measure":
        measure(arguments.folder, arguments.quiet, arguments.busy)
    else:
        judge(arguments.folder)


main()
