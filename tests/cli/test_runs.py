#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold runs`: what a journal keeps, and `--journal`, by which it gets there."""

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


def listed(path, **how):
    return runs('list', path, **how)


def shown(path, *run):
    ended = runs('show' if run else 'list', path, *run, '--json', '-')
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
    """Three searches: finished, stopped, of other data; in the order in which they were begun."""
    path = folder / 'j.db'
    tuned(folder)
    tuned(folder, '--seed', '7', '--max-trials', '2')
    tuned(folder, seed=9)
    ended = listed(path)
    rows = [line.split() for line in ended.out.splitlines()[3:]]
    complaints = cli.fine(ended) + cli.gate.expect(
        ended.out.startswith(f'{path}: 3 runs\n\n') and
        [(row[0], row[3], row[4], row[5]) for row in rows] ==
        [('1', 'tune', 'houses.csv', 'done'), ('2', 'tune', 'houses.csv', 'stopped'),
         ('3', 'tune', 'houses.csv', 'done')] and
        all(re.fullmatch(r'20\d\d-\d\d-\d\d \d\d:\d\d', ' '.join(row[1:3]))
            for row in rows), ended.out)
    complaints += cli.gate.expect(
        [row[6:9] for row in rows][::2] == [[str(TRIALS), 'of', str(TRIALS)]] * 2 and
        2 <= int(rows[1][6]) < TRIALS and rows[0][9] == rows[1][9] != rows[2][9], ended.out)
    document = shown(path)
    complaints += cli.gate.expect(
        [study['state'] for study in document['studies']] == ['done', 'stopped', 'done'] and
        document['results'] is None and document['in_use_by'] is None and
        [run['run'] for run in document['runs']] == [1, 2, 3] and
        all(run['study'] and run['document_bytes'] > 1000 for run in document['runs']),
        str(document)[:300])
    return complaints + cli.schema_complaints(document, 'runs-1')


def settings_of(study):
    return {setting['name']: setting['value'] for setting in study['settings']}


