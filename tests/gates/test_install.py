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


def build_examples(root):
    """A function that runs an example and gives its output. All are built with the pkg-config line
    against what was installed."""
    folder = install(root)
    for source in EXAMPLES:
        run('cc', '-std=c17', '-Wall', '-Wextra', '-Wpedantic', '-Werror', str(source), '-o',
            str(pathlib.Path(root) / source.stem), *flags(folder, root))
    environment = dict(os.environ, LD_LIBRARY_PATH=str(folder.parent))
    return lambda name, *words: run(str(pathlib.Path(root) / name), *map(str, words),
                                    env=environment)


EXAMPLES = sorted((gate.ROOT / 'examples').glob('*.c'))

# The rows of a class lie side by side, so trees tell them apart whatever they drew.
TABLE = 'size,street,class\n' + ''.join(
    f'{i},{"Grvl" if i % 2 else "Pave"},{"low" if i < 20 else "high"}\n' for i in range(40))


def check_training(root, example):
    table, model = pathlib.Path(root) / 'table.csv', pathlib.Path(root) / 'it.model'
    table.write_text(TABLE, encoding='utf-8')
    example('train', table, 'class', model)
    classes = example('predict', model, table).splitlines()
    chances = [[float(word) for word in line.split(',')] for line in classes[1:]]
    example('train', table, 'size', model)
    sizes = [float(line) for line in example('predict', model, table).splitlines()]
    return (gate.expect(classes[:1] == ['high,low'], f'the classes are {classes[:1]}') +
            gate.expect(len(chances) == len(sizes) == 40, f'{len(chances)}, {len(sizes)} rows') +
            gate.expect(all((row[1] > 0.5) == (i < 20) and abs(sum(row) - 1) < 1e-9
                            for i, row in enumerate(chances)), f'chances {chances}') +
            gate.expect(max(sizes[:20]) < min(sizes[20:]), f'sizes {sizes}'))


def check_examples():
    with tempfile.TemporaryDirectory() as root:
        example = build_examples(root)
        squares = example('squares')
        complaints = check_training(root, example)
    return (complaints + gate.expect(squares == '333333833333500000\n', f'squares: {squares!r}') +
            [f'{source.name} has 40 lines or more' for source in EXAMPLES
             if len(gate.text(source).splitlines()) >= 40])


def check_pages():
    wanted = ['man1/manyfold.1', 'man1/manyfold-sum.1', 'man1/manyfold-compare.1',
              'man1/manyfold-train.1', 'man1/manyfold-predict.1', 'man1/manyfold-tune.1',
              'man1/manyfold-data.1', 'man1/manyfold-lab.1',
              'man1/manyfold-report.1', 'man1/manyfold-runs.1', 'man1/manyfold-diff.1',
              'man1/manyfold-demo.1', 'man1/manyfold-init.1', 'man1/manyfold-remote.1', 'man1/manyfold-sbatch.1',
              'man1/manyfold-doctor.1', 'completions/manyfold', 'site-functions/_manyfold',
              'vendor_completions.d/manyfold.fish', 'bin/manyfold',
              'man5/manyfold-results.5', 'man5/manyfold-recipe.5', 'man5/manyfold-journal.5',
              'man5/manyfold-model.5', 'man5/manyfold-table.5',
              'doc/manyfold/licences.txt', 'manyfold/recipes/ames.json', 'manyfold/recipes/house-prices.json',
              'manyfold/schema/tune-1.schema.json',
              'manyfold/schema/diff-1.schema.json']
    with tempfile.TemporaryDirectory() as root:
        install(root)
        there = [str(path) for path in pathlib.Path(root).rglob('*')]
    return [f'{name} is not installed' for name in wanted
            if not any(path.endswith(name) for path in there)]


# A name that begins the libraries which only a module may bring along.
OF_MODULES = ('libcurl', 'libarchive', 'libcrypto', 'libssl', 'libmpi', 'libmpich')


def check_modules():
    """The command is linked with no library of a module, and finds those where it was installed."""
    table = 'a,b\n1,2\n'
    with tempfile.TemporaryDirectory() as root:
        install(root)
        place = pathlib.Path(root)
        command = next(place.rglob('bin/manyfold'))
        needed = re.findall(r'NEEDED.*\[(.*)\]', run('readelf', '--wide', '--dynamic', str(command)))
        complaints = [f'the command is linked with {name}' for name in needed
                      if name.startswith(OF_MODULES)]
        if not list(place.rglob('manyfold/fetch.so')):
            print('# this build has no module fetch.so')
            return complaints
        (place / 'it.csv').write_text(table, encoding='utf-8')
        run(str(command), 'data', 'get', str(place / 'it.csv'), '--out', str(place / 'data'))
        brought = (place / 'data' / 'it.csv').read_text(encoding='utf-8')
    return complaints + gate.expect(brought == table, f'brought {brought!r}')


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
    ('modules are installed, found there, and loaded only when they are asked for', check_modules),
    ('the library shows the public functions only', check_symbols),
])
