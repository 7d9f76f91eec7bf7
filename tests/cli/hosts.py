# SPDX-License-Identifier: Apache-2.0
"""Several machines on one: each a network of its own with an address, a name, an sshd and a folder
that the others do not have, all joined by a switch."""

import os
import pathlib
import shutil
import signal
import subprocess

import cli
from machines import descendants, free_port

PREFIX = '10.213.78.'

SSHD = """ListenAddress {address}
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
MaxStartups 100
SetEnv PATH="{path}"
"""

SSH = """Host *
    Port {port}
    IdentityFile {folder}/user_key
    IdentitiesOnly yes
    IdentityAgent none
    GlobalKnownHostsFile none
    UserKnownHostsFile {folder}/known_hosts
"""

# What a host is before its sshd runs: a name, what it calls the others, and a folder of its own.
START = """hostname "$1" && mount --make-rprivate / && mount --bind "$2/hosts" /etc/hosts &&
mount -t tmpfs none /run && mkdir -m 755 /run/sshd && mount -t tmpfs none "$2/own" &&
exec "$3" -D -e -f "$2/sshd_$1"
"""


def ip(*words):
    subprocess.run(['ip', *words], check=True, capture_output=True, text=True)


class Hosts:
    def __init__(self, folder, names=('mfa', 'mfb', 'mfc')):
        self.sshd = shutil.which('sshd', path=f'{os.environ["PATH"]}:/usr/sbin:/sbin')
        if os.geteuid() != 0 or not self.sshd or not shutil.which('ip') or not shutil.which('nsenter'):
            raise cli.gate.Skip('hosts need root, sshd, ip and nsenter')
        self.folder, self.names, self.own = folder, names, folder / 'own'
        self.processes = {}
        self.hub = f'mfh{os.getpid()}'
        self.own.mkdir()
        try:
            self.lay_cables()
            self.configure()
            for name in names:
                self.start_host(name)
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            said = getattr(error, 'stderr', None) or str(error)
            raise cli.gate.Skip(f'no hosts can be made: {said.strip()[-200:]}')

    def network(self, name):
        return f'{self.hub}{name}'

    def lay_cables(self):
        ip('netns', 'add', self.hub)
        ip('-n', self.hub, 'link', 'add', 'switch', 'type', 'bridge')
        ip('-n', self.hub, 'link', 'set', 'switch', 'up')
        for i, name in enumerate(self.names):
            net = self.network(name)
            ip('netns', 'add', net)
            ip('-n', net, 'link', 'add', 'eth', 'type', 'veth', 'peer', 'name', name, 'netns', self.hub)
            ip('-n', self.hub, 'link', 'set', name, 'master', 'switch', 'up')
            ip('-n', net, 'addr', 'add', f'{PREFIX}{i + 1}/24', 'dev', 'eth')
            ip('-n', net, 'link', 'set', 'eth', 'up')
            ip('-n', net, 'link', 'set', 'lo', 'up')

    def configure(self):
        folder, port = self.folder, free_port()
        for name in ('host_key', 'user_key'):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', folder / name], check=True)
        key = (folder / 'host_key.pub').read_text(encoding='utf-8')
        addresses = {name: f'{PREFIX}{i + 1}' for i, name in enumerate(self.names)}
        (folder / 'hosts').write_text('127.0.0.1 localhost\n' + ''.join(
            f'{address} {name}\n' for name, address in addresses.items()), encoding='utf-8')
        (folder / 'known_hosts').write_text(''.join(
            f'[{word}]:{port} {key}' for pair in addresses.items() for word in pair), encoding='utf-8')
        (folder / 'ssh_config').write_text(SSH.format(folder=folder, port=port), encoding='utf-8')
        for name, address in addresses.items():
            (folder / f'sshd_{name}').write_text(SSHD.format(
                address=address, port=port, folder=folder, path=os.environ['PATH']), encoding='utf-8')
        self.ssh = shutil.which('ssh')
        cli.program(folder / 'bin' / 'ssh', f'#!/bin/sh\nexec {self.ssh} -F "{folder}/ssh_config" "$@"\n')

    def start_host(self, name):
        with open(self.folder / f'{name}.log', 'wb') as log:
            self.processes[name] = subprocess.Popen(
                ['ip', 'netns', 'exec', self.network(name), 'unshare', '--mount', '--uts', 'sh', '-c', START, 'sh',
                 name, str(self.folder), self.sshd], stdout=log, stderr=log, stdin=subprocess.DEVNULL)

        def listens():
            said = (self.folder / f'{name}.log').read_text(encoding='utf-8')
            return 'listening on' in said or self.processes[name].poll() is not None

        cli.wait_for(listens)
        if self.processes[name].poll() is not None:
            raise OSError((self.folder / f'{name}.log').read_text(encoding='utf-8'))

    def inside(self, name, *words):
        """The words, to be run on that host."""
        return [shutil.which('nsenter'), '-t', str(self.processes[name].pid), '--net', '--mount', '--uts', '--', *words]

    def start(self, *words, host=None, tool=None, path=None):
        """The command on the first host, which finds the others by their names; `path`: where programs are."""
        path = f'{self.folder / "bin"}:{path or os.environ["PATH"]}'
        return subprocess.Popen(self.inside(host or self.names[0], tool or cli.TOOL, *words), cwd=self.folder,
                                env=cli.environment(PATH=path), **cli.PIPED)

    def run(self, *words, timeout=cli.PATIENCE, **how):
        return cli.finish(self.start(*words, **how), words, timeout)

    def write(self, name, path, text):
        """A file in the folder that this host alone has."""
        subprocess.run(self.inside(name, 'tee', str(path)), input=text, text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def pids(self, net=None):
        """All processes of all hosts, or of a network."""
        found = []
        for network in [net] if net else [self.network(name) for name in self.names]:
            listed = subprocess.run(['ip', 'netns', 'pids', network], capture_output=True, text=True)
            found += [int(pid) for pid in listed.stdout.split()]
        return found

    def cable(self, name, state):
        ip('-n', self.hub, 'link', 'set', name, state)

    def close(self):
        for process in self.processes.values():
            for pid in [*descendants(process.pid), process.pid]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait()
        for net in [*(self.network(name) for name in self.names), self.hub]:
            for pid in self.pids(net):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            subprocess.run(['ip', 'netns', 'del', net], capture_output=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def with_hosts(check, names=('mfa', 'mfb', 'mfc')):
    def call(folder):
        with Hosts(pathlib.Path(folder), names) as hosts:
            return check(hosts)
    return cli.in_folder(call)
