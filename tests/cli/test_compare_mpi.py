#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold compare --with mpi`: samples over ranks that mpirun starts, what starting them took apart
from the work, and what happens to a rank that dies. Small sums, 2 ranks, whatever the cores.
"""

import csv
import functools
import io
import re
import shutil
import signal
import subprocess
import time

import cli
import ranks

SMALL = ('compare', 'sum', '1e7', '--with', 'threads,mpi', '--workers', '2')
ROUNDS = 2
FEW = ('--runs', str(ROUNDS), '--min-sample', '1ms', '--no-break-even')
SCRIPT = 't1=1s,size=1e7,noise=0.001,seed=7,launch=500ms'


def with_ranks(function):
    """The check, skipped where ranks cannot be started."""
    def call(*arguments):
        if cli.why_no_mpi():
            raise cli.gate.Skip(f'no MPI: {cli.why_no_mpi()}')
        return function(*arguments)
    return call


# ---- one comparison, looked at from all sides ----


@functools.cache
def measured():
    return cli.run(*SMALL, *FEW, '--json', '-')


def series_of(found, way, role='strong'):
    return [series for series in found['series']
            if (series['role'], series['way']) == (role, way)]


@with_ranks
def check_json():
    complaints = cli.fine(measured())
    found = measured().json()
    of_mpi = series_of(found, 'mpi')
    complaints += cli.schema_complaints(found, 'compare-1')
    complaints += cli.gate.expect([s['workers'] for s in of_mpi] == [1, 2], 'other worker counts')
    complaints += cli.gate.expect(len({s['digest'] for s in found['series'] if s['digest']}) == 1,
                                  'the ways have other bits')
    for series in of_mpi:
        samples = series['samples']
        complaints += cli.gate.expect(len(samples) == ROUNDS and not series['failed'], f'{series}')
        for sample in samples:
            complaints += cli.gate.expect(
                sample['launch_ns'] > 0 and sample['ns'] > 0 and sample['cpu_ns'] > 0 and
                sample['ledger']['items_done'] > 0 and
                len(sample['ledger']['workers']) == series['workers'],
                f'an odd sample: {sample}')
    # The fastest, as a busy machine makes some of them slow.
    fastest = {what: min(sample[what] for series in of_mpi for sample in series['samples'])
               for what in ('launch_ns', 'ns')}
    complaints += cli.gate.expect(fastest['launch_ns'] > fastest['ns'], f'a launch in no time: {fastest}')
    others = [sample for series in found['series'] if series['way'] != 'mpi'
              for sample in series['samples']]
    return complaints + cli.gate.expect(all('launch_ns' not in sample for sample in others),
                                        'another way has a launch')


@with_ranks
def check_sentence():
    said = [s['text'] for s in measured().json()['verdict']['sentences'] if s['topic'] == 'start-up']
    return cli.gate.expect(len(said) == 1 and said[0].startswith('Starting 2 ranks of mpi took '),
                           f'{said}')


@with_ranks
@cli.in_folder
def check_search(folder):
    """A search over ranks finds what the serial one does; its recipe is read again by each sample."""
    (folder / 't.csv').write_text('a,y\n' + ''.join(f'{i % 7},{i % 5}\n' for i in range(60)))
    (folder / 'r.json').write_text('{"target": "y", "grid": {"max_depth": [1, 2]}, "n_estimators": 5}')
    ended = cli.run('compare', 'tune', 't.csv', '--recipe', 'r.json', '--with', 'mpi', '--workers', '2',
                    '--runs', '1', '--min-sample', '1ms', '--json', '-', cwd=folder)
    found = ended.json() if ended.out else {'series': []}
    digests = {series['digest'] for series in found['series'] if series['digest']}
    return cli.fine(ended) + cli.gate.expect(len(digests) == 1 and len(series_of(found, 'mpi')) == 2,
                                             f'{digests}')


# ---- by a script ----


def check_scripted():
    """Scripted launches are in no time, and the verdict says what makes up for them."""
    ended = cli.run('compare', 'sum', '1e7', '--with', 'mpi', '--workers', '1,2', '--pretend', SCRIPT,
                    '--runs', '10', '--csv', '-')
    rows = [row for row in csv.DictReader(io.StringIO(ended.out)) if row['way'] == 'mpi']
    text = cli.run('compare', 'sum', '1e7', '--with', 'mpi', '--workers', '1,2', '--pretend', SCRIPT,
                   '--runs', '10').out
    flat = ' '.join(text.split())
    words = ('once its ranks are there; starting them took 500 ms with 1, 500 ms with 2',
             'Starting 2 ranks of mpi took 500 ms (95 % interval 500 ms to 500 ms), which is in none')
    return (cli.fine(ended) +
            cli.gate.expect(len(rows) == 20 and {row['launch_ns'] for row in rows} == {'500000000'},
                            'other launches') +
            cli.gate.expect(all(int(row['ns']) < 1.1e9 for row in rows), 'a launch is in a time') +
            [f'not said: {word}' for word in words if word not in flat])


@cli.in_folder
def check_report(folder):
    """The report has a table of what starting took, whatever made the document."""
    made = folder / 'r.json'
    cli.run('compare', 'sum', '1e7', '--with', 'threads,mpi', '--workers', '1,2', '--pretend', SCRIPT,
            '--runs', '10', '--json', str(made))
    ended = cli.run('report', str(made))
    flat = ' '.join(ended.out.split())
    words = ('What does starting the ranks of MPI cost?', 'What starting the ranks took',
             'mpi with 2 workers 500 ms [500 ms, 500 ms]')
    return cli.fine(ended) + [f'not in the report: {word}' for word in words if word not in flat]


# ---- what goes wrong ----


def ranks_of(process, number):
    """This rank of the sample that a comparison takes."""
    found = ranks.of(ranks.below(process.pid))
    return [found[number]] if number in found else []


@with_ranks
def check_killed():
    """A rank that is killed costs the series that it is of; the others are told, with status 3.

    A rank of the small sum lives for less than a second, so the kill may come too late for one, and
    for all of them: then there is to be more to add.
    """
    for size in ('1e7', '1e8', '1e9', '1e9', '1e10', '1e10'):
        command = ('compare', 'sum', size, '--with', 'mpi', '--workers', '2', *FEW)
        process = cli.start(*command)
        while process.poll() is None and not cli.kill(ranks_of(process, 1)):
            time.sleep(0.002)
        ended = cli.finish(process, command)
        if ended.status != cli.DONE:
            break
    told = ended.out.partition('Verdict')[2]
    return (cli.one_line(ended, cli.FAILED, 'mpi with 2 workers: ') +
            cli.gate.expect(re.search(r'MPI with 2 workers failed after \d rounds?', ' '.join(told.split())), told) +
            [f'left behind: {pid}' for pid in cli.left_behind()])


@with_ranks
def check_interrupted():
    """Ctrl-C ends the ranks of the sample that is under way: here of an endless warm-up."""
    command = ('compare', 'sum', '1e7', '--with', 'mpi', '--workers', '2', *FEW, '--warmup', '1000')
    process = cli.start(*command)
    seen = cli.wait_for(lambda: ranks_of(process, 0))
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process, command)
    return (cli.gate.expect(seen, 'no rank was there') +
            cli.gate.expect(ended.status == -signal.SIGINT and 'nothing to report' in ended.err, str(ended)) +
            [f'left behind: {pid}' for pid in cli.left_behind()])


@cli.in_folder
def check_not_there(folder):
    """Without mpirun: one line, and nothing measured; the other ways are as they were."""
    complaints = []
    for ways in ('mpi', 'threads,mpi'):
        ended = cli.run('compare', 'sum', '1e6', '--with', ways, env=cli.NO_MPI)
        complaints += cli.one_line(ended, cli.UNAVAILABLE, 'mpirun', 'install')
        complaints += cli.gate.expect(not ended.out, f'printed something: {ended}')
    (folder / 'mpirun.openmpi').write_text('#!/bin/sh\nexit 1\n')
    (folder / 'mpirun.openmpi').chmod(0o755)
    ended = cli.run('compare', 'sum', '1e6', '--with', 'mpi',
                    env={'PATH': str(folder), 'MANYFOLD_MODULES': str(folder)})
    return complaints + cli.one_line(ended, cli.UNAVAILABLE, 'module')


@with_ranks
def check_inside():
    """Started by mpirun itself, it says so and does nothing. One rank will do."""
    launcher = shutil.which('mpirun.openmpi') or shutil.which('mpiexec.hydra')
    allowed = {'OMPI_ALLOW_RUN_AS_ROOT': '1', 'OMPI_ALLOW_RUN_AS_ROOT_CONFIRM': '1',
               'ASAN_OPTIONS': 'detect_leaks=0'}  # MPI itself leaks
    complaints = []
    for verb in (('compare', 'sum', '1e6'), ('lab',)):
        ended = subprocess.run([launcher, '-n', '1', cli.TOOL, *verb], env=cli.environment(**allowed),
                               capture_output=True, text=True, timeout=cli.PATIENCE * cli.SLOWER)
        said = [line for line in ended.stderr.splitlines() if line.startswith('manyfold: ')]
        complaints += cli.gate.expect(
            ended.returncode == cli.USAGE and not ended.stdout and len(said) == 1 and
            f'{verb[0]} starts mpirun by itself' in said[0], f'{ended}')
    return complaints


@with_ranks
@cli.in_folder
def check_read_once(folder):
    """Each sample reads the table again, so it cannot come through a pipe."""
    del folder
    return cli.refused(cli.run('compare', 'tune', '-', '-t', 'y', '--grid', 'max_depth=1,2', '--with', 'mpi'),
                       'read once', 'name a file')


if __name__ == '__main__':
    cli.gate.main([
        ('samples over ranks have the bits of the serial way, and their launch apart', check_json),
        ('the verdict says what starting the ranks took', check_sentence),
        ('a search over ranks finds what the serial one does', check_search),
        ('scripted launches are in no time, and in the sentence', check_scripted),
        ('the report tells what starting the ranks took', check_report),
        ('a rank that is killed costs its series, and leaves nothing behind', check_killed),
        ('Ctrl-C ends the ranks of the sample under way', check_interrupted),
        ('without mpirun or its module there is one line, and status 5', check_not_there),
        ('what mpirun has started is told to start without it', check_inside),
        ('a table that can be read once is refused', check_read_once),
    ])
