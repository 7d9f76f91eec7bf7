#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `manyfold compare` shows people, letter by letter, against golden/.

    test_compare_text.py COMMAND none --regenerate     writes the expected texts anew

Times come from a script, and the command is held to two cores, so that a text does not depend on
the machine; of what it says about the machine itself, the lines are left out.
"""

import os
import re
import sys

import cli

GOLDEN = cli.gate.ROOT / 'tests' / 'cli' / 'golden'
SCRIPT = 't1=1s,size=1e7,fraction=0.05,noise=0.01,seed=7'
UTF8 = 'C.UTF-8'

# Name: options, script, locale, columns.
SCREENS = {
    'usual_80': ((), SCRIPT, UTF8, 80),
    'usual_80_ascii': ((), SCRIPT, 'C', 80),
    'usual_120': ((), SCRIPT, UTF8, 120),
    'colour_80': (('--color', 'always'), SCRIPT, UTF8, 80),
    'quiet': (('--quiet',), SCRIPT, UTF8, 80),
    'wrong_80': ((), f'{SCRIPT},wrong=processes', UTF8, 80),
}

ESCAPE = re.compile(r'\x1b\[[0-9;]*m')


def two_cores():
    """Processors on two different cores that we may run on, or None."""
    found = {}
    for cpu in sorted(os.sched_getaffinity(0)):
        try:
            with open(f'/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list') as file:
                core = file.read()
        except OSError:
            core = str(cpu)
        found.setdefault(core, cpu)
    return set(list(found.values())[:2]) if len(found) >= 2 else None


def compare(options, script, locale, columns):
    processors = two_cores()
    if not processors:
        raise cli.gate.Skip('fewer than two cores')
    return cli.run('compare', 'sum', '1e7', '--runs', '12', '--pretend', script, *options,
                   env={'LC_ALL': locale, 'COLUMNS': str(columns)},
                   preexec_fn=lambda: os.sched_setaffinity(0, processors))


def require_two_cores():
    """A quota may grant less than the processors that we chose."""
    granted = compare(('--json', '-'), SCRIPT, 'C', 80).json()['settings']['cores']
    if granted != 2:
        raise cli.gate.Skip(f'two cores were chosen and {granted} granted')


def without_machine(text):
    """The text without what the part on measuring says of the load and of the machine."""
    kept, dropping = [], False
    for line in text.splitlines(keepends=True):
        plain = ESCAPE.sub('', line)
        if plain.startswith('  load '):
            dropping = True
        elif dropping and (not plain.strip() or not plain.startswith('  ')):
            dropping = False
        if not dropping:
            kept.append(line)
    return ''.join(kept)


def check_golden():
    require_two_cores()
    complaints = []
    for name, screen in SCREENS.items():
        ended = compare(*screen)
        shown = without_machine(ended.out)
        path = GOLDEN / f'{name}.txt'
        if '--regenerate' in sys.argv:
            path.write_text(shown, encoding='utf-8')
        expected = path.read_text(encoding='utf-8')
        if shown != expected:
            pairs = zip(shown.splitlines() + [''], expected.splitlines() + [''])
            first = next((pair for pair in pairs if pair[0] != pair[1]), ('', 'its length'))
            complaints.append(f'{name}: shows {first[0]!r}, expected {first[1]!r}')
    return complaints


def check_widths():
    """From 60 columns on nothing is wider than the terminal, and no line ends in blanks."""
    complaints = []
    for columns in (60, 61, 72, 79, 80, 81, 100, 120, 200):
        for options in ((), ('--weak', '--workers', '1,2,4,8,16')):
            for locale in ('C', UTF8):
                text = compare(options, SCRIPT, locale, columns).out
                complaints += [f'{columns} {locale}: {len(line)}: {line!r}'
                               for line in text.splitlines()
                               if len(line) > columns or line != line.rstrip()]
    return complaints[:20]


def check_same_words():
    """Glyphs and colours are all that a locale and colours change: numbers stay."""
    def numbers(text):
        return re.findall(r'\d[\d.,]*', ESCAPE.sub('', without_machine(text)))

    usual = compare(*SCREENS['usual_80'])
    complaints = []
    for name in ('usual_80_ascii', 'colour_80'):
        if numbers(compare(*SCREENS[name]).out) != numbers(usual.out):
            complaints.append(f'{name} has other numbers than usual_80')
    complaints += cli.gate.expect(compare(*SCREENS['usual_80_ascii']).out.isascii(), 'not ASCII')
    coloured = compare(*SCREENS['colour_80']).out
    complaints += cli.gate.expect('\x1b[' in coloured, 'no colour')
    return complaints + cli.gate.expect(
        ESCAPE.sub('', without_machine(coloured)) == without_machine(usual.out),
        'without its colours the coloured text is another one')


if __name__ == '__main__':
    cli.gate.main([
        ('the screens are as they were when somebody last looked at them', check_golden),
        ('no line is wider than the terminal, from 60 to 200 columns', check_widths),
        ('locale and colour change no number', check_same_words),
    ])
