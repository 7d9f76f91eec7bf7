#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Dependencies go down only: who includes whom among the folders of src/."""

import pathlib
import re
import tempfile

import gate

# folder: what it may include besides itself and the public headers. docs/architecture.md shows
# the same table to people, and a case below compares the two.
MAY_USE = {
    'base': set(),
    'stats': {'base'},
    'exec': {'base'},
    'journal': {'base'},
    'table': {'base'},
    'forest': {'base', 'table'},
    'jobs': {'base', 'exec', 'journal', 'table', 'forest'},
    'tune': {'base', 'exec', 'journal', 'table', 'forest', 'jobs'},
    'compare': {'base', 'stats', 'exec', 'journal'},
    'report': {'base', 'stats', 'exec', 'journal', 'jobs', 'tune', 'compare'},
    'story': {'base', 'report'},
    'forms': {'base', 'report', 'story'},
    'demo': {'base', 'stats', 'exec', 'report'},
    'fetch': {'base'},
    'mpi': {'base', 'exec'},
    'remote': {'base'},
    'cli': {'base', 'stats', 'exec', 'journal', 'table', 'forest', 'jobs', 'tune', 'compare',
            'report', 'story', 'forms', 'demo', 'fetch', 'remote'},
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(path):
    """(line number, is it in quotes, what) for each include of a file."""
    source = gate.text(path)
    for found in INCLUDE.finditer(source):
        yield source.count('\n', 0, found.start(2)) + 1, found[1] == '"', found[2]


def check_own(root):
    complaints = []
    for path in gate.tracked('.c', '.h', root=root / 'src'):
        name = path.relative_to(root)
        layer = path.relative_to(root / 'src').parts[0]
        if layer not in MAY_USE:
            complaints.append(f'{name}: folder {layer} is not in the table of layers')
            continue
        for line, quoted, what in includes(path):
            used = what.split('/')[0]
            where = f'{name}:{line}: includes {what}'
            if quoted and '/' not in what:
                complaints.append(f'{where}: give the path from src/')
            elif '..' in what.split('/'):
                complaints.append(f'{where}: no way up')
            elif quoted and used not in MAY_USE:
                complaints.append(f'{where}: {used} is no layer')
            elif used in MAY_USE and used != layer and used not in MAY_USE[layer]:
                complaints.append(f'{where}: {layer} may not use {used}')
    return complaints


def check_public(root):
    complaints = []
    folder = root / 'include' / 'manyfold'
    for path in gate.tracked('.h', root=folder):
        for line, quoted, what in includes(path):
            ours = what.startswith('manyfold/')
            if quoted or (ours and not (root / 'include' / what).is_file()) \
                    or ('/' in what and not ours and not what.startswith('sys/')):
                complaints.append(f'{path.relative_to(root)}:{line}: includes {what}, '
                                  'which is not a public header')
    return complaints


def documented_layers():
    """folder: (may use, may be used by), from the table in docs/architecture.md."""
    rows = re.findall(r'^\| `src/(\w+)/` \|([^|]*)\|([^|]*)\|',
                      gate.text(gate.ROOT / 'docs' / 'architecture.md'), re.MULTILINE)
    return {folder: (set(re.findall(r'`(\w+)`', uses)), set(re.findall(r'`(\w+)`', used_by)))
            for folder, uses, used_by in rows}


def check_document():
    wanted = {folder: (uses, {other for other in MAY_USE if folder in MAY_USE[other]})
              for folder, uses in MAY_USE.items()}
    found = documented_layers()
    return [f'{folder}: the document says {found.get(folder)}, the test {wanted.get(folder)}'
            for folder in sorted(wanted.keys() | found.keys())
            if wanted.get(folder) != found.get(folder)]


def check_order():
    """The table has no circle: each folder uses only folders that stand above it."""
    order = list(MAY_USE)
    return [f'{folder} uses {used}, which stands below it'
            for folder, uses in MAY_USE.items() for used in uses
            if order.index(used) >= order.index(folder)]


def planted(path, content, check, complaint):
    """The check must name the planted file and say `complaint`."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, what in (('src/base/a.h', ''), ('src/exec/a.h', '#include "base/a.h"\n'),
                           ('src/jobs/a.c', '#include "exec/a.h"\n#include <stdio.h>\n'),
                           ('include/manyfold/a.h', '#include <stddef.h>\n'), (path, content)):
            if name == path and what and check(root):
                return [f'complains before anything was planted: {check(root)}']
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(what, encoding='utf-8')
        found = check(root)
    return gate.expect(len(found) == 1 and path in found[0] and complaint in found[0],
                       f'planted {content!r} in {path}, complaints: {found}')


def check_planted():
    complaints = []
    for path, content, complaint in (
            ('src/base/b.c', '#include "exec/a.h"\n', 'base may not use exec'),
            ('src/stats/b.c', '#include "exec/a.h"\n', 'stats may not use exec'),
            ('src/exec/b.c', '#include "stats/a.h"\n', 'exec may not use stats'),
            ('src/compare/b.c', '#include "jobs/sum.h"\n', 'compare may not use jobs'),
            ('src/compare/b.c', '  #  include <jobs/sum.h>\n', 'compare may not use jobs'),
            ('src/exec/b.c', '\n#include "a.h"\n', ':2: includes a.h: give the path'),
            ('src/exec/b.c', '#include "exec/../base/a.h"\n', 'no way up'),
            ('src/exec/b.c', '#include "tests/unit/unit.h"\n', 'tests is no layer'),
            ('src/misc/b.c', '#include "base/a.h"\n', 'misc is not in the table'),
            ('src/exec/deeper/b.c', '#include "cli/a.h"\n', 'exec may not use cli')):
        complaints += planted(path, content, check_own, complaint)
    for content in ('#include "base/a.h"\n', '#include <base/a.h>\n', '#include <manyfold/b.h>\n'):
        complaints += planted('include/manyfold/c.h', content, check_public, 'not a public header')
    return complaints


gate.main([
    ('every folder of src/ includes only what its layer may use', lambda: check_own(gate.ROOT)),
    ('public headers include public headers only', lambda: check_public(gate.ROOT)),
    ('docs/architecture.md shows the same table of layers', check_document),
    ('the table of layers has no circle', check_order),
    ('a planted violation is found', check_planted),
])
