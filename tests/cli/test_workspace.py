#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold init`, a folder to work in, and `manyfold sbatch`, a script for Slurm."""

import os
import random
import re
import shutil
import subprocess
import sys

import cli
from machines import records

FOLDERS = ('data', 'notebooks', 'recipes', 'results')


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob('*') if path.is_file()}


def check_init(folder):
    """Everything is made, and the commands that it names work."""
    ended = cli.run('init', str(folder / 'w'))
    made = files(folder / 'w')
    example = (cli.gate.ROOT / 'recipes' / 'ames.json').read_bytes()
    commands = re.findall(r'^(?:next)? +manyfold (.*)$', ended.out, re.MULTILINE)
    complaints = cli.fine(ended) + cli.gate.expect(len(commands) == 3, str(commands))
    for command in commands:
        plan = ['--plan'] if command.startswith('tune') else []
        complaints += cli.gate.expect(cli.run(*command.split(), *plan, cwd=folder / 'w').status == 0, command)
        complaints += cli.gate.expect(f'manyfold {command}'.encode() in made['README.md'], f'{command} is not told')
    return (complaints + cli.gate.expect(made.keys() == {'README.md', 'recipes/ames.json'}, str(made.keys())) +
            cli.gate.expect(made['recipes/ames.json'] == example, 'another recipe') +
            cli.gate.expect(all((folder / 'w' / name).is_dir() for name in FOLDERS), 'a folder is missing') +
            cli.gate.expect(all(f'`{name}/`'.encode() in made['README.md'] for name in FOLDERS), 'not told'))


def check_kept(folder):
    """What is there stays as it is, and is said."""
    (folder / 'recipes').mkdir()
    (folder / 'recipes' / 'ames.json').write_text('mine', encoding='utf-8')
    (folder / 'README.md').symlink_to('nowhere')
    first = cli.run('init', '.', cwd=folder)
    second = cli.run('init', '.', '--quiet', cwd=folder)
    return (cli.fine(first) + cli.fine(second) +
            cli.gate.expect('kept  ./README.md' in first.out and 'kept  ./recipes/ames.json' in first.out, first.out) +
            cli.gate.expect('made' not in second.out and 'next' not in second.out, second.out) +
            cli.gate.expect(files(folder) == {'recipes/ames.json': b'mine'}, str(files(folder))) +
            cli.gate.expect(not (folder / 'nowhere').exists(), 'it wrote through a link'))


def check_in_the_way(folder):
    """A file in the place of a folder is told before anything is made."""
    (folder / 'results').write_text('mine', encoding='utf-8')
    complaints = cli.refused(cli.run('init', str(folder)), 'results', 'not a folder')
    complaints += cli.refused(cli.run('init', str(folder / 'results')), 'not a folder')
    complaints += cli.one_line(cli.run('init', str(folder / 'no' / 'w')), cli.OUTPUT, 'no/w')
    complaints += cli.refused(cli.run('init'), 'DIR is missing')
    return complaints + cli.gate.expect(files(folder) == {'results': b'mine'} and not (folder / 'data').exists(),
                                        str(files(folder)))


def check_names(folder):
    """Whatever a folder is called, the command that is shown leads into it."""
    complaints = []
    for name in ('a b', "it's", '$(touch CANARY)', '-x', '*', '\x1b[2J'):
        ended = cli.run('init', '--', name, cwd=folder)
        complaints += cli.fine(ended) + cli.gate.expect('\x1b' not in ended.out, 'an escape is shown')
        if name.isprintable():
            line = next(line for line in ended.out.splitlines() if line.startswith('next'))
            there = subprocess.run(['sh', '-c', f'{line[6:]} && pwd'], cwd=folder, capture_output=True, text=True)
            complaints += cli.gate.expect(there.stdout.endswith(f'/{name}\n'), f'{line}: {there}')
    return complaints + cli.gate.expect(not (folder / 'CANARY').exists(), 'a name was run')


# ---- scripts for Slurm ----

def directives(text):
    """What Slurm reads: the #SBATCH lines up to the first line that is no comment."""
    found = {}
    for line in text.splitlines():
        if not line.startswith('#'):
            break
        if line.startswith('#SBATCH --'):
            name, _, value = line[len('#SBATCH --'):].partition('=')
            found[name] = value
    return found


