#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold tune`: the scores that train gives, ranks, plans, outputs."""

import csv
import io
import itertools
import json
import math
import os
import re
import shlex
import shutil
import statistics
import subprocess

import cli
import tables
from searches import GRID, UTF8, houses, result, tune, without_times


def typed(params):
    """The parameters of a trial as options of train."""
    words = {None: 'none', True: 'true', False: 'false'}
    return [word for name, value in params.items()
            for word in (f'--{name}', words.get(value, str(value)))]


# ---- scores ----

def check_scores(folder):
    """Each trial has the scores that train gives: on a split, in folds, out of bag."""
    table = houses(folder)
    complaints = []
    for how, of_train, part in (
            ((), (), 'test'), (('--test-size', '0.25', '--seed', '7'),) * 2 + ('test',),
            (('--cv', '3'), ('--cv', '3', '--test-size', '0'), 'folds_mean')):
        for trial in result(*table, *GRID, *how)['trials']:
            scores = cli.run('train', *table, *typed(trial['params']), *of_train, '--json',
                             '-').json()['scores']
            for name, score in trial['scores'].items():
                folds = [fold[name] for fold in scores['folds']] or [scores['test'][name]]
                same = math.isclose(score['mean'], scores[part][name], rel_tol=1e-14)
                if score['folds'] != folds or not same:
                    complaints.append(f'{how} {trial["params"]}: {name} {score}, train {folds}')
    return complaints


def check_out_of_bag(folder):
    table = houses(folder)
    grid = ('--grid', 'max_depth=2,none', '--n-estimators', '40')
    complaints = []
    for trial in result(*table, *grid, '--oob', '--score', 'r2')['trials']:
        found = cli.run('train', *table, *typed(trial['params']), '--n-estimators', '40',
                        '--test-size', '0', '--oob-score', '--json', '-').json()
        complaints += cli.gate.expect(
            math.isclose(trial['scores']['r2']['mean'], found['oob']['score'], rel_tol=1e-12),
            f'{trial["params"]}: {trial["scores"]}, train {found["oob"]}')
    return complaints


def check_sums_up(folder):
    """Means, deviations and ranks, computed again; ties go to the earlier trial."""
    path = tables.trees(folder / 'trees.csv')
    found = result(path, '--target', 'species', '--cv', '4', '--grid', 'max_depth=1,2,3,30,none',
                   '--grid', 'criterion=gini,entropy', *tables.QUICK)
    complaints = []
    for trial in found['trials']:
        for name, score in trial['scores'].items():
            if not (math.isclose(score['mean'], statistics.fmean(score['folds']), rel_tol=1e-12) and
                    math.isclose(score['std'], statistics.pstdev(score['folds']), rel_tol=1e-9,
                                 abs_tol=1e-15)):
                complaints.append(f'{name} of {trial["params"]}: {score}')
    order = sorted(found['trials'], key=lambda t: (-t['scores']['accuracy']['mean'], t['trial']))
    ranks = [trial['rank'] for trial in order]
    complaints += cli.gate.expect(ranks == list(range(1, 11)), f'ranks {ranks}')
    complaints += cli.gate.expect(found['best'] == order[0], 'the best is another one')
    deep = result(path, '--target', 'species', '--grid', 'max_depth=30,40,none', *tables.QUICK)
    return complaints + cli.gate.expect(
        found['study']['scores'][0] == 'accuracy' and [t['rank'] for t in deep['trials']] ==
        [1, 2, 3] and '3 trials have this very accuracy' in str(deep['remarks']),
        str(deep['remarks']))


def check_deciding(folder):
    """The first score decides, whichever way is better."""
    table = houses(folder)
    complaints = []
    for name, sign in (('rmse', 1), ('r2', -1), ('mape', 1)):
        found = result(*table, *GRID, '--score', f'{name},mae')
        best = min(found['trials'], key=lambda t: (sign * t['scores'][name]['mean'], t['trial']))
        complaints += cli.gate.expect(found['best'] == best and list(best['scores']) ==
                                      [name, 'mae'], f'{name}: {found["best"]}')
    return complaints


