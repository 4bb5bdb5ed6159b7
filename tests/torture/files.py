# SPDX-License-Identifier: Apache-2.0
"""Experiments with damaged files: each reader gets mutants, after its undamaged file as a control.

An experiment is a generator: each `yield` is one try that held; Finding ends the try, not the experiment.
"""
import json
import os
import shutil

from lab import Finding
from mutate import mutate_bytes, mutate_text


def mutants(lab, rng, sources, mutate, command):
    """Tries command(mutant, source) on mutants of files, in turn and for ever; command returns arguments."""
    folder = lab.folder()
    for source in sources:
        lab.control(command(source, source))
    while True:
        source = rng.choice(sources)
        mutant = folder / f'mutant{source.suffix}'
        mutant.write_bytes(mutate(rng, source.read_bytes()))
        yield from tried(lambda: lab.run(command(mutant, source)), mutant)


def tried(attempt, kept=None):
    """One try; a finding keeps the file that made it."""
    try:
        attempt()
        yield None
    except Finding as finding:
        if kept is not None:
            copy = kept.with_name(f'finding-{os.urandom(3).hex()}{kept.suffix}')
            shutil.copy(kept, copy)
            finding.args = (f'{finding} [{copy}]',)
        yield finding


def models(lab, rng):
    """.pth, .onnx and .safetensors: `inspect`."""
    sources = [*sorted((lab.source / 'tests/fuzz/corpus').glob('*/*.onnx')),
               *sorted((lab.source / 'tests/fuzz/corpus').glob('*/*.safetensors')),
               lab.source / 'datasets/default/mobilenet_v2.pth']
    good = [source for source in sources if lab.run(['inspect', source]).status == 0]
    yield from mutants(lab, rng, good, mutate_bytes, lambda mutant, _: ['inspect', mutant])


def scenarios(lab, rng):
    """Scenarios: `plan`."""
    # Beside the original, so that relative paths lead somewhere.
    cache = lab.folder()
    sources = [lab.folder() / 'scenario.yaml']
    text = (lab.source / 'scenarios/default.yaml').read_text().replace('../datasets', str(lab.source / 'datasets'))
    sources[0].write_text(text.replace('../build/datasets/default', str(lab.images)))
    few = ['--cache', cache, '--set', f'dataset.root={lab.images}', '--set', 'dataset.calibration.per_class=1',
           '--set', 'dataset.evaluation.images=12']
    lab.control(['plan', sources[0], *few])
    yield from mutants(lab, rng, sources, mutate_text, lambda mutant, source: ['plan', mutant, '--cache', cache,
                       *(few[2:] if mutant == source else [])])


def results(lab, rng):
    """results.json: `compare`, `history`, `report`."""
    out = lab.folder()
    lab.control(lab.sweep(out, lab.folder()))
    base = out / 'results.json'
    page = lab.folder() / 'page.html'
    commands = [lambda mutant, _: ['compare', base, mutant], lambda mutant, _: ['compare', mutant, base],
                lambda mutant, _: ['history', base, mutant], lambda mutant, _: ['report', mutant, '--out', page]]
    tries = [mutants(lab, rng, [base], _mutate_json, command) for command in commands]
    while True:
        for one in tries:
            yield next(one)


def _mutate_json(rng, data):
    """Mostly still JSON, with values of another kind or size in some places: what a parser lets pass."""
    if rng.random() < 0.4:
        return mutate_text(rng, data)
    document = json.loads(data)
    for _ in range(rng.choice((1, 1, 3))):
        place, key = document, None
        while isinstance(place, (dict, list)) and place:
            parent = place
            key = rng.choice(list(place)) if isinstance(place, dict) else rng.randrange(len(place))
            place = place[key]
            if rng.random() < 0.15:
                break
        if key is None:
            continue
        value = rng.choice((None, [], {}, '', 0, -1, 1e300, -1e300, 2**53, True, 'x\x1b[31m', 'a|b', '::error::x', '\u202e', '=1+1'))
        if rng.random() < 0.3:
            del parent[key]
        else:
            parent[key] = value
    return json.dumps(document).encode()


