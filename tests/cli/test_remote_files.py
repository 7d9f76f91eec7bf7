#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which files `manyfold remote` brings there and back, against a script in place of ssh: names of any
kind, hidden ones, those in recipes, journals that a killed search has left, and what was not asked for."""

import json
import os
import shutil
import sqlite3
import sys

import cli
from machines import Fake, TABLE, ran


def with_fake(check, real=False):
    def call(folder):
        if not shutil.which('rsync'):
            raise cli.gate.Skip('no rsync')
        return check(Fake(folder, real))
    return cli.in_folder(call)


def write(path, text='x', when=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding='utf-8')
    if when:
        os.utime(path, (when, when))
    return path


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*')
                  if path.is_file() and '.manyfold' not in path.parts)


def check_login_shells(machine):
    """Folders of any name, where the login shell there is no shell of the POSIX family."""
    machine.go()
    shells = [shell for shell in ('fish', 'csh', 'tcsh') if shutil.which(shell)]
    if not shells:
        raise cli.gate.Skip('no fish and no csh')
    complaints = []
    for shell in shells:
        machine.login(shell)
        for name in (r"x\'; touch CANARY; echo \'", r"x\\'; touch CANARY; echo \\'", 'back\\slash', '\\\\', "it's", 'a!b',
                     '!!', '$(touch CANARY)', '(touch CANARY)', '$HOME', '~', 'a b'):
            write(machine.here / 'data' / 't.csv', name)
            ended = machine.run('--quiet', '--', 'sum', '1', host=f'there:{shell}/{name}')
            brought = machine.home / shell / name / 'data' / 't.csv'
            complaints += ran(ended) + cli.gate.expect(
                brought.exists() and brought.read_text(encoding='utf-8') == name, f'{shell}, {name!r}: no file there')
    return complaints + [f'{path} was made' for path in machine.folder.rglob('CANARY')]


def check_marks(machine):
    """Files whose names begin with what rsync takes for a comment."""
    machine.go()
    for name in ('#a.csv', ';b.csv', '-c.csv', './#d.csv'):
        write(machine.here / name)
        write(machine.there() / '#out.json', 'made')
    ended = machine.run('--', 'train', '#a.csv', ';b.csv', './-c.csv', './#d.csv', '--json', '#out.json')
    return (ran(ended) + cli.gate.expect({'#a.csv', ';b.csv', '-c.csv', '#d.csv'} <= set(names(machine.there())),
                                         str(names(machine.there()))) +
            cli.gate.expect((machine.here / '#out.json').exists(), 'nothing came back'))


def check_hidden(machine):
    """Hidden files stay where they are, also within folders that travel; --all brings them there."""
    machine.go()
    write(machine.here / 'data' / '.secret')
    write(machine.here / 'data' / '.ipynb_checkpoints' / 'deep')
    write(machine.here / 'data' / 't.csv')
    for name in ('results/.hidden', 'results/deep/.git/hooks/x', 'results/seen', 'new/lab/.bashrc', 'new/lab/seen'):
        write(machine.there() / name)
    ended = machine.run('--', 'lab', '--out', 'new/lab')
    came, went = names(machine.here), names(machine.there() / 'data')
    machine.run('--all', '--', 'sum', '5')
    whole = names(machine.there() / 'data')
    return (ran(ended) + cli.gate.expect(went == ['t.csv'], str(went)) +
            cli.gate.expect(came == ['data/.ipynb_checkpoints/deep', 'data/.secret', 'data/t.csv', 'new/lab/seen',
                                     'results/made', 'results/seen'], str(came)) +
            cli.gate.expect(whole == ['.ipynb_checkpoints/deep', '.secret', 't.csv'], str(whole)))


def check_newer(machine):
    """A journal that is newer there is not replaced by the one here, and what is newer here stays."""
    machine.go()
    for path, text, when in ((machine.here / 'a.db', 'here', 1000), (machine.there() / 'a.db', 'there', 2000),
                             (machine.here / 'results' / 'r', 'here', 2000),
                             (machine.there() / 'results' / 'r', 'there', 1000)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
        os.utime(path, (when, when))
    ended = machine.run('--', 'tune', '--journal', 'a.db')
    found = [(machine.here / name).read_text(encoding='utf-8') for name in ('a.db', 'results/r')]
    return ran(ended) + cli.gate.expect(found == ['there', 'here'], str(found))


def check_links(machine):
    """What links lead to is brought; results/ and the folder there may be links to another disk."""
    machine.go()
    disk = machine.folder / 'disk'
    for name in ('results', 'there'):
        (disk / name).mkdir(parents=True)
    (machine.here / 'results').symlink_to(disk / 'results')
    machine.there().parent.mkdir()
    machine.there().symlink_to(disk / 'there')
    (disk / 'far.csv').write_text('far', encoding='utf-8')
    (machine.here / 'data' / 'far.csv').symlink_to(disk / 'far.csv')
    ended = machine.run('--', 'sum', '5')
    brought = disk / 'there' / 'data' / 'far.csv'
    return (ran(ended) + cli.gate.expect(brought.is_file() and not brought.is_symlink(), 'the table is not there') +
            cli.gate.expect((disk / 'results' / 'made').exists() and (machine.here / 'results').is_symlink(),
                            'no result came back, or the link is gone'))


def check_folder_back(machine):
    """A folder that the command writes comes back as a whole; of a run in a journal the journal goes there."""
    cli.program(machine.bin / 'manyfold', '#!/bin/sh\nmkdir -p new/lab/deep && cp lab.db new/lab/deep/copy\n')
    (machine.here / 'lab.db').write_text('kept', encoding='utf-8')
    ended = machine.run('--quiet', '--', 'lab', '--out', 'new/lab', 'lab.db:1')
    return ran(ended, out='') + cli.gate.expect((machine.here / 'new/lab/deep/copy').is_file(), 'it did not come back')


def check_left_alone(machine):
    """Files that are not brought are named."""
    machine.go()
    (machine.folder / 'outer.csv').write_text('x', encoding='utf-8')
    cli.program(machine.here / '.hidden', 'x')
    ended = machine.run('--', 'train', '../outer.csv', '--recipe=.hidden', '--model', '../m')
    there = [path.name for path in machine.there().rglob('*') if path.name in ('outer.csv', '.hidden')]
    return (ran(ended) + cli.gate.expect(all(name in ended.err for name in ('../outer.csv', '.hidden', '../m')),
                                         ended.err) + cli.gate.expect(not there, str(there)))


def check_recipe(machine):
    """The files that a recipe names travel as those of the command do."""
    write(machine.here / 'own.csv', TABLE)
    write(machine.here / 'r.json', json.dumps({'file': 'own.csv', 'target': 'y', 'grid': {'max_depth': [1, 2]},
                                               'journal': 'new/a.db', 'csv': 'new/trials.csv', 'json': '../out'}))
    ended = machine.run('--', 'tune', '--recipe', 'r.json', '--quiet')
    return (cli.gate.expect(ended.status == 0 and '../out' in ended.err and 'brought back: 2 files' in ended.err,
                            str(ended)) +
            cli.gate.expect({'new/a.db', 'new/trials.csv'} <= set(names(machine.here)), str(names(machine.here))))


# ---- journals that were left in mid-write ----

def make_journal(machine):
    """A journal with one finished search, below the other folders."""
    write(machine.folder / 't.csv', TABLE)
    ended = cli.run('tune', 't.csv', '-t', 'y', '--grid', 'max_depth=1', '--journal', 'j.db', '--quiet',
                    cwd=machine.folder)
    return machine.folder / 'j.db', cli.fine(ended, ended.out)


def leave_hot(whole, place, when):
    """Puts a copy of a journal to a place as a kill amid a change leaves it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    work = whole.parent / 'work.db'
    shutil.copy(whole, work)
    base = sqlite3.connect(work, isolation_level=None)
    base.execute('PRAGMA cache_size=1')
    base.execute('BEGIN')
    for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        base.execute(f'DELETE FROM "{table}"')
    base.execute('CREATE TABLE junk (x)')
    for _ in range(200):
        base.execute('INSERT INTO junk VALUES (randomblob(2000))')
    for suffix in ('', '-journal'):
        shutil.copy(f'{work}{suffix}', f'{place}{suffix}')
        os.utime(f'{place}{suffix}', (when, when))
    base.execute('ROLLBACK')
    base.close()


