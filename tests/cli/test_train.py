#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold train`: the scores of scikit-learn, the same model every way, and what is said of it.

    test_train.py COMMAND none --regenerate     writes the expected pages anew
"""

import gzip
import json
import math
import os
import signal
import statistics
import sys
import time

import cli
import tables

GOLDEN = cli.gate.ROOT / 'tests' / 'cli' / 'golden'
AMES = cli.gate.ROOT / 'data' / 'ames.csv'
UTF8 = 'C.UTF-8'

# scikit-learn 1.2 on data/ames.csv, encoded and split as the manual says: RandomForestRegressor(
# random_state=42, oob_score=True), the test part of train_test_split(test_size=0.3,
# random_state=42).
AMES_SCORES = {'rmse': 27383.82033414494, 'mae': 16778.081934015925, 'r2': 0.8933236638167368,
               'mape': 0.09568681171960461, 'mse': 749873616.0927299}
AMES_OOB = 0.8546021263311084


def train(*arguments, **how):
    return cli.run('train', *arguments, **how)


def result(*arguments):
    ended = train(*arguments, '--json', '-')
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


def near(found, expected, relative=1e-12):
    return abs(found - expected) <= relative * max(abs(expected), 1e-300)


# ---- scores ----

def check_ames():
    """No file at all: the embedded data set, and scikit-learn's scores to the last digits."""
    found = result('--oob-score')
    scores = found['scores']['test']
    complaints = [f'{name} is {scores[name]!r}, expected {value!r}'
                  for name, value in AMES_SCORES.items() if not near(scores[name], value)]
    complaints += cli.gate.expect(near(found['oob']['score'], AMES_OOB), str(found['oob']))
    complaints += cli.gate.expect(
        (found['split']['train_rows'], found['split']['test_rows']) == (2051, 879),
        str(found['split']))
    total = sum(feature['importance'] for feature in found['importances'])
    return complaints + cli.gate.expect(near(total, 1, 1e-9), f'importances add up to {total}')


def check_same_data(folder):
    """The file in data/, its compressed form and the name of the data set are the same table."""
    packed = folder / 'ames.gz'
    packed.write_bytes(gzip.compress(AMES.read_bytes()))
    models = []
    for i, source in enumerate(((), ('ames',), (str(AMES), '--target', 'Sale_Price'),
                                (str(packed), '--target', 'Sale_Price'))):
        path = folder / f'{i}.model'
        ended = train(*source, *tables.QUICK, '--model', str(path), '--quiet')
        if ended.status != cli.DONE:
            return [str(ended)]
        models.append(path.read_bytes())
    return cli.gate.expect(len(set(models)) == 1, 'four models of one table differ')


def check_file_wins(folder):
    """A file that is called as a data set is the one that is meant."""
    tables.houses(folder / 'ames')
    ended = train('ames', '--target', 'price', *tables.QUICK, cwd=folder)
    return cli.fine(ended) + cli.gate.expect('90 rows' in ended.out, str(ended))


def check_quiet():
    complaints = []
    for more in ((), ('--test-size', '0')):
        asked = (*tables.QUICK, '--oob-score', '--cv', '3', *more)
        loud = result(*asked)
        ended = train(*asked, '--quiet')
        found = dict(line.split() for line in ended.out.splitlines())
        folds = {f'folds_mean_{name}': value
                 for name, value in loud['scores']['folds_mean'].items()}
        expected = {**(loud['scores']['test'] or {}), **folds, 'oob': loud['oob']['score']}
        complaints += cli.fine(ended) + cli.gate.expect(
            {name: float(text) for name, text in found.items()} == expected,
            f'{found} {expected}')
    return complaints