def check_ways(folder):
    """Every way and number of workers, shared and not: the same trials to the last digit."""
    complaints = []
    for table in (houses(folder), (tables.trees(folder / 'trees.csv'), '--target', 'species')):
        for how in ((), ('--cv', '3'), ('--oob',)):
            expected = result(*table, *GRID, *how, '--with', 'serial')
            for more in (('--with', 'threads', '-j', '3'), ('--with', 'processes', '-j', '2'),
                         ('--no-share',), ('--no-share', '--with', 'processes', '-j', '3')):
                found = result(*table, *GRID, *how, *more)
                if without_times(found['trials']) != without_times(expected['trials']):
                    complaints.append(f'{table[0]} {how} {more}: other trials')
                shared = found['plan']['trees_grown'] < found['plan']['trees_asked']
                if shared != found['plan']['shared']:
                    complaints.append(f'{how} {more}: {found["plan"]}')
    return complaints


def check_order(folder):
    """A grid in the order of its options, the last one fastest; the rest is fixed."""
    found = result(*houses(folder), *GRID, '--min-samples-leaf', '2', '--encode', 'onehot')
    wanted = [dict(zip(('n_estimators', 'max_depth', 'max_features'), values))
              for values in itertools.product((3, 9, 6), (2, None), (0.5, None))]
    return cli.gate.expect(
        [trial['params'] for trial in found['trials']] == wanted and
        found['study']['fixed']['min_samples_leaf'] == 2 and
        found['study']['fixed']['encode'] == 'onehot' and
        not set(wanted[0]) & set(found['study']['fixed']), str(found['trials']))


def check_preparation(folder):
    """The preparation can be searched as well, and True and None are what they are in Python."""
    table = houses(folder)
    found = result(*table, '--grid', 'encode=label,onehot', '--grid', 'impute=median,most-frequent',
                   '--grid', 'bootstrap=true,false', *tables.QUICK)
    scores = {trial['scores']['rmse']['mean'] for trial in found['trials']}
    words = [trial['params']['bootstrap'] for trial in found['trials']]
    return cli.gate.expect(len(found['trials']) == 8 and len(scores) > 4 and
                           words == [True, False] * 4, str(found['trials']))


# ---- other searches ----

def check_random(folder):
    """Seeded, within its ends, and the first of many are those of few."""
    table = houses(folder)
    space = ('--search', 'random', '--grid', 'max_depth=int(2,30)', '--grid',
             'max_features=float(0.1,1)', '--grid', 'min_impurity_decrease=log(1e-6,1)', '--grid',
             'criterion=squared_error', *tables.QUICK)
    many = result(*table, *space, '--trials', '12')
    few = result(*table, *space, '--trials', '5')
    other = result(*table, *space, '--trials', '5', '--seed', '1')
    params = [trial['params'] for trial in many['trials']]
    return (cli.gate.expect(params[:5] == [t['params'] for t in few['trials']], 'not the same 5') +
            cli.gate.expect(params[:5] != [t['params'] for t in other['trials']],
                            'the seed changes nothing') +
            cli.gate.expect(len(params) == 12 and all(
                p['max_depth'] in range(2, 31) and 0.1 <= p['max_features'] <= 1 and
                1e-6 <= p['min_impurity_decrease'] <= 1 for p in params), str(params)) +
            cli.gate.expect(len(result(*table, *space)['trials']) == 100, 'not 100 by default'))


