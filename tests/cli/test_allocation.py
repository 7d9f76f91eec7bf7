#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every allocation that can fail is made to fail: a documented status, one line, never a signal.

    test_allocation.py COMMAND none LIBRARY [POINTS]

LIBRARY is fail_allocation.c, preloaded. With POINTS the first allocation at every place of the
program is tried, by the first command that comes there, and of each command so many more, spread
evenly; without it all allocations of all commands.
"""

import gzip
import json
import os
import pathlib
import re
import sys
import tempfile

import cli
import tables

LIBRARY = os.path.abspath(sys.argv[3])
POINTS = int(sys.argv[4]) if len(sys.argv) > 4 else None

FEWEST_PLACES = 500
MOST_COMPLAINTS = 12  # of one command; more say no more

# What commands read; it is gone with the test.
FOLDER = tempfile.TemporaryDirectory(prefix='manyfold-test-')
TABLE = tables.houses(pathlib.Path(FOLDER.name) / 'houses.csv', rows=16)
MODEL = os.path.join(FOLDER.name, 'model')
RECIPE = os.path.join(FOLDER.name, 'recipe.json')
pathlib.Path(RECIPE).write_text(json.dumps({
    'file': TABLE, 'target': 'price', 'id': ['number'], 'n_estimators': 3, 'with': 'threads',
    'workers': 2, 'encode': 'onehot', 'max_features': 0.5}))
cli.run('train', TABLE, '--target', 'price', '--model', MODEL, *tables.QUICK)
JOURNAL = os.path.join(FOLDER.name, 'journal.db')
cli.run('tune', TABLE, '--target', 'price', '--grid', 'max_depth=1,2', '--journal', JOURNAL,
        '--with', 'serial')

KEPT = os.path.join(FOLDER.name, 'kept.db')
OLD, NEW = (os.path.join(FOLDER.name, name) for name in ('old.json', 'new.json'))
for seed, place in enumerate((OLD, NEW)):
    cli.run('compare', 'sum', '9', '--pretend', f't1=1s,noise=0.01,seed={seed}', '--runs', '8',
            '--json', place)

PACKED, ARFF = (os.path.join(FOLDER.name, name) for name in ('houses.csv.gz', 'it.arff'))
pathlib.Path(PACKED).write_bytes(gzip.compress(pathlib.Path(TABLE).read_bytes()))
pathlib.Path(ARFF).write_text("@relation it\n@attribute 'a b' real\n@attribute c real\n@data\n1,2\n?,3\n")

SPACE = os.path.join(FOLDER.name, 'space.json')
pathlib.Path(SPACE).write_text(json.dumps({'grid': {'max_depth': [1, None], 'bootstrap': True}}))
SEARCH = (TABLE, '--target', 'price', '--grid', 'n_estimators=2,3', '--grid', 'max_depth=1,2,none')

PRETEND = ('compare', 'sum', '9', '--pretend', 't1=1s,noise=0.01')
COMMANDS = {
    'sum with threads': ('sum', '1e6', '--with', 'threads', '--workers', '2', '--json', '-'),
    'sum with processes': ('sum', '1e6', '--with', 'processes', '--workers', '2'),
    'sum by itself': ('sum', '1e6'),
    'compare as JSON': (*PRETEND, '--runs', '2', '--json', '-'),
    'compare as text': (*PRETEND, '--runs', '6', '--weak'),
    'compare as a notebook': (*PRETEND, '--runs', '2', '--notebook', '-'),
    'compare as CSV': (*PRETEND, '--runs', '2', '--csv', '-'),
    'compare for real': ('compare', 'sum', '1e4', '--runs', '1', '--min-sample', '0',
                         '--no-break-even', '--workers', '1,2'),
    'train': ('train', TABLE, '--target', 'price', '--cv', '2', '--permutation', '1', '--oob-score',
              '--with', 'serial', *tables.QUICK),
    'train as Markdown': ('train', TABLE, '--target', 'price', '--with', 'serial', '--markdown', '-',
                          *tables.QUICK),
    'train by a recipe': ('train', '--recipe', RECIPE, '--json', '-'),
    'train a model': ('train', TABLE, '--target', 'price', '--model', '-', *tables.QUICK),
    'train for other programs': ('train', TABLE, '--target', 'price', '--export', 'json',
                                 *tables.QUICK),
    'tune': ('tune', *SEARCH, '--with', 'serial', '--json', '-'),
    'tune in a line': ('tune', *SEARCH, '--cv', '2', '--no-share', '--with', 'threads', '--workers',
                       '2', '-q'),
    'tune by halving': ('tune', *SEARCH, '--search', 'halving', '--with', 'serial', '-q'),
    'tune a model': ('tune', *SEARCH, '--recipe', SPACE, '--model', '-', '--with', 'serial'),
    'compare a search': ('compare', 'tune', *SEARCH, '--pretend', 't1=1s', '--runs', '2', '--csv',
                         '-'),
    'predict': ('predict', '--model', MODEL, TABLE, '--id', 'number', '--with', 'serial'),
    'describe': ('data', 'describe', TABLE, '--target', 'price'),
    'get an archive': ('data', 'get', PACKED, '--out', os.path.join(FOLDER.name, 'data'), '--force'),
    'get ARFF': ('data', 'get', f'file://{ARFF}', '--out', os.path.join(FOLDER.name, 'data'), '--force'),
    'runs': ('runs', 'list', JOURNAL),
    'runs of a study': ('runs', 'show', JOURNAL, '1'),
    'runs, one with a tag': ('runs', 'tag', JOURNAL, '1', 'a'),
    'a report': ('report', JOURNAL + ':1'),
    'the difference of two runs': ('diff', OLD, NEW, '--json', '-'),
    'a run that is kept': (*PRETEND, '--runs', '2', '-q', '--journal', KEPT),
    'runs as JSON': ('runs', 'show', JOURNAL, '1', '--json', '-'),
    'demo': ('demo', 'race', '--quick', '--runs', '1', '--json', '-'),
    'doctor': ('doctor',),
    'completion': ('completion', 'bash'),
    'man': ('man', 'compare'),
    'help': ('help', 'sum'),
}


if cli.run(*COMMANDS['get ARFF']).status == cli.UNAVAILABLE:  # built without its libraries
    COMMANDS = {name: words for name, words in COMMANDS.items() if words[:2] != ('data', 'get')}


def all_of(text):
    return text


def headings(text):
    """Of a page with figures that change from run to run."""
    return [line for line in text.split('\n') if line[:1] != ' ']


def chapters(text):
    """Of Markdown."""
    return [line for line in text.split('\n') if line.startswith('#')]


def steady(text):
    """Of a scripted comparison, all but what it says of the machine and how busy it was."""
    return re.sub(r'\n  load .*?\n\n', '\n\n', text, flags=re.DOTALL)


def digest(text):
    """libcurl does not tell want of memory from names that it cannot decode, and another is taken."""
    return re.findall('^SHA-256.*', text, re.MULTILINE)


def title(text):
    """Of a page whose figures decide on what else it says."""
    return text[:40]


def fields(text):
    """The names of a JSON document, all the way down, and what was computed."""
    def names(value):
        if isinstance(value, dict):
            return {name: names(inner) for name, inner in value.items()}
        return [names(inner) for inner in value[:1]] if isinstance(value, list) else None

    document = json.loads(text)
    for name in ('load', 'doubts'):
        document.pop(name, None)
    return names(document), document.get('sum')


# What has to be the same when a command says that all is well; all of it where not named here.
SAME = {'train': cli.without_times, 'tune': fields, 'train by a recipe': fields,
        'sum with threads': fields, 'compare as JSON': fields, 'compare as a notebook': fields,
        'train as Markdown': chapters, 'compare as text': steady,
        'compare for real': title, 'get ARFF': digest, 'demo': fields, 'doctor': headings}

# hwloc (2.9) and OpenSSL (3.0) do not check all of their own allocations and crash by themselves, and
# libarchive ends the program, so theirs are let through. So is what runs while the dynamic linker
# loads a module: GnuTLS prints.
PRELOAD = {'LD_PRELOAD': LIBRARY, 'FAIL_EXEMPT': 'libhwloc:libcrypto:libarchive:ld-linux',
           'FAIL_DIRECT': 'libjansson'}

# Want of memory is a failure like others; some of it costs nothing but time, or a detail.
EXPECTED = (cli.DONE, cli.FAILED)


def run_failing(arguments, how, k):
    ended = cli.run(*arguments, env={**PRELOAD, how: str(k)})
    complaints = [f'{how}={k} left {pid} behind' for pid in cli.left_behind()]
    no_output = ended.status == cli.OUTPUT and 'out of memory' in ended.err
    if ended.status not in EXPECTED and not no_output:
        complaints.append(f'{how}={k}: {ended}')
    elif ended.status != cli.DONE:
        complaints += [f'{how}={k}: {problem}' for problem in cli.one_line(ended, ended.status)]
    elif ended.err:
        complaints.append(f'{how}={k}: done, and yet: {ended}')
    return complaints, ended


def places_of(arguments, folder):
    """Where the command asks for its allocations, one after the other."""
    path = folder / 'places'
    cli.run(*arguments, env={**PRELOAD, 'FAIL_REPORT': str(path)})
    return path.read_text().split()


seen = set()  # places that have been tried


def tries_of(places):
    """Which allocations are made to fail, and how."""
    count = len(places)
    if POINTS is None or count <= POINTS:
        return [(how, k) for k in range(1, count + 1) for how in ('FAIL_AT', 'FAIL_FROM')]
    new = {place: k for k, place in reversed(list(enumerate(places, 1))) if place not in seen}
    seen.update(new)
    spread = sorted({1 + i * (count - 1) // (POINTS - 1) for i in range(POINTS)})
    return [('FAIL_AT', k) for k in sorted({*new.values(), *spread})] + [
        ('FAIL_FROM', k) for k in spread]


def check_command(name, arguments):
    same = SAME.get(name, all_of)

    def check(folder):
        places = places_of(arguments, folder)
        right = cli.run(*arguments)
        complaints, failed = [], 0
        for how, k in tries_of(places):
            problems, ended = run_failing(arguments, how, k)
            complaints += problems
            failed += ended.status == cli.FAILED
            if ended.status == cli.DONE and same(ended.out) != same(right.out):
                complaints.append(f'{how}={k}: says that all is well, and shows another '
                                  f'result: {ended}')
        complaints += cli.gate.expect(failed, f'no failure of {len(places)} was noticed')
        past, ended = run_failing(arguments, 'FAIL_AT', len(places) * 2 + 1000)
        complaints += past
        complaints += cli.gate.expect(ended.status == right.status, str(ended))
        return complaints[:MOST_COMPLAINTS]
    return cli.in_folder(check)


def check_places():
    """Were places not told from one another, few would be tried and nobody would notice."""
    if POINTS is None:
        raise cli.gate.Skip('every allocation was tried')
    return cli.gate.expect(len(seen) > FEWEST_PLACES, f'only {len(seen)} places were found')


if __name__ == '__main__':
    cli.gate.main([(f'{name}: any failed allocation is survived and told',
                    check_command(name, arguments))
                   for name, arguments in COMMANDS.items()] +
                  [('allocations at many places were tried', check_places)])