def check_folds(folder):
    path = tables.trees(folder / 'trees.csv')
    found = result(path, '--target', 'species', '--cv', '5', *tables.QUICK)['scores']
    complaints = cli.gate.expect(len(found['folds']) == 5, f'{len(found["folds"])} folds')
    for name, mean in found['folds_mean'].items():
        values = [fold[name] for fold in found['folds']]
        complaints += cli.gate.expect(near(mean, statistics.fmean(values)), f'mean of {name}')
        complaints += cli.gate.expect(
            near(found['folds_deviation'][name], statistics.pstdev(values), 1e-9),
            f'deviation of {name}')
    complaints += cli.gate.expect(set(found['folds_mean']) == set(found['test']) == {
        'accuracy', 'balanced_accuracy', 'f1_macro', 'log_loss', 'roc_auc'}, str(found['test']))
    many = train(path, '--target', 'species', '--cv', '12', *tables.QUICK)
    return complaints + cli.fine(many) + cli.gate.expect(
        'mean of folds' in many.out and 'fold 1' not in many.out, 'twelve folds are all shown')


def check_no_test(folder):
    path = tables.houses(folder / 'houses.csv')
    found = result(path, '--target', 'price', '--test-size', '0', '--oob_score',
                   '--permutation', '2')
    complaints = cli.gate.expect(found['split']['train_rows'] == 90, str(found['split']))
    complaints += cli.gate.expect(found['scores']['test'] is None, str(found['scores']))
    complaints += cli.gate.expect(math.isfinite(found['oob']['score']), str(found['oob']))
    return complaints + cli.gate.expect(found['permutation']['part'] == 'train',
                                        str(found['permutation']))


def check_chosen_scores(folder):
    path = tables.houses(folder / 'houses.csv')
    found = result(path, '--target', 'price', '--score', 'mae,r2', *tables.QUICK)
    return cli.gate.expect(list(found['scores']['test']) == ['mae', 'r2'], str(found['scores']))


# ---- columns ----

def check_columns(folder):
    """What was done to each column, by the options that ask for it."""
    path = tables.houses(folder / 'houses.csv')
    found = result(path, '--target', 'price', '--id', 'number', '--drop', 'rooms', *tables.QUICK)
    done = {column['name']: column['done'] for column in found['columns']}
    complaints = cli.gate.expect(done == {'number': 'id', 'size': 'filled', 'place': 'label',
                                          'garden': 'kept', 'rooms': 'dropped',
                                          'price': 'target'}, str(done))
    complaints += cli.gate.expect([feature['feature'] for feature in found['importances']] ==
                                  ['size', 'place', 'garden'], str(found['importances']))
    spread = result(path, '--target', 'price', '--id', 'number', '--encode', 'onehot',
                    *tables.QUICK)
    names = [feature['feature'] for feature in spread['importances']]
    complaints += cli.gate.expect(names == ['size', 'place=Old Town', 'place=harbour',
                                            'place=north', 'place=south', 'garden', 'rooms'],
                                  str(names))
    listed = train(path, '--target', 'price', '--id', 'number', '--columns', *tables.QUICK)
    complaints += [f'{name} is not listed' for name in done if f'\n  {name} ' not in listed.out]
    return complaints + cli.gate.expect('missing: median' in listed.out, listed.out)


def check_fill(folder):
    """The median is that of the training part; with median-each there is not one value."""
    path = tables.houses(folder / 'houses.csv')
    fills = {}
    for how in ('median', 'median-each', 'most-frequent'):
        columns = result(path, '--target', 'price', '--impute', how, *tables.QUICK)['columns']
        fills[how] = {column['name']: column['fill'] for column in columns}['size']
    kept = {column['fill'] for column in columns if column['done'] != 'filled'}
    return cli.gate.expect(kept == {None} and fills['median-each'] is None and 40 <= fills['median'] <= 260 and
                           fills['most-frequent'] != fills['median'], str(fills))


def check_left_out_rows(folder):
    path = folder / 'gaps.csv'
    tables.houses(path)
    lines = path.read_text().splitlines()
    lines[3] = ','.join(lines[3].split(',')[:-1]) + ','
    lines[9] = ','.join(lines[9].split(',')[:-1]) + ',NaN'
    path.write_text('\n'.join(lines) + '\n')
    found = result(str(path), '--target', 'price', *tables.QUICK)
    rows = found['split']['train_rows'] + found['split']['test_rows']
    return cli.gate.expect(
        found['table']['rows_without_target'] == 2 and rows == 88 and
        any('left out' in remark for remark in found['remarks']), str(found['remarks']))


