#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""On a terminal: colours, progress that is cleared, the width. Elsewhere: not one escape byte."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import cli

PRETEND = ('compare', 'sum', '9', '--pretend', 't1=1s,noise=0.01', '--runs', '7')
SCREEN = {'TERM': 'xterm', 'LC_ALL': 'C.UTF-8'}
COLOUR = re.compile(r'\x1b\[[0-9;]*m')
CLEAR = '\r\x1b[K'
MARK = b'\0the end\0'  # which no command writes


class Terminal:
    """A pseudo-terminal; `end` goes to the command."""

    def __init__(self, columns=80):
        self.master, self.end = pty.openpty()
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        attributes = termios.tcgetattr(self.end)
        attributes[1] &= ~termios.OPOST  # newlines arrive as they were written
        termios.tcsetattr(self.end, termios.TCSANOW, attributes)
        self.before = termios.tcgetattr(self.end)
        self.shown = b''

    def read(self, seconds, pattern=None):
        """Collects what appears until the command has closed its end or the pattern is found, or
        for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not (
                pattern and re.search(pattern, self.shown.decode(errors='replace'))):
            if not select.select([self.master], [], [], left)[0]:
                break
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                break  # EIO: nobody has the other end open
            if not piece:
                break
            self.shown += piece
        return self.shown.decode('utf-8', 'backslashreplace')

    def rest(self):
        """All that has appeared, when the command has ended: the terminal may be slow to pass it on."""
        os.write(self.end, MARK)
        self.read(cli.PATIENCE, re.escape(MARK.decode()))
        return self.shown.replace(MARK, b'').decode('utf-8', 'backslashreplace')

    def changed(self):
        return termios.tcgetattr(self.end) != self.before

    def close(self):
        os.close(self.master)
        os.close(self.end)


def on_terminal(*arguments, env=None, columns=80, out=True, err=True):
    """What appears on a terminal, and how the command ended; `out`, `err`: what it is used for."""
    terminal = Terminal(columns)
    how = {}
    if out:
        how['stdout'] = terminal.end
    if err:
        how['stderr'] = terminal.end
    process = cli.start(*arguments, env={**SCREEN, **(env or {})}, **how)
    until = time.monotonic() + cli.PATIENCE * cli.SLOWER
    while process.poll() is None and time.monotonic() < until:
        terminal.read(0.05)
    ended = cli.finish(process)
    text = terminal.rest()
    changed = terminal.changed()
    terminal.close()
    return text, ended, changed


# Name: environment, options, whether standard output is a terminal, whether colours are expected.
COLOURS = [
    ({}, (), True, True),
    ({}, (), False, False),
    ({'NO_COLOR': '1'}, (), True, False),
    ({'NO_COLOR': ''}, (), True, True),  # no-color.org: only when it is not empty
    ({'TERM': 'dumb'}, (), True, False),
    ({'TERM': None}, (), True, False),
    ({'FORCE_COLOR': '1'}, (), False, True),
    ({'CLICOLOR_FORCE': '1'}, (), False, True),
    ({'FORCE_COLOR': '1', 'NO_COLOR': '1'}, (), True, False),
    ({}, ('--color', 'always'), False, True),
    ({}, ('--color', 'never'), True, False),
    ({'NO_COLOR': '1'}, ('--color', 'always'), False, True),
    ({'FORCE_COLOR': '1'}, ('--color', 'never'), True, False),
]


def check_colours():
    complaints = []
    for command in (PRETEND, ('doctor',)):
        for env, options, out, expected in COLOURS:
            text, ended, _ = on_terminal(*command, *options, env=env, out=out, err=False)
            shown = text if out else ended.out
            if bool(COLOUR.search(shown)) != expected or ended.status != 0:
                complaints.append(f'{command[0]} {env} {options} terminal={out}: colours are '
                                  f'{not expected}; {ended}')
            if not expected and '\x1b' in shown:
                complaints.append(f'{command[0]} {env} {options}: an escape byte')
    return complaints


def check_plain():
    """Into pipes goes no escape byte, on either stream, from any verb, whatever TERM is."""
    complaints = []
    for arguments in (('sum', '5'), ('sum', 'x'), PRETEND, ('doctor',), ('--help',), ('man',),
                      ('completion', 'bash'), (), ('sum', '2e9', '--progress', 'always')):
        ended = cli.run(*arguments, env=SCREEN)
        if '\x1b' in ended.out + ended.err or '\r' in ended.out + ended.err:
            complaints.append(str(ended))
    return complaints


def check_data():
    """A sum, JSON and CSV have no colours, not even on a terminal that is told to have them."""
    complaints = []
    for arguments in (('sum', '5'), ('sum', '5', '--json', '-'), (*PRETEND, '--json', '-'),
                      (*PRETEND, '--csv', '-')):
        text, _, _ = on_terminal(*arguments, '--color', 'always', err=False)
        complaints += cli.gate.expect(text and '\x1b' not in text, f'{arguments}: {text[:60]!r}')
    return complaints


def check_width():
    """The terminal's own width counts, and COLUMNS before it."""
    complaints = []
    for columns, env, expected in ((60, {}, 60), (132, {}, 132), (0, {}, 80),
                                   (60, {'COLUMNS': '100'}, 100)):
        text, _, _ = on_terminal('compare', '--help', columns=columns, env=env)
        widest = max(len(line) for line in text.split('\n'))
        if not expected - 12 < widest <= expected:
            complaints.append(f'{columns} {env}: the widest line has {widest}')
    return complaints


