#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a file as C, for the command to carry along: embed.py FILE NAME OUTPUT [HEADER].

A string literal may have 4,095 characters, and a list of a million numbers takes compilers long. So
the bytes become rows of an array of strings, which lie one behind the other; the last row is filled
up with zeros. The assembler's .incbin was rejected: the build would not see that the file changed.
"""

import pathlib
import sys

ROW = 4000  # bytes

ESCAPES = {0x22: '\\"', 0x5c: '\\\\', 0x0a: '\\n', 0x3f: '\\?'}


def literal(row):
    """A C string of these bytes: octal escapes have at most three digits, so they end by themselves."""
    return ''.join(ESCAPES.get(byte) or (chr(byte) if 0x20 <= byte < 0x7f else f'\\{byte:03o}')
                   for byte in row)


def main(source, name, output, header='cli/embedded.h'):
    content = pathlib.Path(source).read_bytes()
    rows = [content[at:at + ROW] for at in range(0, len(content), ROW)]
    lines = ['/* Made by data/embed.py. */', f'#include "{header}"', '',
             f'const char mf__{name}_bytes[][{ROW}] = {{']
    lines += [f'"{literal(row)}",' for row in rows]
    lines += ['};', f'const size_t mf__{name}_length = {len(content)};', '']
    pathlib.Path(output).write_text('\n'.join(lines), encoding='ascii')


if __name__ == '__main__':
    main(*sys.argv[1:])