def check_remarks(folder):
    """A target that is rounded for splits, a score that is not defined, a column of names."""
    path = folder / 'real.csv'
    tables.write(path, ('name', 'x', 'y'),
                 [(f'n{i}', i % 7, round(0.1 * i * i + 0.01, 3)) for i in range(40)])
    found = result(str(path), '--target', 'y', *tables.QUICK)
    complaints = cli.gate.expect(found['forest']['grid'] < 0, str(found['forest']))
    said = ' '.join(found['remarks'])
    complaints += cli.gate.expect(f'2^{found["forest"]["grid"]}' in said and '--drop' in said and
                                  'a date' in said, said)
    alone = result(str(path), '--target', 'y', '--test-size', '0.01', *tables.QUICK)
    return complaints + cli.gate.expect(
        alone['scores']['test']['r2'] is None and 'r2' in ' '.join(alone['remarks']),
        str(alone['scores'])) + check_remarks_of_folds(folder)


def check_remarks_of_folds(folder):
    """What no fold can tell is remarked once, not once for each of them; so is one row."""
    path = folder / 'rare.csv'
    tables.write(path, ('x', 'y'), [(i, 'b' if i < 3 else 'a') for i in range(30)] + [(30, '')])
    found = result(str(path), '--target', 'y', '--test-size', '0', '--cv', '10', *tables.QUICK)
    said = [remark for remark in found['remarks'] if 'roc_auc' in remark]
    rarest = [remark for remark in found['remarks'] if 'The rarest class of y has 3 rows' in remark]
    enough = result(str(path), '--target', 'y', '--test-size', '0', '--cv', '3', *tables.QUICK)
    return cli.gate.expect(
        len(said) == 1 and 'in 7 of 10 folds' in said[0] and
        len(rarest) == 1 and 'the 10 folds' in rarest[0] and
        'rarest' not in str(enough['remarks']) and
        found['scores']['folds_mean']['roc_auc'] is None and
        any(remark.startswith('1 row has no value in y') for remark in found['remarks']),
        str(found['remarks']))


def check_delimiters(folder):
    path = folder / 'houses.csv'
    tables.houses(path)
    models = set()
    for name, delimiter in ((',', ','), (';', ';'), ('tab', '\t'), ('|', '|')):
        other = folder / 'other.csv'
        other.write_text(path.read_text().replace(',', delimiter))
        ended = train(str(other), '--target', 'price', '--delimiter', name, *tables.QUICK,
                      '--model', str(folder / 'model'), '-q')
        if ended.status != cli.DONE:
            return [str(ended)]
        models.add((folder / 'model').read_bytes())
    return cli.gate.expect(len(models) == 1, 'delimiters change the model')


def check_no_header(folder):
    path = folder / 'houses.csv'
    tables.houses(path)
    path.write_text(path.read_text().split('\n', 1)[1])
    found = result(str(path), '--no-header', '--target', '5', '--id', '0', '--na', 'harbour',
                   *tables.QUICK)
    columns = {column['name']: column for column in found['columns']}
    return cli.gate.expect(found['table']['rows'] == 90 and columns['0']['done'] == 'id' and
                           columns['2']['distinct'] == 3, str(found['columns']))


# ---- parameters ----

