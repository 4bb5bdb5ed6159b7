#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the machine code of the ARM kernels says about their speed, without an ARM processor: an analysis, no measurement.

Finds the innermost loops in the objects of plugins/arm_neon and, of each kernel and path, prints that of the largest
tile: products (multiply-accumulates) and instructions a pass, loads and stores, instructions per 16 products, and two
bounds on the cycles a pass takes, everything in the first-level cache:
  ports  the busiest resource of a Neoverse N1: four instructions decoded a cycle, two vector pipes of which one
         multiplies to wider lanes and converts, the other shifts and adds pairs up, two loads a cycle; a store of a
         whole vector takes what two loads take (figures: Arm's software optimisation guide of that core, which LLVM's
         AArch64SchedNeoverseN1.td repeats). i8mm, which an N1 doesn't have, at two a cycle
  mca    llvm-mca's throughput for the CPU given (LLVM 14 models both neoverse-n1 and cortex-a76 as a Cortex-A57: three
         instructions a cycle; where it can't know an instruction the column is empty)

  benchmarks/arm_static_analysis.py [--build DIR] [--cpu NAME ...] [--all]    after `./dev arm64 build`
"""
import argparse
import pathlib
import re
import subprocess
import sys
from collections import Counter, namedtuple

# Products a 128-bit instruction; a kernel's inner loop is known by them.
PRODUCTS = {'usmmla': 32, 'smmla': 32, 'ummla': 32, 'usdot': 16, 'sudot': 16, 'sdot': 16, 'udot': 16}
WIDENING = ('smlal', 'smlsl', 'smull', 'umlal', 'umlsl', 'umull')  # by the lanes of their source: 8 of .8b, 4 of .4h
# Of the two vector pipes these take one alone, some for two cycles: first V0, then V1.
ONLY_V0 = {**{name: 1 for name in WIDENING}, 'mul': 2, 'mla': 2, 'fcvtns': 2, 'scvtf': 2, 'ucvtf': 2, 'fcvtzs': 2}
ONLY_V1 = re.compile(r'^([su]adalp|[su]?shll?|[su]shr|[su]xtl|shrn|sqxtu?n|uqxtn|[su]r?sra|[su]li|umov|smov)2?$')
BRANCH = re.compile(r'^(b\.\w+|cbn?z|tbn?z|b)$')

Instruction = namedtuple('Instruction', 'address name operands target')
Loop = namedtuple('Loop', 'function start body')


def disassemble(path, objdump):
    """{function: [Instruction]} of an object file."""
    text = subprocess.run([objdump, '-d', '-C', '--no-show-raw-insn', str(path)], check=True, text=True,
                          capture_output=True).stdout
    functions, current = {}, None
    for line in text.splitlines():
        if header := re.match(r'^[0-9a-f]+ <(.*)>:$', line):
            current = functions.setdefault(header[1], [])
        elif (found := re.match(r'^\s+([0-9a-f]+):\s+(\S+)\s*(.*)$', line)) and current is not None:
            operands = found[3].split('//')[0].split('<')[0].strip()
            target = operands.split(',')[-1].strip() if BRANCH.match(found[2]) else ''
            current.append(Instruction(int(found[1], 16), found[2], operands,
                                       int(target, 16) if re.fullmatch('[0-9a-f]+', target) else None))
    return functions


def innermost_loops(function, instructions):
    """Bodies from the target of a backward branch to the branch, with no other such branch in between."""
    back = [(i.target, i.address) for i in instructions
            if i.target is not None and instructions[0].address <= i.target <= i.address]
    for start, end in sorted(set(back)):
        if any(start <= s and e <= end and (s, e) != (start, end) for s, e in back):
            continue
        yield Loop(function, start, [i for i in instructions if start <= i.address <= end])


def products(instruction):
    """Multiply-accumulates of one instruction: vector lanes times the pairs that each adds up."""
    name, operands = instruction.name, instruction.operands
    if not operands.startswith('v'):
        return 0
    if name in PRODUCTS:
        return PRODUCTS[name]
    if name.rstrip('2') in WIDENING:
        lanes = re.search(r',\s*v\d+\.(\d+)([bh])', operands)
        return 8 if lanes and lanes[2] == 'b' else 4
    if name == 'fmla':
        return 4
    return 0


def port_cycles(body):
    """The busiest resource of a Neoverse N1, in cycles a pass."""
    vector = [i for i in body if re.match(r'v\d', i.operands)]
    v0 = sum(ONLY_V0.get(i.name.rstrip('2'), 0) for i in vector)
    v1 = sum(bool(ONLY_V1.match(i.name)) for i in vector)
    others = len(vector) - sum(i.name.rstrip('2') in ONLY_V0 for i in vector) - v1
    pipes = max(v0, v1, (v0 + v1 + others) / 2)
    return max(len(body) / 4, pipes, sum(memory_slots(i) for i in body) / 2)


def memory_slots(instruction):
    """Of the two there are a cycle; pairs take two, stores of q registers two each."""
    name, pair = instruction.name, instruction.name[2:3] == 'p'
    if name.startswith('ld'):
        return 2 if pair else 1
    if name.startswith('st'):
        return (2 if instruction.operands.startswith('q') else 1) * (2 if pair else 1)
    return 0


def mca_cycles(body, mca, cpu):
    """llvm-mca's cycles a pass, None where it doesn't know an instruction."""
    lines = [f'{i.name} {i.operands}' for i in body if i.target is None]
    result = subprocess.run([mca, '-mtriple=aarch64', f'-mcpu={cpu}', '-mattr=+dotprod,+i8mm', '-iterations=200'],
                            input='\n'.join(lines) + '\n', text=True, capture_output=True)
    cycles = re.search(r'Total Cycles:\s+(\d+)', result.stdout)
    return int(cycles[1]) / 200 if cycles and result.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default='build/arm64', type=pathlib.Path)
    parser.add_argument('--cpu', nargs='+', default=['neoverse-n1', 'cortex-a76'])
    parser.add_argument('--all', action='store_true', help='every loop with products')
    parser.add_argument('--objdump', default='aarch64-linux-gnu-objdump')
    parser.add_argument('--mca', default='llvm-mca')
    options = parser.parse_args()
    objects = sorted(options.build.glob('plugins/arm_neon/CMakeFiles/quantbench_arm_kernels.dir/*.o'))
    if not objects:
        sys.exit(f'no objects of plugins/arm_neon in {options.build}; build them: ./dev arm64 build')
    print('| path | function | main instructions | products | instructions | loads, stores | per 16 products | ports |',
          ' | '.join(options.cpu), '|')
    print('|---|---|---|---|---|---|---|---|' + '---|' * len(options.cpu))
    for path in objects:
        loops = [loop for function, instructions in disassemble(path, options.objdump).items()
                 for loop in innermost_loops(short_name(function), instructions) if total_products(loop)]
        for loop in loops if options.all else best_of_each_kernel(loops):
            print_row(path.name.split('.')[0], loop, options)


def short_name(function):
    """GemmTileU8<Neon, 4, 4> of the whole signature."""
    plain = re.sub(r'quantbench::engine::|\(anonymous namespace\)::', '', function)
    return re.sub(r'[(].*', '', plain).split(' ', 1)[-1] if '<' in plain else re.sub(r'[(].*', '', plain)


def total_products(loop):
    return sum(products(i) for i in loop.body)


def best_of_each_kernel(loops):
    """The largest tile of each kernel, by the name before its numbers; the one with fewer instructions of two alike."""
    best = {}
    for loop in loops:
        kernel = re.sub(r',? \d+', '', loop.function)
        if kernel not in best or size(loop) > size(best[kernel]):
            best[kernel] = loop
    return best.values()


def size(loop):
    return total_products(loop), [int(n) for n in re.findall(r' (\d+)', loop.function)], -len(loop.body)


def per_product(loop):
    return len(loop.body) / total_products(loop)


def print_row(path, loop, options):
    names = Counter(i.name for i in loop.body if products(i))
    loads = sum(i.name.startswith('ld') for i in loop.body)
    stores = sum(i.name.startswith('st') for i in loop.body)
    cycles = [mca_cycles(loop.body, options.mca, cpu) for cpu in options.cpu]
    print(f'| {path} | {loop.function} | ' + ', '.join(f'{n} {count}' for n, count in names.most_common(2))
          + f' | {total_products(loop)} | {len(loop.body)} | {loads}, {stores} | {16 * per_product(loop):.2f} | '
          f'{port_cycles(loop.body):.1f} | ' + ' | '.join('' if c is None else f'{c:.1f}' for c in cycles) + ' |')


if __name__ == '__main__':
    main()