# In place of srun or mpirun: notes its words and runs the command behind its own options.
LAUNCHER = """#!/bin/sh
printf '%s\\0' "$@" END >>"{folder}/{name}"
while case $1 in --bind-to | -x) shift ;; --*) ;; *) false ;; esac; do shift; done
export MANYFOLD_SEEN="$MANYFOLD_THREADS_PER_RANK"
exec "$@"
"""
MANYFOLD = """#!/bin/sh
printf '%s\\0' "$MANYFOLD_SEEN" "$@" END >>"{folder}/manyfold"
"""
MODULE = """#!/bin/sh
printf '%s\\0' "$@" END >>"{folder}/module"
"""


def run_script(folder, ended, **environment):
    """Checks a script's syntax and runs it beside a srun and a manyfold that note their words:
    (complaints, words of srun, words of manyfold)."""
    path = folder / 'job.sh'
    path.write_bytes(ended.raw)
    for name, text in (('srun', LAUNCHER), ('mpirun', LAUNCHER), ('manyfold', MANYFOLD), ('module', MODULE)):
        cli.program(folder / 'bin' / name, text.format(folder=folder, name=name))
        (folder / name).unlink(missing_ok=True)
    complaints = []
    for command in (['sh', '-n'], ['bash', '-n'],
                    *([['shellcheck', '-S', 'warning', '-e', 'SC1091']] if shutil.which('shellcheck') else [])):
        done = subprocess.run([*command, path], capture_output=True, text=True)
        complaints += cli.gate.expect(done.returncode == 0, f'{command}: {done.stdout}{done.stderr}')
    done = subprocess.run(['sh', path], cwd=folder, capture_output=True, text=True,
                          env={'PATH': f'{folder / "bin"}:{os.environ["PATH"]}', **environment})
    complaints += cli.gate.expect(done.returncode == 0, str(done))
    return complaints, records(folder / 'srun'), records(folder / 'manyfold')


def sbatch(*words):
    return cli.run('sbatch', *words)


def check_single(folder):
    """One machine: no MPI, as many workers as cores."""
    ended = sbatch('--threads-per-rank', '16', '--time', '90min', '-p', 'short', '-A', 'us', '-J', 'n1',
                   '--output', 'o-%j.txt', '--', 'train', 'a.csv', '-t', 'price')
    complaints, srun, words = run_script(folder, ended, SLURM_CPUS_PER_TASK='16')
    return (cli.fine(ended) + complaints + cli.gate.expect(directives(ended.out) == {
        'job-name': 'n1', 'nodes': '1', 'ntasks-per-node': '1', 'cpus-per-task': '16', 'time': '0-01:30:00',
        'signal': 'TERM@120', 'partition': 'short', 'account': 'us', 'output': 'o-%j.txt'}, ended.out) +
        cli.gate.expect(words == [[b'16', b'train', b'--workers', b'16', b'a.csv', b'-t', b'price']], str(words)) +
        cli.gate.expect(srun and b'--mpi=none' in srun[0] and b'--cpus-per-task=16' in srun[0], str(srun)))


def check_serial(folder):
    """A command that runs serially is not told how many workers it has, which it would refuse."""
    complaints = []
    for way in (['--with', 'serial'], ['--with=serial']):
        ended = sbatch('--threads-per-rank', '16', '--', 'tune', *way, '--journal', 'a')
        found, _, words = run_script(folder, ended, SLURM_CPUS_PER_TASK='16')
        complaints += found + cli.gate.expect(words == [[b'16', b'tune', *(word.encode() for word in way), b'--journal',
                                                         b'a']], str(words))
    return complaints


