#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Interruption: the end by that signal within a second, what was done is said, nobody is left."""

import os
import pty
import random
import re
import select
import signal
import time

import cli

ENDLESS = '1e14'  # hours of adding
SECOND = 1.0
INSTANTS = 20


def start_sum(way, *more, **how):
    workers = ('--workers', '2') if way != 'serial' else ()
    return cli.start('sum', ENDLESS, '--with', way, *workers, *more, **how)


def workers_of(process):
    return cli.children(process.pid)


def wait_until_running(process, way):
    """Until requests to stop are taken, and the workers are there, where there are some."""
    cli.wait_until_catches(process)
    if way == 'processes':
        cli.wait_for(lambda: len(workers_of(process)) == 2)
    elif way == 'threads':
        cli.wait_for(lambda: len(os.listdir(f'/proc/{process.pid}/task')) >= 2)


def ended_whole(process):
    """How it ended, and complaints about what it left."""
    ended = cli.finish(process)
    return ended, [f'left behind: {pid}' for pid in cli.left_behind()]


def heed_hangups():
    """Whoever runs the tests may ignore SIGHUP, as nohup does."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def interrupted(way, number, whole_group):
    """The seconds that it took to end, and complaints."""
    process = start_sum(way, start_new_session=True, preexec_fn=heed_hangups)
    wait_until_running(process, way)
    if whole_group:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    ended, complaints = ended_whole(process)
    complaints += cli.one_line(ended, -number, 'cancelled after', 'items')
    complaints += cli.gate.expect(not ended.out, f'printed something: {ended}')
    return ended.seconds, complaints


def interrupted_in_time(*what):
    return cli.in_time(lambda: interrupted(*what), SECOND)


def check_interrupted():
    return [problem for way in cli.WAYS for whole_group in (False, True)
            for problem in interrupted_in_time(way, signal.SIGINT, whole_group)]


def check_other_signals():
    return [problem for number in (signal.SIGTERM, signal.SIGHUP)
            for problem in interrupted_in_time('processes', number, False)]


def check_twice():
    """timeout(1) signals its command and then its group, which is one request to stop.

    Two of one kind can be merged on their way, and then nothing is tried; so they differ here.
    """
    process = start_sum('processes', start_new_session=True)
    wait_until_running(process, 'processes')
    process.send_signal(signal.SIGSTOP)  # so that they arrive at once, whatever keeps us
    process.send_signal(signal.SIGTERM)
    os.killpg(process.pid, signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    ended, complaints = ended_whole(process)
    status = ended.status if ended.status in (-signal.SIGTERM, -signal.SIGINT) else None
    return complaints + cli.one_line(ended, status, 'cancelled after')


def interrupted_hanging():
    process = start_sum('processes')
    wait_until_running(process, 'processes')
    for pid in workers_of(process):
        os.kill(pid, signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    ended, complaints = ended_whole(process)
    return ended.seconds, complaints + cli.one_line(ended, -signal.SIGINT, 'cancelled after')


def check_hanging():
    return cli.in_time(interrupted_hanging, SECOND)


def sleeps(process):
    with open(f'/proc/{process.pid}/stat', 'rb') as stat:
        return stat.read().rpartition(b') ')[2][:1] == b'S'


def interrupted_twice():
    """A serial sum only sleeps when it waits for a reader."""
    reader, writer = cli.full_pipe()
    process = cli.start('sum', '5', '--with', 'serial', stdout=writer)
    cli.wait_until_catches(process)
    waits = cli.wait_for(lambda: sleeps(process))
    took, by_itself = cli.end_by_second(process)
    os.close(reader)
    os.close(writer)
    ended, complaints = ended_whole(process)
    return took, (complaints + cli.gate.expect(waits, 'it does not wait') +
                  cli.gate.expect(not by_itself or ended.status == -signal.SIGINT, str(ended)))


def check_second():
    """A second one does not wait for what the first one began: here for a reader that never comes."""
    return cli.in_time(interrupted_twice, SECOND)


def check_ignored():
    """Under nohup SIGHUP stays ignored."""
    process = start_sum('threads', preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_until_running(process, 'threads')
    process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    complaints = cli.gate.expect(process.poll() is None, 'SIGHUP ended it')
    process.send_signal(signal.SIGINT)
    ended, problems = ended_whole(process)
    return complaints + problems + cli.gate.expect(ended.status == -signal.SIGINT, str(ended))


def kill_parent(chance, most, arguments):
    process = cli.start(*arguments)
    time.sleep(chance.random() * most)
    complaints = cli.gate.expect(process.poll() is None, 'it had ended before it was killed')
    process.kill()
    process.communicate()
    return complaints + [f'a worker outlived its parent: {" ".join(arguments)}'
                         for _ in cli.left_behind()]


def check_parent_killed():
    chance = random.Random(6)
    command = ('sum', ENDLESS, '--with', 'processes', '--workers', '4')
    return [problem for _ in range(INSTANTS) for problem in kill_parent(chance, 0.1, command)]


def check_compare_killed():
    """The size makes a sample take tens of milliseconds, so that kills fall into all of them."""
    chance = random.Random(7)
    command = ('compare', 'sum', '1e9', '--with', 'processes', '--runs', '100000')
    return [problem for _ in range(INSTANTS) for problem in kill_parent(chance, 0.5, command)]


def kill_worker(delay, last):
    """Complaints, and the deaths of which the ledger tells: none when the sum was quicker than we."""
    process = cli.start('sum', str(last), '--with', 'processes', '--workers', '2', '--json', '-')
    cli.wait_for(lambda: workers_of(process) or process.poll() is not None)
    time.sleep(delay)
    cli.kill(workers_of(process)[:1])
    ended = cli.finish(process)
    complaints = cli.fine(ended)
    if complaints:
        return complaints, 0
    result = ended.json()
    complaints += cli.gate.expect(result['sum'] == str(cli.triangle(1, last)), 'a wrong sum')
    return complaints, result['ledger']['deaths']


def check_worker_killed():
    """Where a sum is done before its worker is killed, the next one is longer."""
    chance = random.Random(8)
    complaints, deaths, last = [], 0, 10_000_000_000 // cli.SLOWER
    while deaths < 10 and not complaints:
        problems, died = kill_worker(chance.random() * 0.05, last)
        complaints += problems
        deaths += died
        last += 0 if died else last // 2
    return complaints + [f'left behind: {pid}' for pid in cli.left_behind()]


def interrupt(process, whole_group):
    if whole_group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    return ended_whole(process)


def interrupted_early(after, whole_group):
    process = cli.start('compare', 'sum', ENDLESS, start_new_session=True)
    cli.wait_until_catches(process)
    time.sleep(after)
    ended, complaints = interrupt(process, whole_group)
    return ended.seconds, complaints + cli.one_line(ended, -signal.SIGINT, 'cancelled before one round')


def check_compare_early():
    """Not one round is complete: nothing can be reported, and that is said."""
    return [problem for after, whole_group in ((0, True), (0.3, False), (0.6, True))
            for problem in cli.in_time(lambda: interrupted_early(after, whole_group), SECOND)]


def interrupted_later(*arguments, whole_group):
    """Rounds take milliseconds; that one is complete is seen by its progress on a terminal."""
    master, slave = pty.openpty()
    process = cli.start('compare', 'sum', '1e6', '--runs', '100000', '--min-sample', '0',
                        '--no-break-even', *arguments, env={'TERM': 'xterm'}, stderr=slave,
                        start_new_session=True)
    os.close(slave)
    shown, until = b'', time.monotonic() + cli.PATIENCE * cli.SLOWER
    while not re.search(rb'round (\d\d|[2-9])', shown) and select.select(
            [master], [], [], max(0, until - time.monotonic()))[0]:
        shown += os.read(master, 4096)
    ended, complaints = interrupt(process, whole_group)
    try:
        while piece := os.read(master, 4096):
            shown += piece
    except OSError:
        pass  # the other end is closed
    os.close(master)
    last = shown.split(b'\r\x1b[K')[-1]
    return ended, complaints + cli.gate.expect(not last, f'it said {last[:200]}')


def check_compare_partial():
    """What was measured is reported, marked as stopped early."""
    complaints = []
    for whole_group in (False, True):
        ended, problems = interrupted_later(whole_group=whole_group)
        complaints += problems
        if ended.status != -signal.SIGINT or 'Stopped early' not in ended.out:
            complaints.append(str(ended))
    return complaints


def check_compare_json():
    ended, complaints = interrupted_later('--json', '-', whole_group=False)
    result = ended.json()
    rounds = {len(series['samples']) for series in result['series']}
    complaints += cli.gate.expect(result['stop']['reason'] == 'cancelled', str(result['stop']))
    interrupted_exit = {'status': 128 + signal.SIGINT, 'reason': 'interrupted'}
    complaints += cli.gate.expect(result['exit'] == interrupted_exit, str(result['exit']))
    return complaints + cli.gate.expect(rounds == {result['rounds']} and result['rounds'] > 0,
                                        f'{rounds} samples of {result["rounds"]} rounds')


if __name__ == '__main__':
    cli.gate.main([
        ('Ctrl-C ends a sum of every way and says what was done', check_interrupted),
        ('SIGTERM and SIGHUP do the same', check_other_signals),
        ('one request that arrives twice is one request', check_twice),
        ('Ctrl-C ends workers that hang', check_hanging),
        ('a second Ctrl-C ends at once, though nobody reads', check_second),
        ('what was ignored stays ignored', check_ignored),
        (f'{INSTANTS} killed parents leave no worker', check_parent_killed),
        (f'{INSTANTS} killed comparisons leave no worker', check_compare_killed),
        ('ten killed workers do not change the sum', check_worker_killed),
        ('a comparison interrupted early says so', check_compare_early),
        ('a comparison interrupted later reports the rounds that it has', check_compare_partial),
        ('its JSON holds whole rounds', check_compare_json),
    ])