def check_study(folder):
    """The best trials of one study are those that the search itself has named."""
    told = tuned(folder)
    tuned(folder, '--seed', '7')
    ended = runs('show', folder / 'j.db', 1)
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
    for words in ('run 1: tune of houses.csv, done, trials: 12 of 12', 'max_depth', '2,4,none',
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
    return cli.gate.expect(' 11 of 12 ' in listed(path).out, listed(path).out)


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
    stopped = [line for line in listed(path).out.splitlines() if 'stopped' in line]
    complaints = cli.gate.expect(len(stopped) == 1 and re.search(r'rung 1 of 4\b', stopped[0]),
                                 listed(path).out)
    ended = runs('show', path, 1)
    found = re.findall(r'(random_state=\d+ trees=\d+)$', ended.out, re.MULTILINE)
    return complaints + cli.fine(ended) + cli.gate.expect(
        found == expected and '10 of 30 trials with a result' in ended.out and
        'done, trials: 30 of 30' in ' '.join(ended.out.split()) and '30 of 30' in listed(path).out,
        f'{expected}, but: {ended.out}')


def expected_label(trial):
    return ' '.join(f'{name}={"none" if value is None else value}'
                    for name, value in trial['params'].items())


def check_layout(folder):
    """No line is wider than the page or ends in a blank, and ASCII is ASCII."""
    tuned(folder)
    complaints = []
    for arguments in (('list', 'j.db'), ('show', 'j.db', '1')):
        for columns in (60, 80, 120):
            for locale in ('C', 'C.UTF-8'):
                # By a short name, since a path is never cut.
                ended = cli.run('runs', *arguments, cwd=folder,
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
    ended = runs('show', path, 1, '--json', out)
    complaints = cli.fine(ended, runs('show', path, 1).out)
    complaints += cli.gate.expect(json.loads(out.read_text()) == shown(path, 1), 'another JSON')
    before = path.read_bytes()
    os.symlink('j.db', folder / 'link')
    for name in (path, folder / 'link'):
        complaints += cli.refused(runs('list', path, '--json', name), '--json', 'that is read')
    complaints += cli.one_line(runs('list', path, '--json', '/nowhere/x'), cli.OUTPUT, '--json')
    return complaints + cli.gate.expect(path.read_bytes() == before and
                                        not (folder / 'j.db-journal').exists(), 'it changed')


def check_empty(folder):
    """A journal without runs, as one that is stopped at once leaves it."""
    path = folder / 'j.db'
    tuned(folder)
    database = sqlite3.connect(path)
    for table in ('study_result', 'result', 'setting', 'note', 'study', 'run'):
        database.execute(f'DELETE FROM {table}')
    database.commit()
    database.close()
    return cli.fine(listed(path), f'{path}: 0 runs\n') + \
        cli.refused(runs('show', path, 1), 'it has no runs yet') + \
        cli.gate.expect(shown(path)['studies'] == shown(path)['runs'] == [], 'runs')


def check_hostile_words(folder):
    """Whatever somebody wrote into a journal cannot steer the terminal."""
    path = folder / 'j.db'
    tuned(folder)
    database = sqlite3.connect(path)
    database.execute("UPDATE study SET name=?, state=?", ('\x1b[2Jhouses', 'a\nb'))
    database.execute("UPDATE note SET name=?, value=?", ('\x1b]0;x', '\u202e\x07'))
    database.execute("UPDATE run SET length=0, digest=0, tag=?", ('\x1b[2Jtag',))
    database.commit()
    database.close()
    complaints = []
    for arguments in (('list', path), ('show', path, 1)):
        ended = runs(*arguments, env={'LC_ALL': 'C.UTF-8'})
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
            ((), ('ACTION', 'missing')), (('list',), ('FILE.db is missing', 'runs list FILE.db')),
            (('j.db',), ('ACTION', '"j.db"', 'list, show, tag or delete')),
            (('list', 'none.db'), ('none.db', 'No such file')),
            (('list', 'houses.csv'), ('houses.csv', 'not a journal', 'not changed')),
            (('list', 'other.db'), ('other.db', 'not a journal')), (('list', 'empty'), ('empty',)),
            (('list', 'folder'), ('folder',)), (('list', '/dev/null'), ('/dev/null',)),
            (('list', '-'), ('must be a file',)), (('list', 'cut.db'), ('cut.db', 'damaged')),
            (('list', 'j.db', '1'), ('"1"', 'too many', 'runs list FILE.db')),
            (('show', 'j.db'), ('a run is missing', 'runs show FILE.db RUN')),
            (('show', 'j.db', '2'), ('no run 2', 'the last is 1', 'j.db')),
            (('show', 'j.db', '0'), ('no run has the tag "0"', 'expected a number, 1 to 1')),
            (('show', 'j.db', 'x'), ('no run has the tag "x"',)),
            (('show', 'j.db', '1', '2'), ('too many',)),
            (('show', 'j.db', '2', '--json', '-'), ('no run 2',)),
            (('show', 'j.db', '1', '--untag'), ('--untag is for runs tag alone',)),
            (('tag', 'j.db', '1'), ('either a word or --untag',)),
            (('tag', 'j.db', '1', 'a', '--untag'), ('either a word or --untag',)),
            (('tag', 'j.db', '1', '7'), ('"7" cannot be a tag', 'beginning with a letter')),
            (('tag', 'j.db', '2', 'a'), ('no run 2',)),
            (('tag', 'j.db', '1', 'a', '--json', 'x'), ('--json', 'nothing to write')),
            (('tag', 'none.db', '1', 'a'), ('none.db', 'No such file')),
            (('delete', 'j.db'), ('a run is missing', 'runs delete FILE.db RUN...')),
            (('delete', 'j.db', '1', '2'), ('no run 2',)),
            (('delete', 'houses.csv', '1'), ('not a journal', 'not changed'))):
        complaints += cli.refused(runs(*arguments, cwd=folder), *words)
    complaints += cli.gate.expect(not (folder / 'none.db').exists(), 'a journal was made')
    return complaints + cli.fine(runs('show', 'j.db', '1', cwd=folder))


# ---- other runs than searches ----

MEASURED = ('compare', 'sum', '1000', '--pretend', 't1=1s,noise=0.01', '--runs', '6')


def kept(folder, *command, journal='j.db'):
    """Runs a command that keeps its result, and gives what it wrote last."""
    ended = cli.run(*command, '--journal', journal, cwd=folder)
    if ended.status != cli.DONE or ended.err:
        raise AssertionError(str(ended))
    return ended.out.splitlines()[-1]


def check_kept(folder):
    """compare, train and tune keep their results as runs, and say under which number."""
    tables.houses(folder / 'houses.csv')
    trained = ('train', 'houses.csv', '--target', 'price', *tables.QUICK)
    said = [kept(folder, *MEASURED), kept(folder, *trained),
            kept(folder, 'tune', 'houses.csv', '--target', 'price', '--grid', 'max_depth=1,2'),
            kept(folder, 'compare', 'tune', 'houses.csv', '--target', 'price', '--grid',
                 'max_depth=1', '--pretend', 't1=1s', '--runs', '2')]
    complaints = cli.gate.expect(
        said == [f'kept as run {i}: manyfold report j.db:{i}' for i in range(1, 5)], str(said))
    document = shown(folder / 'j.db')
    complaints += cli.gate.expect(
        [(run['kind'], run['title'], run['study']) for run in document['runs']] ==
        [('compare', 'sum of 1..1,000', False), ('train', 'price of houses.csv', False),
         ('tune', 'houses.csv', True), ('compare', 'search of 1 trial on houses.csv', False)] and
        document['runs'][1]['command'] == ' '.join(('manyfold', *trained, '--journal', 'j.db')),
        str(document['runs']))
    complaints += cli.schema_complaints(document, 'runs-1')
    one = shown(folder / 'j.db', 1)
    complaints += cli.schema_complaints(one, 'runs-1')
    complaints += cli.gate.expect(len(one['runs']) == 1 and one['studies'] == [] and
                                  one['results'] is None, str(one)[:300])
    page = ' '.join(runs('show', 'j.db', 1, cwd=folder).out.split())
    for words in ('j.db, run 1: compare, sum of 1..1,000', 'command manyfold compare sum 1000',
                  'of JSON: manyfold report j.db:1'):
        complaints += cli.gate.expect(words in page, f'no {words!r} in {page}')
    return complaints


def check_quiet(folder):
    """Where standard output is a result the number goes to standard error; --quiet says none."""
    ended = cli.run(*MEASURED, '--json', '-', '--journal', 'j.db', cwd=folder)
    complaints = cli.gate.expect(
        ended.json()['what'] == 'sum of 1..1,000' and
        ended.err == 'manyfold: kept as run 1: manyfold report j.db:1\n', str(ended))
    ended = cli.run(*MEASURED, '-q', '--journal', 'j.db', cwd=folder)
    complaints += cli.fine(ended) + cli.gate.expect('kept' not in ended.out, ended.out)
    with open('/dev/full', 'wb') as full:
        ended = cli.run(*MEASURED, '--journal', 'j.db', cwd=folder, stdout=full)
    complaints += cli.gate.expect(
        ended.status == cli.OUTPUT and len(ended.err.splitlines()) == 2 and
        'no space is left' in ended.err and 'manyfold: kept as run 3: ' in ended.err, str(ended))
    return complaints + cli.gate.expect(len(shown(folder / 'j.db')['runs']) == 3, 'not kept')


def check_same_search(folder):
    """A search that finds all it asks for leaves the result that was kept of it; one that goes on
    replaces it."""
    first = tuned(folder, '--max-trials', '2')
    stopped = shown(folder / 'j.db')['runs']
    tuned(folder)
    whole = shown(folder / 'j.db')['runs']
    tuned(folder, '--seed', '7')
    tuned(folder)
    again = shown(folder / 'j.db')['runs']
    told = cli.run('report', f"{folder / 'j.db'}:1", '--json', '-').json()
    return cli.gate.expect(
        first['journal']['study'] == 1 and len(stopped) == len(whole) == 1 and
        stopped[0]['document_bytes'] != whole[0]['document_bytes'] and
        len(again) == 2 and again[0] == whole[0] and told['end'] == 'done' and
        told['plan']['trees_grown'] > 0, f'{stopped} {whole} {again}')


def check_tags(folder):
    """A tag stands for a number wherever one can be given, until it is taken away."""
    for _ in range(2):
        kept(folder, *MEASURED)
    how = {'cwd': folder}
    complaints = cli.fine(runs('tag', 'j.db', 1, 'before', **how), 'run 1 has the tag before\n')
    complaints += cli.refused(runs('tag', 'j.db', 2, 'before', **how), 'run 1 has the tag "before"')
    complaints += cli.fine(runs('tag', 'j.db', 2, 'after', '-q', **how), '')
    complaints += cli.fine(runs('show', 'j.db', 'before', **how), runs('show', 'j.db', 1, **how).out)
    complaints += cli.refused(runs('show', 'j.db', 'bfore', **how), 'did you mean "before"?')
    page = listed(folder / 'j.db').out
    complaints += cli.gate.expect(re.search(r'^ +1 .* before$', page, re.MULTILINE) and
                                  re.search(r'^ +2 .* after$', page, re.MULTILINE), page)
    complaints += cli.fine(runs('tag', 'j.db', 1, 'first', **how),
                           'run 1 has the tag first in place of before\n')
    complaints += cli.fine(runs('tag', 'j.db', 'first', '--untag', **how),
                           'run 1 no longer has the tag first\n')
    complaints += cli.fine(runs('tag', 'j.db', 1, '--untag', **how), 'run 1 had no tag\n')
    complaints += cli.refused(runs('show', 'j.db', 'before', **how), 'no run has the tag "before"')
    return complaints + cli.gate.expect(
        [run['tag'] for run in shown(folder / 'j.db')['runs']] == [None, 'after'], 'tags')


def check_names(folder):
    """FILE.db:RUN is the journal and the run, as report and diff take it."""
    how = {'cwd': folder}
    for _ in range(4):
        kept(folder, *MEASURED)
    complaints = cli.fine(runs('show', 'j.db:2', **how), runs('show', 'j.db', 2, **how).out)
    complaints += cli.fine(runs('tag', 'j.db:1', 'before', **how), 'run 1 has the tag before\n')
    complaints += cli.fine(runs('show', 'j.db:before', **how), runs('show', 'j.db:1', **how).out)
    complaints += cli.fine(runs('tag', 'j.db:before', '--untag', **how),
                           'run 1 no longer has the tag before\n')
    complaints += cli.fine(runs('delete', 'j.db:1', 'j.db:3', **how), 'deleted runs 1, 3\n')
    complaints += cli.fine(runs('delete', 'j.db:2', **how), 'deleted run 2\n')
    complaints += cli.refused(runs('list', 'j.db:4', **how), '"4" is one argument too many',
                              'take show')
    complaints += cli.refused(runs('delete', 'j.db:9', **how), 'no run 9',
                              '"manyfold runs list j.db" lists all')
    os.rename(folder / 'j.db', folder / 'a:4')  # a file that is there is meant
    complaints += cli.fine(runs('show', 'a:4', 4, **how))
    os.rename(folder / 'a:4', folder / 'my runs.db')
    complaints += cli.fine(runs('show', 'my runs.db:4', **how))
    return complaints + cli.refused(runs('show', 'my runs.db', **how), 'a run is missing',
                                    '"manyfold runs list \'my runs.db\'" lists them')


def check_narrow(folder):
    """On a narrow page the digest goes first, then the time of the day, then the day."""
    tuned(folder)
    runs('tag', 'j.db', 1, 'a-tag-of-22-characters', cwd=folder)
    complaints = []
    for columns, has_data, has_time, has_day in ((120, True, True, True), (90, False, True, True),
                                                 (80, False, False, True),
                                                 (70, False, False, False)):
        page = runs('list', 'j.db', cwd=folder, env={'COLUMNS': str(columns)}).out
        for expected, pattern in ((has_data, r'^ +1 .*[0-9a-f]{8}'), (has_time, r' \d\d:\d\d '),
                                  (has_day, r' \d{4}-\d\d-\d\d '),
                                  (not has_data, r'no room for.* data: --json'),
                                  (not has_day, r'no room for begun'),
                                  (True, 'a-tag-of-22-characters')):
            complaints += cli.gate.expect(bool(re.search(pattern, page, re.MULTILINE)) == expected,
                                          f'at {columns}, {pattern}: {page}')
    return complaints


def check_deleted(folder):
    """What is deleted is said, with the trials that no other search needs."""
    path = folder / 'j.db'
    tuned(folder)
    cli.run('tune', str(folder / 'houses.csv'), '--target', 'price', *GRID[2:], '--grid',
            'n_estimators=3', *SEARCH[len(GRID):], '--journal', str(path))
    kept(folder, *MEASURED)
    results = len(shown(path, 1)['results'])
    ended = runs('delete', path, 1, 3, 1)
    complaints = cli.fine(ended) + cli.gate.expect(
        re.fullmatch(r'deleted runs 1, 3; with them went (\d+) results of trials that no other '
                     r'search needs\n', ended.out) and 0 < int(ended.out.split()[7]) < results,
        f'{results}: {ended.out}')
    complaints += cli.gate.expect([run['run'] for run in shown(path)['runs']] == [2] and
                                  len(shown(path, 2)['results']) > 0, 'not deleted')
    complaints += cli.refused(runs('show', path, 1), 'there is no run 1, the last is 2')
    complaints += cli.fine(runs('delete', path, 2, '-q'), '')
    said = kept(folder, *MEASURED)
    return complaints + cli.gate.expect('run 4:' in said, f'a number was given again: {said}')


def check_held(folder):
    """While a search writes, nobody deletes or tags, and it is said who writes."""
    path = folder / 'j.db'
    tuned(folder)
    search = cli.start('tune', str(folder / 'houses.csv'), '--target', 'price', '--grid',
                       'random_state=' + ','.join(map(str, range(3000))), '--n-estimators', '5000',
                       '--journal', str(path))
    try:
        cli.wait_for(lambda: 'in use by' in listed(path).out)
        complaints = []
        for arguments in (('delete', path, 1), ('tag', path, 1, 'a')):
            complaints += cli.one_line(runs(*arguments), cli.FAILED, 'in use by process',
                                       str(search.pid))
        ended = cli.run(*MEASURED, '--journal', str(path))
        complaints += cli.one_line(ended, cli.FAILED, '--journal', 'in use by process')
    finally:
        search.kill()
        cli.finish(search)
    return complaints + cli.fine(runs('show', path, 1)) + \
        cli.refused(cli.run('report', f'{path}:2'), 'run 2 is a search that was not finished')


def check_places(folder):
    """A journal that cannot be used is told before anything is measured."""
    (folder / 'text').write_text('no journal')
    complaints = []
    for journal, status, words in (
            ('text', cli.USAGE, ('--journal', 'not a journal')),
            ('-', cli.USAGE, ('--journal', 'must be a file')),
            ('/nowhere/x.db', cli.OUTPUT, ('--journal', 'does not exist')),
            ('.', cli.OUTPUT, ('--journal', 'folder'))):
        began = cli.run('compare', 'sum', '1e12', '--journal', journal, cwd=folder)
        complaints += cli.one_line(began, status, *words)
    complaints += cli.refused(cli.run(*MEASURED, '--journal', 'a', '--json', 'a', cwd=folder),
                              '--journal', '--json')
    complaints += cli.refused(cli.run('compare', 'sum', '5', '--journal', 'a', '--json',
                                      'a-journal', cwd=folder), '--journal', '--json')
    tables.houses(folder / 'houses.csv')
    return complaints + cli.refused(
        cli.run('train', 'houses.csv', '--target', 'price', '--journal', 'houses.csv', cwd=folder),
        '--journal', 'the table that is read')


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('runs are listed in their order, with their states', folder(check_list)),
        ('the best trials of a study are those of the search', folder(check_study)),
        ('a trial without all its folds is not finished', folder(check_unfinished)),
        ('the best of a halving are those that went furthest', folder(check_halving)),
        ('pages fit their width', folder(check_layout)),
        ('--json FILE writes the file and shows the page, and the journal stays',
         folder(check_files)),
        ('a journal without runs is shown as such', folder(check_empty)),
        ('what stands in a journal cannot steer the terminal', folder(check_hostile_words)),
        ('what is no journal or no run is refused by name', folder(check_wrong)),
        ('compare, train and tune keep their results', folder(check_kept)),
        ('the number is said where nothing else is', folder(check_quiet)),
        ('a search is one run, however often it is made', folder(check_same_search)),
        ('a tag stands for a run', folder(check_tags)),
        ('FILE.db:RUN names a run', folder(check_names)),
        ('what is least needed goes first on a narrow page', folder(check_narrow)),
        ('what is deleted is gone, and only that', folder(check_deleted)),
        ('nobody writes while a search does', folder(check_held)),
        ('a journal that cannot be used is told at once', folder(check_places)),
    ])