def look(path, runs):
    """Complaints about a journal that is to be whole, with so many runs and nothing beside it."""
    complaints = cli.gate.expect(not os.path.exists(f'{path}-journal'), f'{path}: something lies beside it')
    base = sqlite3.connect(path)
    try:
        told = base.execute('PRAGMA integrity_check').fetchone()[0]
        tables = [row[0] for row in base.execute('SELECT name FROM sqlite_master')]
    except sqlite3.Error as error:
        told, tables = str(error), []
    base.close()
    listed = cli.run('runs', 'list', str(path))
    return (complaints + cli.gate.expect(told == 'ok' and 'junk' not in tables, f'{path}: {told}, {tables}') +
            cli.gate.expect(listed.status == 0 and listed.out.count('tune') == runs, f'{listed} {listed.out}'))


SEARCH = ('tune', 'data/t.csv', '-t', 'y', '--grid', 'max_depth=2', '--journal', 'a.db', '--quiet')


def check_hot_here(machine):
    """Both sides have a journal as a kill left it; the search goes on there; what comes back is whole."""
    whole, complaints = make_journal(machine)
    write(machine.here / 'data' / 't.csv', TABLE)
    for folder in (machine.here, machine.there()):
        leave_hot(whole, folder / 'a.db', 1000)
    ended = machine.run('--', *SEARCH)
    return complaints + cli.gate.expect(ended.status == 0, str(ended)) + look(machine.here / 'a.db', 2)