def check_recipe(folder):
    """A recipe counts as it does for the command: less than what is typed, by whichever dashes."""
    (folder / 'r.json').write_text('{"with": "serial", "max-time": "5s", "journal": "a"}', encoding='utf-8')
    (folder / 'w.json').write_text('{"workers": 2}', encoding='utf-8')
    complaints = []
    for options, words, expected in (
            ([], ['--recipe', 'r.json'], ['--recipe', 'r.json']),
            ([], ['--recipe=r.json', '--with', 'threads'], ['--workers', '16', '--recipe=r.json', '--with', 'threads']),
            ([], ['--recipe', 'w.json'], ['--recipe', 'w.json']),
            ([], ['--recipe', 'no.json'], ['--workers', '16', '--recipe', 'no.json']),
            (['--ntasks-per-node', '2'], ['--recipe', 'r.json'], ['--with', 'mpi', '--recipe', 'r.json']),
            (['--ntasks-per-node', '2', '--launcher', 'mpirun', '--time', '2h'], ['--recipe', 'r.json'],
             ['--with', 'mpi', '--recipe', 'r.json'])):
        ended = cli.run('sbatch', *options, '--threads-per-rank', '16', '--', 'tune', *words, cwd=folder)
        found, _, ran = run_script(folder, ended, SLURM_CPUS_PER_TASK='16')
        complaints += found + cli.gate.expect(
            ran == [[word.encode() for word in ('16', 'tune', *expected)]], f'{words}: {ran}')
        complaints += cli.gate.expect(('made without' in ended.err) == ('no.json' in words), ended.err)
        complaints += cli.gate.expect(('--journal' in ended.err) == ('r.json' not in ' '.join(words)), ended.err)
    (folder / 'bad.json').write_text('{', encoding='utf-8')
    return (complaints + cli.refused(cli.run('sbatch', '--', 'tune', '--recipe', 'bad.json', cwd=folder), 'bad.json') +
            cli.refused(cli.run('sbatch', '--', 'tune', '--recipe', '-', cwd=folder), 'standard input'))


def check_several(folder):
    """Several machines: ranks of mpi with all cores, a signal that only the first rank minds."""
    ended = sbatch('--nodes', '3', '--ntasks-per-node=2', '--time', '3d', '--module', 'gcc', '--module', 'mpi/4.1', '--',
                   'manyfold', 'tune', '--journal', 'a.db')
    complaints, srun, words = run_script(folder, ended, SLURM_CPUS_ON_NODE='8')
    _, _, other = run_script(folder, ended, SLURM_CPUS_ON_NODE='1', SLURM_PROCID='4')
    return (cli.fine(ended) + complaints + cli.gate.expect(
        directives(ended.out) == {'job-name': 'manyfold-tune', 'nodes': '3', 'ntasks-per-node': '2', 'exclusive': '',
                                  'time': '3-00:00:00', 'signal': 'TERM@120'}, ended.out) +
        cli.gate.expect(words == [[b'4', b'tune', b'--with', b'mpi', b'--journal', b'a.db']], str(words)) +
        cli.gate.expect(other[0][0] == b'1' and {b'--mpi=pmix', b'--kill-on-bad-exit=1'} <= set(srun[0]), f'{other} {srun}') +
        cli.gate.expect(records(folder / 'module') == [[b'load', b'gcc'], [b'load', b'mpi/4.1']], 'modules'))


def check_signal(folder):
    """The signal before the limit ends the first rank's command and is ignored by the others'."""
    ended = sbatch('--nodes', '2', '--', 'sum', '5')
    cli.program(folder / 'bin' / 'manyfold', '#!/bin/sh\nkill -TERM $$\n')
    (folder / 'job.sh').write_bytes(ended.raw)
    cli.program(folder / 'bin' / 'srun', LAUNCHER.format(folder=folder, name='srun'))
    statuses = [subprocess.run(['sh', folder / 'job.sh'], env={
        'PATH': f'{folder / "bin"}:{os.environ["PATH"]}', 'SLURM_PROCID': rank}, capture_output=True).returncode
        for rank in ('0', '1', '2')]
    return cli.gate.expect(statuses == [143, 0, 0], str(statuses))


def check_mpirun(folder):
    """mpirun passes no signal on, so the search is given the time."""
    ended = sbatch('--nodes', '2', '--launcher', 'mpirun', '--time', '2h', '--', 'tune', '--journal', 'a')
    own = sbatch('--nodes', '2', '--launcher', 'mpirun', '--time', '2h', '--', 'tune', '--journal', 'a',
                 '--max-time=5s')
    complaints, srun, words = run_script(folder, ended, SLURM_CPUS_ON_NODE='8')
    started = records(folder / 'mpirun')
    return (cli.fine(ended) + complaints + cli.gate.expect('signal' not in directives(ended.out), ended.out) +
            cli.gate.expect(not srun and [words[:4] for words in started] ==
                            [[b'--bind-to', b'none', b'-x', b'MANYFOLD_THREADS_PER_RANK']], f'{srun} {started}') +
            cli.gate.expect(words == [[b'8', b'tune', b'--with', b'mpi', b'--max-time', b'7080s', b'--journal', b'a']],
                            str(words)) +
            cli.gate.expect('7080' not in own.out, own.out))


