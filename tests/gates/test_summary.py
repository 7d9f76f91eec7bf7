#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/summary.py counts right. sample_log.jsonl was written by Meson, shortened by hand."""

import json
import pathlib
import subprocess
import sys
import tempfile

import gate

HERE = pathlib.Path(__file__).resolve().parent
LOG = [json.loads(line) for line in gate.text(HERE / 'sample_log.jsonl').splitlines()]


def summarize(*names, expected=(), log=True):
    """(exit status, output) of summary.py on a build in which the named tests ran."""
    with tempfile.TemporaryDirectory() as folder:
        build = pathlib.Path(folder) / 'build'
        for sub in ('meson-logs', 'meson-info'):
            (build / sub).mkdir(parents=True)
        (build / 'meson-info' / 'intro-tests.json').write_text(
            gate.text(HERE / 'sample_tests.json'), encoding='utf-8')
        ran = [test for test in LOG if test['name'].rsplit(' / ', 1)[-1] in names]
        assert len(ran) == len(names), names
        if log:
            (build / 'meson-logs' / 'testlog.json').write_text(
                ''.join(json.dumps(test) + '\n' for test in ran), encoding='utf-8')
        if expected:
            (build / 'meson-logs' / 'expected.txt').write_text(
                ''.join(f'{name}\n' for name in expected), encoding='utf-8')
        done = subprocess.run([sys.executable, HERE.parent / 'summary.py', build],
                              capture_output=True, text=True, encoding='utf-8')
    return done.returncode, done.stdout + done.stderr


def last_line(names, line, status, says='', **more):
    found_status, output = summarize(*names, **more)
    return (gate.expect(output.endswith(f'\n{line}\n'), f'wanted {line!r}, output: {output!r}') +
            gate.expect(found_status == status, f'exit status {found_status}, wanted {status}') +
            gate.expect(says in output, f'does not say {says!r}: {output!r}'))


GOOD = 'two pass'
MUST = ('manyfold:unit / two pass', 'manyfold:unit / never came up')

# (what, tests that ran, last line, exit status, what is said besides)
CASES = (
    ('passed cases are counted', [GOOD], '2 passed, 0 failed', 0),
    ('a test without TAP counts as one', [GOOD, 'exit status 0'], '3 passed, 0 failed', 0),
    ('a failed case is shown', ['one of two fails'], '1 passed, 1 failed', 1, '# 0x1 != 0x2'),
    ('skipped cases stand apart', ['one of two skipped'], '1 passed, 0 failed, 1 skipped', 0),
    ('a skipped program stands apart', [GOOD, 'all skipped'], '2 passed, 0 failed, 1 skipped', 0,
     'no readelf'),
    ('exit status 77 is skipped', [GOOD, 'exit status 77'], '2 passed, 0 failed, 1 skipped', 0),
    ('only skipped is not good', ['all skipped'], '0 passed, 0 failed, 1 skipped', 1),
    ('nothing printed is a failure', [GOOD, 'prints nothing'], '2 passed, 1 failed', 1,
     'printed no plan'),
    ('an empty plan is a failure', [GOOD, 'plans nothing'], '2 passed, 1 failed', 1),
    ('bailing out is a failure', ['bails out'], '1 passed, 1 failed', 1, 'no luck'),
    ('a crash is a failure', ['killed by a signal'], '1 passed, 1 failed', 1, 'SIGKILL'),
    ('running out of time is a failure', ['out of time'], '1 passed, 1 failed', 1, 'after 2 s'),
    ('too few cases are a failure', ['runs fewer than planned'], '1 passed, 1 failed', 1,
     'planned 3 cases and ran 1'),
    ('too many cases are a failure', ['runs more than planned'], '2 passed, 1 failed', 1),
    ('stopping after a failure is another one', ['stops in the middle of a failure'],
     '1 passed, 2 failed', 1),
    ('an unexplained exit status is a failure', ['all pass but exit status 1'],
     '2 passed, 1 failed', 1, 'exited with 1 though no case failed'),
    ('a failed test without TAP shows its output', ['exit status 3'], '0 passed, 1 failed', 1,
     'err'),
    ('a log without tests is not good', [], '0 passed, 0 failed', 1),
)


def everything():
    """All samples at once: the counts above, added up."""
    names = [test['name'].rsplit(' / ', 1)[-1] for test in LOG]
    return last_line(names, '14 passed, 12 failed, 3 skipped', 1)


gate.main(
    [(what, lambda rest=rest: last_line(*rest)) for what, *rest in CASES] +
    [('a test that never came up is a failure',
      lambda: last_line([GOOD], '2 passed, 1 failed', 1, 'never came up was not run',
                        expected=MUST)),
     ('a build without a log is a failure',
      lambda: last_line([], '0 passed, 1 failed', 1, 'was it built', log=False)),
     ('all samples add up', everything)])
