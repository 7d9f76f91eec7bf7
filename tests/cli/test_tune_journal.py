#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The journal of a search, from the outside: going on, what is named when something changed, and
journals that are held, not ours, damaged, read-only or on a full disk.

Whatever the journal is, a search either gives the answer that it gives without one or is refused
with one line.
"""

import functools
import os
import random
import re
import shlex
import signal
import sqlite3
import subprocess

import cli
import tables

GRID = ('--grid', 'n_estimators=3,6', '--grid', 'max_depth=2,4,none', '--grid',
        'max_features=sqrt,none')
TRIALS = 12
SHARES = range(1, 10, 2 if cli.SANITIZED else 1)
TREES = 2 if cli.SANITIZED else 10
NOBODY = 65534


def houses(folder, **how):
    return (tables.houses(folder / 'houses.csv', rows=240, **how), '--target', 'price')


def long(trees):
    """Lets trials be finished from early on. What is announced of all of them is more than goes into a
    small pipe, so that it takes as long as it has to; without a sanitizer it takes some seconds anyway."""
    return ('ames', '--grid', 'max_features=' + ','.join(f'0.{i}' for i in SHARES),
            '--grid', 'min_samples_leaf=1,2,3,4,5', '--grid', f'n_estimators={trees},{3 * trees}', '--grid',
            'max_leaf_nodes=none', '--grid', 'min_impurity_decrease=0')


def tune(*arguments, **how):
    return cli.run('tune', *arguments, **how)


def result(*arguments, **how):
    ended = tune(*arguments, '--json', '-', **how)
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


def answer(found):
    return [(trial['params'], trial['scores'], trial['rank']) for trial in found['trials']]


@functools.cache
def answer_of_long(trees=TREES):
    return answer(result(*long(trees)))


def kept(found):
    return sum(trial['state'] == 'kept' for trial in found['trials'])


def expect_kept(found, number, expected):
    return (cli.gate.expect(answer(found) == expected, 'another answer than without a journal') +
            cli.gate.expect(kept(found) == number, f'{kept(found)} trials were kept, not {number}'))


# ---- going on ----


def check_again(folder):
    """The same search finds everything, whatever the way; and so does one that asks for a part."""
    search, journal = houses(folder), ('--journal', str(folder / 'j.db'))
    expected = answer(result(*search, *GRID))
    complaints = expect_kept(result(*search, *GRID, *journal), 0, expected)
    for way in cli.WAYS:
        complaints += expect_kept(result(*search, *GRID, *journal, '--with', way), TRIALS, expected)
    alone = result(*search, *GRID, *journal, '--no-share')
    complaints += expect_kept(alone, TRIALS, expected)
    more = [word.replace('=3,6', '=3,6,9') for word in GRID]
    found = result(*search, *more, *journal)
    return complaints + expect_kept(found, TRIALS, answer(result(*search, *more)))


def interrupted(journal, trees, number):
    """How it ended after some trials were announced, which it cannot do with all of them before we
    read on."""
    process = cli.start('tune', *long(trees), '--journal', str(journal), '--with', 'processes',
                        '--workers', '2', '--verbose', **cli.SMALL_PIPES)
    lines = [process.stderr.readline() for _ in range(number)]
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process)
    return ended, b''.join(lines).decode() + ended.err


def gone_on(folder, trees, number):
    """What the command finds that is printed after Ctrl-C; complaints where there is none."""
    ended, said = interrupted(folder / f'{number}_{trees}.db', trees, number)
    if ended.status != -signal.SIGINT:
        return None, [str(ended)]
    command = re.findall(r'manyfold (tune .*--journal .*)', said)
    if not command:
        return None, [f'no command to go on with: {said}']
    return cli.run(*shlex.split(command[-1]), '--json', '-').json(), []


def check_interrupted(folder):
    """Ctrl-C, and the command that is printed then, give what an undisturbed search gives.

    Workers do not wait for what is kept and announced of their trials. Where they had done all of
    them before that began, or before we interrupted it, there is to be more to do.
    """
    complaints = []
    for number in (1, 9):
        for trees in (TREES, 4 * TREES, 16 * TREES):
            found, problems = gone_on(folder, trees, number)
            if problems or kept(found) < len(found['trials']):
                break
        if problems:
            return problems
        complaints += cli.gate.expect(answer(found) == answer_of_long(trees), 'another answer')
        complaints += cli.gate.expect(number <= kept(found) < len(found['trials']),
                                      f'{kept(found)} are kept, {number} were announced')
    return complaints + [f'left behind: {pid}' for pid in cli.left_behind()]


# ---- what is not the same ----


def check_changes(folder):
    """Another seed, space or file: named, and the answer is that of the new search."""
    search, journal = houses(folder), ('--journal', str(folder / 'j.db'))
    result(*search, *GRID, *journal)
    other = [word.replace('max_depth=2,4', 'max_depth=3,5') for word in GRID]
    complaints = []
    for arguments, words in (((*search, *GRID, '--seed', '43'), ('seed', '42', '43')),
                             ((*search, *other), ('max_depth', '2,4', '3,5'))):
        complaints += named(arguments, journal, words)
    houses(folder, seed=5)
    return complaints + named((*search, *GRID), journal, ('data',))


def named(arguments, journal, words):
    ended = tune(*arguments, *journal, '--json', '-')
    if ended.status != cli.DONE:
        return [str(ended)]
    said = ' '.join(ended.json()['journal']['differences'])
    return ([f'{word!r} is not named: {said}' for word in words if word not in said] +
            cli.gate.expect(answer(ended.json()) == answer(result(*arguments)), 'a wrong answer'))


# ---- who has it ----


def check_held(folder):
    """A second search on the same file says who holds it, and the first one does not mind.

    The first one waits, journal in hand, until somebody reads what it announces: it cannot be done
    before the second one has asked, however fast it is.
    """
    journal = str(folder / 'j.db')
    reader, writer = cli.full_pipe()
    process = cli.start('tune', *long(TREES), '--journal', journal, '--verbose', '--json', '-', stderr=writer)
    os.close(writer)
    held = cli.wait_for(lambda: 'in use by' in cli.run('runs', 'list', journal).out)
    second = tune(*houses(folder), *GRID, '--journal', journal)
    process.stderr = os.fdopen(reader, 'rb')
    ended = cli.finish(process)
    complaints = cli.gate.expect(held, 'nobody holds the journal')
    complaints += cli.one_line(second, second.status, 'j.db', str(process.pid))
    complaints += cli.gate.expect(second.status not in (cli.DONE, 'hangs'), str(second))
    if ended.status != cli.DONE:
        return complaints + [str(ended)]
    return complaints + cli.gate.expect(answer(ended.json()) == answer_of_long(),
                                        'the first one has another answer')


# ---- files that are no journals of ours ----


def refused(ended, path, content, *words):
    """One line that names the file, and the file is as it was."""
    return (cli.one_line(ended, ended.status, path.name, *words) +
            cli.gate.expect(ended.status in (cli.USAGE, cli.OUTPUT), str(ended)) +
            cli.gate.expect(path.read_bytes() == content, f'{path.name} was changed'))


def foreign(path):
    with sqlite3.connect(path) as base:
        base.execute('CREATE TABLE result (key, payload)')
    base.close()


def later(path):
    with sqlite3.connect(path) as base:
        version = base.execute('PRAGMA user_version').fetchone()[0]
        base.execute(f'PRAGMA user_version = {version + 1000}')
    base.close()


def check_not_ours(folder):
    search, complaints = houses(folder), []
    (folder / 'text.db').write_text('name,value\n' * 500)
    (folder / 'short.db').write_text('SQLite format 3\0')
    foreign(folder / 'foreign.db')
    result(*search, *GRID, '--journal', str(folder / 'later.db'))
    later(folder / 'later.db')
    for name, word in (('text', 'not a journal'), ('short', ''), ('foreign', 'not a journal'), ('later', 'later')):
        path = folder / f'{name}.db'
        content = path.read_bytes()
        complaints += refused(tune(*search, *GRID, '--journal', str(path)), path, content, word)
    for path in (folder, folder / 'nowhere' / 'j.db', '/dev/full', '/dev/null'):
        ended = tune(*search, *GRID, '--journal', str(path))
        complaints += cli.one_line(ended, ended.status, str(path))
        complaints += cli.gate.expect(ended.status in (cli.USAGE, cli.OUTPUT), str(ended))
    return complaints


def damage(content, chance):
    """One of the ways in which a file is damaged."""
    place, length = chance.randrange(len(content)), chance.choice((1, 16, 512, 4096))
    end = min(place + length, len(content))
    return chance.choice((
        content[:place],
        content[:place] + bytes(end - place) + content[end:],
        content[:place] + chance.randbytes(end - place) + content[end:],
        content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1:],
    ))


def check_damaged(folder):
    seed = random.SystemRandom().randrange(1 << 32)
    print(f'# seed {seed}')
    chance, search, path = random.Random(seed), houses(folder), folder / 'j.db'
    expected = answer(result(*search, *GRID))
    result(*search, *GRID, '--journal', str(path))
    content, complaints, statuses = path.read_bytes(), [], []
    for _ in range(15 if cli.SANITIZED else 60):
        path.write_bytes(damage(content, chance))
        ended = tune(*search, *GRID, '--journal', str(path), '--json', '-')
        statuses.append(ended.status)
        if ended.status == cli.DONE:
            complaints += cli.gate.expect(answer(ended.json()) == expected, 'a wrong answer')
        else:
            complaints += cli.one_line(ended, ended.status, 'j.db')
            complaints += cli.gate.expect(ended.status in (cli.USAGE, cli.OUTPUT), str(ended))
    return complaints[:5] + cli.gate.expect(cli.USAGE in statuses, f'statuses {set(statuses)}')


# ---- where nothing can be written ----


def as_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def check_read_only(folder):
    """Root writes all the same, and so becomes nobody."""
    as_who = as_nobody if os.geteuid() == 0 else None
    search, path = houses(folder), folder / 'j.db'
    result(*search, *GRID, '--journal', str(path))
    content = path.read_bytes()
    path.chmod(0o444)
    folder.chmod(0o755)
    try:
        ended = tune(*search, *GRID, '--journal', str(path), preexec_fn=as_who)
    except (PermissionError, subprocess.SubprocessError):
        raise cli.gate.Skip('nobody cannot reach the command')
    return refused(ended, path, content, 'writ')


FULL = '''
mount -t tmpfs -o size="$1" none "$2" || exit 77
cd "$2"; shift 2
"$@" >../first.out 2>../first.err; echo $? >../first.status
mount -o remount,size=16m . || exit 77
"$@" >../second.out 2>../second.err; echo $? >../second.status
'''


def on_small_disk(folder, kib, arguments):
    """(first, second): how the same search ended on a disk of that size, and when it had grown."""
    place = folder / 'disk'
    place.mkdir(exist_ok=True)
    done = subprocess.run(['unshare', '-Urm', 'sh', '-c', FULL, 'sh', f'{kib}k', str(place),
                           cli.TOOL, 'tune', *arguments, '--journal', 'j.db', '--json', '-'],
                          env=cli.environment(), capture_output=True, check=False)
    if done.returncode != 0:
        raise cli.gate.Skip(f'no disk can be made here: {done.stderr.decode()[:100]}')
    for name in ('first', 'second'):
        out, err, status = ((folder / f'{name}.{what}').read_bytes()
                            for what in ('out', 'err', 'status'))
        yield cli.Ended(arguments, int(status), out, err, 0)


def check_full_disk(folder):
    """Never done without everything being kept; and it goes on when there is room. Trials fill the
    disk, so there are many, of a small table."""
    search = (tables.houses(folder / 'houses.csv', rows=60), '--target', 'price', '--grid', 'n_estimators=1,2,3,4,5,6,7,8', '--grid',
              'max_depth=1,2,3,4,5,6,7,8,9,10', '--grid', 'max_features=1,2,3,4,5')
    expected, complaints, statuses = answer(result(*search)), [], []
    for kib in (4, 12, 24, 40, 64, 96, 128, 256, 512, 1024):
        first, second = on_small_disk(folder, kib, search)
        statuses.append(first.status)
        if first.status != cli.DONE:
            complaints += cli.one_line(first, cli.OUTPUT, 'j.db', 'no space')
        if second.status != cli.DONE:
            complaints.append(f'{kib} KiB: with more room: {second}')
        else:
            complaints += cli.gate.expect(answer(second.json()) == expected, 'a wrong answer')
    return complaints + cli.gate.expect(set(statuses) == {cli.DONE, cli.OUTPUT}, str(statuses))


if __name__ == '__main__':
    cli.gate.main([(sentence, cli.in_folder(function)) for sentence, function in [
        ('the same search again runs nothing, whatever the way', check_again),
        ('after Ctrl-C the command that is printed gives the same answer', check_interrupted),
        ('another seed, space or file is named', check_changes),
        ('a journal that another process holds is refused, and who it is', check_held),
        ('files that are no journals are refused and left alone', check_not_ours),
        ('a damaged journal is refused or does no harm', check_damaged),
        ('a journal that cannot be written is refused', check_read_only),
        ('a full disk is told, and the search goes on when there is room', check_full_disk),
    ]])
