#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How every file of the project looks."""

import re
import shutil
import subprocess

import gate

SPDX = '/* SPDX-License-Identifier: Apache-2.0 */\n'

MAY_HOLD_TABS = ('Makefile', '.tsv')

# A place of somebody's machine. Written so that this line does not match itself.
ABSOLUTE = re.compile(r'(?<![\w./~}*-])/(?:home|root|work|tmp|mnt|Users)(?![\w-])')

# Where a test makes a temporary folder when TMPDIR is not set: every system has this place.
TEMPORARY = re.compile(r'"/tmp(/[\w-]+XXXXXX)?"')

# What readers are tried with. It may look like anything.
SAMPLES = ('tests/fuzz/corpus/',)

# file: why it may name such a place.
MAY_NAME_PLACES = {
    'tests/gates/test_text.py': 'tests the rule',
}


def texts():
    """(name, content) of every text file of the project."""
    for path in gate.tracked():
        content = path.read_bytes()
        if b'\0' not in content:
            yield str(path.relative_to(gate.ROOT)), content.decode(errors='replace')


def check_spdx():
    return [f'{path.relative_to(gate.ROOT)}: the first line is not {SPDX.strip()}'
            for path in gate.tracked('.c', '.h') if not gate.text(path).startswith(SPDX)]


def check_format():
    if not shutil.which('clang-format'):
        raise gate.Skip('no clang-format')
    done = subprocess.run(['clang-format', '--dry-run', '-Werror', *gate.tracked('.c', '.h')],
                          cwd=gate.ROOT, capture_output=True, text=True, encoding='utf-8')
    return [] if done.returncode == 0 else done.stderr.splitlines() + ['try: make format']


def find_blanks(name, content):
    if name.startswith(SAMPLES):
        return []
    complaints = []
    for number, line in enumerate(content.split('\n'), 1):
        if line != line.rstrip():
            complaints.append(f'{name}:{number}: blanks at the end of the line')
        if '\t' in line and not name.endswith(MAY_HOLD_TABS):
            complaints.append(f'{name}:{number}: a tab')
    if content and not content.endswith('\n'):
        complaints.append(f'{name}: the last line does not end')
    return complaints


def find_places(name, content):
    if name in MAY_NAME_PLACES:
        return []
    return [f'{name}:{number}: names a place of one machine: {line.strip()}'
            for number, line in enumerate(content.split('\n'), 1)
            if ABSOLUTE.search(TEMPORARY.sub('', line) if name.startswith('tests/') else line)]


def each_text(find):
    return [complaint for name, content in texts() for complaint in find(name, content)]


def check_planted():
    complaints = []
    for find, name, content, count in (
            (find_blanks, 'a.c', 'int a; \nint b;\t\n\tint c;\n', 4),
            (find_blanks, 'a.c', 'int a;\r\n', 1),
            (find_blanks, 'a.c', 'int a;', 1),
            (find_blanks, 'Makefile', 'a:\n\tb\n', 0),
            (find_blanks, 'tests/fuzz/corpus/csv/tabs', 'a\t\r\n', 0),
            (find_places, 'a.c', '"/home/me"\n"/tmp"\n/root\n', 3),
            (find_places, 'src/a.c', '"/tmp/a-XXXXXX"\n', 1),
            (find_places, 'tests/a.c', '"/tmp/a-XXXXXX"\n"/tmp"\n"/tmp/a"\n', 1),
            (find_places, 'a.c', 'src/tmp/a https://example.org/work ${TMPDIR}/tmp /workers\n', 0)):
        found = find(name, content)
        if len(found) != count:
            complaints.append(f'{name}: {content!r}: {found}')
    return complaints


gate.main([
    ('every C file opens with its licence', check_spdx),
    ('every C file is laid out as .clang-format says', check_format),
    ('no trailing blanks, no tabs, every last line ends', lambda: each_text(find_blanks)),
    ("no file names a place of one person's machine", lambda: each_text(find_places)),
    ('planted blanks, tabs and places are found, and only they', check_planted),
])
