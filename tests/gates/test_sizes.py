#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Functions and files stay small enough to be read at one go."""

import pathlib
import shutil
import statistics
import subprocess
import tempfile

import gate

FUNCTION_LINES = 80
FUNCTION_P90 = 50
FUNCTION_MEDIAN = 15
FILE_LINES = 600
HEADER_LINES = 300

# Names of functions that may be longer, each with its reason beside it.
EXCEPTED = ()

# Files that nobody reads line by line: numbers written by a program.
GENERATED = ('tests/oracle/prepare_reference.h', 'tests/oracle/score_reference.h',
             'tests/oracle/stats_reference.h', 'tests/oracle/table_reference.h')


def functions(files):
    """(lines, name, file, first line) of every function, longest first."""
    if not shutil.which('ctags'):
        raise gate.Skip('no universal-ctags')
    listed = subprocess.run(
        ['ctags', '-x', '--language-force=C', '--kinds-C=f', '--_xformat=%n\t%{end}\t%N\t%F',
         '-L', '-'], input='\n'.join(map(str, files)), capture_output=True, text=True, check=True)
    found = []
    for line in listed.stdout.splitlines():
        first, last, name, path = line.split('\t')
        found.append((int(last) - int(first) + 1, name, path, int(first)))
    return sorted(found, reverse=True)


def percentile(lengths, share):
    """The smallest length that at least this share of the lengths does not exceed."""
    lengths = sorted(lengths)
    return lengths[max(0, -(-len(lengths) * share // 100) - 1)]


def own_functions():
    return functions(gate.tracked('.c', '.h', root=gate.ROOT / 'src'))


def check_longest():
    found = own_functions()
    return [f'{pathlib.Path(path).relative_to(gate.ROOT)}:{first}: {name} has {lines} lines, '
            f'{FUNCTION_LINES} are allowed'
            for lines, name, path, first in found
            if lines > FUNCTION_LINES and name not in EXCEPTED]


def check_typical():
    lengths = [found[0] for found in own_functions()]
    if not lengths:
        return ['there are no functions']
    median, p90 = statistics.median(lengths), percentile(lengths, 90)
    print(f'# {len(lengths)} functions: median {median:g} lines, p90 {p90}, longest {lengths[0]}')
    for lines, name, path, _ in own_functions()[:10]:
        print(f'# {lines:4} {name} ({pathlib.Path(path).relative_to(gate.ROOT)})')
    return (gate.expect(median <= FUNCTION_MEDIAN, f'median {median} > {FUNCTION_MEDIAN}') +
            gate.expect(p90 <= FUNCTION_P90, f'p90 {p90} > {FUNCTION_P90}'))


def check_exceptions():
    """An exception that is no longer needed must go."""
    needed = {name for lines, name, _, _ in own_functions() if lines > FUNCTION_LINES}
    return [f'{name} is excepted and not long' for name in EXCEPTED if name not in needed]


def check_files():
    complaints = []
    for path in gate.tracked('.c', '.h', '.py'):
        name = str(path.relative_to(gate.ROOT))
        lines = gate.text(path).count('\n')
        limit = HEADER_LINES if path.suffix == '.h' else FILE_LINES
        if lines > limit and name not in GENERATED:
            complaints.append(f'{name} has {lines} lines, {limit} are allowed')
    return complaints


def check_planted():
    """A function of 81 lines is counted as 81 lines, one of 3 as 3."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'long.c'
        path.write_text('int long_one(int a)\n{\n' + '    a++;\n' * 77 + '    return a;\n}\n'
                        'static int\nshort_one(void)\n{ return 1; }\n', encoding='utf-8')
        found = [(lines, name) for lines, name, _, _ in functions([path])]
    return (gate.expect(found == [(81, 'long_one'), (2, 'short_one')], f'found {found}') +
            gate.expect(percentile(range(1, 11), 90) == 9, 'p90 of 1 .. 10 is 9') +
            gate.expect(percentile([7], 90) == 7, 'p90 of one value is that value'))


gate.main([
    (f'no function is above {FUNCTION_LINES} lines', check_longest),
    (f'functions have a median of at most {FUNCTION_MEDIAN} lines and a p90 of at most '
     f'{FUNCTION_P90}', check_typical),
    ('every exception is needed', check_exceptions),
    (f'no file is above {FILE_LINES} lines and no header above {HEADER_LINES}', check_files),
    ('lengths are counted right', check_planted),
])