PARAMETERS = [
    ((), {'n_estimators': 100, 'criterion': 'squared_error', 'max_depth': None,
          'min_samples_split': 2, 'min_samples_leaf': 1, 'max_features': 1.0,
          'max_leaf_nodes': None, 'min_impurity_decrease': 0.0, 'bootstrap': True,
          'oob_score': False, 'max_samples': None, 'random_state': 42}),
    (('--seed', '7'), {'random_state': 7}),
    (('--random-state', '0'), {'random_state': 0}),
    (('--n_estimators', '3', '--max_depth', '4'), {'n_estimators': 3, 'max_depth': 4}),
    (('--max-features', 'sqrt'), {'max_features': 'sqrt'}),
    (('--max_features=log2',), {'max_features': 'log2'}),
    (('--max-features', '2'), {'max_features': 2}),
    (('--max-features', '0.5'), {'max_features': 0.5}),
    (('--max-features', 'none'), {'max_features': 1.0}),
    (('--min-samples-leaf', '0.01', '--min-samples-split', '5'),
     {'min_samples_leaf': 0.01, 'min_samples_split': 5}),
    (('--min-samples-split', '1.0'), {'min_samples_split': 1.0}),
    (('--max-leaf-nodes', '17', '--min_impurity_decrease', '2.5'),
     {'max_leaf_nodes': 17, 'min_impurity_decrease': 2.5}),
    (('--bootstrap', 'false'), {'bootstrap': False}),
    (('--bootstrap', 'False', '--max-depth', 'None', '--max-leaf-nodes', 'None'),
     {'bootstrap': False, 'max_depth': None, 'max_leaf_nodes': None}),
    (('--bootstrap', 'True', '--max-features', 'Sqrt', '--max-samples', 'None'),
     {'bootstrap': True, 'max_features': 'sqrt', 'max_samples': None}),
    (('--max-samples', '0.5'), {'max_samples': 0.5}),
    (('--max-samples', '20'), {'max_samples': 20}),
    (('--criterion', 'squared_error', '--oob_score'),
     {'criterion': 'squared_error', 'oob_score': True}),
]


def check_parameters(folder):
    path = tables.houses(folder / 'houses.csv')
    complaints = []
    for options, expected in PARAMETERS:
        params = result(path, '--target', 'price', *options)['params']
        complaints += [f'{options}: {name} is {params[name]!r}, expected {value!r}'
                       for name, value in expected.items()
                       if params[name] != value or type(params[name]) is not type(value)]
    path = tables.trees(folder / 'trees.csv')
    for given, expected in (('gini', 'gini'), ('entropy', 'entropy'), ('log_loss', 'entropy')):
        params = result(path, '--target', 'species', '--criterion', given, *tables.QUICK)['params']
        complaints += cli.gate.expect(params['criterion'] == expected, str(params))
    defaults = result(path, '--target', 'species')['params']
    return complaints + cli.gate.expect(
        (defaults['criterion'], defaults['max_features']) == ('gini', 'sqrt'), str(defaults))


# ---- the model ----

def model_of(folder, source, *options):
    path = folder / 'model'
    ended = train(*source, *options, '--model', str(path), '--quiet')
    return path.read_bytes() if ended.status == cli.DONE else str(ended)


def check_ways(folder):
    """Any way, 1 to 8 workers: the same bytes."""
    complaints = []
    for source in ((tables.houses(folder / 'houses.csv'), '--target', 'price'),
                   (tables.trees(folder / 'trees.csv'), '--target', 'species')):
        expected = model_of(folder, source, '--n-estimators', '12', '--with', 'serial')
        for way in cli.WAYS[1:]:
            for workers in range(1, 9):
                found = model_of(folder, source, '--n-estimators', '12', '--with', way,
                                 '--workers', str(workers))
                if found != expected:
                    complaints.append(f'{way} with {workers}: another model')
    return complaints + [f'left behind: {pid}' for pid in cli.left_behind()]


def check_prefix(folder):
    """The first trees of a larger forest are the smaller one."""
    path = tables.houses(folder / 'houses.csv')
    forests = [json.loads(train(path, '--target', 'price', '--n-estimators', n, '--export',
                                'json').out) for n in ('3', '9')]
    few, more = (forest['forest']['trees'] for forest in forests)
    return cli.gate.expect(few == more[:3] and len(more) == 9, 'other trees')


