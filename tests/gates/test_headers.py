#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every public header stands alone, in C and in C++, and may be included twice."""

import pathlib
import shutil
import subprocess
import tempfile

import gate

COMPILERS = (('gcc', 'c', 'c17'), ('clang', 'c', 'c17'), ('g++', 'c++', 'c++17'))
FLAGS = ['-fsyntax-only', '-Wall', '-Wextra', '-Wpedantic', '-Werror']

HEADERS = [f'manyfold/{path.name}'
           for path in gate.tracked('.h', root=gate.ROOT / 'include' / 'manyfold')]


def compile_text(source, compiler, language, standard, include=gate.ROOT / 'include'):
    """What the compiler has to say about a source that should compile."""
    if not shutil.which(compiler):
        raise gate.Skip(f'no {compiler}')
    done = subprocess.run(
        [compiler, '-x', language, f'-std={standard}', *FLAGS, '-I', str(include), '-'],
        input=source, capture_output=True, text=True, encoding='utf-8')
    if done.returncode == 0:
        return []
    return [f'{compiler} -std={standard}:', *source.splitlines(), *done.stderr.splitlines()]


def alone(compiler, language, standard):
    complaints = [] if HEADERS else ['there is no public header']
    for header in HEADERS:
        complaints += compile_text(f'#include <{header}>\n',
                                   compiler, language, standard)
    return complaints


def all_twice(compiler, language, standard):
    source = ''.join(f'#include <{header}>\n' for header in HEADERS + HEADERS[::-1])
    return compile_text(source + 'int main(void) { return mf_version() == 0; }\n',
                        compiler, language, standard)


def planted(compiler, language, standard):
    """A header that needs another one first must be found."""
    with tempfile.TemporaryDirectory() as folder:
        header = pathlib.Path(folder) / 'manyfold' / 'leaning.h'
        header.parent.mkdir()
        header.write_text('size_t leaning(uint64_t items);\n', encoding='utf-8')
        found = compile_text('#include <manyfold/leaning.h>\n',
                             compiler, language, standard, folder)
    return gate.expect(found, f'{compiler} accepted a header that leans on others')


gate.main([(f'{sentence}, {compiler} {standard}',
            lambda check=check, of=(compiler, language, standard): check(*of))
           for compiler, language, standard in COMPILERS
           for sentence, check in (('each public header compiles alone', alone),
                                   ('all public headers compile together, twice', all_twice),
                                   ('a header that does not stand alone is found', planted))])
