#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Limits on memory, files and processes: the right result, or one clear line; never worse."""

import os
import resource
import subprocess

import cli

MIB = 1 << 20
LAST = 30_000_000  # a hundred items or more, so that 64 workers have something to do
SUM = f'{cli.triangle(1, LAST)}\n'

# In less the dynamic linker does not get as far as our main().
MEMORY_MIB = (16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024)
WORKERS = (1, 2, 7, 64, 1024)
FILES = (8, 9, 10, 12, 16, 20, 24, 32, 48, 64)


def limited(*limits, user=None):
    """To be called in the child: sets limits, and then who it is."""
    def call():
        for which, value in limits:
            resource.setrlimit(which, (value, value))
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
    return call


def right_or_clear(ended, expected=SUM):
    """Complaints unless the result is right, or status 3 and one line say why there is none."""
    if ended.status == cli.DONE:
        return cli.fine(ended, expected)
    complaints = cli.one_line(ended, cli.FAILED)
    return complaints + cli.gate.expect(not ended.out, f'printed something: {ended}')


def sum_under(limit, way, workers):
    ended = cli.run('sum', str(LAST), '--with', way, '--workers', str(workers),
                    preexec_fn=limit)
    complaints = right_or_clear(ended)
    complaints += [f'left behind {pid} by {ended}' for pid in cli.left_behind()]
    return complaints, ended.status


def sweep(limits, ways, workers_list):
    """Tries all; both ends must be seen, or the limits test nothing: returns the statuses too."""
    complaints, seen = [], set()
    for name, limit in limits:
        for way in ways:
            for workers in workers_list:
                problems, status = sum_under(limit, way, workers)
                complaints += [f'{name}: {problem}' for problem in problems]
                seen.add(status)
    return complaints, seen


def check_memory():
    limits = [(f'{mib} MiB', limited((resource.RLIMIT_AS, mib * MIB))) for mib in MEMORY_MIB]
    complaints, seen = sweep(limits, cli.WAYS[1:], WORKERS)
    return complaints + cli.gate.expect(seen == {cli.DONE, cli.FAILED}, f'statuses {seen}')


def check_files():
    limits = [(f'{n} files', limited((resource.RLIMIT_NOFILE, n))) for n in FILES]
    complaints, seen = sweep(limits, ('processes',), (2, 64))
    more, _ = sweep(limits, ('threads',), (64,))
    return complaints + more + cli.gate.expect(seen == {cli.DONE, cli.FAILED},
                                                    f'statuses {seen}')


def check_stack():
    limits = [(f'{kib} KiB of stack', limited((resource.RLIMIT_STACK, kib * 1024)))
              for kib in (64, 128, 256, 1024)]
    complaints, _ = sweep(limits, cli.WAYS[1:], (2, 64))
    return complaints


NOBODY = 65534


def check_processes():
    """Root has no such limit, so nobody runs it; others of nobody's processes count as well."""
    if os.getuid() != 0:
        raise cli.gate.Skip('only root can become nobody')
    try:
        reached = cli.run('--version', preexec_fn=limited(user=NOBODY))
    except (PermissionError, subprocess.SubprocessError):
        raise cli.gate.Skip('nobody cannot reach the command')
    if reached.status != cli.DONE:
        raise cli.gate.Skip('nobody cannot run the command')
    limits = [(f'{n} processes', limited((resource.RLIMIT_NPROC, n), user=NOBODY))
              for n in (0, 1, 2, 3, 5, 8, 20, 100)]
    complaints, seen = sweep(limits, cli.WAYS[1:], (2, 16))
    return complaints + cli.gate.expect(seen == {cli.DONE, cli.FAILED}, f'statuses {seen}')


def check_compare():
    """A comparison in little memory, with few files, with few processes."""
    complaints = []
    limits = [limited((resource.RLIMIT_AS, mib * MIB)) for mib in (24, 32, 64, 128, 256)]
    limits += [limited((resource.RLIMIT_NOFILE, n)) for n in (8, 10, 12, 16, 32)]
    for limit in limits:
        ended = cli.run('compare', 'sum', '1e5', '--runs', '1', '--no-break-even', '--workers',
                        '1,2,8', '--quiet', '--min-sample', '0', preexec_fn=limit)
        if ended.status == cli.FAILED:
            complaints += cli.one_line(ended, cli.FAILED)
        elif ended.status != cli.DONE or ended.err:
            complaints.append(str(ended))
        complaints += [f'left behind {pid} by {ended}' for pid in cli.left_behind()]
    return complaints


def check_doctor():
    complaints = []
    for mib in MEMORY_MIB:
        ended = cli.run('doctor', preexec_fn=limited((resource.RLIMIT_AS, mib * MIB)))
        if ended.status == cli.FAILED:
            complaints += cli.one_line(ended, cli.FAILED)
        elif ended.status != cli.DONE or ended.err:
            complaints.append(str(ended))
    return complaints


if __name__ == '__main__':
    cli.gate.main([
        ('little memory: the right sum or one clear line', check_memory),
        ('few open files: the right sum or one clear line', check_files),
        ('a small stack: the right sum or one clear line', check_stack),
        ('few processes: the right sum or one clear line', check_processes),
        ('a comparison under limits ends well or says why not', check_compare),
        ('doctor in little memory ends well or says why not', check_doctor),
    ])
