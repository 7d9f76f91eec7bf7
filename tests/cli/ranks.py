# SPDX-License-Identifier: Apache-2.0
"""Ranks that mpirun has started, for the tests of the way mpi: starting and finding them."""

import atexit
import os
import shutil
import subprocess
import tempfile

import cli

# Libraries of MPI leave much to the system when they end: the leak checker would end each rank badly.
os.environ['ASAN_OPTIONS'] = ':'.join(filter(None, (os.environ.get('ASAN_OPTIONS'), 'detect_leaks=0')))

# What an Open MPI that is killed leaves behind goes with the tests.
SESSIONS = tempfile.mkdtemp(prefix='mf')
os.environ['OMPI_MCA_orte_tmpdir_base'] = SESSIONS
atexit.register(shutil.rmtree, SESSIONS, ignore_errors=True)

ALLOWED = {'OMPI_ALLOW_RUN_AS_ROOT': '1', 'OMPI_ALLOW_RUN_AS_ROOT_CONFIRM': '1'}


def require(launcher='mpirun.openmpi', module='mpi-openmpi.so'):
    """Skips without this launcher, or where the command was built without its MPI."""
    if not shutil.which(launcher):
        raise cli.gate.Skip(f'no {launcher}')
    folder = os.path.join(os.path.dirname(cli.TOOL), '..', 'mpi')
    if not os.path.exists(os.path.join(folder, module)):
        raise cli.gate.Skip(f'this build has no {module}')


def only_mpich(folder):
    """An environment in which MPICH is the only MPI."""
    require('mpiexec.hydra', 'mpi-mpich.so')
    for name in ('mpiexec.hydra', 'hydra_pmi_proxy'):
        where = shutil.which(name)
        if where:
            (folder / name).symlink_to(where)
    return {'PATH': str(folder)}


def by_hand(n, *words, tools=None, env=None, mpich=False, **how):
    """The words under mpirun, as somebody types it who knows it; `tools`: another command for each rank."""
    require(*(('mpiexec.hydra', 'mpi-mpich.so') if mpich else ()))
    start = ['mpiexec.hydra'] if mpich else ['mpirun.openmpi', '--oversubscribe', '--bind-to', 'none']
    command = []
    for tool in tools or [None]:
        command += ([':'] if command else []) + ['-n', str(1 if tools else n), tool or cli.TOOL, *words]
    return subprocess.Popen([*start, *command], env=cli.environment(**ALLOWED, **(env or {})),
                            **{**cli.PIPED, **how})


def run_by_hand(n, *words, timeout=cli.PATIENCE, **how):
    return cli.finish(by_hand(n, *words, **how), words, timeout)


def variable_of(pid, name):
    try:
        with open(f'/proc/{pid}/environ', 'rb') as environ:
            for pair in environ.read().split(b'\0'):
                if pair.startswith(name.encode() + b'='):
                    return pair.partition(b'=')[2].decode()
    except OSError:
        pass
    return None


def below(pid):
    """All that descends from a process."""
    found = []
    for child in cli.children(pid):
        found += [child, *below(child)]
    return found


def name_of(pid):
    try:
        with open(f'/proc/{pid}/comm', encoding='utf-8') as comm:
            return comm.read().strip()
    except OSError:
        return ''


def of(pids):
    """{rank: process} of the ranks of manyfold among these processes."""
    ranks = {}
    for pid in pids:
        rank = variable_of(pid, 'OMPI_COMM_WORLD_RANK') or variable_of(pid, 'PMI_RANK')
        if rank and name_of(pid) == os.path.basename(cli.TOOL)[:15]:
            ranks[int(rank)] = pid
    return ranks


def all_of(pids, n):
    """{rank: process} among the processes that a function lists, once there are n of them."""
    found = {}

    def are_there():
        found.clear()
        found.update(of(pids()))
        return len(found) == n

    cli.wait_for(are_there)
    return found


def started(parent, n):
    """{rank: process} of the ranks below a process, once there are n of them."""
    return all_of(lambda: below(parent), n)


def alive(pids):
    return [pid for pid in pids if os.path.exists(f'/proc/{pid}') and state_of(pid) != 'Z']


def state_of(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8') as stat:
            return stat.read().rpartition(') ')[2][:1]
    except OSError:
        return 'Z'
