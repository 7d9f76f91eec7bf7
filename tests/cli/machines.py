# SPDX-License-Identifier: Apache-2.0
"""Other machines for tests of `manyfold remote`: one that is a script in place of ssh, and one with a
real sshd of its own."""

import getpass
import os
import pathlib
import shlex
import shutil
import signal
import socket
import subprocess

import cli

# In place of ssh: notes its words, and runs the command in the home folder of the machine that it plays.
# A line of the file `cuts` is for one connection: so many bytes of its answer come through, "-" for all.
FAKE_SSH = """#!/bin/sh
here={here}
printf '%s\\0' "$@" END >>"$here/asked"
while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
shift 2
[ ! -e "$here/refuses" ] || {{ cat "$here/refuses" >&2; exit 255; }}
cut=-
if [ -s "$here/cuts" ]; then
    cut=$(head -n 1 "$here/cuts")
    sed -i 1d "$here/cuts"
fi
cd "$here/home" || exit 1
HOME=$here/home PATH=$(cat "$here/path")
export HOME PATH
cat "$here/noise" 2>/dev/null
login=$(cat "$here/login" 2>/dev/null || echo sh)
[ "$cut" != - ] || exec "$login" -c "$*"
"$login" -c "$*" | head -c "$cut"
exit 255
"""

# In place of manyfold on that machine: notes its words; goes on when the file `go` is there.
FAKE_MANYFOLD = """#!/bin/sh
[ "$1" != --version ] || { echo manyfold 0.1.0; exit 0; }
printf '%s\\0' "$@" END >>"$HOME/words"
echo $$ >"$HOME/pid"
trap 'echo asked to stop >&2; exit 143' TERM
echo it begins
echo told aside >&2
until [ -e "$HOME/go" ]; do sleep 0.02; done
[ ! -e "$HOME/large" ] || cat "$HOME/large"
echo made >results/made
printf 'it ends'
exit "$(cat "$HOME/go")"
"""


# The real one; it does not begin while the file `wait` is there.
REAL_MANYFOLD = """#!/bin/sh
[ "$1" = --version ] || while [ -e "$HOME/wait" ]; do sleep 0.02; done
exec {tool} "$@"
"""

TABLE = 'a,b,y\n' + ''.join(f'{i},{i * i % 7},{i * 3 % 11}\n' for i in range(60))


def ran(ended, out='it begins\nit ends', status=0):
    return cli.gate.expect(ended.status == status and ended.out == out, f'{ended} {ended.out!r}')


def records(path):
    """Lists of words, as the scripts above note them."""
    if not path.exists():
        return []
    found = [[]]
    for word in path.read_bytes().split(b'\0')[:-1]:
        if word == b'END':
            found.append([])
        else:
            found[-1].append(word)
    return found[:-1]


class Machine:
    """What both kinds share: a workspace here and a folder there."""

    def __init__(self, folder, real):
        self.folder, self.home, self.bin = folder, folder / 'home', folder / 'bin'
        self.here = folder / 'here'
        for made in (self.home, self.bin, self.here / 'data'):
            made.mkdir(parents=True)
        if real:
            # By another name than the tool's, which leaves the tool to find its modules.
            cli.program(self.bin / 'manyfold', REAL_MANYFOLD.format(tool=shlex.quote(cli.TOOL)))
        else:
            cli.program(self.bin / 'manyfold', FAKE_MANYFOLD)
        self.path = f'{self.bin}:{os.environ["PATH"]}'

    def environment(self):
        return {'MANYFOLD_SSH': str(self.ssh)}

    def start(self, *words, host='there', env=None, **how):
        return cli.start('remote', host, *words, cwd=self.here,
                         env={**self.environment(), **(env or {})}, **how)

    def run(self, *words, timeout=cli.PATIENCE, **how):
        return cli.finish(self.start(*words, **how), words, timeout)

    def begin(self, *words, **how):
        """Starts a command, and waits until its first line has come from there."""
        process = self.start(*words, **how)
        if process.stdout.readline() != b'it begins\n':
            raise AssertionError(str(cli.finish(process)))
        return process

    def there(self):
        """The folder that is taken without DIR."""
        return self.home / 'manyfold' / 'here'

    def go(self, status=0):
        """Lets the command in place of manyfold end."""
        new = self.home / 'go.new'
        new.write_text(str(status), encoding='utf-8')
        new.rename(self.home / 'go')

    def runs(self):
        """The words that the command there was started with, each time."""
        return records(self.home / 'words')

    def pid(self):
        return int((self.home / 'pid').read_text(encoding='utf-8'))


class Fake(Machine):
    def __init__(self, folder, real=False):
        super().__init__(folder, real)
        self.ssh = cli.program(folder / 'fake ssh', FAKE_SSH.format(here=shlex.quote(str(folder))))
        self.set_path(self.path)

    def set_path(self, path):
        (self.folder / 'path').write_text(path, encoding='utf-8')

    def login(self, shell):
        """The shell of the user there."""
        (self.folder / 'login').write_text(shell, encoding='utf-8')

    def asked(self):
        return records(self.folder / 'asked')

    def cut(self, *after):
        """How much of each of the next connections comes through; None for all."""
        (self.folder / 'cuts').write_text(''.join(f'{"-" if n is None else n}\n' for n in after),
                                          encoding='utf-8')

    def refuse(self, said):
        (self.folder / 'refuses').write_text(said, encoding='utf-8')