def check_halving(folder):
    table = houses(folder, 200)
    found = result(*table, '--search', 'halving', '--grid', 'max_depth=1,2,3,4,5,6,7,8,none',
                   '--min-resource', '6', '--cv', '3', *tables.QUICK)
    rungs = [(rung['resource'], rung['trials']) for rung in found['rungs']]
    complaints = cli.gate.expect(
        rungs[0] == (6, 9) and [n for _, n in rungs] == sorted((n for _, n in rungs), reverse=True)
        and [r for r, _ in rungs] == sorted(r for r, _ in rungs) and
        found['best']['rung'] == len(rungs) and found['best']['resource'] == rungs[-1][0] and
        {trial['rung'] for trial in found['trials']} == set(range(1, len(rungs) + 1)), str(rungs))
    said = [remark for remark in found['remarks'] if '--min-resource' in remark]
    complaints += cli.gate.expect(len(said) == 1 and ' rows ' in said[0], str(found['remarks']))
    text = tune(*table, '--search', 'halving', '--grid', 'n_estimators=1', '--grid',
                'max_depth=2,5', '--resource', 'rows', '--factor', '2').out
    complaints += cli.gate.expect('\nHalving\n' in text and 'one in 2 goes on from rung to rung'
                                  in ' '.join(text.split()), text)
    # Three trees, of depths 400 and more, that are all the same.
    tied = result(*table, '--search', 'halving', '--grid', 'max_depth=400,500,none', '--resource',
                  'trees', '--n-estimators', '3')['remarks']
    complaints += cli.gate.expect(any('only their order decided' in said for said in tied), str(tied))
    bags = result(*table, '--grid', 'max_depth=1,2', '--oob', '--n-estimators', '2')['remarks']
    complaints += cli.gate.expect(any('In 2 of 2 trials some rows were drawn by every tree, in the '
                                      'best ' in said for said in bags), str(bags))
    late = result(*table, *GRID, '--max-time', '1us')['remarks']
    complaints += cli.gate.expect(any('finished no new trial' in said and '--no-share' in said
                                      for said in late), str(late))
    text = tune(*table, '--search', 'halving', '--grid', 'max_depth=2,5').out
    complaints += cli.gate.expect('all 2 combinations; a single rung' in text, text)
    trees = result(*table, '--search', 'halving', '--grid', 'max_depth=1,3,none', '--resource',
                   'trees', '--n-estimators', '9')
    return complaints + cli.gate.expect(
        [rung['resource'] for rung in trees['rungs']][-1] == 9, str(trees['rungs']))


# ---- the plan ----

def check_plan(folder):
    table = houses(folder)
    found = result(*table, *GRID, '--plan')
    grown = result(*table, *GRID)
    complaints = cli.gate.expect(
        found['end'] == 'planned' and found['best'] is None and
        {trial['state'] for trial in found['trials']} == {'open'}, str(found['end']))
    plan, other = found['plan'], grown['plan']
    complaints += cli.gate.expect(
        plan['trials'] == 12 and plan['trees_asked'] == 4 * (3 + 9 + 6) and
        plan['trees_planned'] == 4 * 9 and plan['trees_grown'] is None and
        other['trees_grown'] <= plan['trees_planned'] and
        {**plan, 'trees_grown': 0} == {**other, 'trees_grown': 0}, f'{plan} {other}')
    alone = result(*table, *GRID, '--plan', '--no-share')['plan']
    complaints += cli.gate.expect(alone['items'] == 12 and alone['trees_planned'] == 72, str(alone))
    page = tune(*table, *GRID, '--plan')
    command = page.out.split('To run it\n')[1]
    complaints += cli.gate.expect('--plan' not in command and '--grid' in command, command)
    complaints += cli.fine(page) + cli.gate.expect(
        '12 trials planned, nothing run' in page.out and
        '72 asked for, at most 36 to be grown' in page.out, page.out)
    journal = folder / 'search.db'
    of_journal = tune(*table, *GRID, '--plan', '--journal', str(journal), '--json', str(folder / 'a'))
    complaints += cli.fine(of_journal) + cli.gate.expect(
        'Journal\n' not in of_journal.out and 'the journal was not looked at' in of_journal.out and
        json.loads((folder / 'a').read_text())['journal'] is None and not journal.exists(),
        of_journal.out)
    return complaints + cli.fine(tune(*table, *GRID, '--plan', '-q'),
                                 f'trials=12 trees_asked=72 trees_planned=36 '
                                 f'items={plan["items"]}\n')


# ---- outputs ----

def check_documents(folder):
    """JSON as the schema has it, for every kind of search; what the CSV says is the same."""
    table = houses(folder)
    journal = str(folder / 'search.db')
    complaints = []
    for how in ((), ('--cv', '3'), ('--oob',), ('--plan',), ('--max-trials', '2', '--journal',
                                                             journal),
                ('--search', 'halving', '--grid', 'min_samples_leaf=1,2'),
                ('--search', 'random', '--trials', '3', '--grid', 'max_samples=float(0.5,1)')):
        found = result(*table, *GRID, *how, '--csv', str(folder / 'trials.csv'))
        complaints += [f'{how}: {problem}'
                       for problem in cli.schema_complaints(found, 'tune-1')]
        text = (folder / 'trials.csv').read_bytes().decode()
        rows = list(csv.DictReader(io.StringIO(text, newline='')))
        told = [[row['rank'], row['max_depth'], row['rmse_mean'], row['rmse_std'], row['state']]
                for row in rows]
        wanted = [[str(t['rank'] or ''), str(t['params']['max_depth'] or 'none'),
                   *(str_of(t['scores']['rmse'][name]) for name in ('mean', 'std')),
                   t['state']] for t in found['trials']]
        for ours, theirs in zip(told, wanted):
            ours[2:4] = [word and str_of(float(word)) for word in ours[2:4]]
        complaints += cli.gate.expect(told == wanted, f'{how}: {told} {wanted}')
        known = [t['scores']['rmse']['std'] is not None for t in found['trials']]
        complaints += cli.gate.expect(
            known == [t['state'] != 'open' and '--cv' in how for t in found['trials']] and
            all(len(t['scores']['rmse']['folds']) == found['study']['validation']['folds']
                for t in found['trials']), f'{how}: {known}')
        complaints += cli.gate.expect(text.count('\n') == text.count('\r\n') == 1 + len(wanted),
                                      f'{how}: not as RFC 4180 has it')
    return complaints


