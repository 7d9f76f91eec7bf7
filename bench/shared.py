# SPDX-License-Identifier: Apache-2.0
"""What the scripts of this folder share: programs, ratios, tables, the machine."""

import argparse
import datetime
import math
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
CONFIDENCE = 0.95


class Absent(Exception):
    """Why a peer is not there."""


class Failed(Exception):
    """What could not be run, or which answer is wrong."""


def output(command, env=None):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          env={**os.environ, **(env or {})}, cwd=ROOT, check=False)
    if done.returncode != 0:
        why = (done.stderr or done.stdout).strip()[-500:] or f'status {done.returncode}'
        raise Failed(f'{" ".join(map(str, command))}: {why}')
    return done.stdout


# ---- what is run -------------------------------------------------------------------------------

class Drivers:
    """The programs of this folder, compiled when they are first asked for."""

    def __init__(self, build):
        self.build = build
        self.programs = {}

    def make_ours(self):
        if not (self.build / 'build.ninja').exists():
            output(['meson', 'setup', self.build])
        output(['ninja', '-C', self.build, 'src/libmanyfold_core.a', 'src/cli/manyfold'])
        (self.build / 'bench').mkdir(exist_ok=True)

    def ours(self, name):
        libraries = output(['pkg-config', '--libs', 'hwloc', 'jansson', 'libxxhash',
                            'libzstd', 'sqlite3', 'zlib']).split()
        return self.program(name, ['cc', '-std=c17', '-O2', '-Wl,-z,relro,-z,now'], '.c',
                            [self.build / 'src/libmanyfold_core.a', *libraries, '-lcsv', '-lm',
                             '-pthread'])

    def peer(self, name, *flags):
        self.need('gcc')
        return self.foreign(name, ['gcc', '-std=c17', '-O3', '-march=native', *flags], '.c', [])

    def tbb(self):
        self.need('g++')
        if subprocess.run(['pkg-config', '--exists', 'tbb'], check=False).returncode != 0:
            raise Absent('oneTBB is not installed (libtbb-dev)')
        return self.foreign('tbb_sum', ['g++', '-std=c++17', '-O3', '-march=native'], '.cpp',
                            ['-ltbb'])

    def foreign(self, name, *how):
        try:
            return self.program(name, *how)
        except Failed as reason:
            raise Absent(f'it does not compile: {str(reason).splitlines()[-1]}') from reason

    @staticmethod
    def need(compiler):
        if shutil.which(compiler) is None:
            raise Absent(f'{compiler} is not installed')

    def program(self, name, compiler, suffix, libraries):
        if name not in self.programs:
            path = self.build / 'bench' / name
            output([*compiler, '-D_GNU_SOURCE', '-Iinclude', '-Isrc', '-I.',
                    f'bench/{name}{suffix}', *libraries, '-o', path])
            self.programs[name] = path
        return self.programs[name]


def python_with(module):
    """A Python that has a module: the first on the path may not be the one that Debian serves."""
    for python in (sys.executable, 'python3', '/usr/bin/python3'):
        try:
            output([python, '-c', f'import {module}'])
            return python
        except (Failed, OSError):
            continue
    raise Absent(f'no python3 has {module}')


def tell(text):
    if sys.stderr.isatty():
        print(f'\r\x1b[K{text}', end='', file=sys.stderr, flush=True)


# ---- statistics, as docs/method.md defines them ------------------------------------------------

def sign_rank(n):
    """The largest k for which the k-th smallest and largest value enclose the median surely enough;
    0 when n is too small."""
    below = 0.0
    for k in range(n):
        below += math.comb(n, k) / 2**n
        if 1 - 2 * below < CONFIDENCE:
            return k
    return n


def ratio(above, below):
    """The median of the ratios round by round, with its interval."""
    logs = sorted(math.log(a / b) for a, b in zip(above, below))
    k = sign_rank(len(logs))
    ends = (logs[k - 1], logs[-k]) if k > 0 else (-math.inf, math.inf)
    return tuple(math.exp(x) for x in (statistics.median(logs), *ends))


# ---- the table ---------------------------------------------------------------------------------

class Table:
    HEAD = ('what', 'ours', 'peer', 'ratio [95 %]', 'goal', '')

    def __init__(self):
        self.rows = []

    def add(self, *cells):
        self.rows.append(cells)

    def compare(self, what, ours, peer, how):
        """A row about two series; `how` is (numerator, denominator, goal), see `verdict`."""
        numbers = ratio(*how[:2])
        self.add(what, ours, peer, '{} [{}, {}]'.format(*map(three_digits, numbers)),
                 how[2] or '-', verdict(numbers, how[2]))

    def print(self):
        rows = [self.HEAD, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.HEAD))]
        rows.insert(1, tuple('-' * width for width in widths))
        for row in rows:
            print('| ' + ' | '.join(cell.ljust(width) for cell, width in zip(row, widths)) + ' |')


def verdict(numbers, goal):
    if not goal:
        return ''
    middle, low, high = numbers
    at_least, value = goal[0] == '≥', float(goal[2:])
    met = middle >= value if at_least else middle <= value
    sure = not low <= value <= high
    return ('met' if met else 'MISSED') + ('' if sure else ', too close to be sure')


def three_digits(number):
    return f'{number:.0f}' if number >= 100 else f'{number:.3g}'


def duration(seconds):
    for unit, size in (('s', 1), ('ms', 1e-3), ('us', 1e-6), ('ns', 1e-9)):
        if seconds >= size:
            return f'{three_digits(seconds / size)} {unit}'
    return f'{three_digits(seconds / 1e-12)} ps'


def median_ns(times):
    return duration(statistics.median(times) * 1e-9)


# ---- a run ----------------------------------------------------------------------------------------

def describe_machine():
    names = [line.split(':')[1].strip() for line in open('/proc/cpuinfo', encoding='utf-8')
             if line.startswith('model name')]
    compiler = output(['gcc' if shutil.which('gcc') else 'cc', '--version']).splitlines()[0]
    print(f'{datetime.date.today()}, {names[0] if names else platform.machine()}, '
          f'{os.cpu_count()} processors, Linux {platform.release().split("-")[0]}, '
          f'{compiler}, Python {platform.python_version()};\n'
          f'load when it began: {os.getloadavg()[0]:.1f} (numbers count when it is near 0)')


def arguments_of(description, add_more=lambda parser: None):
    """The arguments, and Drivers for --build."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument('--quick', action='store_true', help='fewer rounds, wider intervals')
    parser.add_argument('--build', type=pathlib.Path, default=ROOT / 'build', metavar='DIR',
                        help='a build directory of Meson (default: build)')
    add_more(parser)
    arguments = parser.parse_args()
    drivers = Drivers(arguments.build.resolve())
    try:
        drivers.make_ours()
    except (Failed, OSError) as reason:
        sys.exit(f'bench: {reason}')
    return arguments, drivers