def check_export(folder):
    path = tables.trees(folder / 'trees.csv')
    out = folder / 'forest.json'
    base = (path, '--target', 'species', *tables.QUICK)
    complaints = cli.fine(train(*base, '--quiet', '--export', f'json:{out}'),
                          train(*base, '--quiet').out)
    printed = train(*base, '--export', 'json')
    complaints += cli.fine(printed, out.read_text())
    return complaints + cli.schema_complaints(json.loads(printed.out), 'model-1')


def check_schema(folder):
    houses = tables.houses(folder / 'houses.csv')
    trees = tables.trees(folder / 'trees.csv')
    complaints = []
    for options in ((houses, '--target', 'price'), (trees, '--target', 'species', '--cv', '3'),
                    (houses, '--target', 'price', '--test-size', '0', '--oob-score'),
                    (houses, '--target', 'price', '--permutation', '2', '--encode', 'onehot',
                     '--with', 'processes', '--workers', '2', '--max-samples', '0.5')):
        complaints += cli.schema_complaints(result(*options, *tables.QUICK), 'train-1')
    return complaints


# ---- pages ----

def page(folder, *options, columns=80, locale=UTF8):
    env = {'COLUMNS': str(columns), 'LC_ALL': locale}
    return cli.run('train', *options, '--with', 'serial', *tables.QUICK, env=env, cwd=folder)


PAGES = {
    'train_80': (('houses.csv', '--target', 'price', '--id', 'number', '--oob-score'), {}),
    'train_80_ascii': (('houses.csv', '--target', 'price', '--id', 'number', '--oob-score'),
                       {'locale': 'C'}),
    'train_folds_80': (('trees.csv', '-t', 'species', '--cv', '3', '--permutation', '2',
                        '--columns'), {}),
}


def check_pages(folder):
    tables.houses(folder / 'houses.csv')
    tables.trees(folder / 'trees.csv')
    complaints = []
    for name, (options, how) in PAGES.items():
        ended = page(folder, *options, **how)
        complaints += cli.fine(ended)
        golden = GOLDEN / f'{name}.txt'
        found = cli.without_times(ended.out)
        if '--regenerate' in sys.argv:
            golden.write_text(found)
        elif found != golden.read_text():
            complaints += [f'{name} is not as expected:', *found.splitlines()]
        complaints += [f'{name}: {line!r} is too wide or ends in a blank'
                       for line in ended.out.splitlines()
                       if len(line) > 80 or line != line.rstrip()]
        if 'ascii' in name and not ended.out.isascii():
            complaints.append(f'{name} is not ASCII')
    return complaints


def check_widths(folder):
    """Nothing of the page but times depends on anything else than its width."""
    tables.houses(folder / 'houses.csv')
    complaints = []
    for columns in (60, 100, 140):
        ended = page(folder, 'houses.csv', '--target', 'price', columns=columns)
        complaints += cli.fine(ended)
        complaints += [f'at {columns}: {line!r}' for line in ended.out.splitlines()
                       if len(line) > columns]
    return complaints


# ---- bad input ----

