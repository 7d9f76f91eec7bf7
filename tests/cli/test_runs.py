#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold runs`: what a journal holds."""

import json
import os
import re
import sqlite3

import cli
import tables

TRIALS, FOLDS = 12, 3
GRID = ('--grid', 'n_estimators=3,6', '--grid', 'max_depth=2,4,none', '--grid',
        'max_features=sqrt,none')
SEARCH = (*GRID, '--cv', str(FOLDS), '--score', 'r2,rmse')


def runs(*arguments, **how):
    return cli.run('runs', *map(str, arguments), **how)


def shown(*arguments):
    ended = runs(*arguments, '--json', '-')
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


def tuned(folder, *options, journal='j.db', seed=1):
    """A search into a journal, and what it said itself."""
    table = tables.houses(folder / 'houses.csv', seed=seed)
    ended = cli.run('tune', table, '--target', 'price', *SEARCH, '--journal',
                    str(folder / journal), '--json', '-', *options)
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


def check_list(folder):
    """Three studies: finished, stopped, of other data; in the order in which they were begun."""
    path = folder / 'j.db'
    tuned(folder)
    tuned(folder, '--seed', '7', '--max-trials', '2')
    tuned(folder, seed=9)
    ended = runs(path)
    rows = [line.split() for line in ended.out.splitlines()[3:]]
    complaints = cli.fine(ended) + cli.gate.expect(
        ended.out.startswith(f'{path}: 3 studies\n\n') and
        [(row[0], row[3], row[4], row[5]) for row in rows] ==
        [('1', 'tune', 'houses.csv', 'done'), ('2', 'tune', 'houses.csv', 'stopped'),
         ('3', 'tune', 'houses.csv', 'done')] and
        all(re.fullmatch(r'20\d\d-\d\d-\d\d \d\d:\d\d:\d\d', ' '.join(row[1:3]))
            for row in rows), ended.out)
    complaints += cli.gate.expect(
        [row[6:9] for row in rows][::2] == [[str(TRIALS), 'of', str(TRIALS)]] * 2 and
        2 <= int(rows[1][6]) < TRIALS and rows[0][9] == rows[1][9] != rows[2][9], ended.out)
    document = shown(path)
    complaints += cli.gate.expect(
        [study['state'] for study in document['studies']] == ['done', 'stopped', 'done'] and
        document['results'] is None and document['in_use_by'] is None, str(document)[:300])
    return complaints + cli.schema_complaints(document, 'runs-1')


def settings_of(study):
    return {setting['name']: setting['value'] for setting in study['settings']}


def check_study(folder):
    """The best trials of one study are those that the search itself has named."""
    told = tuned(folder)
    tuned(folder, '--seed', '7')
    ended = runs(folder / 'j.db', 1)
    best = sorted((trial for trial in told['trials']), key=lambda trial: trial['rank'])[:10]
    found = re.findall(r'^ +(\d+)  +(\S+)  +(\S+)  +3  (.*)$', ended.out, re.MULTILINE)
    expected = [' '.join(f'{name}={"none" if value is None else value}'
                         for name, value in trial['params'].items()) for trial in best]
    complaints = cli.fine(ended) + cli.gate.expect(
        [int(row[0]) for row in found] == list(range(1, 11)) and
        [row[3] for row in found] == expected, f'{expected}, but: {ended.out}')
    complaints += cli.gate.expect(
        all(abs(float(row[1]) - trial['scores']['r2']['mean']) < 1e-3 and
            abs(float(row[2].replace(',', '')) / trial['scores']['rmse']['mean'] - 1) < 1e-3
            for row, trial in zip(found, best)), ended.out)
    for words in ('study 1: tune of houses.csv, done, trials: 12 of 12', 'max_depth', '2,4,none',
                  'command', 'seed', '10 of 12 trials with a result; --json has all'):
        complaints += cli.gate.expect(words in ' '.join(ended.out.split()),
                                      f'no {words!r} in {ended.out}')
    document = shown(folder / 'j.db', 1)
    complaints += cli.gate.expect(
        len(document['studies']) == 1 and len(document['results']) == TRIALS * FOLDS and
        settings_of(document['studies'][0])['seed'] == '42', str(document)[:300])
    label = document['results'][0]['label']
    scores = [result['result']['scores']['rmse'] for result in document['results']
              if result['label'] == label]
    trial = next(trial for trial in told['trials'] if expected_label(trial) == label)
    complaints += cli.gate.expect(sorted(scores) == sorted(trial['scores']['rmse']['folds']),
                                  f'{label}: {scores}, {trial}')
    return complaints + cli.schema_complaints(document, 'runs-1')


