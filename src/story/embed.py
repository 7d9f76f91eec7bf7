#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes chart templates as C, for the command to carry along: embed.py OUTPUT NAME.json ..."""

import json
import pathlib
import sys


def main(output, *templates):
    lines = ['/* Made by src/story/embed.py. */', '#include "story/chart_templates.h"', '']
    entries = []
    for template in map(pathlib.Path, templates):
        content = json.dumps(json.loads(template.read_text(encoding='utf-8')),
                             separators=(',', ':')).encode('ascii')
        name = template.stem
        lines += [f'static const char {name}[] = {{{",".join(map(str, content))}}};']
        entries += [f'    {{"{name}", {name}, sizeof {name}}},']
    lines += ['', 'const struct mf__chart_template mf__chart_templates[] = {', *entries,
              '    {0},', '};', '']
    pathlib.Path(output).write_text('\n'.join(lines), encoding='ascii')


if __name__ == '__main__':
    main(*sys.argv[1:])
