#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everything that happens to a program in the wild, at random, for a while: tests/torture/README.md.

    tests/torture/torture.py [--build FOLDER] [--minutes N] [--seed N] [EXPERIMENT ...]
"""
import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import time

import files
import surroundings
from lab import Finding, Lab

EXPERIMENTS = {experiment.__name__: experiment for experiment in files.EXPERIMENTS + surroundings.EXPERIMENTS}


class Tally:
    """An experiment at work, and what came of it."""

    def __init__(self, name, lab, seed):
        self.name, self.tried, self.findings, self.over = name, 0, [], False
        self.tries = EXPERIMENTS[name](lab, random.Random(f'{seed} {name}'))

    def step(self):
        try:
            finding = next(self.tries)
        except (Finding, OSError) as error:  # before or between tries: the experiment can't go on
            finding, self.over = error, True
        except StopIteration:
            self.over = True
            return
        self.tried += 1
        if finding:
            self.findings.append(str(finding))
            print(f'{self.name}: {finding}', file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description='Damages, kills, fills and floods, and looks at what quantbench makes of it.',
                                     epilog='experiments: ' + ', '.join(EXPERIMENTS))
    parser.add_argument('--build', default='build/release', help='where bin/quantbench is (build/release)')
    parser.add_argument('--minutes', type=float, default=30, help='how long, all experiments together (30)')
    parser.add_argument('--seed', type=int, default=None, help='the same again (by the clock)')
    parser.add_argument('experiments', nargs='*', metavar='EXPERIMENT', help='only these')
    options = parser.parse_args()
    unknown = [name for name in options.experiments if name not in EXPERIMENTS]
    if unknown:
        parser.error(f'no such experiment: {", ".join(unknown)}')
    build = pathlib.Path(options.build)
    images = build / 'tests/default_dataset'
    if not (build / 'bin/quantbench').exists() or not images.exists():
        print(f'skipped torture: {build} has no quantbench or no test images')
        return 77
    seed = options.seed if options.seed is not None else int(time.time())
    print(f'seed {seed}, {options.minutes:g} minutes', file=sys.stderr, flush=True)

    scratch = tempfile.mkdtemp(prefix='torture-')
    lab = Lab(build, scratch, images)
    tallies = [Tally(name, lab, seed) for name in options.experiments or EXPERIMENTS]
    # The same time for each: whoever had least of it is next.
    used = dict.fromkeys((tally.name for tally in tallies), 0.0)
    end = time.monotonic() + 60 * options.minutes
    while time.monotonic() < end:
        going = [tally for tally in tallies if not tally.over]
        if not going:
            break
        tally = min(going, key=lambda one: used[one.name])
        began = time.monotonic()
        tally.step()
        used[tally.name] += time.monotonic() - began

    print(f'{"experiment":12s} {"tried":>7s} {"survived":>9s} {"findings":>9s}')
    for tally in tallies:
        print(f'{tally.name:12s} {tally.tried:7d} {tally.tried - len(tally.findings):9d} {len(tally.findings):9d}')
    findings = sum(len(tally.findings) for tally in tallies)
    if findings:
        print(f'what made them is kept in {scratch}')
        return 1
    shutil.rmtree(scratch, ignore_errors=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