TABLE_PROBLEMS = [
    ('missing.csv', None, ['missing.csv', 'No such file']),
    ('folder', 'folder', ['folder']),
    ('empty.csv', b'', ['empty.csv', 'empty']),
    ('header.csv', b'a,b,y\n', ['header.csv', 'header', 'rows']),
    ('short.csv', b'a,b,y\n1,2,3\n1,2\n', ['short.csv', 'row 2', 'line 3', '2 fields', '3']),
    ('long.csv', b'a,b,y\n1,2,3\n1,2,3,4\n', ['long.csv', 'row 2', '4 fields']),
    ('quote.csv', b'a,b,y\n1,"2,3\n1,2,3\n', ['quote.csv', 'row 1', '"b"', 'quote']),
    ('nul.csv', b'a,b,y\n1,2\0,3\n', ['nul.csv', 'row 1', '"b"', 'NUL']),
    ('twice.csv', b'a,a,y\n1,2,3\n', ['twice.csv', '"a"']),
    ('absent.csv', b'a,b,z\n1,2,3\n', ['--target', 'absent.csv', '"y"']),
    ('constant.csv', b'a,y\n1,7\n2,7\n3,7\n4,7\n', ['constant.csv', '"y"', 'same value']),
    ('no_target.csv', b'a,y\n1,\n2,NA\n3,\n', ['no_target.csv', '"y"', 'no value']),
    ('no_value.csv', b'a,b,y\n,x,1\n,z,2\n,x,3\n,x,4\n', ['no_value.csv', '"a"', 'no value']),
    ('infinite.csv', b'a,y\n1,1\ninf,2\n3,3\n3,4\n', ['infinite.csv', 'row 2', '"a"', 'inf']),
    ('large.csv', b'a,y\n1,1\n2,2\n1e300,3\n3,4\n', ['large.csv', 'row 3', '"a"', '1e300']),
    ('endless.csv', b'a,y\n1,1\n2,inf\n3,3\n3,4\n', ['endless.csv', 'row 2', '"y"', 'infinite']),
    ('far.csv', b'a,y\n1,1\n2,2\n3,3\n3,1e151\n', ['far.csv', 'row 4', '"y"', 'too large', '1e150']),
    ('semicolon.csv', b'a;b;y\n1;2;3\n4;5;6\n', ['semicolon.csv', '"a;b;y"', "--delimiter ';'"]),
    ('tab.csv', b'a\ty\n1\t2\n4\t5\n', ['tab.csv', '--delimiter tab']),
    ('bar.csv', b'a|y\n1|2\n4|5\n', ['bar.csv', "--delimiter '|'"]),
    ('alone.csv', b'y\n1\n2\n3\n4\n', ['alone.csv', 'no column']),
    ('one.csv', b'a,y\n1,1\n', ['--test-size', '1 row']),
    ('no.gz', b'\x1f\x8b\x08\x00cut', ['no.gz']),
]

