#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is installed can be used: examples build with one pkg-config line, pages and symbols are there.

    test_install.py BUILD
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import gate

BUILD = pathlib.Path(sys.argv[1])


def run(*words, **options):
    return subprocess.run(words, capture_output=True, text=True, check=True, **options).stdout


def install(root):
    run('meson', 'install', '-C', str(BUILD), '--no-rebuild', '--quiet', '--destdir', root)
    found = list(pathlib.Path(root).rglob('manyfold.pc'))
    assert len(found) == 1, f'{len(found)} pkg-config files'
    return found[0].parent


def flags(folder, root):
    # What is below `root` is meant to be moved to /, so paths get it in front.
    environment = dict(os.environ, PKG_CONFIG_PATH=str(folder), PKG_CONFIG_SYSROOT_DIR=root)
    return shlex.split(run('pkg-config', '--cflags', '--libs', 'manyfold', env=environment))


def build_example(source, root):
    """The output of an example, built with the pkg-config line against what was installed."""
    folder = install(root)
    program = pathlib.Path(root) / source.stem
    run('cc', '-std=c17', '-Wall', '-Wextra', '-Wpedantic', '-Werror', str(source), '-o', str(program),
        *flags(folder, root))
    return run(str(program), env=dict(os.environ, LD_LIBRARY_PATH=str(folder.parent)))


EXPECTED = {'squares': '333333833333500000\n'}


def check_examples():
    complaints = []
    examples = sorted((gate.ROOT / 'examples').glob('*.c'))
    for source in examples:
        with tempfile.TemporaryDirectory() as root:
            output = build_example(source, root)
        if output != EXPECTED.get(source.stem):
            complaints.append(f'{source.name} printed {output!r}')
        if len(gate.text(source).splitlines()) >= 40:
            complaints.append(f'{source.name} has 40 lines or more')
    return complaints + gate.expect(examples, 'there is no example')


def check_pages():
    wanted = ['man1/manyfold.1', 'man1/manyfold-sum.1', 'man1/manyfold-compare.1',
              'man1/manyfold-doctor.1', 'completions/manyfold', 'site-functions/_manyfold',
              'vendor_completions.d/manyfold.fish', 'bin/manyfold']
    with tempfile.TemporaryDirectory() as root:
        install(root)
        there = [str(path) for path in pathlib.Path(root).rglob('*')]
    return [f'{name} is not installed' for name in wanted
            if not any(path.endswith(name) for path in there)]


def check_symbols():
    """The shared library shows what the public headers declare, and nothing else."""
    shown = set()
    for line in run('nm', '-D', '--defined-only', str(BUILD / 'src' / 'libmanyfold.so')).splitlines():
        shown.add(line.split()[-1].split('@')[0])
    declared = set()
    for path in (gate.ROOT / 'include' / 'manyfold').glob('*.h'):
        declared.update(re.findall(r'MF_API[^;]*?\b(mf_\w+)\(', gate.code_only(gate.text(path))))
    return ([f'{name} is shown, and in no public header' for name in sorted(shown - declared)] +
            [f'{name} is declared, and not in the library' for name in sorted(declared - shown)])


gate.main([
    ('examples build with one pkg-config line and print what they should', check_examples),
    ('the command, its manual and its completions are installed', check_pages),
    ('the library shows the public functions only', check_symbols),
])
