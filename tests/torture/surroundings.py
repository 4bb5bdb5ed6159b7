# SPDX-License-Identifier: Apache-2.0
"""Experiments with what surrounds a run: kills, signals, full disks, plugins that misbehave, a cache that is emptied, odd places."""
import os
import resource
import shutil
import signal
import threading
import time

from files import tried
from lab import Finding


def _undisturbed(lab):
    """A cache, what results.csv must hold, and how long the first run took."""
    store, out = lab.folder(), lab.folder()
    ended = lab.control(lab.sweep(out, store))
    return store, (out / 'results.csv').read_bytes(), ended.seconds


def _then_equal(lab, out, store, wanted):
    ended = lab.run(lab.sweep(out, store))
    if ended.status != 0:
        raise Finding(f'afterwards it ends with {ended.status}: {ended.err.strip()[-200:]}')
    if (out / 'results.csv').read_bytes() != wanted:
        raise Finding(f'afterwards results differ [{out}]')
    left = [path.name for path in out.rglob('.partial*')]
    if left:
        raise Finding(f'{left} stay')


def _interrupted(lab, rng, send, allowed):
    _, wanted, seconds = _undisturbed(lab)
    while True:
        store, out = lab.folder(), lab.folder()

        def attempt():
            process = lab.start(lab.sweep(out, store))
            time.sleep(rng.random() * seconds)
            which = send()
            os.kill(process.pid, which)
            if which == signal.SIGKILL:
                process.communicate()
            else:
                ended = lab.finish(process, sent=which)
                if ended.status not in (0, -which, *allowed):
                    raise Finding(f'after {which.name} exit status {ended.status}: {ended.err.strip()[-200:]}')
            _then_equal(lab, out, store, wanted)

        yield from tried(attempt)
        shutil.rmtree(out), shutil.rmtree(store)


def kills(lab, rng):
    """kill -9 at a random moment; the same command then gives the undisturbed table."""
    yield from _interrupted(lab, rng, lambda: signal.SIGKILL, ())


def signals(lab, rng):
    """SIGINT, SIGTERM, SIGHUP at a random moment: a clean end, and it goes on."""
    yield from _interrupted(lab, rng, lambda: rng.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)), (129, 130, 143))


def full_disk(lab, rng):
    """Files of at most so many bytes, which is what a full disk is to a process; and stdout on a full disk."""
    store, wanted, _ = _undisturbed(lab)
    base = lab.folder()
    lab.control(lab.sweep(base, store))
    prints = [['--help'], ['plan', '--help'], ['plugins'], ['compare', base, base], ['history', base, base], ['cache', 'list', '--cache', store],
              ['report', base, '--out', '-'], ['inspect', lab.source / 'datasets/default/mobilenet_v2.pth'], lab.sweep(base, store)]
    while True:
        for arguments in prints:

            def no_room():
                with open('/dev/full', 'w') as full:
                    ended = lab.run(arguments, stdout=full)
                if ended.status != 1:
                    raise Finding(f'{arguments[:2]} > /dev/full: exit status {ended.status}')

            yield from tried(no_room)
        cache, out = lab.folder(), lab.folder()

        def attempt():
            limit = int(1 << rng.randrange(4, 22))
            ended = lab.run(lab.sweep(out, cache), limits=((resource.RLIMIT_FSIZE, limit),))
            if ended.status not in (0, 1):
                raise Finding(f'with room for {limit} bytes a file: exit status {ended.status}: {ended.err.strip()[-200:]}')
            _then_equal(lab, out, cache, wanted)

        yield from tried(attempt)
        shutil.rmtree(out), shutil.rmtree(cache)


# Nothing is wrong with these, or they say themselves that they can't: a row that is `unsupported`.
_RUNS_WELL = {'none', 'prepare_clear', 'run_print', 'prepare_error', 'run_error', 'cannot_run', 'changes_state', 'leaves_process', 'leaves_thread', 'prints_much'}