OPTION_PROBLEMS = [
    ([], ['--target', 'missing']),
    (['--target', 'y', '--id', 'a', '--drop', 'a'], ['--drop', '"a"', 'twice']),
    (['--target', 'y', '--id', 'y'], ['--id', '"y"', 'target']),
    (['--target', 'Y'], ['--target', '"Y"', 'did you mean "y"?']),
    (['--target', 'c', '--task', 'regression'], ['"c"', 'row 1', 'numbers']),
    (['--target', 'y', '--drop', 'q'], ['--drop', '"q"']),
    (['--target', 'y', '--id', 'aa'], ['--id', '"aa"']),
    (['--target', 'y', '--drop', 'y'], ['--drop', '"y"', 'target']),
    (['--target', 'y', '--drop', 'a', '--drop', 'a'], ['"a"', 'twice']),
    (['--target', 'y', '--drop', 'a', '--drop', 'c'], ['no column']),
    (['--target', 'y', '--impute', 'none'], ['row 3', '"a"', 'missing']),
    (['--target', 'y', '--impute', 'mean'], ['--impute', 'mean', 'median']),
    (['--target', 'y', '--encode', 'one-hot'], ['--encode', 'did you mean onehot?']),
    (['--target', 'y', '--task', 'regresion'], ['--task', 'did you mean regression?']),
    (['--target', 'y', '--delimiter', 'ab'], ['--delimiter', '"ab"']),
    (['--target', 'y', '--delimiter', ''], ['--delimiter']),
    (['--target', 'y', '--test-size', '1'], ['--test-size', '"1"', 'below 1']),
    (['--target', 'y', '--test-size', '-0.1'], ['--test-size', '"-0.1"', 'from 0']),
    (['--target', 'y', '--test-size', '30%'], ['--test-size', '"30%"', 'number']),
    (['--target', 'y', '--test-size', 'nan'], ['--test-size', '"nan"', 'number']),
    (['--target', 'y', '--test-size', '0.99'], ['--test-size', '0.99', 'rows']),
    (['--target', 'y', '--cv', '1'], ['--cv', '"1"', '2']),
    (['--target', 'y', '--cv', '6'], ['--cv', '6 folds', '5 rows']),
    (['--target', 'c', '--cv', '5', '--test-size', '0'], ['--cv', '5 folds', 'class']),
    (['--target', 'y', '--score', 'accuracy'], ['--score', 'accuracy', 'regression']),
    (['--target', 'c', '--score', 'r2'], ['--score', 'r2', 'classification']),
    (['--target', 'y', '--score', 'rsme'], ['--score', 'did you mean rmse?']),
    (['--target', 'y', '--permutation', '0'], ['--permutation', '"0"']),
    (['--target', 'y', '--permutation', '2', '--test-size', '0.1'],
     ['--permutation', 'two rows', '--test-size']),
    (['--target', 'y', '--n-estimators', '0'], ['--n-estimators', '"0"']),
    (['--target', 'y', '--n_estimators', '1e7'], ['--n_estimators', '1e7', '1_048_576']),
    (['--target', 'y', '--max-depth', '0'], ['--max-depth', '"0"', 'none']),
    (['--target', 'y', '--max-depth', '2.5'], ['--max-depth', '"2.5"']),
    (['--target', 'y', '--min-samples-split', '1'], ['--min-samples-split', '"1"', '2']),
    (['--target', 'y', '--min-samples-split', '1.1'], ['--min-samples-split', '"1.1"', 'up to 1']),
    (['--target', 'y', '--min-samples-leaf', '0'], ['--min-samples-leaf', '"0"', '1']),
    (['--target', 'y', '--min-samples-leaf', '1.0'], ['--min-samples-leaf', '"1.0"', 'below 1']),
    (['--target', 'y', '--min-samples-leaf', '0.0'], ['--min-samples-leaf', '"0.0"', 'above 0']),
    (['--target', 'y', '--max-features', '0'], ['--max-features', '"0"', 'sqrt', 'log2']),
    (['--target', 'y', '--max-features', '3'], ['--max-features', '3', '2']),
    (['--target', 'y', '--max-features', 'auto'], ['--max-features', '"auto"', '1.0 for regression',
                                                   'sqrt']),
    (['--target', 'y', '--max-samples', '100'], ['--max-samples', '100']),
    (['--target', 'y', '--max-samples', '-1'], ['--max-samples', '"-1" is negative']),
    (['--target', 'y', '--min-samples-leaf', '9' * 30], ['--min-samples-leaf', 'is too large']),
    (['--target', 'y', '--max-features', '1x'], ['--max-features', '"1x" is not a number']),
    (['--target', 'y', '--max-samples', '0.5', '--bootstrap', 'false'], ['--max-samples',
                                                                       'bootstrap']),
    (['--target', 'y', '--oob-score', '--bootstrap', 'false'], ['--oob-score', 'bootstrap']),
    (['--target', 'y', '--n-jobs', '2'], ['"--n-jobs"', 'did you mean --workers?']),
    (['--target', 'y', '--criterion', 'mse'], ['--criterion', '"mse"', 'squared_error today']),
    (['--target', 'y', '--criterion', 'mae'], ['--criterion', '"mae"', 'absolute_error']),
    (['--target', 'y', '--bootstrap', 'maybe'], ['--bootstrap', 'maybe', 'true', 'false']),
    (['--target', 'y', '--max-leaf-nodes', '1'], ['--max-leaf-nodes', '"1"', '2']),
    (['--target', 'y', '--min-impurity-decrease', '-1'], ['--min-impurity-decrease', '"-1"']),
    (['--target', 'y', '--min-impurity-decrease', 'inf'], ['--min-impurity-decrease', 'finite']),
    (['--target', 'y', '--criterion', 'gini'], ['--criterion', 'squared_error']),
    (['--target', 'c', '--criterion', 'squared_error'], ['--criterion', 'gini']),
    (['--target', 'y', '--random-state', '4294967296'], ['--random-state', '4294967296']),
    (['--target', 'y', '--seed', '-1'], ['--seed', '-1']),
    (['--target', 'y', '--workers', '2', '--with', 'serial'], ['serial']),
    (['--target', 'y', '--export', 'xml'], ['--export', 'xml', 'json']),
    (['--target', 'y', '--export', 'json:'], ['--export', 'json:FILE']),
    (['--target', 'y', '--json', '-', '--export', 'json'], ['--json', '--export']),
    (['--target', 'y', '--json', 'x', '--model', 'x'], ['--json', '--model']),
    (['more.csv', '--target', 'y'], ['more.csv', 'too many']),
]


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


