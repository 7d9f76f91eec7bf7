#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrong searches: refused before anything runs, in one line that names what is wrong."""

import json
import os
import sqlite3

import cli
import tables

TRIALS = ('--grid', 'max_depth=2,none')
MANY = ','.join(map(str, range(1, 41)))

# What is searched, and words that the message has to hold.
SPACES = [
    ([], ['--grid is missing', '--grid max_depth=5,10,none', 'recipes/ames.json']),
    (['max_dept=3'], ['--grid', '"max_dept"', 'did you mean max_depth?']),
    (['depth=3'], ['--grid', '"depth"']),
    (['=3'], ['--grid', '""']),
    (['max_depth'], ['--grid', '"max_depth"', 'NAME=VALUES']),
    (['max_depth='], ['--grid', 'max_depth', 'no values']),
    (['max_depth=2,'], ['--grid', 'max_depth', '""']),
    (['max_depth=0'], ['--grid', 'max_depth', '"0" is too small', 'none']),
    (['max_depth=2,2'], ['--grid', 'max_depth', '2 stands in the list twice']),
    (['max_depth=2,1e1,10'], ['--grid', 'max_depth', '10 stands in the list twice']),
    (['max_depth=2', 'max-depth=3'], ['--grid', 'max_depth is given twice']),
    (['max_features=1.5'], ['--grid', 'max_features', '"1.5" is too large']),
    (['max_features=auto'], ['--grid', 'max_features', '"auto"']),
    (['max_features=2,80'], ['--grid', 'max_features is 80', 'expected 1 to 4']),
    (['max_samples=20,9999'], ['--grid', 'max_samples is 9999']),
    (['min_samples_split=1'], ['--grid', 'min_samples_split', '"1" is too small']),
    (['min_impurity_decrease=-1'], ['--grid', 'min_impurity_decrease', '"-1" is too small']),
    (['criterion=gini'], ['--grid', 'criterion', 'squared_error for regression']),
    (['encode=hot'], ['--grid', 'encode', '"hot"', 'label or onehot']),
    (['bootstrap=maybe'], ['--grid', 'bootstrap', '"maybe"']),
    (['oob_score=true'], ['--grid', '"oob_score"']),
    (['max_depth=int(2,9)'], ['--grid', 'distribution', '--search random']),
    ([f'max_depth={MANY}', f'n_estimators={MANY}', f'min_samples_leaf={MANY}',
      f'random_state={MANY}'], ['--grid', '2,560,000', '1,000,000', '--search random']),
    ([f'{name}={MANY}' for name in ('max_depth', 'n_estimators', 'min_samples_leaf', 'random_state',
                                    'max_leaf_nodes', 'min_samples_split', 'max_features',
                                    'max_samples', 'min_impurity_decrease')] +
     ['criterion=squared_error', 'bootstrap=true', 'encode=label,onehot',
      'impute=median,median-each'], ['--grid']),
]

# The same of spaces that are drawn from.
DISTRIBUTIONS = [
    ('max_depth=int(9,2)', ['max_depth', 'int(9,2)', 'smaller end first']),
    ('max_depth=int(2,2)', ['max_depth', 'int(2,2)']),
    ('max_depth=int(2)', ['max_depth', 'int(LOW,HIGH)']),
    ('max_depth=int(2,9', ['max_depth', 'int(LOW,HIGH)']),
    ('max_depth=int(a,9)', ['max_depth', '"a"']),
    ('max_depth=int(0,9)', ['max_depth', '"0"']),
    ('max_depth=float(2,9)', ['max_depth', 'float(2,9)', 'int(LOW,HIGH)']),
    ('max_depth=uniform(2,9)', ['max_depth', 'did you mean int(LOW,HIGH)?']),
    ('max_depth=INT(2,9)', ['max_depth', 'did you mean int(LOW,HIGH)?']),
    ('max_samples=uniform(0.2,0.9)', ['max_samples', 'did you mean float(LOW,HIGH)?']),
    ('max_depth=loguniform(2,9)', ['max_depth', 'did you mean log(LOW,HIGH)?']),
    ('max_depth=int(2,9),none', ['max_depth', 'int(2,9),none', 'expected one alone']),
    ('max_depth=normal(2,9)', ['max_depth', 'normal(2,9)', 'int(LOW,HIGH)']),
    ('max_features=float(0.1,2)', ['max_features', '"2" is too large']),
    ('min_impurity_decrease=log(0,1)', ['min_impurity_decrease', 'log']),
    ('encode=int(1,2)', ['encode', 'no distribution of words']),
]