def check_hot_there(machine):
    """The one here is newer: what a kill left beside the older one there does not damage it."""
    whole, complaints = make_journal(machine)
    write(machine.here / 'data' / 't.csv', TABLE)
    leave_hot(whole, machine.there() / 'a.db', 1000)
    cli.run(*SEARCH[:5], 'max_depth=3', '--journal', str(whole), '--quiet', cwd=machine.here)
    shutil.copy(whole, machine.here / 'a.db')
    ended = machine.run('--', *SEARCH)
    return complaints + cli.gate.expect(ended.status == 0, str(ended)) + look(machine.here / 'a.db', 3)


def check_hot_newer(machine):
    """The one there is newer: a change that is taken back here leaves it the older one."""
    whole, complaints = make_journal(machine)
    write(machine.here / 'data' / 't.csv', TABLE)
    leave_hot(whole, machine.here / 'a.db', 1000)
    cli.run(*SEARCH[:5], 'max_depth=3', '--journal', str(whole), '--quiet', cwd=machine.here)
    machine.there().mkdir(parents=True)
    shutil.copy(whole, machine.there() / 'a.db')
    os.utime(machine.there() / 'a.db', (2000, 2000))
    ended = machine.run('--', *SEARCH)
    return complaints + cli.gate.expect(ended.status == 0, str(ended)) + look(machine.here / 'a.db', 3)


def check_hot_back(machine):
    """A search that is killed there in mid-write: what comes back is whole, named or in results/."""
    whole, complaints = make_journal(machine)
    for name in ('a.db', 'b.db'):
        leave_hot(whole, machine.folder / 'hot' / name, 1000)
    cli.program(machine.bin / 'manyfold', f'#!/bin/sh\n[ "$1" != runs ] || exec {cli.TOOL} "$@"\n'
           f'cp {machine.folder}/hot/a.db* . && cp {machine.folder}/hot/b.db* results && kill -9 $$\n')
    ended = machine.run('--', *SEARCH)
    return (complaints + cli.gate.expect(ended.status == 137, str(ended)) + look(machine.here / 'a.db', 1) +
            look(machine.here / 'results' / 'b.db', 1))


def check_hot_unnamed(machine):
    """What a kill left beside a journal in results/ here does not damage the newer one that comes from there."""
    whole, complaints = make_journal(machine)
    write(machine.here / 'data' / 't.csv', TABLE)
    leave_hot(whole, machine.here / 'results' / 'b.db', 1000)
    write(machine.here / 'results' / 'lab', 'no journal', 1000)
    write(machine.here / 'results' / 'lab-journal', 'a diary', 1000)
    cli.run(*SEARCH[:5], 'max_depth=3', '--journal', str(whole), '--quiet', cwd=machine.here)
    cli.program(machine.bin / 'manyfold', f'#!/bin/sh\n[ "$1" != runs ] || exec {cli.TOOL} "$@"\ncp {whole} results/b.db\n')
    ended = machine.run('--', 'sum', '5')
    return (complaints + cli.gate.expect(ended.status == 0, str(ended)) + look(machine.here / 'results' / 'b.db', 2) +
            cli.gate.expect((machine.here / 'results' / 'lab-journal').exists(), 'the diary is gone'))