SSHD = """ListenAddress {address}
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
SetEnv PATH="{path}" HOME="{home}"
"""

SSH = """Host there
    IdentityFile {folder}/user_key
Host stranger
    IdentityFile {folder}/other_key
Host changed
    IdentityFile {folder}/user_key
    UserKnownHostsFile {folder}/wrong_hosts
Host unknown
    IdentityFile {folder}/user_key
    UserKnownHostsFile {folder}/no_hosts
Host closed
    Port {closed}
Host *
    HostName {address}
    Port {port}
    User {user}
    IdentitiesOnly yes
    IdentityAgent none
    GlobalKnownHostsFile none
    UserKnownHostsFile {folder}/known_hosts
    StrictHostKeyChecking ask
    HostKeyAlias there
"""


def free_port():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        return taken.getsockname()[1]


class Sshd(Machine):
    """A machine with an sshd of its own, on loopback, or where `inside` brings a command.

    sshd wants a folder in /run when it is root, so it gets a /run of its own."""

    def __init__(self, folder, real=True, address='127.0.0.1', inside=()):
        sshd = shutil.which('sshd', path=f'{os.environ["PATH"]}:/usr/sbin:/sbin')
        for name, found in (('sshd', sshd), ('ssh', shutil.which('ssh')),
                            ('rsync', shutil.which('rsync'))):
            if not found:
                raise cli.gate.Skip(f'no {name}')
        super().__init__(folder, real)
        self.inside, self.address = list(inside), address
        for name in ('host_key', 'user_key', 'other_key'):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', folder / name],
                           check=True)
        words = [sshd, '-D', '-e', '-f', str(folder / 'sshd_config')]
        if os.geteuid() == 0:
            words = ['unshare', '--mount', 'sh', '-c',
                     'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec "$@"', 'sh', *words]
        self.ssh = cli.program(folder / 'ssh', f'#!/bin/sh\nexec ssh -F "{folder}/ssh_config" "$@"\n')
        self.log = open(folder / 'sshd.log', 'wb')
        self.closed = socket.socket()  # a port that nobody listens to, nor will
        self.closed.bind(('127.0.0.1', 0))
        for _ in range(5):  # others may take the port before it does
            port = free_port()
            self.configure({'folder': folder, 'address': address, 'port': port, 'closed': self.closed.getsockname()[1],
                            'user': getpass.getuser(), 'path': self.path, 'home': self.home})
            self.process = subprocess.Popen([*self.inside, *words], stdout=self.log, stderr=self.log,
                                            stdin=subprocess.DEVNULL)
            self.wait(port)
            if self.process.poll() is None:
                return
        said = (self.folder / 'sshd.log').read_text(encoding='utf-8')
        raise cli.gate.Skip('sshd does not start here: ' + said.strip().replace('\n', ' ')[-200:])

    def configure(self, values):
        folder = self.folder
        (folder / 'sshd_config').write_text(SSHD.format(**values), encoding='utf-8')
        (folder / 'ssh_config').write_text(SSH.format(**values), encoding='utf-8')
        key = (folder / 'host_key.pub').read_text(encoding='utf-8')
        other = (folder / 'other_key.pub').read_text(encoding='utf-8')
        (folder / 'known_hosts').write_text(f'there {key}', encoding='utf-8')
        (folder / 'wrong_hosts').write_text(f'there {other}', encoding='utf-8')

    def wait(self, port):
        """Until it answers, or has ended. Another one may answer that was quicker to take the port, and
        ours has not yet found that out, so its own words count as well."""
        def answers():
            said = (self.folder / 'sshd.log').read_text(encoding='utf-8')
            if f'listening on {self.address} port {port}.' not in said:
                return self.process.poll() is not None
            try:
                socket.create_connection((self.address, port), 1).close()
                return True
            except OSError:
                return self.process.poll() is not None

        cli.wait_for(answers)

    def there(self):
        """The home folder of whoever tests is not touched: a folder is always named."""
        return self.home / 'work'

    def run(self, *words, host='there', **how):
        return super().run(*words, host=f'{host}:{self.there()}', **how)

    def start(self, *words, host=None, **how):
        return super().start(*words, host=host or f'there:{self.there()}', **how)

    def sessions(self):
        """The processes of sshd that serve connections."""
        return [pid for pid in descendants(self.process.pid) if name_of(pid) == 'sshd']

    def close(self):
        for pid in [*descendants(self.process.pid), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.log.close()
        self.closed.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def name_of(pid):
    try:
        return pathlib.Path(f'/proc/{pid}/comm').read_text(encoding='utf-8').strip()
    except OSError:
        return ''


def descendants(pid):
    found = []
    for child in cli.children(pid):
        found += [child, *descendants(child)]
    return found
