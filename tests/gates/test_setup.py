#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/setup, on a machine made of a few scripts that stand for dpkg, apt-get, sudo and id."""

import pathlib
import shutil
import subprocess
import tempfile

import gate

SETUP = gate.ROOT / 'tools' / 'setup'

# What setup may use of the real machine.
REAL = ('sh', 'cat', 'cut', 'sort', 'env', 'ls', 'true')


def script(path, body):
    path.write_text(f'#!/bin/sh\n{body}\n', encoding='utf-8')
    path.chmod(0o755)


def run(*purposes, installed=(), root=False, sudo=None, apt='exit 0', dpkg=True, commands=()):
    """(exit status, output, what apt-get was asked, one line each)."""
    with tempfile.TemporaryDirectory() as folder:
        bin_ = pathlib.Path(folder)
        for name in REAL:
            (bin_ / name).symlink_to(shutil.which(name))
        for name in commands:
            script(bin_ / name, 'exit 0')
        script(bin_ / 'id', f'echo {0 if root else 1000}')
        if dpkg:
            script(bin_ / 'dpkg-query', '\n'.join(f'echo "installed {p}"' for p in installed))
            script(bin_ / 'apt-get', f'echo "$@" >>"{bin_}/asked"\n{apt}')
        if sudo:
            script(bin_ / 'sudo', sudo)
        done = subprocess.run([bin_ / 'sh', SETUP, *purposes], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env={'PATH': str(bin_)})
        asked = bin_ / 'asked'
        lines = asked.read_text(encoding='utf-8').splitlines() if asked.exists() else []
    return done.returncode, done.stdout + done.stderr, lines


BUILD = ('gcc', 'libc6-dev', 'meson', 'ninja-build', 'pkg-config', 'libhwloc-dev',
         'libcsv-dev', 'zlib1g-dev', 'libzstd-dev', 'libsqlite3-dev', 'npm', 'libcurl4-openssl-dev',
         'libarchive-dev', 'libssl-dev', 'libjansson-dev', 'libxxhash-dev')


def expect_run(found, status, words=(), asked=None):
    complaints = gate.expect(found[0] == status, f'exit status {found[0]}, wanted {status}')
    complaints += [f'does not say {word!r}' for word in words if word not in found[1]]
    if asked is not None:
        complaints += gate.expect(asked(found[2]), 'apt-get was asked otherwise')
    return complaints + [str(found)] if complaints else []


def nothing_missing():
    found = run('build', installed=BUILD)
    return gate.expect(found == (0, '', []), str(found))


def no_root():
    return expect_run(run('build', installed=BUILD[:-2]), 1,
                      ['ask your administrator for: '
                       'apt-get install libjansson-dev libxxhash-dev\n'],
                      lambda asked: not asked)


def sudo_refuses():
    return expect_run(run('build', installed=BUILD[1:], sudo='exit 1'), 1,
                      ['ask your administrator for: apt-get install gcc\n'],
                      lambda asked: not asked)


def installs(**how):
    return expect_run(run('build', installed=BUILD[2:], **how), 0, ['installing gcc libc6-dev'],
                      lambda asked: asked and asked[-1].endswith(
                          'install --no-install-recommends gcc libc6-dev'))


def updates_when_install_fails():
    """The first install fails, as it does while the lists are old."""
    apt = 'case $* in *update*) : >"${0%/*}/new" ;; *) [ -f "${0%/*}/new" ] ;; esac'
    return expect_run(run('build', installed=BUILD[1:], root=True, apt=apt), 0, [],
                      lambda asked: asked[-2].endswith('update') and asked[-1].endswith('gcc'))


def apt_fails():
    return expect_run(run('build', installed=BUILD[1:], root=True, apt='echo no net >&2; exit 100'),
                      1, ['no net', 'ask your administrator for: apt-get install gcc\n'])


def found_by_probe():
    found = run('build', dpkg=False, commands=('gcc', 'meson', 'ninja', 'npm', 'pkg-config'))
    return gate.expect(found == (0, '', []), str(found))


def other_system():
    return expect_run(run('build', dpkg=False, commands=('gcc', 'meson', 'ninja', 'npm')), 1,
                      ['libhwloc-dev libjansson-dev libsqlite3-dev libssl-dev libxxhash-dev', 'not Debian'])


def unknown_purpose():
    return expect_run(run('everything'), 1, ["unknown purpose 'everything'"])


def no_purpose():
    return expect_run(run(), 1, ['say what for'])


def each_package_once():
    found = run('check', 'bench')
    package = [word for word in found[1].split() if word in ('g++', 'python3')]
    return gate.expect(sorted(package) == ['g++', 'python3'], str(found))


gate.main([
    ('says nothing and does nothing when all is there', nothing_missing),
    ('without root and sudo, says what to ask for', no_root),
    ('with a sudo that refuses, says what to ask for', sudo_refuses),
    ('root installs', lambda: installs(root=True)),
    ('a sudo that works installs', lambda: installs(sudo='[ "$1" != -n ] || shift; exec "$@"')),
    ('updates the lists when installing fails', updates_when_install_fails),
    ('a failing apt-get is shown', apt_fails),
    ('what was installed in another way counts', found_by_probe),
    ('elsewhere than on Debian, names what is needed', other_system),
    ('an unknown purpose is refused', unknown_purpose),
    ('a purpose must be given', no_purpose),
    ('a package that two purposes need is named once', each_package_once),
])