def hold(path):
    """Another program amid a change of a journal, which it lets nobody else open."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute('PRAGMA cache_size=1')
    base.execute('BEGIN EXCLUSIVE')
    base.execute('CREATE TABLE junk (x)')
    for _ in range(200):
        base.execute('INSERT INTO junk VALUES (randomblob(2000))')
    return base


def check_held(machine):
    """A journal that another program here changes meanwhile is left alone, with what lies beside it."""
    whole, complaints = make_journal(machine)
    for brought in (None, 'from there'):
        shutil.copy(whole, machine.here / 'a.db')
        process = machine.begin('--', 'tune', '--journal', 'a.db')
        base = hold(machine.here / 'a.db')
        if brought:
            write(machine.there() / 'a.db', brought)
        else:
            (machine.there() / 'a.db').unlink()
        machine.go(1)
        ended = cli.finish(process)
        complaints += cli.gate.expect(os.path.exists(machine.here / 'a.db-journal'), 'what lay beside it is gone')
        base.execute('ROLLBACK')
        base.close()
        (machine.home / 'go').unlink()
        complaints += cli.gate.expect(ended.status == 1 and 'remark: journal a.db' in ended.err, str(ended))
        complaints += cli.gate.expect((machine.here / 'results' / 'made').exists(), 'the results did not come')
        complaints += look(machine.here / 'a.db', 1)
    later = machine.run('--attach')
    return (complaints + cli.gate.expect(later.status == 1, str(later)) +
            cli.gate.expect((machine.here / 'a.db').read_bytes() == b'from there', 'it did not come later'))


def check_held_results(machine):
    """So is one in results/, of any name; all other results come."""
    whole, complaints = make_journal(machine)
    place = machine.here / 'results' / 'b[1]*\\.db'
    write(place.with_name('b1.db'), 'from here', 1000)
    shutil.copy(whole, place)
    process = machine.begin('--', 'sum', '5')
    base = hold(place)
    for name in (place.name, f'{place.name}-journal', 'b1.db'):
        write(machine.there() / 'results' / name, 'from there', 4e9)
    machine.go()
    ended = cli.finish(process)
    base.execute('ROLLBACK')
    base.close()
    found = (place.with_name('b1.db').read_text(encoding='utf-8'), (place.parent / 'made').exists())
    return (complaints + cli.gate.expect(ended.status == 0 and 'remark: journal results/b' in ended.err, str(ended)) +
            cli.gate.expect(found == ('from there', True), str(found)) + look(place, 1))


def check_half_alone(machine):
    """What a kill left here beside a journal that is gone does not damage the one that comes."""
    whole, complaints = make_journal(machine)
    write(machine.here / 'data' / 't.csv', TABLE)
    leave_hot(whole, machine.here / 'a.db', 1000)
    (machine.here / 'a.db').unlink()
    ended = machine.run('--', *SEARCH)
    return complaints + cli.gate.expect(ended.status == 0, str(ended)) + look(machine.here / 'a.db', 1)


def check_half_stays(machine):
    """It stays when nothing comes."""
    whole, complaints = make_journal(machine)
    machine.go(1)
    leave_hot(whole, machine.here / 'a.db', 1000)
    (machine.here / 'a.db').unlink()
    ended = machine.run('--', 'tune', '--journal', 'a.db')
    return (complaints + cli.gate.expect(ended.status == 1, str(ended)) +
            cli.gate.expect((machine.here / 'a.db-journal').exists(), 'it is gone'))


def check_diary(machine):
    """A file that only has the name of what SQLite leaves is nobody's remainder, here and there."""
    machine.go()
    for folder in (machine.here, machine.there()):
        write(folder / 'trip', 'before', 1000)
        write(folder / 'trip-journal', 'a diary', 1000)
    cli.program(machine.bin / 'manyfold', '#!/bin/sh\n[ "$1" != runs ] || exit 3\necho after >trip\n')
    ended = machine.run('--quiet', '--', 'sum', '5', '--json', 'trip')
    found = [(machine.here / name).read_text(encoding='utf-8') if (machine.here / name).exists() else None
             for name in ('trip', 'trip-journal')]
    return (ran(ended, out='') + cli.gate.expect(found == ['after\n', 'a diary'], str(found)))


