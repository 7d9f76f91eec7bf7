#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fetches what package-lock.json names and joins what the page needs of it.

    fetch.py NPM FOLDER SCRIPT LICENCES

NPM is the command, FOLDER is emptied and used for the packages, SCRIPT becomes their minified builds
one behind the other, LICENCES the licences of all that is inside these builds. The lock file holds
digests, so what comes is what was tried; npm keeps what it fetched, so a second build needs no
network. Scripts of packages are not run.
"""

import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

# In the order in which they need one another.
BUILDS = ('vega/build/vega.min.js', 'vega-interpreter/build/vega-interpreter.min.js',
          'vega-lite/build/vega-lite.min.js')

# What packages bring for their commands, for Node and for compilers is in no minified build, nor is
# what only these need.
NOT_INSIDE = {'@types/estree', '@types/geojson', 'commander', 'iconv-lite', 'node-fetch', 'rw',
              'vega-typings', 'yargs'}

# Some releases of Vega's packages come without their licence's text; one of the same authors and the
# same licence has it.
SAME_AUTHORS = 'vega-'
TEXT_OF_AUTHORS = 'vega-view'

FAILED = """\
npm could not fetch what the HTML report carries along (its words are above). Is there a network?
Without one, and without what an earlier build fetched, configure with -Dhtml=disabled.
"""


def install(npm, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ('package.json', 'package-lock.json', '.npmrc'):
        shutil.copyfile(HERE / name, folder / name)
    done = subprocess.run([npm, 'ci', '--ignore-scripts', '--prefer-offline', '--no-audit',
                           '--no-fund', '--loglevel=error'],
                          cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr + FAILED)


def place_of(packages, name, place):
    """Where Node finds `name` from within the package at `place`: the nearest node_modules."""
    while True:
        candidate = f'{place}/node_modules/{name}' if place else f'node_modules/{name}'
        if candidate in packages:
            return candidate
        if not place:
            sys.exit(f'package-lock.json does not hold {name}; web/package.json is newer?')
        place = place.rpartition('/node_modules/')[0] if '/node_modules/' in place else ''


def inside(packages):
    """{place: name} of all packages that are inside the builds."""
    found, ahead = {}, [('', name) for name in packages['']['dependencies']]
    while ahead:
        place, name = ahead.pop()
        place = place_of(packages, name, place)
        if place not in found and name not in NOT_INSIDE:
            found[place] = name
            ahead += [(place, each) for each in packages[place].get('dependencies', {})]
    return found


def licence_text(folder):
    files = sorted(path for path in folder.iterdir()
                   if path.name.lower().startswith(('licen', 'copying', 'notice')))
    return '\n\n'.join(path.read_text(encoding='utf-8').strip() for path in files)


def licences(folder):
    """Each text once, behind the names of those that have it."""
    packages = json.loads((folder / 'package-lock.json').read_text(encoding='utf-8'))['packages']
    texts = {}
    for place, name in sorted(inside(packages).items(), key=lambda item: item[::-1]):
        text = licence_text(folder / place)
        if not text and (name + '-').startswith(SAME_AUTHORS):
            text = licence_text(folder / 'node_modules' / TEXT_OF_AUTHORS)
        if not text:
            sys.exit(f'{name} comes without the text of its licence; see web/fetch.py')
        about = packages[place]
        texts.setdefault(text, []).append(f'{name} {about["version"]} ({about["license"]})')
    return '\n\n'.join(', '.join(names) + ':\n\n' + text for text, names in texts.items()) + '\n'


def script(folder):
    lines = []
    for build in BUILDS:
        content = (folder / 'node_modules' / build).read_text(encoding='utf-8')
        lines += [line for line in content.replace('\r', '').split('\n')
                  if line and not line.startswith('//# sourceMappingURL=')]
    return '\n'.join(lines) + '\n'


def main(npm, folder, script_file, licences_file):
    folder = pathlib.Path(folder).resolve()
    install(npm, folder)
    pathlib.Path(script_file).write_text(script(folder), encoding='utf-8')
    pathlib.Path(licences_file).write_text(licences(folder), encoding='utf-8')
    shutil.rmtree(folder)


if __name__ == '__main__':
    main(*sys.argv[1:])