# Options that do not fit the search of TRIALS.
OPTIONS = [
    (['--cv', '5', '--oob'], ['--cv', '--oob']),
    (['--cv', '5', '--test-size', '0.2'], ['--test-size', '--cv']),
    (['--oob', '--test-size', '0.2'], ['--test-size', '--oob']),
    (['--oob', '--bootstrap', 'false'], ['--oob', '--bootstrap false']),
    (['--oob', '--grid', 'bootstrap=true,false'], ['--grid', 'bootstrap', '--oob']),
    (['--oob-score'], ['--oob-score', 'did you mean --oob?']),
    (['--cv', '1'], ['--cv', '"1"']),
    (['--cv', '61'], ['--cv', '61', '60']),
    (['--test-size', '0'], ['--test-size', '"0"']),
    (['--test-size', '0.999'], ['--test-size']),
    (['--score', 'accuracy'], ['--score', 'accuracy', 'regression']),
    (['--score', 'f1'], ['--score', 'f1_macro']),
    (['--score', 'neg_root_mean_squared_error'], ['--score', 'it is called rmse here']),
    (['--max-depth', '6'], ['--max-depth and --grid max_depth', 'cannot go together']),
    (['--max_depth=6'], ['--max_depth and --grid max_depth', 'cannot go together']),
    (['--score', 'rmsle'], ['--score', 'rmsle', 'rmse']),
    (['--score', 'rmse,rmse'], ['--score', 'rmse', 'twice']),
    (['--trials', '5'], ['--trials', '--search random']),
    (['--factor', '3'], ['--factor', '--search halving']),
    (['--resource', 'trees'], ['--resource', '--search halving']),
    (['--search', 'random', '--min-resource', '9'], ['--min-resource', '--search halving']),
    (['--search', 'halving', '--min-resource', '9999'], ['--min-resource', '9,999']),
    (['--search', 'genetic'], ['--search', 'genetic', 'grid']),
    (['--n-jobs', '3'], ['--n-jobs', 'did you mean --workers?']),
    (['--param-grid', 'x=1'], ['--param-grid', 'did you mean --grid?']),
    (['--max-features', '80'], ['--max-features is 80']),
    (['--max-samples', '9999'], ['--max-samples is 9999']),
    (['--criterion', 'gini'], ['--criterion', 'squared_error']),
    (['--plan', '--model', 'it.model'], ['--plan', '--model']),
    (['--journal', '-'], ['--journal', 'standard output']),
    (['--json', 'same', '--csv', 'same'], ['--json', '--csv', 'same']),
    (['--journal', 'same', '--json', 'same'], ['--journal', '--json', 'same']),
    (['--journal', 'same', '--model', './same'], ['--journal', '--model', 'same']),
    (['--journal', 'same', '--json', 'same-journal'], ['--journal', '--json', 'same-journal']),
    (['--journal', 'houses.csv'], ['--journal', 'houses.csv', 'the table']),
    (['--csv', 'houses.csv'], ['--csv', 'houses.csv', 'the table']),
    (['--max-time', '0'], ['--max-time']),
    (['--max-trials', '0'], ['--max-trials']),
    (['--target', 'Price'], ['--target', '"Price"', 'did you mean "price"?']),
    (['--drop', 'price'], ['--drop', '"price"', 'the target']),
    (['other.csv'], ['other.csv', 'too many']),
]


def tune(folder, *arguments):
    return cli.run('tune', 'houses.csv', '--target', 'price', '--id', 'number', *tables.QUICK,
                   *arguments, cwd=folder)


def spaced(folder, texts, *more):
    return tune(folder, *(word for text in texts for word in ('--grid', text)), *more)


def check_spaces(folder):
    tables.houses(folder / 'houses.csv', 60)
    complaints = []
    for texts, words in SPACES:
        complaints += cli.refused(spaced(folder, texts, '--model', 'model'), *words)
    for text, words in DISTRIBUTIONS:
        complaints += cli.refused(spaced(folder, [text], '--search', 'random'), '--grid', *words)
    return complaints + cli.gate.expect(os.listdir(folder) == ['houses.csv'], 'a file was written')


def check_options(folder):
    tables.houses(folder / 'houses.csv', 60)
    before = (folder / 'houses.csv').read_bytes()
    complaints = []
    for options, words in OPTIONS:
        complaints += cli.refused(tune(folder, *TRIALS, *options), *words)
    complaints += cli.refused(cli.run(
        'tune', 'houses.csv', '--target', 'price', '--search', 'halving', '--resource', 'trees',
        '--grid', 'n_estimators=3,9', cwd=folder), 'n_estimators', 'halving divides')
    same = (folder / 'houses.csv').read_bytes() == before
    return complaints + cli.gate.expect(os.listdir(folder) == ['houses.csv'] and same,
                                        f'written: {os.listdir(folder)}')