def str_of(value):
    return '' if value is None else repr(float(value))


def check_described():
    schema = cli.gate.text(cli.gate.ROOT / 'schema' / 'tune-1.schema.json')
    return cli.gate.undescribed(json.loads(schema))


def check_page(folder):
    """Every section, no line too long, and ASCII where that is asked for."""
    table = houses(folder)
    complaints = []
    for columns, locale, how in itertools.product((60, 80, 120), ('C', UTF8), (('--cv', '3'), ())):
        page = tune(*table, *GRID, *how, env={'COLUMNS': str(columns), 'LC_ALL': locale})
        complaints += cli.fine(page)
        for part in ('Search', 'Best', 'The next 10', 'What it took', 'To repeat it'):
            complaints += cli.gate.expect(f'\n{part}\n' in page.out, f'no {part}: {page.out}')
        lines = page.out.splitlines()[:-1]  # the last one can be copied whole
        complaints += [f'{columns} {locale}: {line!r}' for line in lines
                       if len(line) > columns or line != line.rstrip()]
        complaints += cli.gate.expect(locale != 'C' or page.out.isascii(), 'not ASCII')
        if columns == 120:
            row = re.search(r'^ +2 +\d+ +\w+ +\S+ .*$', page.out, re.MULTILINE)
            complaints += cli.gate.expect(row and 'mape' in page.out and 'time' in page.out,
                                          page.out)
    return complaints


def check_left_out(folder):
    """What the table has no room for is named: every parameter and score, and the time."""
    table = houses(folder)
    wide = ('--grid', 'bootstrap=true,false', '--grid', 'min_samples_leaf=1,2', '--grid',
            'min_samples_split=2,3')
    complaints = []
    for columns, more in itertools.product((60, 80, 120), ((), wide, (*wide, '--cv', '3'))):
        page = tune(*table, *GRID, *more, env={'COLUMNS': str(columns)}).out
        part = page[page.index('The next'):page.index('What it took')]
        head = part.splitlines()[1].split()
        told = re.search(r'no room for (.*?): --csv and --json', ' '.join(part.split()))
        hidden = told[1].split(', ') if told else []
        names = ['n_estimators', 'max_depth', 'max_features', 'rmse', 'mse', 'mae', 'mape', 'r2',
                 'time', *(text.split('=')[0] for text in more[1::2] if '=' in text)]
        complaints += cli.gate.expect(sorted(head[1:] + hidden) == sorted(names) and
                                      (columns == 120 or hidden), f'{columns} {more}: {part}')
    return complaints


def check_words(folder):
    """One of a kind is not all of them, and fewer draws than were asked for are told."""
    table = houses(folder)
    one = tune(*table, '--grid', 'max_depth=2', '--with', 'serial', '--cv', '3').out
    few = tune(*table, '--grid', 'max_depth=int(2,4)', '--search', 'random', '--trials', '12').out
    said = ' '.join(few.split())
    return (cli.gate.expect('grid: one combination\n' in one and ' of its time growing' in one and
                            '60 rows in 3 folds' in one, one) +
            cli.gate.expect('3 combinations drawn (--seed 42), not the 12 asked for' in said, few))