def plugins(lab, rng):
    """Plugins that crash, hang, exit, leak, fork or write where they must not: a failed row, nothing left behind."""
    faulty = sorted((lab.build / 'tests/faulty_plugins').glob('*.so')) + sorted((lab.build / 'tests/bad_plugins').glob('*.so'))
    _, wanted, _ = _undisturbed(lab)
    store = lab.folder()
    while True:
        for plugin in faulty:
            out = lab.folder()

            def attempt():
                backend = f"[reference, {{name: {plugin.stem}, file: '{plugin}'}}]"
                ended = lab.run(lab.sweep(out, store, '--set', 'timeout=3', '--set', 'memory_limit_mb=2000', backend=backend),
                                limits=())
                if not (out / 'results.csv').exists():
                    if ended.status != 2:
                        raise Finding(f'{plugin.stem}: exit status {ended.status} and no results')
                    return
                rows = (out / 'results.csv').read_bytes().splitlines()
                good = wanted.splitlines()[1:]
                if not all(row in rows for row in good):
                    raise Finding(f"{plugin.stem} changes the reference's rows [{out}]")
                if ended.status == 0 and plugin.stem not in _RUNS_WELL:
                    raise Finding(f'{plugin.stem}: exit status 0 [{out}]')

            yield from tried(attempt)
            shutil.rmtree(out, ignore_errors=True)


def prune(lab, rng):
    """Runs beside others that give the cache up."""
    _, wanted, _ = _undisturbed(lab)
    store = lab.folder()
    stop = threading.Event()
    found = []

    def prune_for_ever():
        while not stop.wait(rng.random() * 0.2):
            try:
                lab.run(['cache', 'prune', '--max-size', '0', '--cache', store])
            except Finding as finding:
                found.append(finding)

    while True:
        out = lab.folder()
        stop.clear()
        beside = threading.Thread(target=prune_for_ever)
        beside.start()

        def attempt():
            try:
                _then_equal(lab, out, store, wanted)
            finally:
                stop.set()
                beside.join()
            if found:
                raise found.pop()

        yield from tried(attempt)
        shutil.rmtree(out)


def removed(lab, rng):
    """The cache is removed under a run: results are written in any case, and the next run is right."""
    _, wanted, seconds = _undisturbed(lab)
    while True:
        store, out = lab.folder(), lab.folder()

        def attempt():
            process = lab.start(lab.sweep(out, store))
            time.sleep(rng.random() * seconds)
            shutil.rmtree(store, ignore_errors=True)
            ended = lab.finish(process)
            if ended.status == 0 and (out / 'results.csv').read_bytes() != wanted:
                raise Finding(f'other results without a word [{out}]')
            _then_equal(lab, out, store, wanted)

        yield from tried(attempt)
        shutil.rmtree(out, ignore_errors=True), shutil.rmtree(store, ignore_errors=True)


_NAMES = ['with blank', "quo'te", 'dou"ble', 'ümläut', '日本', 'semi;colon', 'dollar$HOME', 'star*', '%s%n', '{brace}', 'a,b', '#x', 'tab\tbed',
          'new\nline', '-dash', 'x' * 200, '.hidden', '[0]', 'back\\slash', ':colon', '\x1b[31mred']
_LOCALES = ['C', 'C.UTF-8', 'de_DE.UTF-8', 'tr_TR.UTF-8', 'POSIX', 'nonsense']


def places(lab, rng):
    """Odd names of folders, locales, few descriptors, umask, small stacks."""
    store, wanted, _ = _undisturbed(lab)
    while True:
        out = lab.folder() / rng.choice(_NAMES)
        how = {'environment': {'LC_ALL': rng.choice(_LOCALES), 'COLUMNS': str(rng.choice((0, 1, 80, 10**9)))}}
        limits = [(resource.RLIMIT_CORE, 0)]
        if rng.random() < 0.3:
            limits.append((resource.RLIMIT_NOFILE, rng.choice((3, 4, 6, 8, 10, 12, 16, 24))))
        if rng.random() < 0.3:
            how['umask'] = rng.choice((0o777, 0o077, 0o000))

        def attempt():
            ended = lab.run(lab.sweep(out, store), limits=limits, **how)
            if ended.status == 0 and (out / 'results.csv').read_bytes() != wanted:
                raise Finding(f'other results in {out}')
            if ended.status != 0 and len(limits) == 1 and 'umask' not in how:
                raise Finding(f'in {str(out)!r} with {how}: exit status {ended.status}: {ended.err.strip()[-200:]}')

        yield from tried(attempt)
        shutil.rmtree(out.parent, ignore_errors=True)


EXPERIMENTS = [kills, signals, full_disk, plugins, prune, removed, places]