def check_remarks(folder):
    """A search without a journal is told of it, in the script too, and stays right."""
    ended = sbatch('--', 'tune', '--grid', 'max_depth=1')
    quiet = sbatch('--quiet', '--', 'tune', '--grid', 'max_depth=1')
    with_it = sbatch('--', 'tune', '--journal=x')
    complaints, _, words = run_script(folder, ended)
    return (complaints + cli.gate.expect(ended.status == 0 and '--journal' in ended.err and
                                         '# With --journal' in ended.out and words, str(ended)) +
            cli.gate.expect(quiet.err == '' and quiet.out == ended.out, str(quiet)) + cli.fine(with_it) +
            cli.gate.expect('# With' not in with_it.out, with_it.out))


PIECES = ('$(touch CANARY)', '`touch CANARY`', ';touch CANARY;', '\n', '\n#SBATCH --wrap=x\n', "'", '"', '\\', '$HOME',
          '*', '!', ' ', '\t', '-', 'é', '\nEOF\n', '#', "'\\''", '%')


def check_injection(folder):
    """Words of any kind stay words, and none of them becomes a line for Slurm."""
    chance = random.Random(6)
    print('# seed 6')
    complaints = []
    for several in ((), ('--nodes', '2')):
        words = ['x' + ''.join(chance.choice(PIECES) for _ in range(chance.randint(1, 6))) for _ in range(250)]
        ended = sbatch(*several, '--', 'sum', '--workers', '2', '--with', 'mpi', *words)
        found, _, ran = run_script(folder, ended)
        expected = [b'sum', b'--workers', b'2', b'--with', b'mpi', *(word.encode() for word in words)]
        complaints += found + cli.gate.expect(ran and ran[0][1:] == expected, 'other words')
        complaints += cli.gate.expect('wrap' not in directives(ended.out), 'a line for Slurm')
    return complaints + cli.gate.expect(not (folder / 'CANARY').exists(), 'a word was run')


def check_refused(folder):
    complaints = []
    for option in ('--partition', '--account', '--job-name', '--output', '--module'):
        for value in ('a b', 'a\n#SBATCH --x', '-x', '', '$(x)', "a'", 'a;b', 'é'):
            complaints += cli.refused(sbatch(f'{option}={value}', '--', 'sum', '5'), option)
    for words, told in ((['--', 'predict', 'a.csv'], 'one machine'), (['--', 'tune', '--with', 'threads'], '--with'),
                        (['--', 'smu'], 'did you mean'), ([], 'COMMAND')):
        complaints += cli.refused(sbatch('--nodes', '2', *words), told)
    for verb in ('remote', 'sbatch', 'init'):
        complaints += cli.refused(sbatch('--', verb, 'x'), f'{verb} is no work for a cluster')
    complaints += cli.refused(sbatch('--nodes', '0', '--', 'sum', '5'), '--nodes')
    return complaints + cli.refused(sbatch('--time', '5s', '--', 'sum', '5'), '--time')


if __name__ == '__main__':
    sys.exit(cli.gate.main([
        ('init: everything is in its place', cli.in_folder(check_init)),
        ('init: what is there is kept', cli.in_folder(check_kept)),
        ('init: what stands in the way is told', cli.in_folder(check_in_the_way)),
        ('init: folders of any name', cli.in_folder(check_names)),
        ('sbatch: one machine', cli.in_folder(check_single)),
        ('sbatch: a serial command', cli.in_folder(check_serial)),
        ('sbatch: a recipe counts, less than what is typed', cli.in_folder(check_recipe)),
        ('sbatch: several machines', cli.in_folder(check_several)),
        ('sbatch: the signal before the limit is for the first rank', cli.in_folder(check_signal)),
        ('sbatch: with mpirun', cli.in_folder(check_mpirun)),
        ('sbatch: without a journal', cli.in_folder(check_remarks)),
        ('sbatch: words inject nothing', cli.in_folder(check_injection)),
        ('sbatch: what cannot be right is refused', cli.in_folder(check_refused)),
    ]))