def check_bad_tables(folder):
    """One line with file, row and column; status 2; and no model is written."""
    complaints = []
    for name, content, words in TABLE_PROBLEMS:
        path = folder / name
        if content == 'folder':
            path.mkdir()
        elif content is not None:
            path.write_bytes(content)
        before = listing(folder)
        ended = train(name, '--target', 'y', '--model', 'model', '--json', 'result', cwd=folder)
        complaints += cli.refused(ended, *words)
        complaints += cli.gate.expect(listing(folder) == before, f'{name}: something was written')
    return complaints


def check_bad_options(folder):
    (folder / 'table.csv').write_text('a,c,y\n1,u,3\n2,v,4\n,u,6\n4,v,7\n5,u,9\n6,v,1\n7,u,2\n8,w,8\n')
    before = listing(folder)
    complaints = []
    for options, words in OPTION_PROBLEMS:
        ended = train('table.csv', *options, cwd=folder)
        complaints += cli.refused(ended, *words)
    return complaints + cli.gate.expect(listing(folder) == before, 'something was written')


def check_interrupted(folder):
    """Ctrl-C while trees grow: the end by that signal, one line, no model."""
    complaints = []
    for way in cli.WAYS:
        process = cli.start('train', '--n-estimators', '200000', '--with', way, '--model',
                            str(folder / 'model'), start_new_session=True)
        cli.wait_until_catches(process)
        time.sleep(0.3 * cli.SLOWER)
        os.killpg(process.pid, signal.SIGINT)
        ended = cli.finish(process)
        complaints += cli.one_line(ended, -signal.SIGINT, 'cancelled')
        complaints += [f'left behind: {pid}' for pid in cli.left_behind()]
    return complaints + cli.gate.expect(not listing(folder), str(listing(folder)))


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ("without a file it trains on ames, with scikit-learn's scores", check_ames),
        ('a file, its compressed form and the embedded data set give one model',
         folder(check_same_data)),
        ('a file that is called as a data set wins', folder(check_file_wins)),
        ('--quiet prints the scores alone, in full', check_quiet),
        ('--cv scores each fold, with mean and standard deviation', folder(check_folds)),
        ('--test-size 0 learns from all rows', folder(check_no_test)),
        ('--score chooses the scores', folder(check_chosen_scores)),
        ('what was done to each column follows from the options', folder(check_columns)),
        ('missing numbers become what --impute says', folder(check_fill)),
        ('rows without a target are left out and counted', folder(check_left_out_rows)),
        ('remarks tell what a user has to know', folder(check_remarks)),
        ('other delimiters give the same model', folder(check_delimiters)),
        ('without a header columns have numbers', folder(check_no_header)),
        ("parameters are scikit-learn's, with dashes or underscores", folder(check_parameters)),
        ('every way with 1 to 8 workers writes the same model', folder(check_ways)),
        ('fewer trees are the first of more', folder(check_prefix)),
        ('--export json writes the trees', folder(check_export)),
        ('the JSON result is as its schema says', folder(check_schema)),
        ('pages look as expected', folder(check_pages)),
        ('pages fit their width', folder(check_widths)),
        ('a bad table is refused with file, row and column', folder(check_bad_tables)),
        ('a bad option is refused by its name', folder(check_bad_options)),
        ('an interrupted training ends by the signal and writes nothing',
         folder(check_interrupted)),
    ])
