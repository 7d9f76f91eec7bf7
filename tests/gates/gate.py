# SPDX-License-Identifier: Apache-2.0
"""What the gates share: the list of files, C without its comments, and results as TAP.

A gate is a list of (sentence, function). The function returns complaints, one line each, and
passes when there are none; it raises Skip where it cannot be tried.
"""

import pathlib
import re
import subprocess
import sys
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Skip(Exception):
    """The reason why a gate cannot be tried here."""


def undescribed(schema, where='schema'):
    """Fields that the schema lists without a word on what they are."""
    if isinstance(schema, list):
        return [found for item in schema for found in undescribed(item, where)]
    if not isinstance(schema, dict):
        return []
    found = [f'{where}/{name} has no description'
             for name, value in schema.get('properties', {}).items() if 'description' not in value]
    return found + [more for name, value in schema.items()
                    for more in undescribed(value, f'{where}/{name}')]


def main(cases):
    """Runs the cases, prints TAP, and exits."""
    print(f'1..{len(cases)}')
    failures = 0
    for number, (sentence, function) in enumerate(cases, 1):
        try:
            complaints = function()
        except Skip as reason:
            print(f'ok {number} - {sentence} # SKIP {reason}')
            continue
        except Exception:
            complaints = traceback.format_exc().splitlines()
        failures += bool(complaints)
        print(f'{"not ok" if complaints else "ok"} {number} - {sentence}')
        for complaint in complaints:
            print(f'# {complaint}')
    sys.exit(1 if failures else 0)


def expect(condition, complaint):
    """For tests of a gate itself: [] or one complaint."""
    return [] if condition else [complaint]


def tracked(*suffixes, root=ROOT):
    """Files of the project, tracked or about to be, ending in one of the suffixes (all if none)."""
    try:
        listed = subprocess.run(
            ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
            cwd=root, capture_output=True, check=True).stdout.decode().split('\0')
    except (OSError, subprocess.CalledProcessError):
        # No git, or not a checkout: everything that is not built.
        listed = [str(path.relative_to(root)) for path in root.rglob('*')]
    made = re.compile(r'(build(-[^/]*)?|results|bench/out|\.git)/|.*__pycache__')
    names = [name for name in sorted(set(listed)) if name and not made.match(name)]
    return [root / name for name in names
            if (not suffixes or name.endswith(suffixes)) and (root / name).is_file()]


def text(path):
    return path.read_text(encoding='utf-8')


COMMENTS_AND_STRINGS = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def code_only(source):
    """C source with comments and literals blanked out, line numbers kept."""
    return COMMENTS_AND_STRINGS.sub(lambda m: ' ' + '\n' * m[0].count('\n'), source)
