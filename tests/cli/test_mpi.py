#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The way mpi: the same bits over any number of ranks, and an end within ten seconds when one is lost.

    test_mpi.py TOOL SANITIZER [long]

`long` makes several machines of this one, and runs a whole search with one to four ranks.
"""

import functools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

import cli
import ranks
from hosts import with_hosts

LIMIT = 10  # seconds, for the end of a run that lost a rank
GRID = ('tune', 'ames', '--grid', 'max_depth=4,none', '--grid', 'max_features=0.1,0.3', '--grid',
        'n_estimators=3,7', '--random-state', '5')
# Minutes on one core, in trials of a tenth of a second: whoever starts it puts an end to it.
LONG_GRID = ('tune', 'ames', '--grid', 'max_features=' + ','.join(f'0.{n}' for n in range(10, 98)), '--grid',
             'min_samples_leaf=' + ','.join(map(str, range(1, 40))), '--random-state', '5', '--no-share',
             '--verbose')
WHOLE = ('tune', 'ames', '--grid', 'max_depth=5,10,15,20,25,30,none', '--grid', 'max_features=sqrt,0.3,none',
         '--grid', 'n_estimators=10,20,40,60,80,100', '--random-state', '1')
ANNOUNCED = re.compile(r'^trial (\d+)\b', re.MULTILINE)


def mpi(*words, n=3, **how):
    ranks.require()
    return cli.start(*words, '--with', 'mpi', '--workers', str(n), **how)


def run_mpi(*words, n=3, timeout=cli.PATIENCE, **how):
    return cli.finish(mpi(*words, n=n, **how), words, timeout)


def answer(ended):
    """What a search found, without what it took."""
    found = ended.json()
    return [{key: trial[key] for key in ('trial', 'parameters', 'scores', 'rank') if key in trial}
            for trial in found['trials']]


# ---- the same bits ----

def check_sum():
    """Any number of ranks, started by hand and by manyfold, with one thread or two in each."""
    words = ('sum', '123456789')
    right = f'{cli.triangle(1, 123456789)}\n'
    complaints = []
    for n in (1, 2, 3, 4):
        complaints += cli.fine(ranks.run_by_hand(n, *words), right)
    return (complaints + cli.fine(run_mpi(*words, n=4), right) +
            cli.fine(run_mpi(*words, '--threads-per-rank', '2', n=4), right) +
            cli.fine(ranks.run_by_hand(2, *words, '--threads-per-rank', '2'), right))


def check_train(folder):
    """The model is the same, byte for byte."""
    words = ('train', 'ames', '--n-estimators', '25', '--random-state', '3', '--quiet', '--model')
    plain = cli.run(*words, 'serial.mf', cwd=folder)
    ended = run_mpi(*words, 'mpi.mf', cwd=folder)
    hand = ranks.run_by_hand(2, *words, 'hand.mf', cwd=folder)
    models = [(folder / name).read_bytes() for name in ('serial.mf', 'mpi.mf', 'hand.mf')
              if (folder / name).exists()]
    return (cli.gate.expect(ended.status == hand.status == plain.status == 0, f'{plain} {ended} {hand}') +
            cli.gate.expect(ended.out == hand.out == plain.out, 'they print different things') +
            cli.gate.expect(len(models) == 3 and len(set(models)) == 1, 'the models differ'))


def check_tune():
    """Searches with shared trees, folds, and each trial alone; scores to the last bit."""
    complaints = []
    for more in ((), ('--no-share',), ('--cv', '3', '--no-share')):
        plain = cli.run(*GRID, *more, '--with', 'serial', '--json', '-')
        for ended in (run_mpi(*GRID, *more, '--json', '-'),
                      ranks.run_by_hand(4, *GRID, *more, '--json', '-')):
            complaints += cli.gate.expect(ended.status == plain.status == 0 and answer(ended) == answer(plain),
                                          f'{more}: {ended} {plain}')
    return complaints


def check_mpich():
    """The other MPI gives the same."""
    plain = cli.run(*GRID, '--with', 'serial', '--json', '-')
    ended = ranks.run_by_hand(3, *GRID, '--json', '-', mpich=True)
    summed = ranks.run_by_hand(3, 'sum', '1e8', mpich=True)
    return (cli.gate.expect(ended.status == 0 and answer(ended) == answer(plain), str(ended)) +
            cli.fine(summed, f'{cli.triangle(1, 10**8)}\n'))


def check_data(folder):
    """Rank 0 alone finds the table; the others are in another folder."""
    table = folder / 't.csv'
    table.write_text('a,b,y\n' + ''.join(f'{i},{i * i % 7},{i * 3 % 11}\n' for i in range(300)), encoding='utf-8')
    away = cli.program(folder / 'away', f'#!/bin/sh\ncd / && exec {cli.TOOL} "$@"\n')
    words = ('tune', 't.csv', '-t', 'y', '--grid', 'max_depth=2,3,4', '--json', '-')
    plain = cli.run(*words, cwd=folder)
    ended = ranks.run_by_hand(3, *words, tools=[cli.TOOL, str(away), str(away)], cwd=folder)
    return cli.gate.expect(ended.status == plain.status == 0 and answer(ended) == answer(plain), f'{ended} {plain}')


def check_plain_text():
    """What mpirun makes of the outputs is not taken for a terminal."""
    env = {'TERM': 'xterm-256color'}
    complaints = []
    for ended in (run_mpi(*GRID, env=env), ranks.run_by_hand(2, *GRID, env=env)):
        complaints += cli.gate.expect('\nBest\n' in ended.out and '\x1b' not in ended.out + ended.err,
                                      f'{ended} {ended.out!r}')
    return complaints


# ---- ranks that are lost ----

def lose(number, rank, n=3, by_hand=False):
    """A search that has begun, of which one rank gets the signal; how it ended, the ranks, and the
    seconds until the last one is gone, or None."""
    process = ranks.by_hand(n, *LONG_GRID) if by_hand else mpi(*LONG_GRID, n=n)
    process.stderr.readline()  # the first trial is done
    found = ranks.started(process.pid, n)
    if len(found) == n:
        os.kill(found[rank], number)
    began = time.monotonic()
    ended = cli.finish(process, LONG_GRID)
    return ended, found, until_gone(found.values(), began)


def until_gone(pids, began):
    """The seconds until these processes are gone, or None when they stay."""
    return time.monotonic() - began if cli.wait_for(lambda: not ranks.alive(pids)) else None


def judge_lost(ended, found, n, *words):
    lines = [line for line in ended.err.splitlines() if not ANNOUNCED.match(line)]
    return (cli.gate.expect(len(found) == n, f'ranks: {found}') +
            cli.gate.expect(ended.status == cli.FAILED, str(ended)) +
            cli.gate.expect(len(lines) == 1 and lines[0].startswith('manyfold: ') and
                            all(word in lines[0] for word in (*words, socket.gethostname())), f'{lines}'))


def lost_in_time(number, rank, *words, n=3):
    def attempt():
        ended, found, took = lose(number, rank, n)
        return took, judge_lost(ended, found, n, *words) + cli.gate.expect(took, 'ranks are left')
    return cli.in_time(attempt, LIMIT, 3)


def check_killed():
    return lost_in_time(signal.SIGKILL, 2, 'rank 2 on ', 'signal 9')


def check_stopped():
    """One that is stopped is not noticed by MPI. While that takes, only one other rank keeps a processor
    busy; that others are still sent what they need is seen where ranks were started by hand."""
    return lost_in_time(signal.SIGSTOP, 1, 'rank 1 (process ', 'has not been heard of for 6 s', n=2)


def check_first_stopped():
    """Rank 0 itself: another one notices."""
    return lost_in_time(signal.SIGSTOP, 0, 'rank 0 (process ', 'has not been heard of for 6 s')


def check_by_hand():
    """Under mpirun alone, which has words of its own."""
    def attempt():
        ended, _, took = lose(signal.SIGSTOP, 2, by_hand=True)
        return took, (
            cli.gate.expect(ended.status == cli.FAILED, f'{ended}') +
            cli.gate.expect('manyfold: rank 2 (process' in ended.err, ended.err) +
            cli.gate.expect(took, 'ranks are left'))
    return cli.in_time(attempt, LIMIT, 3)


def end_launcher(number, whom):
    """The seconds until all that it started is gone, and complaints."""
    process = mpi(*LONG_GRID)
    process.stderr.readline()
    found = ranks.started(process.pid, 3)
    launcher = cli.children(process.pid)
    os.kill(launcher[0] if whom == 'mpirun' else process.pid, number)
    began = time.monotonic()
    ended = cli.finish(process)
    took = until_gone([*found.values(), *launcher], began)
    cli.left_behind()
    return took, (cli.gate.expect(len(found) == 3 and took, f'{whom}, {number.name}: {found} are left') +
                  cli.gate.expect(ended.status not in (0, 'hangs') and 'orted' not in ended.err and
                                  '-----' not in ended.err, f'{whom}, {number.name}: {ended}'))


def check_launcher():
    """Without the one that started them, no rank stays, whoever is killed and how."""
    return [problem for whom in ('mpirun', 'manyfold') for number in (signal.SIGKILL, signal.SIGTERM)
            for problem in cli.in_time(functools.partial(end_launcher, number, whom), LIMIT, 3)]


def cut_short(folder, n_lines, disturb):
    """A search with a journal that was disturbed when so many trials were announced: its words, what
    was announced before, and how it ended. Where all was done before, it is to take longer."""
    for trees in (15 // cli.SLOWER, 60 // cli.SLOWER, 240):
        some = ('tune', 'ames', '--grid', 'max_features=' + ','.join(f'0.{n}' for n in range(10, 50)),
                '--grid', f'n_estimators={trees}', '--random-state', '5', '--no-share', '--verbose', '--json', '-')
        process = mpi(*some, '--journal', f'{trees}.db', cwd=folder)
        first = ''.join(process.stderr.readline().decode() for _ in range(n_lines))
        disturb(process)
        ended = cli.finish(process)
        if ended.status != cli.DONE and len(set(ANNOUNCED.findall(first + ended.err))) < 40:
            break
    return some, ('--journal', f'{trees}.db'), first, ended


def check_interrupt(folder):
    """Ctrl-C ends in order; the same command goes on: nothing that was announced is computed again."""
    words, journal, first, ended = cut_short(folder, 1, lambda process: process.send_signal(signal.SIGINT))
    plain = cli.run(*words)
    announced = set(ANNOUNCED.findall(first + ended.err))
    again = run_mpi(*words, *journal, cwd=folder)
    kept = {str(trial['trial']) for trial in again.json()['trials'] if trial['state'] == 'kept'}
    others = [line for line in (first + ended.err).splitlines()
              if not ANNOUNCED.match(line) and not line.startswith('manyfold: ')]
    return (cli.gate.expect(not others, f'lines of mpirun: {others}') +
            cli.gate.expect(ended.status == -signal.SIGINT and
                            'kept, to go on: manyfold tune' in ended.err and len(answer(ended)) == 40, str(ended)) +
            cli.gate.expect(0 < len(announced) < 40 and announced <= kept, f'announced {announced}, kept {kept}') +
            cli.gate.expect(again.status == 0 and answer(again) == answer(plain), str(again)))


def check_echo(folder):
    """timeout(1) signals its command and then the group: what comes at once is one request."""
    process = mpi(*LONG_GRID, '--journal', 'j.db', cwd=folder)
    process.stderr.readline()
    cli.send_signals(process, signal.SIGINT, signal.SIGTERM)
    ended = cli.finish(process)
    return cli.gate.expect(ended.status in (-signal.SIGINT, -signal.SIGTERM) and
                           'kept, to go on: manyfold tune' in ended.err, f'{ended}')


def check_early():
    """A request that comes before mpirun has a rank that could take it is not lost."""
    process = mpi(*LONG_GRID)
    ready = cli.wait_for(lambda: [pid for pid in cli.children(process.pid) if cli.catches(pid, signal.SIGUSR1)])
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process)
    return (cli.gate.expect(ready, 'mpirun does not take it') +
            cli.gate.expect(ended.status == -signal.SIGINT, f'{ended}'))


def ignores(pid, number):
    status = cli.gate.text(pathlib.Path(f'/proc/{pid}/status'))
    return bool(int(re.search(r'^SigIgn:\s*(\w+)', status, re.MULTILINE).group(1), 16) >> (number - 1) & 1)


def check_asked(folder):
    """SIGUSR1 to mpirun ends the search in order; ranks that are to ignore SIGTERM do, as batch scripts want it."""
    start = cli.program(folder / 'start',
                        f'#!/bin/sh\n[ "$OMPI_COMM_WORLD_RANK" = 0 ] || trap "" TERM\nexec {cli.TOOL} "$@"\n')
    words = (*LONG_GRID, '--journal', 'j.db')
    process = ranks.by_hand(2, *words, tools=[str(start)] * 2, cwd=folder)
    first = process.stderr.readline().decode()
    found = ranks.started(process.pid, 2)
    ignoring = {rank: ignores(pid, signal.SIGTERM) for rank, pid in found.items()}
    process.send_signal(signal.SIGUSR1)
    ended = cli.finish(process, words)
    return (cli.gate.expect(ANNOUNCED.match(first) and ignoring == {0: False, 1: True}, f'{first} {ignoring}') +
            cli.gate.expect(ended.status == 130 and 'kept, to go on: manyfold tune' in ended.err and
                            'is the best so far' in ended.out, f'{ended} {ended.out!r}'))


def interrupted_unread():
    reader, writer = cli.full_pipe()
    process = mpi('sum', '5', n=1, stdout=writer)
    mpirun_ended = cli.wait_for(lambda: cli.children(process.pid, ended=True))
    took, by_itself = cli.end_by_second(process)
    os.close(reader)
    os.close(writer)
    ended = cli.finish(process)
    return took, (cli.gate.expect(mpirun_ended, 'mpirun goes on') +
                  cli.gate.expect(not by_itself or ended.status == -signal.SIGINT, str(ended)))


def check_unread():
    """A second request ends it, though nobody reads what it prints."""
    return cli.in_time(interrupted_unread, 1)


def end_mpich(env, what):
    """As end_launcher, where one rank can be killed, too."""
    process = mpi(*LONG_GRID, env=env)
    process.stderr.readline()
    launcher = cli.children(process.pid)[0]
    below = ranks.below(process.pid)
    found = [pid for pid in below if ranks.name_of(pid) == os.path.basename(cli.TOOL)[:15]]
    os.kill({'Ctrl-C': process.pid, 'rank': found[1], 'mpirun': launcher}[what],
            signal.SIGINT if what == 'Ctrl-C' else signal.SIGKILL)
    began = time.monotonic()
    ended = cli.finish(process)
    lines = [line for line in ended.err.splitlines() if not ANNOUNCED.match(line)]
    took = until_gone(below, began)
    return took, (cli.gate.expect(len(found) == 3 and took, f'{what}: left of {below}') +
                  cli.gate.expect(ended.status == (-signal.SIGINT if what == 'Ctrl-C' else cli.FAILED) and
                                  'BAD TERMINATION' not in ended.out + ended.err and
                                  (what == 'Ctrl-C' or len(lines) == 1 and 'signal 9' in lines[0]),
                                  f'{what}: {ended} {ended.out!r}'))


def check_mpich_ends(folder):
    """Under MPICH: Ctrl-C ends by the signal; of a rank that is killed one line tells; nothing stays."""
    env = ranks.only_mpich(folder)
    return [problem for what in ('Ctrl-C', 'rank', 'mpirun')
            for problem in cli.in_time(functools.partial(end_mpich, env, what), LIMIT, 3)]


def check_letters():
    """The last number of workers counts, however it is spelt."""
    words = ('sum', '5', '--with', 'mpi')
    complaints = []
    for spelt in (('--workers', '2', '-j', '3'), ('-qj3',), ('-j2', '-qj', '3'), ('-j', '2', '--workers=3')):
        # Two workers would not fill a rank of three threads, and are refused.
        complaints += cli.fine(cli.run(*words, *spelt, '--threads-per-rank', '3'), '15\n')
    return complaints


def check_resume(folder):
    """After the loss of a rank, too: at most what was under way is computed again."""
    words, journal, first, ended = cut_short(
        folder, 5, lambda process: cli.kill([ranks.started(process.pid, 3).get(1, process.pid)]))
    plain = cli.run(*words)
    announced = set(ANNOUNCED.findall(first + ended.err))
    again = run_mpi(*words, *journal, cwd=folder)
    kept = {str(trial['trial']) for trial in again.json()['trials'] if trial['state'] == 'kept'}
    return (cli.gate.expect(ended.status == cli.FAILED, str(ended)) +
            cli.gate.expect(5 <= len(announced) < 40 and announced <= kept, f'announced {announced}, kept {kept}') +
            cli.gate.expect(not announced & set(ANNOUNCED.findall(again.err)), 'announced again') +
            cli.gate.expect(again.status == 0 and answer(again) == answer(plain), str(again)))


# ---- what does not fit ----

def lines_of(ended):
    """The lines that are ours, as mpirun adds its own."""
    return [line for line in ended.err.splitlines() if line.startswith('manyfold: ')]


def judge_line(ended, status, *words):
    said = lines_of(ended)
    return cli.gate.expect(ended.status == status and len(said) == 1 and all(word in said[0] for word in words),
                           str(ended))


def check_build(folder):
    """Ranks of two builds, of two numbers of threads."""
    other = folder / os.path.basename(cli.TOOL)
    subprocess.run(['sh', '-c', 'cp -p "$0" "$1" && printf "another build" >>"$1"', cli.TOOL, other], check=True)
    wide = cli.program(folder / 'wide', f'#!/bin/sh\nMANYFOLD_THREADS_PER_RANK=2 exec {cli.TOOL} "$@"\n')
    env = {'MANYFOLD_MODULES': os.path.abspath(os.path.join(os.path.dirname(cli.TOOL), '..', 'mpi'))}
    differ = ranks.run_by_hand(2, 'sum', '5', tools=[cli.TOOL, str(other)], env=env)
    threads = ranks.run_by_hand(2, 'sum', '5', tools=[cli.TOOL, str(wide)])
    return (judge_line(differ, cli.SAID_NO, 'rank 1 on ', '(build ', 'the same build') +
            judge_line(threads, cli.USAGE, 'rank 1 on ', '2 threads', '--threads-per-rank'))


def check_module(folder):
    """No module, and one for another manyfold."""
    ranks.require()
    env = {'MANYFOLD_MODULES': str(folder)}
    missing = ranks.run_by_hand(1, 'sum', '5', env=env)
    complaints = judge_line(missing, cli.UNAVAILABLE, 'mpi-openmpi.so')
    compiler = shutil.which('cc')
    if compiler:
        (folder / 'm.c').write_text('const unsigned manyfold_mpi_api[32] = {999};\n', encoding='utf-8')
        subprocess.run([compiler, '-shared', '-fPIC', '-o', folder / 'mpi-openmpi.so', folder / 'm.c'], check=True)
        complaints += judge_line(ranks.run_by_hand(1, 'sum', '5', env=env), cli.UNAVAILABLE, 'another version')
    return complaints


def check_no_host():
    """A host that is not there is told by ssh, in one line of ours."""
    ranks.require()
    if not shutil.which('ssh'):
        raise cli.gate.Skip('no ssh')
    return cli.one_line(cli.run('sum', '5', '--with', 'mpi', '--hosts', 'nobody.invalid:2'),
                        cli.UNAVAILABLE, 'nobody.invalid', 'ssh HOST true')


def check_full(folder):
    """Outputs that cannot be written: mpirun itself does not notice."""
    with open('/dev/full', 'wb') as full:
        ended = run_mpi('sum', '5', n=2, stdout=full)
    return (cli.one_line(ended, cli.OUTPUT, 'standard output') +
            cli.one_line(run_mpi('train', 'ames', '--n-estimators', '2', '--quiet', '--model', '/dev/full', cwd=folder),
                         cli.OUTPUT, '/dev/full'))


def check_doctor():
    """doctor says with which MPI, or what to install."""
    ranks.require()
    with_mpi, without = (cli.run('doctor', env=env).out for env in ({}, cli.NO_MPI))
    return (cli.gate.expect(re.search(r'\n  mpi .*Open MPI v[\d.]+,\s+started by\s+/.*mpirun', with_mpi), with_mpi) +
            cli.gate.expect(re.search(r'\n  mpi .*not available: [^\n]*\s+[^\n]*install\s+openmpi-bin', without),
                            without))


# ---- several machines ----

def check_hosts(hosts):
    """Three machines: the same answer, with a table that one of them has."""
    table = hosts.own / 't.csv'
    hosts.write('mfa', table, 'a,b,y\n' + ''.join(f'{i},{i * i % 7},{i * 3 % 11}\n' for i in range(300)))
    words = ('tune', str(table), '-t', 'y', '--grid', 'max_depth=2,3,4', '--json', '-')
    plain = hosts.run(*words)
    ended = hosts.run(*words, '--with', 'mpi', '--hosts', 'mfa:1,mfb:2,mfc:1')
    return cli.gate.expect(ended.status == plain.status == 0 and answer(ended) == answer(plain), f'{ended} {plain}')


def check_hosts_mpich(hosts):
    """The same with MPICH; a rank that is killed and a host that is not there are told in one line."""
    only = hosts.folder / 'only'
    only.mkdir()
    path = ranks.only_mpich(only)['PATH']
    table = hosts.own / 't.csv'
    hosts.write('mfa', table, 'a,b,y\n' + ''.join(f'{i},{i * i % 7},{i * 3 % 11}\n' for i in range(300)))
    words = ('tune', str(table), '-t', 'y', '--grid', 'max_depth=2,3,4', '--json', '-')
    plain = hosts.run(*words)
    ended = hosts.run(*words, '--with', 'mpi', '--hosts', 'mfa:1,mfb:2,mfc:1', path=path)
    nobody = hosts.run('sum', '5', '--with', 'mpi', '--hosts', 'mfa:1,nobody.invalid:1', path=path)
    process = hosts.start(*LONG_GRID, '--with', 'mpi', '--hosts', 'mfa:1,mfb:1,mfc:1', path=path)
    process.stderr.readline()
    found = {ranks.variable_of(pid, 'PMI_RANK'): pid for pid in hosts.pids()
             if ranks.name_of(pid) == os.path.basename(cli.TOOL)[:15] and ranks.variable_of(pid, 'PMI_RANK')}
    os.kill(found['2'], signal.SIGKILL)
    killed = cli.finish(process)
    lines = [line for line in killed.err.splitlines() if not ANNOUNCED.match(line)]
    return (cli.gate.expect(ended.status == plain.status == 0 and answer(ended) == answer(plain), f'{ended} {plain}') +
            cli.one_line(nobody, cli.UNAVAILABLE, 'nobody.invalid', 'ssh HOST true') +
            cli.gate.expect(killed.status == cli.FAILED and killed.seconds < LIMIT and len(lines) == 1 and
                            'a rank on mfc was killed by signal 9' in lines[0], f'{killed.seconds} s, {killed}') +
            cli.gate.expect(cli.wait_for(lambda: not ranks.alive(found.values()), 20), f'left: {found}'))


def lose_host(hosts, how):
    process = hosts.start(*LONG_GRID, '--with', 'mpi', '--hosts', 'mfa:1,mfb:1,mfc:1')
    process.stderr.readline()
    found = ranks.all_of(hosts.pids, 3)
    how(found)
    ended = cli.finish(process)
    lines = [line for line in ended.err.splitlines() if not ANNOUNCED.match(line)]
    return (cli.gate.expect(len(found) == 3, f'ranks: {found}') +
            cli.gate.expect(ended.status == cli.FAILED and ended.seconds < LIMIT, f'{ended.seconds} s, {ended}') +
            cli.gate.expect(len(lines) == 1 and 'mfc' in lines[0], str(lines)) +
            cli.gate.expect(cli.wait_for(lambda: not ranks.alive(found.values())), f'left: {found}'))


def check_hosts_killed(hosts):
    return lose_host(hosts, lambda found: os.kill(found[2], signal.SIGKILL))


def check_hosts_stopped(hosts):
    return lose_host(hosts, lambda found: os.kill(found[2], signal.SIGSTOP))


def check_hosts_cut(hosts):
    return lose_host(hosts, lambda found: hosts.cable('mfc', 'down'))


def check_hosts_other(hosts):
    """A machine without manyfold where it stands here, and one with another build."""
    env = os.path.abspath(os.path.join(os.path.dirname(cli.TOOL), '..', 'mpi'))
    here = hosts.folder / 'src' / 'cli' / os.path.basename(cli.TOOL)
    here.parent.mkdir(parents=True)
    shutil.copy2(cli.TOOL, here)
    shutil.copytree(env, hosts.folder / 'src' / 'mpi', ignore=shutil.ignore_patterns('*.p'))
    words = ('sum', '1e6', '--with', 'mpi', '--hosts', 'mfa:1,mfb:1')
    fine = hosts.run(*words, tool=str(here))
    other = hosts.folder / 'other'
    shutil.copy2(here, other)
    with open(other, 'ab') as program:
        program.write(b'another build')
    subprocess.run(hosts.inside('mfb', 'mount', '--bind', str(other), str(here)), check=True)
    differs = hosts.run(*words, tool=str(here))
    subprocess.run(hosts.inside('mfb', 'umount', str(here)), check=True)
    subprocess.run(hosts.inside('mfb', 'mount', '-t', 'tmpfs', 'none', str(here.parent)), check=True)
    missing = hosts.run(*words, tool=str(here))
    return (cli.fine(fine, f'{cli.triangle(1, 10**6)}\n') +
            cli.one_line(differs, cli.SAID_NO, 'rank 1 on mfb', 'the same build') +
            cli.one_line(missing, cli.UNAVAILABLE, 'mfb', 'manyfold'))


def check_whole():
    """All 126 trials with one to four ranks."""
    plain = cli.run(*WHOLE, '--with', 'serial', '--json', '-', timeout=600)
    complaints = cli.gate.expect(len(answer(plain)) == 126, str(plain))
    for n in (1, 2, 3, 4):
        ended = run_mpi(*WHOLE, '--json', '-', n=n, timeout=600)
        complaints += cli.gate.expect(ended.status == 0 and answer(ended) == answer(plain), f'{n} ranks: {ended}')
    return complaints


SHORT = [
    ('sums over one to four ranks', check_sum),
    ('models are the same, byte for byte', cli.in_folder(check_train)),
    ('searches have the same scores, bit for bit', check_tune),
    ('MPICH gives the same', check_mpich),
    ('only rank 0 needs the table', cli.in_folder(check_data)),
    ('what mpirun passes on is no terminal', check_plain_text),
    ('a rank that is killed', check_killed),
    ('a rank that is stopped', check_stopped),
    ('Ctrl-C ends in order, and the search goes on', cli.in_folder(check_interrupt)),
    ('two signals at once ask once', cli.in_folder(check_echo)),
    ('Ctrl-C before a rank can take it', check_early),
    ('SIGUSR1 to mpirun ends in order', cli.in_folder(check_asked)),
    ('Ctrl-C while nobody reads', check_unread),
    ('how MPICH ends', cli.in_folder(check_mpich_ends)),
    ('the last number of workers counts', check_letters),
    ('ranks that do not fit together', cli.waits(cli.in_folder(check_build))),
    ('modules that are missing or of another version', cli.waits(cli.in_folder(check_module))),
    ('a host that is not there', check_no_host),
    ('a full disk', cli.waits(cli.in_folder(check_full))),
    ('doctor tells of mpi', check_doctor),
]

LONG = [
    ('rank 0 is stopped', check_first_stopped),
    ('a rank that is stopped under mpirun alone', check_by_hand),
    ('nothing stays when a launcher ends', check_launcher),
    ('a search goes on after the loss of a rank', cli.in_folder(check_resume)),
    ('three machines', with_hosts(check_hosts)),
    ('three machines: a rank is killed', with_hosts(check_hosts_killed)),
    ('three machines: a rank is stopped', with_hosts(check_hosts_stopped)),
    ('three machines: a cable is cut', with_hosts(check_hosts_cut)),
    ('three machines with MPICH', with_hosts(check_hosts_mpich)),
    ('machines without manyfold, or with another', with_hosts(check_hosts_other, ('mfa', 'mfb'))),
    ('all 126 trials over one to four ranks', check_whole),
]

if __name__ == '__main__':
    sys.exit(cli.gate.main(LONG) if sys.argv[3:] == ['long'] else cli.main(SHORT))
