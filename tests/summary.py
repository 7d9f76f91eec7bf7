#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what really ran: tests/summary.py BUILD...

Reads each build's meson-logs/testlog.json, in which Meson keeps what every test program printed,
and counts the single cases itself. Meson's own verdict is not used, because it takes a program
that printed nothing for a skipped one and counts programs, not cases.

Prints every failure with its output and, as the last line, `N passed, N failed` with
`, N skipped` when some were. Exit status 0 only when something passed and nothing failed.

A failure is: a case that is `not ok`; a program that ended by a signal, ran out of time, bailed
out, printed no plan or another number of cases than planned, or exited with a status that its
cases do not explain; a test that is in meson-logs/expected.txt (the list of what was to run)
and not in the log; a build without a log.
"""

import json
import pathlib
import re
import signal
import sys

CASE = re.compile(r'(not )?ok\b *(\d+)?[ -]*(.*)')
PLAN = re.compile(r'1\.\.(\d+)\s*(?:#\s*(.*))?$')
DIRECTIVE = re.compile(r'#\s*skip\S*\s*(.*)', re.IGNORECASE)
EXIT_SKIPPED = 77  # Meson's and automake's convention for tests without TAP
LAST_LINES = 60


class Outcome:
    """What one test program, or several together, did."""

    def __init__(self):
        self.passed = 0
        self.failures = []  # one sentence each
        self.skipped = []  # name and reason

    def add(self, other):
        self.passed += other.passed
        self.failures += other.failures
        self.skipped += other.skipped


def read_tap(text):
    """The outcome of the cases in a TAP text, the plan (None without one), and cases seen."""
    outcome, plan, seen = Outcome(), None, 0
    for line in text.splitlines():
        planned = PLAN.match(line)
        case = CASE.match(line)
        if planned:
            plan = int(planned[1])
            if plan == 0 and planned[2]:
                outcome.skipped.append(planned[2])
        elif line.startswith('Bail out!'):
            outcome.failures.append(line)
        elif case:
            seen += 1
            skip = DIRECTIVE.search(case[3])
            if skip:
                # cmocka writes a skipped case as `not ok`.
                outcome.skipped.append(case[3].strip())
            elif case[1]:
                outcome.failures.append(line)
            else:
                outcome.passed += 1
    return outcome, plan, seen


def how_it_ended(test):
    """A sentence when the program did not end by itself, else None."""
    if test['result'] in ('TIMEOUT', 'INTERRUPT'):
        return f'was stopped after {test["duration"]:.0f} s'
    if test['returncode'] < 0:
        try:
            name = signal.Signals(-test['returncode']).name
        except ValueError:
            name = str(-test['returncode'])
        return f'ended by signal {name}'
    return None


def judge_tap(test):
    outcome, plan, seen = read_tap(test.get('stdout', ''))
    end = how_it_ended(test)
    bailed = any(failure.startswith('Bail out!') for failure in outcome.failures)
    if end:
        outcome.failures.append(end)
    elif bailed:
        pass
    elif plan is None:
        outcome.failures.append('printed no plan')
    elif plan != seen:
        outcome.failures.append(f'planned {plan} cases and ran {seen}')
    elif plan == 0 and not outcome.skipped:
        outcome.failures.append('planned no case')
    elif test['returncode'] != 0 and not outcome.failures:
        outcome.failures.append(f'exited with {test["returncode"]} though no case failed')
    return outcome


def judge_exit(test):
    outcome = Outcome()
    end = how_it_ended(test)
    if end:
        outcome.failures.append(end)
    elif test['returncode'] == 0:
        outcome.passed = 1
    elif test['returncode'] == EXIT_SKIPPED:
        outcome.skipped.append('')
    else:
        outcome.failures.append(f'exited with {test["returncode"]}')
    return outcome


def describe(build):
    """(command, name) -> Meson's description of the test."""
    path = build / 'meson-info' / 'intro-tests.json'
    return {(tuple(t['cmd']), t['name']): t for t in json.loads(path.read_text(encoding='utf-8'))}


def show(build, name, outcome, test):
    print(f'FAILED {build.name}: {name}')
    for failure in outcome.failures:
        print(f'    {failure}')
    for stream in ('stdout', 'stderr'):
        lines = test.get(stream, '').splitlines()
        if lines:
            print(f'  {stream}:' + (' ...' if len(lines) > LAST_LINES else ''))
            for line in lines[-LAST_LINES:]:
                print(f'  | {line}')


def read_build(build):
    """The outcome of all tests of one build directory."""
    total = Outcome()
    log = build / 'meson-logs' / 'testlog.json'
    if not log.is_file():
        total.failures.append('no log')
        print(f'FAILED {build.name}: has no log of tests; was it built?')
        return total
    described = describe(build)
    ran = set()
    for line in log.read_text(encoding='utf-8').splitlines():
        test = json.loads(line)
        ran.add(test['name'])
        short = test['name'].rsplit(' / ', 1)[-1]
        about = described[tuple(test['command']), short]
        outcome = judge_tap(test) if about['protocol'] == 'tap' else judge_exit(test)
        if outcome.failures:
            show(build, test['name'], outcome, test)
        for reason in outcome.skipped:
            print(f'skipped {build.name}: {short}: {reason}')
        total.add(outcome)
    expected = build / 'meson-logs' / 'expected.txt'
    if expected.is_file():
        for name in expected.read_text(encoding='utf-8').splitlines():
            if name not in ran:
                total.failures.append(name)
                print(f'FAILED {build.name}: {name} was not run')
    return total


def main(arguments):
    total = Outcome()
    for argument in arguments:
        outcome = read_build(pathlib.Path(argument))
        counts = f'{outcome.passed} passed, {len(outcome.failures)} failed'
        print(f'{argument}: {counts}, {len(outcome.skipped)} skipped')
        total.add(outcome)
    line = f'{total.passed} passed, {len(total.failures)} failed'
    if total.skipped:
        line += f', {len(total.skipped)} skipped'
    print(line)
    return 0 if total.passed and not total.failures else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