def check_unfinished(folder):
    """A trial of which a fold is missing is not finished."""
    path = folder / 'j.db'
    tuned(folder)
    database = sqlite3.connect(path)
    database.execute('DELETE FROM study_result WHERE rowid = (SELECT min(rowid) FROM study_result)')
    database.commit()
    database.close()
    return cli.gate.expect(' 11 of 12 ' in runs(path).out, runs(path).out)


def check_halving(folder):
    """A trial is there once, as in its last rung; those that went further are ahead."""
    table = tables.houses(folder / 'houses.csv', rows=240)
    path = folder / 'j.db'
    # With trees to halve, of several seeds, the one that is best at first need not stay so.
    told = cli.run('tune', table, '--target', 'price', '--search', 'halving', '--resource', 'trees',
                   '--grid', 'random_state=' + ','.join(map(str, range(30))), '--min-resource', '1',
                   '--n-estimators', '9', '--journal', str(path), '--json', '-').json()
    best = sorted(told['trials'], key=lambda trial: trial['rank'])[:10]
    expected = [f'{expected_label(trial)} trees={trial["resource"]}' for trial in best]
    cli.run('tune', table, '--target', 'price', '--search', 'halving', '--grid',
            'random_state=0,1,2,3,4,5,6,7,8', '--grid', 'max_depth=1,2,3', '--journal', str(path),
            '--max-trials', '1', '--no-share')
    stopped = [line for line in runs(path).out.splitlines() if 'stopped' in line]
    complaints = cli.gate.expect(len(stopped) == 1 and re.search(r'rung 1 of 4\b', stopped[0]),
                                 runs(path).out)
    ended = runs(path, 1)
    found = re.findall(r'(random_state=\d+ trees=\d+)$', ended.out, re.MULTILINE)
    return complaints + cli.fine(ended) + cli.gate.expect(
        found == expected and '10 of 30 trials with a result' in ended.out and
        'done, trials: 30 of 30' in ' '.join(ended.out.split()) and '30 of 30' in runs(path).out,
        f'{expected}, but: {ended.out}')


def expected_label(trial):
    return ' '.join(f'{name}={"none" if value is None else value}'
                    for name, value in trial['params'].items())


def check_layout(folder):
    """No line is wider than the page or ends in a blank, and ASCII is ASCII."""
    tuned(folder)
    complaints = []
    for arguments in ((), (1,)):
        for columns in (60, 80, 120):
            for locale in ('C', 'C.UTF-8'):
                # By a short name, since a path is never cut.
                ended = cli.run('runs', 'j.db', *map(str, arguments), cwd=folder,
                                env={'COLUMNS': str(columns), 'LC_ALL': locale})
                complaints += cli.fine(ended)
                complaints += [f'at {columns}: {line!r}' for line in ended.out.splitlines()
                               if line != line.rstrip() or (len(line) > columns >= 80)]
                complaints += cli.gate.expect(locale != 'C' or ended.out.isascii(), ended.out)
                complaints += cli.gate.expect((columns > 60) != ('no room for' in ended.out),
                                              f'at {columns}: {ended.out}')
    return complaints