def watch(*arguments, seconds, options=(), pattern=None):
    """What appears on a terminal for so long after the pattern, until Ctrl-C; and how it ended."""
    terminal = Terminal()
    process = cli.start(*arguments, *options, env=SCREEN, stderr=terminal.end)
    if pattern:
        terminal.read(cli.PATIENCE * cli.SLOWER, pattern)
    cli.wait_until_catches(process)
    terminal.read(seconds)
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process)
    text = terminal.rest()
    changed = terminal.changed()
    terminal.close()
    return text, ended, changed


def progress_complaints(command, pattern):
    began = time.monotonic()
    text, ended, changed = watch(*command, seconds=0.5, pattern=pattern)
    seconds = time.monotonic() - began
    shown = text.split(CLEAR)
    complaints = cli.gate.expect(re.search(pattern, text), f'no progress: {text[:200]!r}')
    most = 10 * (seconds + 1)
    complaints += cli.gate.expect(len(shown) <= most + 2, f'{len(shown)} lines in {seconds:.1f} s')
    # The last line is cleared before anything else appears.
    complaints += cli.gate.expect(not re.search(pattern, shown[-1]) and '\n' not in ''.join(
        shown[:-1]), f'not cleared: {shown[-2:]!r}')
    complaints += cli.gate.expect(ended.status == -signal.SIGINT, str(ended))
    complaints += cli.gate.expect(not changed, 'the terminal is set otherwise than before')
    return complaints + cli.gate.expect('?25l' not in text, 'the cursor was hidden')


def check_sum_progress():
    return progress_complaints(('sum', '1e14', '--with', 'threads'), r'\d+ % done')


def check_compare_progress():
    command = ('compare', 'sum', '1e6', '--runs', '100000', '--no-break-even')
    return progress_complaints(command, r'round \d+, \d+ of \d+')


def check_no_progress():
    complaints = []
    for options in (('--progress', 'never'), ('--quiet',)):
        text, ended, _ = watch('sum', '1e14', seconds=1, options=options)
        if '%' in text or '\x1b' in text:
            complaints.append(f'{options}: {text!r}')
    # Standard error is no terminal: at most a line each half minute.
    process = cli.start('sum', '1e14', env=SCREEN)
    cli.wait_until_catches(process)
    time.sleep(0.8)
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process)
    return complaints + cli.one_line(ended, -signal.SIGINT, 'cancelled')


def check_escaped():
    """What a user typed reaches the terminal as visible characters only."""
    complaints = []
    for word in ('\x1b[31mred', 'a\rb', '\x9b31m', '\u202eevil', 'a\x07', '\x7f'):
        for arguments in (('sum', word), (word,), ('sum', '5', f'--{word}'),
                          ('sum', '5', '--json', f'/nowhere/{word}'), ('compare', word, '5'),
                          (*PRETEND, '--json', f'/dev/null/{word}')):
            ended = cli.run(*arguments)
            bad = [letter for letter in ended.err.rstrip('\n')
                   if not letter.isprintable()]
            if bad or not ended.err:
                complaints.append(f'{arguments!r}: {bad} in {ended.err!r}')
    return complaints


if __name__ == '__main__':
    cli.gate.main([
        ('colours appear as terminal, variables and --color ask', check_colours),
        ('into pipes goes no escape byte', check_plain),
        ('data has no colours', check_data),
        ('lines are as wide as the terminal', check_width),
        ('a sum shows its progress and clears it', check_sum_progress),
        ('a comparison shows its progress and clears it', check_compare_progress),
        ('no progress where none is wanted', check_no_progress),
        ('what a user typed cannot drive the terminal', check_escaped),
    ])
