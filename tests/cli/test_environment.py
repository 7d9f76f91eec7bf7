#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An unusual environment changes no result: descriptors, variables, locales, processors."""

import itertools
import os
import pathlib
import re
import shutil
import subprocess

import cli

SUM = '500000500000\n'
PRETEND = ('compare', 'sum', '9', '--pretend', 't1=1s,noise=0.01', '--runs', '7')


def close_all(fds):
    def close():
        for fd in fds:
            os.close(fd)
    return close


def check_descriptors(folder):
    """Any of 0, 1 and 2 closed: the file that is written holds the result and nothing else."""
    complaints = []
    for n in range(4):
        for fds in itertools.combinations(range(3), n):
            for way in cli.WAYS:
                path = folder / 'result'
                ended = cli.run('sum', '1e6', '--with', way, '--json', str(path),
                                preexec_fn=close_all(fds))
                expected = cli.OUTPUT if 1 in fds else cli.DONE
                text = path.read_text() if path.exists() else ''
                if ended.status != expected or '"sum": "500000500000"' not in text or \
                        not text.startswith('{') or not text.endswith('}\n'):
                    complaints.append(f'closed {fds}: {ended}: {text[:80]!r}')
                path.unlink(missing_ok=True)
    return complaints


def check_umask(folder):
    """A new file gets the mode that the umask leaves, and no more."""
    complaints = []
    for mask, expected in ((0o000, 0o666), (0o077, 0o600), (0o022, 0o644)):
        path = folder / f'{mask:o}'
        complaints += cli.fine(cli.run('sum', '1e6', '--json', str(path),
                                       preexec_fn=lambda: os.umask(mask)), SUM)
        mode = path.stat().st_mode & 0o777
        complaints += cli.gate.expect(mode == expected, f'umask {mask:o} gives mode {mode:o}')
    return complaints


ENVIRONMENTS = {
    'no HOME': {'HOME': None}, 'nothing at all': {'PATH': None, 'LC_ALL': None},
    'OMP_NUM_THREADS': {'OMP_NUM_THREADS': '999', 'OMP_THREAD_LIMIT': '1'},
    'a MiB': {f'FILL_{i}': 'x' * 120_000 for i in range(9)},
    'no TMPDIR': {'TMPDIR': '/nowhere'}, 'an odd locale': {'LC_ALL': 'xx_YY.UTF-8'},
    'an odd epoch': {'SOURCE_DATE_EPOCH': '-1e400'}, 'an odd terminal': {'TERM': '\x1b[31m'},
    'empty variables': {'COLUMNS': '', 'TERM': '', 'NO_COLOR': '', 'LANG': ''},
}


def check_variables():
    complaints = []
    for name, changes in ENVIRONMENTS.items():
        for way in cli.WAYS:
            found = cli.fine(cli.run('sum', '1e6', '--with', way, env=changes), SUM)
            complaints += [f'{name}: {problem}' for problem in found]
        for command in (PRETEND, ('doctor',)):
            ended = cli.run(*command, env=changes)
            complaints += [f'{name}: {problem}' for problem in cli.fine(ended)]
            complaints += cli.gate.expect('\x1b' not in ended.out, f'{name}: colours')
    return complaints


def check_folder(folder):
    """The folder it stands in may be gone, or closed to it."""
    gone = folder / 'gone'
    gone.mkdir()
    ended = cli.run('sum', '1e6', preexec_fn=lambda: (os.chdir(gone), os.rmdir(gone)))
    return cli.fine(ended, SUM)


# ---- locales ----

def numbers(text):
    """The numbers of a text, but for the lines on how busy the machine was."""
    plain = re.sub(r'^  (load|! doubt) .*(\n {14}.*)*', '', text, flags=re.MULTILINE)
    return re.findall(r'\d[\d.,]*', plain)


def check_locales():
    """UTF-8 or not changes glyphs only."""
    complaints = []
    for command in (PRETEND, ('doctor',)):
        for locale in ({'LC_ALL': 'C.UTF-8'}, {'LC_ALL': None, 'LC_CTYPE': 'en_US.utf8'},
                       {'LC_ALL': None, 'LANG': 'C.UTF-8'}):
            plain, wide = cli.run(*command), cli.run(*command, env=locale)
            complaints += cli.fine(plain) + cli.fine(wide)
            complaints += cli.gate.expect(plain.out.isascii(), f'{command}: C is not ASCII')
            if command == PRETEND and wide.out.isascii():
                complaints.append(f'{locale}: no UTF-8')
            complaints += cli.gate.expect(len(numbers(plain.out)) > 5, 'no numbers')
    return complaints


