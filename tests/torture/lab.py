# SPDX-License-Identifier: Apache-2.0
"""Where experiments are made: starts quantbench, and looks at everything that must hold of any run, whatever it was given."""
import os
import pathlib
import re
import resource
import signal
import subprocess
import time

# What README.md promises. Signals are 128 and their number, as shells say it.
STATUSES = {0, 1, 2, 3, 4, 129, 130, 143}
# Nothing here needs as much.
MEMORY_BYTES = 3 << 30
SECONDS = 120
# Words that only a mistake of our own, or a library's, prints.
LEAKED = re.compile(r'internal error|\[json\.exception|std::|boost::|terminate called|Assertion|basic_string|vector::|bad_alloc|'
                    r'AddressSanitizer|runtime error:')
CONTROL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]')


class Finding(Exception):
    """What must not be."""


class Ended:
    """How a run of quantbench ended. status: the exit status, or minus the signal."""

    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err, seconds


class Lab:
    def __init__(self, build, scratch, images):
        self.build = pathlib.Path(build).resolve()
        self.quantbench = self.build / 'bin/quantbench'
        self.scratch = pathlib.Path(scratch)
        self.images = pathlib.Path(images).resolve()
        self.source = pathlib.Path(__file__).resolve().parents[2]
        self.number = 0

    def folder(self, name='work'):
        """A new, empty one."""
        self.number += 1
        path = self.scratch / f'{name}{self.number}'
        path.mkdir()
        return path

    def sweep(self, out, cache, *options, backend='[reference]', images=12):
        """The arguments of a short run without latencies, whose results.csv is the same bytes each time."""
        return ['run', self.source / 'scenarios/default.yaml', '--quiet', '--jobs', '1', '--out', out, '--cache', cache,
                '--set', f'matrix.backend={backend}', '--set', 'matrix.batch_size=1', '--set', f'dataset.root={self.images}',
                '--set', 'dataset.calibration.per_class=1', '--set', f'dataset.evaluation.images={images}',
                '--set', 'expect=off', '--set', 'latency=off', *options]

    def start(self, arguments, *, limits=(), stdout=subprocess.PIPE, environment=None, umask=-1, cwd=None):
        """In a session of its own, so that what it leaves behind is found. limits: (resource, value), ..."""

        def set_limits():
            for which, value in limits:
                resource.setrlimit(which, (value, value))

        return subprocess.Popen([str(self.quantbench), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=stdout,
                                stderr=subprocess.PIPE, start_new_session=True, preexec_fn=set_limits, umask=umask, cwd=cwd,
                                env={**os.environ, **(environment or {})})

    def finish(self, process, *, began=None, foreign_text=False, leaves_processes=False, sent=None):
        """Waits for its end and looks at it. Throws Finding."""
        began = began or time.monotonic()
        try:
            out, err = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise Finding(f'hangs for more than {SECONDS} s')
        ended = Ended(process.returncode, (out or b'').decode(errors='replace'), err.decode(errors='replace'),
                      time.monotonic() - began)
        left = [] if leaves_processes else _alive(process.pid)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        if left:
            raise Finding(f'{len(left)} processes outlive it')
        if sent and ended.status == -sent and not (ended.err + ended.out):
            return ended  # not yet ours: no handler before main
        if ended.status < 0:
            raise Finding(f'dies of {signal.Signals(-ended.status).name}: {_last(ended.err)}')
        if ended.status == 127 and 'error while loading shared libraries' in ended.err:
            return ended  # not yet ours: the dynamic linker without descriptors
        if ended.status not in STATUSES:
            raise Finding(f'exit status {ended.status}: {_last(ended.err)}')
        leaked = LEAKED.search(ended.err)
        if leaked:
            raise Finding(f'says "{leaked.group()}": {_last(ended.err)}')
        if ended.status != 0 and not (ended.err + ended.out).strip():
            raise Finding(f'exit status {ended.status} without a word')
        for name, text in (('stdout', ended.out), ('stderr', ended.err)):
            control = CONTROL.search(text)
            if control and not foreign_text:
                raise Finding(f'control character {control.group()!r} on {name}')
        if len(err) > 1 << 20:
            raise Finding(f'{len(err)} bytes on stderr')
        return ended

    def run(self, arguments, *, limits=((resource.RLIMIT_DATA, MEMORY_BYTES),), foreign_text=False, **how):
        began = time.monotonic()
        return self.finish(self.start(arguments, limits=limits, **how), began=began, foreign_text=foreign_text)

    def control(self, arguments, **how):
        """Something that must work, or the experiment says nothing."""
        ended = self.run(arguments, **how)
        if ended.status != 0:
            raise Finding(f'the undamaged control ends with {ended.status}: {_last(ended.err)}')
        return ended


def _last(text):
    lines = text.strip().splitlines()
    return repr(lines[-1][:200]) if lines else 'nothing'


def _alive(session):
    """Processes of a session but its dead ones; those that end within two seconds are given the time."""
    for _ in range(20):
        found = []
        for entry in pathlib.Path('/proc').iterdir():
            if not entry.name.isdigit():
                continue
            try:
                fields = (entry / 'stat').read_text().rsplit(')', 1)[1].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != 'Z':
                found.append(int(entry.name))
        if not found:
            return []
        time.sleep(0.1)
    return found
