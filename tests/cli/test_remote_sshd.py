#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold remote` against a real sshd.

    test_remote_sshd.py TOOL SANITIZER [long]

On loopback by default; `long` puts the other machine into a network of its own, whose cable is pulled.
"""

import os
import shutil
import signal
import subprocess
import sys

import cli
from machines import Sshd

TABLE = 'a,b,y\n' + ''.join(f'{i},{i * i % 7},{i * 3 % 11}\n' for i in range(400))


def search(times=1):
    """Some seconds of work on one core, or some times as much."""
    return ('tune', 'data/t.csv', '-t', 'y', '--grid', 'max_depth=none,30,20', '--grid',
            'n_estimators=' + ','.join(str(n * times) for n in range(100, 1600, 100)), '--workers', '1',
            '--no-share', '--quiet', '--journal', 'results/j.db', '--csv', 'trials.csv')


SEARCH = search()


def with_sshd(check, real=True):
    def call(folder):
        with Sshd(folder, real) as machine:
            (machine.here / 'data' / 't.csv').write_text(TABLE, encoding='utf-8')
            return check(machine)
    return cli.in_folder(call)


def trials(machine):
    path = machine.here / 'trials.csv'
    return len(path.read_text(encoding='utf-8').splitlines()) - 1 if path.exists() else 0


def check_search(machine):
    """A search goes there and its answer, journal and table are here."""
    words = (*SEARCH[:5], 'max_depth=2,3', *SEARCH[10:])
    plain = cli.run(*words[:6], '--quiet', cwd=machine.here)
    ended = machine.run('--', *words)
    again = machine.run('--', *words)
    runs = cli.run('runs', 'list', 'results/j.db', cwd=machine.here)
    return (cli.gate.expect(ended.status == 0 and ended.out == plain.out != '', f'{ended} {ended.out!r} {plain}') +
            cli.gate.expect('brought there: 1 file' in ended.err and 'brought back' in ended.err, ended.err) +
            cli.gate.expect(again.status == 0 and 'brought there' not in again.err, again.err) +
            cli.gate.expect(trials(machine) == 2 and runs.status == 0 and 'done' in runs.out, str(runs)))


def check_cut(machine):
    """Connections are killed on both sides while a search is there, which does not begin before that;
    it is followed to its end."""
    wait = machine.home / 'wait'
    wait.touch()
    process = machine.start('--', *SEARCH)
    there = machine.there() / '.manyfold' / 'run' / 'child'
    complaints = []
    for victims in (lambda: cli.children(process.pid), machine.sessions):
        cli.wait_for(lambda: there.exists() and machine.sessions() and cli.children(process.pid))
        cut = {*machine.sessions(), *cli.children(process.pid)}
        # The session of a connection that was cut ends a little later: then there may be none.
        complaints += cli.gate.expect(cli.wait_for(lambda: cli.kill(victims())), 'there was nothing to kill')
        cli.wait_for(lambda: not cut & {*machine.sessions(), *cli.children(process.pid)})
    wait.unlink()
    ended = cli.finish(process)
    return (complaints + cli.gate.expect(ended.status == 0 and 'trying again' in ended.err, str(ended)) +
            cli.gate.expect(trials(machine) == 45, f'{trials(machine)} trials'))


def check_taken_up(machine):
    """Ctrl-C here leaves the search alone; --stop ends it there; the same command goes on with its journal.

    Where the search was done before it could be stopped, there is to be more of it.
    """
    for times in (1, 4, 16):
        words = search(times)
        process = machine.start('--', *words)
        journal = machine.there() / 'results' / 'j.db'
        cli.wait_for(lambda: journal.exists() and journal.stat().st_size > 0)
        process.send_signal(signal.SIGINT)
        ended = cli.finish(process)
        stopped = machine.run('--stop')
        if ended.status != cli.DONE and 'it had ended' not in stopped.out:
            break
        shutil.rmtree(journal.parent)
    attached = machine.run('--attach')
    again = machine.run('--', *words)
    return (cli.gate.expect(ended.status == -signal.SIGINT and '--attach' in ended.err, str(ended)) +
            cli.gate.expect(stopped.status == 0 and 'stopped, with status 143' in stopped.out, str(stopped)) +
            cli.gate.expect(attached.status == 143 and (machine.here / 'results' / 'j.db').exists(), str(attached)) +
            cli.gate.expect(again.status == 0 and trials(machine) == 45, f'{again}, {trials(machine)}'))


def check_attached(machine):
    """What is started and left alone is found by --attach, running or not, with all of its output."""
    process = machine.begin('--', 'sum', '5', '--json', 'made.json')
    process.kill()
    cli.finish(process)
    follower = machine.start('--attach')
    first = follower.stdout.readline()
    machine.go(5)
    ended = cli.finish(follower)
    second = machine.run('--attach')
    return (cli.gate.expect(first == b'it begins\n' and ended.status == 5, str(ended)) +
            cli.gate.expect(second.status == 5 and second.out == 'it begins\nit ends', str(second)) +
            cli.gate.expect((machine.here / 'results' / 'made').exists(), 'no result came back') +
            cli.gate.expect(len(machine.runs()) == 1, str(machine.runs())))


def check_places(machine):
    """Folders with blanks, quotes and what shells read, through sshd and the shell of the user."""
    machine.go()
    complaints = []
    for name in ("with 'quotes' and blanks", '$(touch CANARY)', '"; touch CANARY; "', '*', '-n', 'back\\slash'):
        place = machine.home / name
        ended = cli.run('remote', f'there:{place}', '--quiet', '--', 'sum', '5', '; touch CANARY', "'",
                        cwd=machine.here, env=machine.environment())
        complaints += cli.gate.expect(ended.status == 0 and (place / 'data' / 't.csv').exists(), f'{name}: {ended}')
        complaints += cli.gate.expect(machine.runs()[-1:] == [[b'sum', b'5', b'; touch CANARY', b"'"]], name)
    return complaints + [f'{path} was made' for path in machine.folder.rglob('CANARY')]


def check_errors(machine):
    """Machines that do not let us in, each with what would help."""
    complaints = []
    for host, words in (('stranger', ('Permission denied', 'ssh-copy-id')),
                        ('changed', ('failed', 'ssh-keygen -R')),
                        ('unknown', ('Host key verification failed', 'log in by hand')),
                        ('closed', ('Connection refused', 'Port in'))):
        for command in (('--', 'sum', '5'), ('--attach',), ('--stop',)):
            complaints += cli.one_line(machine.run(*command, host=host), cli.FAILED, *words)
        checked = machine.run('--check', host=host)
        complaints += cli.gate.expect(checked.status == cli.SAID_NO and 'login     missing' in checked.out and
                                      all(word in checked.out for word in words), str(checked) + checked.out)
    return complaints


def check_check(machine):
    ended = machine.run('--check')
    lines = {line.split()[0]: line.split()[1] for line in ended.out.splitlines()}
    return cli.fine(ended) + cli.gate.expect(
        all(lines.get(name) == 'ok' for name in ('login', 'rsync', 'manyfold', 'cores', 'folder')), ended.out)


# ---- a network of its own ----

class Network:
    """A second network with a cable to ours, where it may be made."""

    def __init__(self):
        self.name = f'mf{os.getpid()}'
        self.address, ours = '10.213.77.2', '10.213.77.1'
        self.ours = f'mfa{os.getpid()}'[:15]
        theirs = f'mfb{os.getpid()}'[:15]
        try:
            self.ip('netns', 'add', self.name)
            self.ip('link', 'add', self.ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', self.name)
            self.ip('addr', 'add', f'{ours}/30', 'dev', self.ours)
            self.ip('link', 'set', self.ours, 'up')
            self.ip('-n', self.name, 'addr', 'add', f'{self.address}/30', 'dev', theirs)
            self.ip('-n', self.name, 'link', 'set', theirs, 'up')
            self.ip('-n', self.name, 'link', 'set', 'lo', 'up')
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            said = getattr(error, 'stderr', None) or str(error)
            raise cli.gate.Skip(f'no network can be made: {said.strip()}')

    @staticmethod
    def ip(*words):
        subprocess.run(['ip', *words], check=True, capture_output=True, text=True)

    def cable(self, state):
        self.ip('link', 'set', self.ours, state)

    def close(self):
        subprocess.run(['ip', 'link', 'del', self.ours], capture_output=True)
        subprocess.run(['ip', 'netns', 'del', self.name], capture_output=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def with_network(check, real=True):
    def call(folder):
        with Network() as network, Sshd(folder, real, network.address,
                                        ('ip', 'netns', 'exec', network.name)) as machine:
            (machine.here / 'data' / 't.csv').write_text(TABLE, encoding='utf-8')
            return check(machine, network)
    return cli.in_folder(call)


def check_pulled(machine, network):
    """The cable is pulled while a command runs: it is noticed, and followed on when it is back."""
    process = machine.start('--', 'sum', '5', '--json', 'made.json')
    first = process.stdout.readline()
    network.cable('down')
    line = process.stderr.readline()
    while b'trying again' not in line and line != b'':
        line = process.stderr.readline()
    machine.go(6)
    network.cable('up')
    ended = cli.finish(process)
    return (cli.gate.expect(first == b'it begins\n' and b'trying again' in line, f'{first} {line}') +
            cli.gate.expect(ended.status == 6 and ended.out == 'it ends', str(ended)) +
            cli.gate.expect((machine.here / 'results' / 'made').exists(), 'no result came back') +
            cli.gate.expect(len(machine.runs()) == 1, str(machine.runs())))


def check_gone(machine, network):
    """A cable that stays pulled is told, and the command goes on there."""
    process = machine.start('--tries', '1', '--', 'sum', '5')
    process.stdout.readline()
    network.cable('down')
    ended = cli.finish(process)
    network.cable('up')
    machine.go()
    attached = machine.run('--attach')
    return (cli.gate.expect(ended.status == cli.FAILED and '--attach follows it' in ended.err, str(ended)) +
            cli.gate.expect(attached.status == 0 and attached.out == 'it begins\nit ends', str(attached)))


LOOPBACK = [
    ('a search runs there and everything is here afterwards', with_sshd(check_search)),
    ('killed connections are made again', with_sshd(check_cut)),
    ('a search that was left is stopped and taken up', with_sshd(check_taken_up)),
    ('a command that was left is found', with_sshd(check_attached, real=False)),
    ('folders of any name', with_sshd(check_places, real=False)),
    ('machines that do not let us in', with_sshd(check_errors, real=False)),
    ('--check finds what is there', with_sshd(check_check)),
]

NETWORK = [
    ('in a network of its own: a search', with_network(lambda machine, _: check_search(machine))),
    ('in a network of its own: a cable that is pulled and put back', with_network(check_pulled, real=False)),
    ('in a network of its own: a cable that stays pulled', with_network(check_gone, real=False)),
]

if __name__ == '__main__':
    sys.exit(cli.gate.main(NETWORK if sys.argv[3:] == ['long'] else LOOPBACK))