def predictions(lab, rng):
    """predictions/*.csv that `compare` reads beside results.json."""
    old, new = lab.folder(), lab.folder()
    cache = lab.folder()
    for out in (old, new):
        lab.control(lab.sweep(out, cache))
    while True:
        copy = lab.folder()
        shutil.copytree(new, copy, dirs_exist_ok=True)
        victim = rng.choice(sorted((copy / 'predictions').glob('*.csv')))
        victim.write_bytes(mutate_text(rng, victim.read_bytes()))
        yield from tried(lambda: lab.run(['compare', old, copy]), victim)
        shutil.rmtree(copy)


def images(lab, rng):
    """Photographs: a run over a data set with some that are damaged."""
    root = lab.folder('images')
    shutil.copytree(lab.images, root, dirs_exist_ok=True)
    files = sorted(file for file in (root / 'val').glob('*/*'))
    while True:
        victims = rng.sample(files, 3)
        kept = [victim.read_bytes() for victim in victims]
        for victim, data in zip(victims, kept):
            victim.write_bytes(mutate_bytes(rng, data))
        out, cache = lab.folder(), lab.folder()
        yield from tried(lambda: lab.run(lab.sweep(out, cache, '--set', f'dataset.root={root}', '--set', 'matrix.precision=fp32',
                                                   images=len(files))), victims[0])
        for victim, data in zip(victims, kept):
            victim.write_bytes(data)
        shutil.rmtree(out), shutil.rmtree(cache)


def _damage(rng, file):
    way = rng.randrange(5)
    if way == 0:
        file.unlink()
    elif way == 1:
        file.write_bytes(b'')
    else:
        file.write_bytes(mutate_bytes(rng, file.read_bytes()))


def cache(lab, rng):
    """Entries of the cache are damaged or gone: the next run must give the same table."""
    store, first = lab.folder(), lab.folder()
    lab.control(lab.sweep(first, store))
    wanted = (first / 'results.csv').read_bytes()
    while True:
        files = sorted(file for file in store.rglob('*') if file.is_file() and not file.name.startswith('.in-use'))
        for victim in rng.sample(files, min(len(files), rng.choice((1, 1, 2, len(files))))):
            _damage(rng, victim)
        out = lab.folder()
        yield from tried(lambda: _equal(lab.run(lab.sweep(out, store)), out, wanted))
        shutil.rmtree(out)


def journal(lab, rng):
    """The journal of a run that was cut short is damaged: what is resumed must give the same table."""
    store, first = lab.folder(), lab.folder()
    lab.control(lab.sweep(first, store))
    wanted = (first / 'results.csv').read_bytes()
    lines = (first / 'journal.jsonl').read_bytes().splitlines(keepends=True)
    while True:
        out = lab.folder()
        shutil.copytree(first, out, dirs_exist_ok=True)
        (out / 'results.csv').unlink()
        cut = lines[:rng.randrange(1, len(lines))]
        data = b''.join(cut)
        way = rng.randrange(5)
        if way == 0 and len(cut) > 2:
            at = rng.randrange(1, len(cut) - 1)
            cut[at], cut[at + 1] = cut[at + 1], cut[at]
            data = b''.join(cut)
        elif way == 1:
            digits = [at for at, byte in enumerate(data) if chr(byte).isdigit()]
            at = rng.choice(digits)
            data = data[:at] + str(rng.randrange(10)).encode() + data[at + 1:]
        elif way < 4:
            data = mutate_bytes(rng, data)
        (out / 'journal.jsonl').write_bytes(data)
        if rng.random() < 0.3:
            for victim in (out / 'predictions').glob('*.csv'):
                victim.write_bytes(b'')
        yield from tried(lambda: _equal(lab.run(lab.sweep(out, store)), out, wanted), out / 'journal.jsonl')
        for name in sorted((first / 'predictions').glob('*.csv')):
            if (out / 'predictions' / name.name).read_bytes() != name.read_bytes():
                yield Finding(f'predictions/{name.name} differs [{out}]')
                break
        else:
            shutil.rmtree(out)


def _equal(ended, out, wanted):
    if ended.status != 0:
        raise Finding(f'exit status {ended.status}: {ended.err.strip()[-200:]}')
    if (out / 'results.csv').read_bytes() != wanted:
        raise Finding(f'other results without a word [{out}]')
EXPERIMENTS = [models, scenarios, results, predictions, images, cache, journal]
