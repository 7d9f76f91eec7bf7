#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random command lines end with a documented status, never by a signal: [SEED [HOW MANY]]."""

import pathlib
import random
import sys
import tempfile

import cli

SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 20261122
MANY = int(sys.argv[4]) if len(sys.argv) > 4 else 400 if cli.SANITIZED else 1000

# Small sizes only: a random command must not take an hour because it is right.
WORDS = [
    '0', '1', '2', '7', '100', '1k', '1e4', '-1', '', ' ', '3x', '1.5', '1e400', 'sum', 'compare',
    'doctor', 'man', 'help', 'bash', 'zsh', 'fish', 'serial', 'threads', 'processes', 'mpi',
    'auto', 'threads,processes', '1,2', '1,2,3', '1,', ',', '2%', '0.5', '1s', '5ms', '1h',
    'always', 'never', '-', '--', '---', '-h', '-q', '-V', '-j', '-j2', '-r', '-r3', '-qj1', '-=',
    '--=', '--help', '--version', '--quiet', '--color', '--color=always', '--progress=always',
    '--from', '--from=1', '--from=7', '--with', '--with=threads', '--with=processes',
    '--with=mpi', '--workers', '--workers=2', '--workers=3', '--kernel', '--kernel=portable',
    '--json', '--json=-', '--json=result', '--json=/nowhere/x', '--json=/dev/full',
    '--csv=/dev/full', '--csv', '--csv=-', '--csv=.', '--weak', '--no-break-even', '--precision',
    '--precision=50%', '--budget', '--budget=1ms', '--warmup', '--warmup=2', '--runs', '--runs=2',
    '--min-runs=2', '--max-runs=3', '--min-sample=0', '--seed', '--seed=18446744073709551615',
    '--strict', '--brief', 'a' * 5000, '\u00e9', '\u202e', '\x1b[2J', '%s%n', '\n', b'\xff\x80',
    'train', 'predict', 'data', 'describe', 'list', 'show', 'ames', '--target', '--target=Sale_Price',
    '--target=Street', '--encode=onehot', '--impute=none', '--max_depth=2', '--max-features=0.5',
    '--max-features=none', '--min-samples-leaf=1.0', '--bootstrap=false', '--oob-score', '--cv=2',
    '--test-size=0', '--test-size=nan', '--score=rmse', '--model=-', '--model=model', '--out=-',
    '--export=json', '--recipe=model', '--recipe=/dev/null', '--no-header', '--delimiter=;',
    '--na=Pave', '--drop=Street', '--id=Street', '--columns', '--proba', '--random-state=7',
    'tune', '--grid=max_depth=1,2', '--grid=n_estimators=2', '--grid=max_depth=int(1,3)', '--grid=',
    '--search=random', '--search=halving', '--trials=3', '--factor=2', '--oob', '--no-share',
    '--plan', '--journal=journal', '--journal=model', '--max-time=1ms', '--max-trials=1',
    '--verbose', '$(true)', '../x', '/dev/null', '/dev/full', '/nowhere/x',
]

# What is right by itself for both verbs that run something, so that some commands go far.
GOOD = [
    '--from=1', '--with=threads', '--with=processes', '--with=serial', '--with=mpi', '-j2', '-q',
    '--workers=3', '--json=-', '--json=result', '--json=/dev/full', '--json=/nowhere/x',
    '--color=always', '--progress=always', '--help',
]
LATER = '--pretend=t1=1s,noise=0.01'
DOCUMENTED = set(range(7))


def random_arguments(chance):
    """A verb or not, and up to seven words; comparisons always take their times from a script."""
    verb = chance.choice(cli.VERBS + ('compare', 'compare', 'sum', None))
    # Mostly few words, since one wrong word is enough to be refused.
    among = GOOD if chance.randrange(4) == 0 else WORDS
    words = [chance.choice(among) for _ in range(min(chance.randrange(8), chance.randrange(8)))]
    if verb == 'compare':
        words = [LATER, *(['sum', chance.choice(['1', '9', '1k'])] * chance.randrange(2)), *words]
    if verb == 'sum' and chance.randrange(2):
        words = [chance.choice(['0', '9', '1k']), *words]
    if verb in ('train', 'tune'):
        words = ['--n-estimators=1', *words]
    if verb == 'tune' and chance.randrange(2):
        words = ['--grid=min_samples_leaf=1,9', *words]
    if verb == 'lab':  # which would take minutes: the table that it is to read is not there
        words = ['--data=/nowhere/x', '--recipe=/dev/null', *words]
    # Without a verb in front a later word could be one, and `compare` would really measure.
    if verb is None and words[:1] == ['compare']:
        words = words[1:2]
    return ([] if verb is None else [verb]) + words


def complaints_of(ended):
    complaints = []
    if ended.status not in DOCUMENTED:
        complaints.append('not a documented status')
    if ended.status in DOCUMENTED - {0, 1, 4} and not ended.err:
        complaints.append('failed without a word')
    if ended.status == cli.USAGE and ended.out:
        complaints.append('wrong usage printed something')
    if any(byte < ' ' and byte != '\n' for byte in ended.err):
        complaints.append('a control character reached stderr')
    return [f'{", ".join(complaints)}: {ended}'] if complaints else []


def check_random():
    chance = random.Random(SEED)
    complaints = []
    seen = set()
    with tempfile.TemporaryDirectory(prefix='manyfold-test-') as folder:
        inner = pathlib.Path(folder) / 'inner'  # "../x" stays in the folder
        inner.mkdir()
        for _ in range(MANY):
            ended = cli.run(*random_arguments(chance), cwd=inner, env=cli.NO_MPI)
            seen.add(ended.status)
            complaints += complaints_of(ended)
    wanted = {cli.DONE, cli.USAGE, cli.OUTPUT} | ({cli.UNAVAILABLE} if MANY >= 1000 else set())
    if not wanted <= seen:
        complaints.append(f'only these statuses were seen: {seen}')
    return complaints + [f'left behind: {pid}' for pid in cli.left_behind()]


if __name__ == '__main__':
    cli.gate.main([(f'{MANY:,} random command lines (seed {SEED}) end as documented',
                    check_random)])