def check_files(folder):
    path = folder / 'j.db'
    tuned(folder)
    out = folder / 'out.json'
    ended = runs(path, 1, '--json', out)
    complaints = cli.fine(ended, runs(path, 1).out)
    complaints += cli.gate.expect(json.loads(out.read_text()) == shown(path, 1), 'another JSON')
    before = path.read_bytes()
    os.symlink('j.db', folder / 'link')
    for name in (path, folder / 'link'):
        complaints += cli.refused(runs(path, '--json', name), '--json', 'that is read')
    complaints += cli.one_line(runs(path, '--json', '/nowhere/x'), cli.OUTPUT, '--json')
    return complaints + cli.gate.expect(path.read_bytes() == before and
                                        not (folder / 'j.db-journal').exists(), 'it changed')


def check_empty(folder):
    """A journal without studies, as one that is stopped at once leaves it."""
    path = folder / 'j.db'
    tuned(folder)
    database = sqlite3.connect(path)
    for table in ('study_result', 'result', 'setting', 'note', 'study'):
        database.execute(f'DELETE FROM {table}')
    database.commit()
    database.close()
    return cli.fine(runs(path), f'{path}: 0 studies\n') + \
        cli.gate.expect(shown(path)['studies'] == [], 'studies')


def check_hostile_words(folder):
    """Whatever somebody wrote into a journal cannot steer the terminal."""
    path = folder / 'j.db'
    tuned(folder)
    database = sqlite3.connect(path)
    database.execute("UPDATE study SET name=?, state=?", ('\x1b[2Jhouses', 'a\nb'))
    database.execute("UPDATE note SET name=?, value=?", ('\x1b]0;x', '\u202e\x07'))
    database.commit()
    database.close()
    complaints = []
    for arguments in ((), (1,)):
        ended = runs(path, *arguments, env={'LC_ALL': 'C.UTF-8'})
        complaints += cli.fine(ended)
        complaints += cli.gate.expect('\\x1b[2J' in ended.out and not
                                      re.search('[\x00-\x09\x0b-\x1f\x7f\u202e]', ended.out),
                                      repr(ended.out))
    return complaints


def check_wrong(folder):
    tuned(folder)
    (folder / 'empty').write_bytes(b'')
    database = sqlite3.connect(folder / 'other.db')
    database.execute('CREATE TABLE a(b)')
    database.close()
    (folder / 'folder').mkdir()
    (folder / 'cut.db').write_bytes((folder / 'j.db').read_bytes()[:9000])
    complaints = []
    for arguments, words in (
            ((), ('FILE.db', 'missing')), (('none.db',), ('none.db', 'No such file')),
            (('houses.csv',), ('houses.csv', 'not a journal', 'not changed')),
            (('other.db',), ('other.db', 'not a journal')), (('empty',), ('empty',)),
            (('folder',), ('folder',)), (('/dev/null',), ('/dev/null',)),
            (('-',), ('must be a file',)), (('cut.db',), ('cut.db', 'damaged')),
            (('j.db', '2'), ('no study 2', 'j.db')), (('j.db', '0'), ('STUDY', '0')),
            (('j.db', 'x'), ('STUDY', 'x')), (('j.db', '1', '2'), ('too many',)),
            (('j.db', '2', '--json', '-'), ('no study 2',))):
        complaints += cli.refused(runs(*arguments, cwd=folder), *words)
    return complaints


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('studies are listed in their order, with their states', folder(check_list)),
        ('the best trials of a study are those of the search', folder(check_study)),
        ('a trial without all its folds is not finished', folder(check_unfinished)),
        ('the best of a halving are those that went furthest', folder(check_halving)),
        ('pages fit their width', folder(check_layout)),
        ('--json FILE writes the file and shows the page, and the journal stays',
         folder(check_files)),
        ('a journal without studies is shown as such', folder(check_empty)),
        ('what stands in a journal cannot steer the terminal', folder(check_hostile_words)),
        ('what is no journal is refused by name', folder(check_wrong)),
    ])
