#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every allocation that can fail is made to fail: a documented status, one line, never a signal.

    test_allocation.py COMMAND none LIBRARY [POINTS]

LIBRARY is fail_allocation.c, preloaded. POINTS is how many allocations of each command are tried,
spread evenly; all of them without it.
"""

import os
import sys

import cli

LIBRARY = os.path.abspath(sys.argv[3])
POINTS = int(sys.argv[4]) if len(sys.argv) > 4 else None

MOST_COMPLAINTS = 12  # of one command; more say no more

PRETEND = ('compare', 'sum', '9', '--pretend', 't1=1s,noise=0.01')
COMMANDS = {
    'sum with threads': ('sum', '1e6', '--with', 'threads', '--workers', '2', '--json', '-'),
    'sum with processes': ('sum', '1e6', '--with', 'processes', '--workers', '2'),
    'sum by itself': ('sum', '1e6'),
    'compare as JSON': (*PRETEND, '--runs', '2', '--json', '-'),
    'compare as text': (*PRETEND, '--runs', '6', '--weak'),
    'compare as CSV': (*PRETEND, '--runs', '2', '--csv', '-'),
    'compare for real': ('compare', 'sum', '1e4', '--runs', '1', '--min-sample', '0',
                         '--no-break-even', '--workers', '1,2'),
    'doctor': ('doctor',),
    'completion': ('completion', 'bash'),
    'man': ('man', 'compare'),
    'help': ('help', 'sum'),
}

# hwloc (2.9) does not check its own allocations and crashes by itself, so they are let through.
PRELOAD = {'LD_PRELOAD': LIBRARY, 'FAIL_EXEMPT': 'libhwloc'}

# Want of memory is a failure like others; some of it costs nothing but time, or a detail.
EXPECTED = (cli.DONE, cli.FAILED)


def run_failing(arguments, name, k):
    ended = cli.run(*arguments, timeout=20, env={**PRELOAD, name: str(k)})
    complaints = [f'{name}={k} left {pid} behind' for pid in cli.left_behind()]
    if ended.status not in EXPECTED:
        complaints.append(f'{name}={k}: {ended}')
    elif ended.status == cli.FAILED:
        complaints += [f'{name}={k}: {problem}' for problem in cli.one_line(ended, cli.FAILED)]
    elif ended.err:
        complaints.append(f'{name}={k}: done, and yet: {ended}')
    return complaints, ended


def allocations_of(arguments, folder):
    """How many allocations the command makes by itself."""
    path = folder / 'count'
    cli.run(*arguments, env={**PRELOAD, 'FAIL_REPORT': str(path)})
    return int(path.read_text())


def spread(count):
    """The first ones, where most differs, and others evenly up to the last."""
    if POINTS is None or count <= POINTS:
        return range(1, count + 1)
    step = count / POINTS
    return sorted({1 + int(i * step) for i in range(POINTS)} | {count})


def check_command(arguments):
    def check(folder):
        count = allocations_of(arguments, folder)
        right = cli.run(*arguments)
        complaints, failed = [], 0
        for k in spread(count):
            for name in ('FAIL_AT', 'FAIL_FROM') if POINTS is None or k % 2 else ('FAIL_AT',):
                problems, ended = run_failing(arguments, name, k)
                complaints += problems
                failed += ended.status == cli.FAILED
        complaints += cli.gate.expect(failed or count == 0, f'no failure of {count} was noticed')
        past, ended = run_failing(arguments, 'FAIL_AT', count * 2 + 1000)
        complaints += past
        complaints += cli.gate.expect(ended.status == right.status, str(ended))
        return complaints[:MOST_COMPLAINTS]
    return cli.in_folder(check)


if __name__ == '__main__':
    cli.gate.main([(f'{name}: any failed allocation is survived and told', check_command(arguments))
                   for name, arguments in COMMANDS.items()])
