#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tool as it was built has what compilers and linkers offer against exploits.

    test_hardening.py TOOL
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import gate


def readelf(option, path):
    if not shutil.which('readelf'):
        raise gate.Skip('no readelf')
    done = subprocess.run(['readelf', '--wide', option, str(path)], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else done.stderr


def check_pie(path):
    return gate.expect(re.search(r'Type:\s+DYN', readelf('--file-header', path)) and
                       re.search(r'\(FLAGS_1\).*\bPIE\b', readelf('--dynamic', path)),
                       f'{path} is not a position independent executable')


def check_relro(path):
    return (gate.expect('GNU_RELRO' in readelf('--program-headers', path), f'{path}: no RELRO') +
            gate.expect(re.search(r'BIND_NOW|\(FLAGS_1\).*\bNOW\b', readelf('--dynamic', path)),
                        f'{path}: RELRO is not full, symbols are bound late'))


def check_stack(path):
    found = re.search(r'GNU_STACK(?:\s+0x\w+){5}\s+([RWE ]{3})', readelf('--program-headers', path))
    return gate.expect(found and 'E' not in found[1], f'{path}: the stack may be executed')


def check_protector(path):
    return gate.expect('__stack_chk_fail' in readelf('--dyn-syms', path),
                       f'{path}: no stack protector')


def check_fortified(path):
    return gate.expect(re.search(r'__[a-z]+_chk@', readelf('--dyn-syms', path)),
                       f'{path}: no fortified call')


CHECKS = (
    ('position independent', check_pie),
    ('relocations are read-only', check_relro),
    ('the stack is not executable', check_stack),
    ('stack protector', check_protector),
    ('fortified calls', check_fortified),
)

PROGRAM = """#include <stdio.h>
int main(int argc, char **argv)
{
    char text[40];
    return argc > 1 ? snprintf(text, sizeof text + (size_t)argc, "%s", argv[1]) + text[argc] : 0;
}
"""

HARD = ['-O2', '-fPIE', '-pie', '-fstack-protector-strong', '-U_FORTIFY_SOURCE',
        '-D_FORTIFY_SOURCE=2', '-Wl,-z,relro', '-Wl,-z,now']
# Each takes one thing away; the number is that of the check that must complain.
SOFT = (['-no-pie', '-fno-pie'], ['-Wl,-z,lazy'], ['-Wl,-z,execstack'], ['-fno-stack-protector'],
        ['-U_FORTIFY_SOURCE'])


def check_planted():
    if not shutil.which('gcc'):
        raise gate.Skip('no gcc')
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / 'program'
        for soft in ([], *SOFT):
            subprocess.run(['gcc', '-w', *HARD, *soft, '-x', 'c', '-', '-o', str(program)],
                           input=PROGRAM, text=True, check=True)
            found = [number for number, (_, check) in enumerate(CHECKS) if check(program)]
            if found != ([SOFT.index(soft)] if soft else []):
                complaints.append(f'built with {soft}, failed checks: {found}')
    return complaints


tool = pathlib.Path(sys.argv[1])
gate.main([(sentence, lambda check=check: check(tool)) for sentence, check in CHECKS] +
          [('what is missing in a planted program is found', check_planted)])