def check_table(folder):
    """What is wrong with the table or its target is said as train says it."""
    (folder / 'empty.csv').write_text('')
    tables.write(folder / 'same.csv', ('x', 'y'), [(i, 1) for i in range(9)])
    tables.write(folder / 'gap.csv', ('x', 'y'), [('' if i == 4 else i, i) for i in range(9)])
    complaints = cli.refused(cli.run('tune', 'none.csv', *TRIALS, cwd=folder), 'none.csv')
    complaints += cli.refused(cli.run('tune', 'gap.csv', *TRIALS, cwd=folder), '--target is missing')
    complaints += cli.refused(cli.run('tune', 'empty.csv', '-t', 'y', *TRIALS, cwd=folder),
                              'empty.csv')
    complaints += cli.refused(cli.run('tune', 'same.csv', '-t', 'y', *TRIALS, cwd=folder),
                              'same.csv', 'same value')
    complaints += cli.refused(cli.run('tune', 'amess', *TRIALS, cwd=folder), 'amess',
                              'did you mean ames, the embedded data set?')
    complaints += cli.refused(cli.run('tune', 'gap.csv', '-t', 'y', '--grid', 'impute=median,none',
                                      cwd=folder), '--grid: impute none', 'gap.csv', '"x"')
    return complaints + cli.refused(cli.run('tune', 'gap.csv', '-t', 'y', *TRIALS, '--impute',
                                            'none', '--cv', '2', cwd=folder), 'gap.csv', '"x"')


RECIPES = [
    ('{"grid": {}}', ['--grid is missing']),
    ('{"grid": []}', ['--grid is missing']),
    ('{"grid": 5}', ['"grid"', 'a number does not fit', 'an object']),
    ('{"grid": [5]}', ['"grid"', 'a number does not fit']),
    ('{"grid": {"max_dept": [3]}}', ['--grid', '"max_dept"', 'max_depth']),
    ('{"grid": {"max_depth": []}}', ['--grid', 'max_depth', 'no values']),
    ('{"grid": {"max_depth": [[3]]}}', ['"grid"', '"max_depth"', 'an array does not fit']),
    ('{"grid": {"max_depth": {"a": 1}}}', ['"grid"', '"max_depth"', 'an object does not fit']),
    ('{"grid": {"max_depth": [1.5]}}', ['--grid', 'max_depth', '"1.5"']),
    ('{"grid": {"n_estimators": [null]}}', ['--grid', 'n_estimators', '"none"']),
    ('{"grid": {"max_depth": [3]}, "cv": 3, "oob": true}', ['--cv', '--oob']),
    ('{"grid": {"max_depth": [3]}, "drop": {"a": 1}}', ['"drop"', 'an object does not fit']),
    ('{"grids": {"max_depth": [3]}}', ['"grids"', 'did you mean "grid"?']),
]


def check_recipes(folder):
    tables.houses(folder / 'houses.csv', 60)
    complaints = []
    for content, words in RECIPES:
        (folder / 'recipe.json').write_text(content)
        complaints += cli.refused(tune(folder, '--recipe', 'recipe.json'), *words)
    (folder / 'recipe.json').write_text(json.dumps({'grid': {'max_depth': [2]}}))
    complaints += cli.refused(tune(folder, '--recipe', 'recipe.json', '--max-depth', '3'),
                              '--max-depth and --grid max_depth', 'cannot go together')
    return complaints + cli.refused(tune(folder, '--recipe', 'recipe.json', '--journal',
                                         'recipe.json'), '--journal', 'the recipe')


def check_journals(folder):
    """What is no journal, or cannot be one, is refused before anything runs, and left alone."""
    tables.houses(folder / 'houses.csv', 60)
    (folder / 'text.db').write_text('a text, and no journal at all\n' * 99)
    with sqlite3.connect(folder / 'other.db') as other:
        other.execute('create table kept (it)')
    other.close()
    (folder / 'folder').mkdir()
    before = {name: (folder / name).read_bytes() for name in ('text.db', 'other.db')}
    complaints = []
    for name in before:
        complaints += cli.refused(tune(folder, *TRIALS, '--journal', name), name)
        complaints += cli.gate.expect((folder / name).read_bytes() == before[name],
                                      f'{name} was changed')
    for name in ('nowhere/search.db', 'folder'):
        ended = tune(folder, *TRIALS, '--journal', name)
        complaints += cli.one_line(ended, cli.OUTPUT, '--journal', name)
        complaints += cli.gate.expect(not ended.out, f'printed something: {ended}')
    return complaints


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('spaces that make no sense are refused by name', folder(check_spaces)),
        ('options that do not fit together are refused by name', folder(check_options)),
        ('tables are refused as train refuses them', folder(check_table)),
        ('wrong recipes are refused with the file and the key', folder(check_recipes)),
        ('what is no journal is refused and left alone', folder(check_journals)),
    ])