def check_german(folder):
    """A locale with a decimal comma changes no number and is no reason to read one."""
    if not shutil.which('localedef'):
        raise cli.gate.Skip('no localedef')
    made = subprocess.run(['localedef', '-i', 'de_DE', '-f', 'UTF-8', str(folder / 'de_DE.UTF-8')],
                          capture_output=True, check=False)
    if made.returncode != 0:
        raise cli.gate.Skip('no source of de_DE (package locales)')
    german = {'LOCPATH': str(folder), 'LC_ALL': 'de_DE.UTF-8'}
    english = {'LC_ALL': 'C.UTF-8'}
    complaints = []
    for command in (PRETEND, (*PRETEND, '--csv', '-')):
        texts = [numbers(cli.run(*command, env=env).out) for env in (german, english)]
        complaints += cli.gate.expect(texts[0] == texts[1] and len(texts[0]) > 5,
                                      f'{command} has other numbers')
    complaints += cli.refused(cli.run('sum', '1,5', env=german), 'N')
    return complaints + cli.fine(cli.run('sum', '1.5k', env=german), '1125750\n')


# ---- processors ----

def bounds_of(**how):
    return cli.run(*PRETEND, '--json', '-', **how).json()


def check_one_processor():
    """Held to one processor, one worker is the default, and the affinity mask has decided."""
    cpu = min(os.sched_getaffinity(0))
    how = {'preexec_fn': lambda: os.sched_setaffinity(0, {cpu})}
    bounds = bounds_of(**how)['worker_bounds']
    complaints = cli.gate.expect(bounds['default_workers'] == 1, str(bounds))
    text = cli.run('doctor', **how).out
    if len(os.sched_getaffinity(0)) > 1 and bounds_of()['worker_bounds']['default_workers'] > 1:
        complaints += cli.gate.expect(bounds['decided_by'] == 'affinity mask', str(bounds))
        complaints += cli.gate.expect(re.search(r'affinity mask +1 <- decides', text), text)
    return complaints + cli.fine(cli.run('sum', '1e6', '--with', 'threads', **how), SUM)


def check_doctor():
    """doctor and a comparison read the same bounds."""
    bounds = bounds_of()['worker_bounds']
    text = cli.run('doctor').out
    return [f'{bound["name"]}: {bound["workers"]} is not in doctor' for bound in bounds['list']
            if not re.search(rf'^  {bound["name"]} +{bound["workers"] or "-"}\b', text,
                             re.MULTILINE) and bound['workers']]


def check_quota():
    """A CPU quota is obeyed and said to decide, where a control group can be made."""
    root = pathlib.Path('/sys/fs/cgroup')
    place = root / 'cpu' if (root / 'cpu').is_dir() else root
    quota = ('cpu.cfs_quota_us', '50000') if place.name == 'cpu' else ('cpu.max', '50000 100000')
    group = place / f'manyfold-test-{os.getpid()}'
    try:
        group.mkdir()
    except OSError:
        raise cli.gate.Skip('no control group can be made')
    try:
        (group / quota[0]).write_text(quota[1])
        bounds = bounds_of(preexec_fn=lambda: (group / 'cgroup.procs').write_text(
            str(os.getpid())))['worker_bounds']
    except (OSError, subprocess.SubprocessError):
        raise cli.gate.Skip('no quota can be set')
    finally:
        group.rmdir()
    decided = 'quota' in bounds['decided_by'] or len(os.sched_getaffinity(0)) == 1
    return cli.gate.expect(bounds['default_workers'] == 1 and decided, str(bounds))


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('closed standard descriptors cost no result', folder(check_descriptors)),
        ('the umask decides the mode of a new file', folder(check_umask)),
        ('variables that are odd, huge or missing change nothing', check_variables),
        ('a folder that is gone is no matter', folder(check_folder)),
        ('a locale without UTF-8 gets ASCII, one with it does not', check_locales),
        ('a decimal comma in the locale changes no number', folder(check_german)),
        ('one processor means one worker, by the affinity mask', check_one_processor),
        ('doctor and compare read the same bounds', check_doctor),
        ('a quota of half a processor means one worker', check_quota),
    ])