def check_quiet(folder):
    table = houses(folder)
    best = result(*table, *GRID, '--score', 'mae,r2')['best']
    ended = tune(*table, *GRID, '--score', 'mae,r2', '-q')
    words = dict(word.split('=') for word in ended.out.split())
    return cli.fine(ended) + cli.gate.expect(
        ended.out.count('\n') == 1 and
        list(words) == ['n_estimators', 'max_depth', 'max_features', 'mae', 'r2'] and
        all(float(words[name]) == best['scores'][name]['mean'] for name in ('mae', 'r2')),
        ended.out)


def check_remarks(folder):
    """Of a best one at an edge there may be better beyond, but not beyond none, 1.0 or a word."""
    table = houses(folder)
    complaints = []
    for grid, said in ((('n_estimators=1,30',), 'n_estimators=30, the largest'),
                       (('min_samples_leaf=3,40',), 'min_samples_leaf=3, the smallest'),
                       (('max_depth=1,none',), None), (('max_depth=1,40,none',), None),
                       (('n_estimators=20',), None),
                       (('max_samples=0.1,1.0',), None), (('encode=label,onehot',), None)):
        options = [word for text in grid for word in ('--grid', text)]
        remarks = [r for r in result(*table, *options)['remarks'] if 'was tried' in r]
        complaints += cli.gate.expect((said is None and not remarks) or
                                      (len(remarks) == 1 and said in remarks[0]),
                                      f'{grid}: {remarks}')
    return complaints + check_rounding(folder) + check_shared(folder) + check_numbers(folder)


def check_shared(folder):
    """No value is the best where another one shares the first place."""
    found = result(*houses(folder), '--grid', 'max_depth=30,none', '--grid',
                   'min_samples_leaf=1,20', *tables.QUICK)
    edges = [remark for remark in found['remarks'] if 'was tried' in remark]
    return cli.gate.expect('2 trials have this very rmse' in str(found['remarks']) and
                           len(edges) == 1 and 'min_samples_leaf=1,' in edges[0] or not edges,
                           str(found['remarks'])) + \
        cli.gate.expect(not any('max_depth' in remark for remark in edges), str(edges))


def check_numbers(folder):
    """Two numbers may be meant as classes, unless the task is told; three are not."""
    complaints = []
    for n, more, said in ((2, (), True), (2, ('--task', 'regression'), False), (3, (), False),
                          (2, ('--task', 'classification'), False)):
        path = folder / 'numbers.csv'
        tables.write(path, ('x', 'y'), [(i % 7, i % n) for i in range(40)])
        found = result(str(path), '--target', 'y', '--grid', 'max_depth=1,2', *tables.QUICK, *more)
        told = [remark for remark in found['remarks'] if '--task classification' in remark]
        complaints += cli.gate.expect(len(told) == said, f'{n} {more}: {found["remarks"]}')
    return complaints


def check_rounding(folder):
    path = folder / 'real.csv'
    tables.write(path, ('x', 'y'), [(i % 7, round(0.1 * i * i + 0.01, 3)) for i in range(40)] +
                 [(3, '')])
    found = result(str(path), '--target', 'y', '--grid', 'max_depth=1,2', *tables.QUICK)
    said = ' '.join(found['remarks'])
    return cli.gate.expect(found['target_grid'] < 0 and f'2^{found["target_grid"]}' in said and
                           '1 row has no value in y' in said, said)


def check_undefined(folder):
    """With one row to score by, r2 is not defined: no trial has a rank, which is said."""
    table = houses(folder)
    asked = (*table, *GRID, '--test-size', '0.01', '--score', 'r2,mae')
    found = result(*asked)
    complaints = cli.gate.expect(
        found['best'] is None and {t['rank'] for t in found['trials']} == {None} and
        {t['scores']['r2']['mean'] for t in found['trials']} == {None} and
        any('12 trials have no rank' in remark for remark in found['remarks']), str(found))
    page = tune(*asked)
    complaints += cli.fine(page) + cli.gate.expect('r2 is not defined for any of 12 trials' in
                                                   ' '.join(page.out.split()), page.out)
    ended = tune(*asked, '--model', str(folder / 'model'))
    return complaints + cli.one_line(ended, cli.USAGE, '--model') + cli.gate.expect(
        'r2 is not defined' in ended.out and not (folder / 'model').exists(), ended.out)


def check_model(folder):
    """The model is the one that train makes of the best parameters and all rows."""
    table = houses(folder)
    best = result(*table, *GRID, '--model', str(folder / 'tuned'))['best']['params']
    ended = cli.run('train', *table, *typed(best), '--test-size', '0', '--model',
                    str(folder / 'trained'), '-q')
    same = (folder / 'tuned').read_bytes() == (folder / 'trained').read_bytes()
    return cli.fine(ended) + cli.gate.expect(same, 'another model')


