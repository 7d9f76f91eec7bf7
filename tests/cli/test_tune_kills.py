#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Searches with a journal that are killed at random moments, and started again another way.

    test_tune_kills.py COMMAND none [long]       with long: 200 kills over ten searches or more

A kill hits one worker, all of them, or the whole tree at once. However often that happens, the
search ends with the answer of an undisturbed one; what was announced is in the journal and is not
run again.
"""

import os
import random
import re
import signal
import subprocess
import sys
import time

import cli
import tables

LONG = 'long' in sys.argv[3:]
KILLS, SEARCHES, SECONDS = (200, 10, 3.0) if LONG else (24, 4, 0.8)
MOST = 30 * SEARCHES  # until all has been tried that there is to be tried
SEED = random.SystemRandom().randrange(1 << 32)
WAYS = [('serial', 1), ('threads', 1), ('threads', 2), ('threads', 3), ('processes', 1),
        ('processes', 2), ('processes', 2), ('processes', 3), ('processes', 5)]
BEFORE = [(), ('a worker',), ('all workers',), ('a worker', 'all workers')]
KINDS = ('a worker', 'all workers', 'the tree')
ANNOUNCED = re.compile(r'^trial (\d+)(?: \(\d+ of \d+\))?: (.*)\n', re.MULTILINE)

MANY = ('--grid', 'min_samples_leaf=1,2,3,5,8,13', '--grid', 'max_depth=4,none')
GRID = ('--grid', 'max_features=0.1,0.2,0.4,0.7', *MANY)
DRAWN = ('--search', 'random', '--trials', '80', '--grid', 'max_features=float(0.1,1)',
         '--grid', 'max_depth=int(2,12)', '--grid', 'min_samples_leaf=int(1,9)')
PREPARATIONS = ('--grid', 'encode=label,onehot', '--grid', 'impute=median,median-each', *MANY)


def kinds(folder):
    """Searches that differ in what there is to lose; how many trees they grow is told later."""
    houses = (tables.houses(folder / 'houses.csv', rows=1200), '--target', 'price')
    trees = (tables.trees(folder / 'trees.csv', rows=900), '--target', 'species')
    return {
        'a split': ('ames', *GRID),
        'each trial alone': ('ames', *GRID, '--no-share'),
        'folds': (*houses, '--cv', '4', *GRID),
        'classes': (*trees, '--cv', '3', '--score', 'log_loss', *GRID),
        'out of bag': (*houses, '--oob', *GRID),
        'drawn': ('ames', '--seed', '7', *DRAWN),
        'preparations': (*houses, '--cv', '3', *PREPARATIONS),
        'halving': ('ames', '--search', 'halving', *GRID),
    }


# ---- one start ----


def begin(arguments, journal, chance):
    way, workers = chance.choice(WAYS)
    return way, cli.start('tune', *arguments, '--journal', journal, '--with', way, '--workers',
                          str(workers), '--verbose', '--json', '-', start_new_session=True)


def has_ended(process, within):
    try:
        process.wait(within)
        return True
    except subprocess.TimeoutExpired:
        return False


def kill(kind, process, chance):
    """Whether somebody was there to be killed."""
    if kind == 'the tree':
        os.killpg(process.pid, signal.SIGKILL)
        return True
    workers = cli.children(process.pid)
    hit = 0
    for pid in workers if kind == 'all workers' else chance.sample(workers, min(1, len(workers))):
        try:
            os.kill(pid, signal.SIGKILL)
            hit += 1
        except ProcessLookupError:
            pass  # it has just ended
    return hit > 0


def disturb(process, way, chance, most):
    """Kills at moments of the first `most` seconds, in the end the tree; the kinds that hit."""
    landed = []
    for kind in (*(chance.choice(BEFORE) if way == 'processes' else ()), 'the tree'):
        if has_ended(process, chance.random() * most):
            break
        if kill(kind, process, chance):
            landed.append(kind)
    return landed


# ---- one search ----


class Search:
    """A search with its journal, and what was seen of it so far."""

    def __init__(self, arguments, journal, expected):
        self.arguments, self.journal, self.expected = arguments, str(journal), expected
        self.announced, self.complaints, self.landed, self.kept = set(), [], [], 0

    def start(self, chance, most, is_disturbed):
        """Starts it once more; True when that was the last time."""
        way, process = begin(self.arguments, self.journal, chance)
        if is_disturbed:
            self.landed += disturb(process, way, chance, most)
        ended = cli.finish(process)
        self.complaints += [f'left behind: {pid}' for pid in cli.left_behind()]
        now = set(ANNOUNCED.findall(ended.err))
        if now & self.announced:
            self.complaints.append(f'announced twice: {sorted(now & self.announced)}')
        if ended.status == cli.DONE:
            self.judge(ended.json(), now)
        elif ended.status != -signal.SIGKILL:
            self.complaints.append(str(ended))
        self.announced |= now
        return ended.status != -signal.SIGKILL

    def judge(self, found, now):
        """The answer of the last start, and what it took from the journal."""
        states = {trial['trial']: trial['state'] for trial in found['trials']}
        kept = {number for number, state in states.items() if state == 'kept'}
        if answer(found) != self.expected:
            self.complaints.append('another answer than that of an undisturbed search')
        if 'halving' not in self.arguments:  # where trials are finished again in each rung
            self.judge_states(found, states.keys(), kept, numbers_of(now))
        self.kept = len(kept)

    def judge_states(self, found, numbers, kept, now):
        lost = numbers_of(self.announced) - kept
        if lost:
            self.complaints.append(f'announced and not kept: {sorted(lost)}')
        if now | kept != numbers or now & kept or found['plan']['trials'] != len(now):
            self.complaints.append(f'of {len(numbers)} trials {len(kept)} were kept, {len(now)} '
                                   f'announced, {found["plan"]["trials"]} run again')


def numbers_of(announced):
    return {int(number) for number, _ in announced}


def answer(found):
    return [(trial['params'], trial['scores'], trial['rank']) for trial in found['trials']]


def timed(arguments):
    began = time.monotonic()
    ended = cli.run('tune', *arguments, '--with', 'serial', '--json', '-')
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return answer(ended.json()), time.monotonic() - began


def undisturbed(arguments):
    """The search with so many trees that it takes long enough to be killed now and then: its
    arguments, its answer and its seconds."""
    trees = 2
    while True:
        more = (*arguments, '--grid', f'n_estimators={trees},{2 * trees}')
        found, seconds = timed(more)
        if seconds >= SECONDS:
            return more, found, seconds
        trees = round(trees * min(8, 1.3 * SECONDS / seconds)) + 1


def run_search(search, seconds, chance, kills):
    """Disturbed until so many kills have hit or it ends by itself; the seconds that it was taken to
    last. One that ends before any kill was taken to last for too long: the machine was busy then."""
    while True:
        is_last = search.start(chance, 0.3 * seconds, len(search.landed) < kills)
        if is_last or len(search.complaints) > 3:
            return seconds if search.landed else seconds / 2


# ---- all of them ----


def check(folder):
    print(f'# seed {SEED}')
    chance = random.Random(SEED)
    wanted = list(kinds(folder).items())
    expected, complaints, landed, kept, number = {}, [], [], 0, 0
    while (len(landed) < KILLS or number < SEARCHES or len(set(landed)) < len(KINDS) or not kept) and \
            len(complaints) < 10 and number < MOST:
        name, arguments = wanted[number % len(wanted)]
        if name not in expected:
            expected[name] = undisturbed(arguments)
        arguments, answered, seconds = expected[name]
        search = Search(arguments, folder / f'{number}.db', answered)
        expected[name] = arguments, answered, run_search(search, seconds, chance, -(-KILLS // SEARCHES))
        complaints += [f'search {number}, {name}: {problem}' for problem in search.complaints]
        landed += search.landed
        kept += search.kept
        number += 1
    counts = {kind: landed.count(kind) for kind in sorted(set(landed))}
    print(f'# {number} searches, {len(landed)} kills: {counts}; {kept} trials were kept')
    return complaints + cli.gate.expect(number < MOST, f'after {number} searches not all was tried')


if __name__ == '__main__':
    cli.gate.main([
        (f'{KILLS} kills over searches that go on another way change no answer and lose no '
         f'announced trial', cli.in_folder(check)),
    ])
