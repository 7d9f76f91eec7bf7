#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which command is a rank: what launchers leave in the environment of a command that they start, or of a
shell that somebody types in.
"""

import fcntl
import os
import pty
import sys
import termios

import cli
import ranks

TWO_RANKS = ('sum', '5', '--with', 'mpi', '--workers', '2')
TASK = {'SLURM_STEP_ID': '0', 'SLURM_PROCID': '0', 'SLURM_STEP_NUM_TASKS': '1', 'PMI_JOBID': '7.0'}
SHORTLY = 40  # seconds, for what otherwise never ends, and may start more and more


def check_left_behind():
    """Single variables of launchers that something left in the environment make no rank."""
    ranks.require()
    complaints = []
    for name in ('PMI_RANK', 'PMIX_RANK', 'OMPI_COMM_WORLD_RANK'):
        complaints += cli.fine(cli.run('sum', '5', env={name: '1'}), '15\n')
        complaints += cli.fine(cli.run(*TWO_RANKS, env={name: '1'}), '15\n')
    return complaints


def check_srun():
    """Tasks of srun without MPI: one of them tells that each works for itself; --with mpi is refused."""
    def task(number, of, *words):
        return cli.run('sum', '5', *words, env={'SLURM_STEP_ID': '0', 'SLURM_PROCID': str(number),
                                                'SLURM_STEP_NUM_TASKS': str(of)})

    first = task(0, 3)
    return (cli.gate.expect(first.status == 0 and first.out == '15\n' and 'this command 3 times' in first.err and
                            '--mpi=pmix' in first.err, str(first)) +
            cli.fine(task(1, 3), '15\n') + cli.fine(task(0, 1), '15\n') + cli.fine(task(0, 3, '-q'), '15\n') +
            cli.one_line(task(1, 3, '--with', 'mpi', '--workers', '2'), cli.UNAVAILABLE, '3 times without MPI'))


def check_no_chain(folder):
    """One rank within a task of srun --mpi=pmi2 knows itself; one that does not starts no others."""
    words = ('sum', '5', '--with', 'mpi', '--workers', '1')
    one = cli.run(*words, env={**ranks.only_mpich(folder), **TASK}, timeout=SHORTLY)
    again = cli.run(*words, env={'MANYFOLD_LAUNCHED': '1'}, timeout=SHORTLY)
    return cli.fine(one, '15\n') + cli.one_line(again, cli.UNAVAILABLE, 'as a rank', 'leave --with mpi out')


def check_one_of_many(folder):
    """One rank of another program may run what is not for several, and anything that it says is for itself."""
    first = folder / 'first'
    first.write_text(f'#!/bin/sh\n[ "$OMPI_COMM_WORLD_RANK" = 1 ] || exec {cli.TOOL} "$@"\n', encoding='utf-8')
    first.chmod(0o755)

    def run(*words, **env):
        return ranks.run_by_hand(2, *words, tools=[str(first)] * 2, env=env, timeout=SHORTLY)

    helped = [run('tune', spelt) for spelt in ('--help', '-qh')]
    return (cli.fine(run('--version'), cli.run('--version').out) + cli.fine(run('data', 'list'), None) +
            cli.fine(run('sum', '5', '--with', 'threads', MANYFOLD_NO_RANKS='1'), '15\n') +
            cli.gate.expect(all(ended.status == 0 and '--grid' in ended.out for ended in helped), str(helped[0])) +
            cli.fine(cli.run(*TWO_RANKS, env={'MANYFOLD_NO_RANKS': '1'}), '15\n'))


def check_shell():
    """What is typed in a shell of srun --pty is no task; a srun that is typed there starts some."""
    env = {'SLURM_STEP_ID': '0', 'SLURM_PROCID': '0', 'SLURM_STEP_NUM_TASKS': '8', 'SLURM_PTY_PORT': '39751'}
    master, end = pty.openpty()

    def take_terminal():
        fcntl.ioctl(end, termios.TIOCSCTTY, 0)

    typed = cli.run('sum', '5', env=env, start_new_session=True, preexec_fn=take_terminal, pass_fds=[end])
    started = cli.run('sum', '5', env=env, start_new_session=True)
    os.close(end)
    os.close(master)
    return (cli.fine(typed, '15\n') +
            cli.gate.expect(started.status == 0 and 'this command 8 times' in started.err, str(started)))


if __name__ == '__main__':
    sys.exit(cli.gate.main([
        ('variables that were left behind make no rank', check_left_behind),
        ('tasks of srun without MPI', check_srun),
        ('a shell of srun', check_shell),
        ('ranks start no ranks', cli.in_folder(check_no_chain)),
        ('one rank of another program', cli.in_folder(check_one_of_many)),
    ]))