# ---- what was not asked for ----

def check_strange(machine):
    """--attach replaces what was asked for from this folder; other files that the other machine names it leaves alone."""
    machine.go()
    asked = machine.run('--', 'sum', '5', '--json', 'asked.json')
    for name in ('Makefile', 'asked.json', 'fresh.json'):
        write(machine.there() / name, 'from there')
    write(machine.here / 'Makefile', 'mine', 1000)
    write(machine.here / 'asked.json', 'before', 1000)
    write(machine.there() / '.manyfold' / 'run' / 'outputs', 'Makefile\nasked.json\nfresh.json\n')
    ended = machine.run('--attach')
    found = {name: (machine.here / name).read_text(encoding='utf-8') if (machine.here / name).exists() else None
             for name in ('Makefile', 'asked.json', 'fresh.json')}
    return (ran(asked) + ran(ended) +
            cli.gate.expect(found == {'Makefile': 'mine', 'asked.json': 'from there', 'fresh.json': 'from there'}, str(found)) +
            cli.gate.expect('Makefile is not replaced' in ended.err and 'fresh' not in ended.err, ended.err))


def check_rsync_found(machine):
    """rsync there may lie where manyfold may, outside of the PATH of ssh."""
    machine.go()
    write(machine.here / 'data' / 't.csv')
    bare = machine.folder / 'bare'
    bare.mkdir()
    for folder in ('/bin', '/usr/bin'):
        for name in os.listdir(folder):
            if name != 'rsync' and not (bare / name).is_symlink():
                (bare / name).symlink_to(f'{folder}/{name}')
    if os.path.exists('/usr/local/bin/rsync'):
        raise cli.gate.Skip('rsync is in /usr/local/bin')
    own = machine.home / '.local' / 'bin'
    own.mkdir(parents=True)
    (own / 'rsync').symlink_to(shutil.which('rsync'))
    machine.set_path(f'{machine.bin}:{bare}')
    return ran(machine.run('--', 'sum', '5')) + cli.gate.expect(names(machine.there()) == ['data/t.csv', 'results/made'],
                                                                str(names(machine.there())))


if __name__ == '__main__':
    sys.exit(cli.main([
        ('folders of any name, whatever the login shell', with_fake(check_login_shells)),
        ('names that look like comments', with_fake(check_marks)),
        ('hidden files stay', with_fake(check_hidden)),
        ('what is newer stays', with_fake(check_newer)),
        ('folders that are links stay links', with_fake(check_links)),
        ('files that are left alone are named', with_fake(check_left_alone)),
        ('folders come back, and journals of runs go there', with_fake(check_folder_back)),
        ('files that a recipe names', with_fake(check_recipe, real=True)),
        ('journals left by a kill on both sides', with_fake(check_hot_here, real=True)),
        ('a journal left by a kill there, and a newer one here', with_fake(check_hot_there, real=True)),
        ('a journal left by a kill here, and a newer one there', with_fake(check_hot_newer, real=True)),
        ('journals left by a kill come back whole', with_fake(check_hot_back)),
        ('what a kill left in results/ here does not damage what comes', with_fake(check_hot_unnamed)),
        ('a journal that another program holds is left alone', cli.waits(with_fake(check_held))),
        ('a held one in results/ keeps no others away', cli.waits(with_fake(check_held_results))),
        ('what a kill left without its journal does not damage what comes', with_fake(check_half_alone, real=True)),
        ('what a kill left without its journal stays when nothing comes', with_fake(check_half_stays)),
        ('a diary is not what SQLite leaves', with_fake(check_diary)),
        ('--attach replaces nothing that was not asked for', with_fake(check_strange)),
        ('rsync is found where manyfold is', with_fake(check_rsync_found)),
    ]))