def check_repeat(folder):
    """The command that is shown, given to a shell, does the same again."""
    table = tables.houses(folder / "Bob's $HOUSES.csv")
    arguments = (table, '--target', 'price', '--search', 'random', '--trials', '4', '--grid',
                 'max_depth=int(2,9)', '--na', '', '--na', 'a b', '--n-estimators', '4')
    page = tune(*arguments, env={'LC_ALL': UTF8}).out
    command = page.splitlines()[-1].strip()
    complaints = cli.gate.expect(shlex.split(command) == ['manyfold', 'tune', *arguments], command)
    os.symlink(cli.TOOL, folder / 'manyfold')
    again = subprocess.run(['sh', '-c', command + ' --json -'], capture_output=True, check=False,
                           env=cli.environment(PATH=f'{folder}:{os.environ["PATH"]}'))
    return complaints + cli.gate.expect(
        without_times(json.loads(again.stdout)['trials']) ==
        without_times(result(*arguments)['trials']), again.stderr.decode())


def check_odd_names(folder):
    """Letters, control characters and bytes that are no letters: a shell reads them as they were,
    from a page in UTF-8 and from one in ASCII."""
    bash, complaints = shutil.which('bash'), []
    if bash is None:
        raise cli.gate.Skip('no bash')
    for name in ('häuser µ.csv', "a\nb'\\x41\t.csv", '\u202ebw.csv', b'\xff\xe4a.csv', 'plain.csv'):
        path = os.path.join(os.fsencode(folder), os.fsencode(name))
        os.rename(tables.houses(folder / 'houses.csv'), path)
        for locale in (UTF8, 'C'):
            page = tune(path, '--target', 'price', '--grid', 'max_depth=1', *tables.QUICK,
                        env={'LC_ALL': locale}).out
            command = page.splitlines()[-1].strip()
            words = subprocess.run([bash, '-c', f'for word in {command}; do printf "%s\\0" "$word"; '
                                    'done'], capture_output=True, check=False).stdout.split(b'\0')
            complaints += cli.gate.expect(len(words) > 2 and words[2] == path,
                                          f'{path} in {locale}: {command}')
    return complaints


def check_many_words(folder):
    """A command of hundreds of words is repeated whole; of one that is longer it is said."""
    table, complaints = houses(folder), []
    for more, end in ((400, ' --seed 400'), (600, ' ...')):
        seeds = [word for i in range(more) for word in ('--seed', str(i + 1))]
        page = tune(*table, '--grid', 'max_depth=1', *tables.QUICK, *seeds).out
        complaints += cli.gate.expect(page.endswith(f'{end}\n'), page[-80:])
    return complaints


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('each trial has the scores of train, on a split and in folds', folder(check_scores)),
        ('each trial has the score of train out of bag', folder(check_out_of_bag)),
        ('means, deviations and ranks are right', folder(check_sums_up)),
        ('the first score decides', folder(check_deciding)),
        ('every way gives the same trials, shared or not', folder(check_ways)),
        ('a grid is tried in the order of its options', folder(check_order)),
        ('the preparation can be searched', folder(check_preparation)),
        ('a random search is seeded and stays within its ends', folder(check_random)),
        ('a halving goes on with the best, and warns of too little', folder(check_halving)),
        ('a plan runs nothing and tells what would be run', folder(check_plan)),
        ('JSON is as its schema has it, and the CSV says the same', folder(check_documents)),
        ('every field of the schema is explained', check_described),
        ('the page fits into 60, 80 and 120 columns', folder(check_page)),
        ('what a table has no room for is named', folder(check_left_out)),
        ('words fit what there is', folder(check_words)),
        ('--quiet prints the best on one line', folder(check_quiet)),
        ('remarks on edges, rounding and rows left out', folder(check_remarks)),
        ('a score that is not defined gives no rank', folder(check_undefined)),
        ('the model is that of train with the best parameters', folder(check_model)),
        ('the command that is shown repeats the search', folder(check_repeat)),
        ('the command can be copied whatever a file is called', folder(check_odd_names)),
        ('the command is whole, or says that it is not', folder(check_many_words)),
    ])
