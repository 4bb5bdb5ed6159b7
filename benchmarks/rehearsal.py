#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a run over as many images as ImageNet has takes: processor time, memory and disk of each stage, whether they grow
as images do, and the same in parts that are merged.

    benchmarks/rehearsal.py IMAGES WORK [--counts 5000 50000] [--shards 8] [--program FILE] [--scenario FILE] [--only GLOB]

IMAGES is what the program rehearsal_images (target `benchmarks`) has made; WORK, for caches and results, is emptied but
for the table. Seconds are those of processors, user and system, of a process and its children: what else runs on the
machine shows least there. Memory is what no file backs (RssAnon) of all of a run's processes at their worst moment; that
of crops, which are a mapped file, can be taken back by the kernel. Latency isn't measured.
"""

import argparse
import filecmp
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def read(path):
    try:
        return path.read_text()
    except OSError:  # it has just ended
        return ""


def descendants(root):
    """Processes of a tree, the root first."""
    found = [root]
    for pid in found:
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in read(task).split()]
    return found


def cpu_seconds(root):
    """Of a tree: what its living processes and those that they have waited for took."""
    ticks = 0
    for pid in descendants(root):
        fields = read(pathlib.Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
        ticks += sum(int(value) for value in fields[11:15])
    return ticks / TICKS


def private_mb(root):
    """Memory of a tree that no file backs."""
    kilobytes = 0
    for pid in descendants(root):
        for line in read(pathlib.Path(f"/proc/{pid}/status")).splitlines():
            if line.startswith("RssAnon:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1000


def disk_mb(folder):
    return sum(f.stat().st_blocks * 512 for f in folder.rglob("*") if f.is_file()) / 1e6


class Measured:
    """A command that must succeed, watched: its stages are told by the lines that it writes."""

    def __init__(self, command):
        self.stages = []  # (name, processor seconds, wall seconds, largest private MB)
        self.peak = 0
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        ended = threading.Event()
        watch = threading.Thread(target=self._watch, args=(process.pid, ended))
        watch.start()
        lines, cpu, wall = [], 0, begin
        for line in process.stderr:
            lines.append(line)
            now_cpu, now = cpu_seconds(process.pid), time.monotonic()
            self._add(line.split(":")[0], now_cpu - cpu, now - wall)
            cpu, wall, self.peak = now_cpu, now, 0
        _, status, usage = os.wait4(process.pid, 0)
        ended.set()
        watch.join()
        if status != 0:
            sys.exit(f"rehearsal.py: {' '.join(command)}: {''.join(lines[-5:])}")
        self.cpu, self.wall = usage.ru_utime + usage.ru_stime, time.monotonic() - begin
        self.memory = max([self.peak, *(stage[3] for stage in self.stages)])

    def _add(self, name, cpu, wall):
        """Of one stage come several lines where it takes long."""
        if self.stages and self.stages[-1][0] == name:
            _, cpu_before, wall_before, peak = self.stages.pop()
            cpu, wall, self.peak = cpu + cpu_before, wall + wall_before, max(self.peak, peak)
        self.stages.append((name, cpu, wall, self.peak))

    def _watch(self, pid, ended):
        while not ended.wait(0.1):
            self.peak = max(self.peak, private_mb(pid))


class Rehearsal:
    def __init__(self, args):
        self.args = args
        self.work = args.work

    def command(self, count, name, *more):
        return [self.args.program, "run", self.args.scenario, "--only", self.args.only, "--jobs", "1", "--cache",
                str(self.work / "cache"), "--out", str(self.work / name), "--set", f"dataset.root={self.args.images}",
                "--set", f"dataset.evaluation.images={count}", "--set", "latency=off", "--set", "expect=off", *more]

    def measure(self, count, name, *more):
        """One run with an empty cache: Measured, MB of the cache, MB of the results."""
        shutil.rmtree(self.work / "cache", ignore_errors=True)
        shutil.rmtree(self.work / name, ignore_errors=True)
        run = Measured(self.command(count, name, *more))
        return run, disk_mb(self.work / "cache"), disk_mb(self.work / name)

    def whole(self):
        for count in self.args.counts:
            run, cache, results = self.measure(count, f"whole-{count}")
            print(f"{count} images{'':24} {'cpu s':>8} {'wall s':>8} {'us an image':>12} {'MB':>8}")
            for name, cpu, wall, memory in run.stages:
                if cpu >= 0.05:
                    print(f"  {name:36} {cpu:8.1f} {wall:8.1f} {1e6 * cpu / count:12.0f} {memory:8.0f}")
            print(f"  {'all':36} {run.cpu:8.1f} {run.wall:8.1f} {1e6 * run.cpu / count:12.0f} {run.memory:8.0f}")
            print(f"  disk: cache {cache:.0f} MB, results {results:.1f} MB", flush=True)

    def parts(self):
        count, shards = self.args.counts[-1], self.args.shards
        print(f"{count} images in {shards} parts{'':15} {'cpu s':>8} {'wall s':>8} {'cache MB':>12} {'MB':>8}")
        cpu = 0
        for number in range(1, shards + 1):
            run, cache, _ = self.measure(count, f"part-{number}", "--shard", f"{number}/{shards}")
            cpu += run.cpu
            print(f"  part {number:<31} {run.cpu:8.1f} {run.wall:8.1f} {cache:12.0f} {run.memory:8.0f}", flush=True)
        merged = Measured([self.args.program, "merge", str(self.work / "merged"), "--from",
                           *(str(self.work / f"part-{number}") for number in range(1, shards + 1))])
        print(f"  {'merge':36} {merged.cpu:8.1f} {merged.wall:8.1f} {'':12} {merged.memory:8.0f}")
        print(f"  {'all':36} {cpu + merged.cpu:8.1f}")
        whole, parts = self.work / f"whole-{count}", self.work / "merged"
        files = ["results.csv", *(str(f.relative_to(whole)) for f in whole.glob("predictions/*"))]
        _, other, missing = filecmp.cmpfiles(whole, parts, files, shallow=False)
        print("the same bytes as one run" if not other and not missing else f"DIFFERENT: {other + missing}")
        return not other and not missing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--counts", type=int, nargs="+", default=[5000, 50000])
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--program", default=str(HERE / "build/release/bin/quantbench"))
    parser.add_argument("--scenario", default=str(HERE / "scenarios/imagenet_mini.yaml"))
    parser.add_argument("--only", default="x86_vnni/int8*per_channel*")
    args = parser.parse_args()
    args.images = args.images.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    rehearsal = Rehearsal(args)
    rehearsal.whole()
    good = rehearsal.parts()
    shutil.rmtree(args.work)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
