#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recipes: the options of a verb in a JSON file; what is typed wins."""

import json

import cli
import tables


def write(folder, content):
    path = folder / 'recipe.json'
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def train(folder, content, *arguments):
    return cli.run('train', '--recipe', write(folder, content), *arguments, cwd=folder)


def result(folder, content, *arguments):
    ended = train(folder, content, *arguments, '--json', '-')
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


USUAL = {'file': 'houses.csv', 'target': 'price', 'id': ['number'], 'n_estimators': 7,
         'max_depth': None, 'max_features': 0.5, 'min_samples_leaf': 2, 'bootstrap': True,
         'oob_score': True, 'random_state': 3, 'test_size': 0.25, 'encode': 'onehot', 'cv': 3,
         'score': ['rmse', 'r2'], 'with': 'serial'}


def check_everything(folder):
    """Every kind of value does what the option would do."""
    tables.houses(folder / 'houses.csv')
    found = result(folder, USUAL)
    typed = cli.run('train', 'houses.csv', '--target', 'price', '--id', 'number', '--n-estimators',
                    '7', '--max-depth', 'none', '--max-features', '0.5', '--min-samples-leaf', '2',
                    '--bootstrap', 'true', '--oob-score', '--random-state', '3', '--test-size',
                    '0.25', '--encode', 'onehot', '--cv', '3', '--score', 'rmse,r2', '--with',
                    'serial', '--json', '-', cwd=folder).json()
    return [f'{name} differs: {found[name]} {typed[name]}' for name in typed
            if name not in ('command', 'command_line', 'times', 'ledger') and
            found[name] != typed[name]]


def check_typed_wins(folder):
    """Also over lists, and over the file."""
    tables.houses(folder / 'houses.csv')
    tables.houses(folder / 'other.csv', rows=60)
    recipe = {**USUAL, 'drop': ['rooms', 'garden']}
    found = result(folder, recipe, 'other.csv', '--n_estimators', '4', '--drop', 'size',
                   '--bootstrap', 'true', '--max-depth', '5')
    done = {column['name']: column['done'] for column in found['columns']}
    return cli.gate.expect(
        found['params']['n_estimators'] == 4 and found['params']['max_depth'] == 5 and
        found['table']['rows'] == 60 and
        [name for name in done if done[name] == 'dropped'] == ['size'] and
        done['number'] == 'id', str(done))


def check_order_of_arguments(folder):
    """Where --recipe stands does not matter."""
    tables.houses(folder / 'houses.csv')
    path = write(folder, USUAL)
    pages = {cli.run('train', *arguments, '-q', cwd=folder).out
             for arguments in (('--recipe', path, '--n-estimators', '4', 'houses.csv'),
                               ('houses.csv', '--n-estimators=4', f'--recipe={path}'),
                               ('--n-estimators', '4', '--recipe', path))}
    return cli.gate.expect(len(pages) == 1 and pages != {''}, str(pages))


def check_other_verbs(folder):
    tables.trees(folder / 'trees.csv')
    model = str(folder / 'model')
    complaints = cli.fine(cli.run('train', 'trees.csv', '-t', 'species', '--model', model,
                                  '--quiet', *tables.QUICK, cwd=folder),
                          None)
    path = write(folder, {'file': 'trees.csv', 'model': 'model', 'proba': True, 'id': 'soil'})
    complaints += cli.fine(cli.run('predict', '--recipe', path, cwd=folder),
                           cli.run('predict', 'trees.csv', '--model', model, '--proba', '--id',
                                   'soil', cwd=folder).out)
    path = write(folder, {'file': 'trees.csv', 'encode': 'onehot', 'drop': 'width'})
    return complaints + cli.fine(cli.run('data', 'describe', '--recipe', path, cwd=folder),
                                 cli.run('data', 'describe', 'trees.csv', '--encode', 'onehot',
                                         '--drop', 'width', cwd=folder).out)


def check_flag_off(folder):
    """false is what a flag is without it, and a flag that is typed wins over it."""
    tables.houses(folder / 'houses.csv')
    off = {**USUAL, 'oob_score': False}
    return cli.gate.expect(result(folder, off)['oob'] is None, 'false is taken as true') + \
        cli.gate.expect(result(folder, off, '--oob-score')['oob'] is not None, 'false wins')


def check_stdin(folder):
    tables.houses(folder / 'houses.csv')
    path = write(folder, USUAL)
    with open(path, 'rb') as file:
        ended = cli.run('train', '--recipe', '-', '-q', cwd=folder, stdin=file)
    return cli.fine(ended, cli.run('train', '--recipe', path, '-q', cwd=folder).out)


WRONG = [
    ('', ['recipe.json" is empty', 'JSON object']),
    ('{', ['line 1', 'JSON']),
    ('{"max_depth": 5,\n "cv": }', ['line 2', 'JSON']),
    ('[]', ['a recipe is a JSON object', 'an array']),
    ('7', ['JSON']),
    ('{"max_depth": 5} trailing', ['JSON']),
    ('{"max_depth": 5, "max_depth": 6}', ['max_depth', 'duplicate']),
    ('{"max_depth": 5, "max-depth": 6}', ['"max-depth"', 'twice']),
    ('{"max_dept": 5}', ['"max_dept"', 'did you mean "max-depth"?']),
    ('{"n_jobs": 5}', ['"n_jobs"', 'did you mean "workers"?']),
    ('{"bootstrap": 1}', ['"bootstrap"', 'a number does not fit', 'true or false']),
    ('{"with_all": 5}', ['"with_all"', 'manyfold train']),
    ('{"recipe": "x"}', ['"recipe"', 'cannot stand in a recipe']),
    ('{"help": true}', ['"help"', 'cannot stand in a recipe']),
    ('{"max_depth": 0}', ['"max_depth"', '"0"', 'too small', 'none']),
    ('{"max_depth": "deep"}', ['"max_depth"', '"deep"', 'whole number']),
    ('{"max_depth": 1.5}', ['"max_depth"', '1.5']),
    ('{"max_depth": [3]}', ['"max_depth"', 'an array does not fit', 'whole number']),
    ('{"max_depth": {"a": 1}}', ['"max_depth"', 'an object does not fit']),
    ('{"n_estimators": null}', ['"n_estimators"', 'null does not fit']),
    ('{"oob_score": 1}', ['"oob_score"', 'a number does not fit', 'true or false']),
    ('{"oob_score": "true"}', ['"oob_score"', 'a text does not fit', 'true or false']),
    ('{"target": 5}', ['"target"', 'a number does not fit', 'a text']),
    ('{"drop": [5]}', ['"drop"', 'a number does not fit']),
    ('{"encode": "one_hot"}', ['"encode"', 'did you mean onehot?']),
    ('{"score": ["rmse", "rmse"]}', ['"score"', 'rmse', 'twice']),
    ('{"score": []}', ['"score"', 'the array is empty']),
    ('{"score": ["rmse", 5]}', ['"score"', 'a number does not fit']),
    ('{"test_size": 1.0}', ['"test_size"', '1.0', 'below 1']),
    ('{"max_features": "all"}', ['"max_features"', '"all"', 'sqrt']),
    ('{"min_samples_leaf": 1.0}', ['"min_samples_leaf"', '1.0', 'below 1']),
    ('{"file": 5}', ['"file"', 'a number does not fit']),
    ('{"seed": 99999999999999999999999}', ['JSON']),
    ('{"target": "a\\u0000b"}', ['JSON']),
]


def check_wrong(folder):
    """The file, the key, and what was expected, in one line."""
    complaints = []
    for content, words in WRONG:
        complaints += cli.refused(train(folder, content, '--model', 'model'), '--recipe',
                                  'recipe.json', *words)
    return complaints + cli.gate.expect(not (folder / 'model').exists(), 'a model was written')


# What a recipe says of columns, and the key that is told; what is typed in its place is told as that.
COLUMNS = [
    ({'target': 'prize'}, (), ['--recipe', '"recipe.json": "target"', '"prize"', '"price"?']),
    ({'target': 'none'}, ('--target', 'other'), ['--target: ', '"other"']),
    ({'target': 'price', 'drop': ['size', 'other']}, (), ['"recipe.json": "drop"', '"other"']),
    ({'target': 'price', 'id': 'price'}, (), ['"recipe.json": "id"', 'is the target']),
    ({'target': 'price', 'id': 'size'}, ('--drop', 'size'), ['--drop: ', '"size" is named twice']),
]


def check_columns(folder):
    """Who wrote a name that is wrong is told by all that read recipes of tables."""
    tables.houses(folder / 'houses.csv')
    complaints = []
    for content, typed, words in COLUMNS:
        write(folder, {'file': 'houses.csv', 'grid': {'max_depth': [2]}, **content})
        for verb in (('train',), ('tune',), ('compare', 'tune'), ('data', 'describe')):
            complaints += cli.refused(cli.run(*verb, '--recipe', 'recipe.json', *typed, cwd=folder), *words)
    return complaints


def check_unreadable(folder):
    (folder / 'folder').mkdir()
    (folder / 'large').write_text(' ' * (1 << 21))
    complaints = []
    for name, words in (('none', ['No such file']), ('folder', ['directory']),
                        ('large', ['larger'])):
        complaints += cli.refused(cli.run('train', '--recipe', str(folder / name)), '--recipe',
                                  *words)
    complaints += cli.refused(cli.run('train', '--recipe'), '--recipe', 'missing')
    return complaints + cli.refused(cli.run('sum', '5', '--recipe', 'x'), '--recipe')


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('every kind of value does what the option does', folder(check_everything)),
        ('what is typed wins, also over lists and the file', folder(check_typed_wins)),
        ('where --recipe stands does not matter', folder(check_order_of_arguments)),
        ('predict and data take recipes too', folder(check_other_verbs)),
        ('a flag can be false', folder(check_flag_off)),
        ('a recipe can come from standard input', folder(check_stdin)),
        ('what is wrong is refused with the file and the key', folder(check_wrong)),
        ('a column that is not there is blamed on who named it', folder(check_columns)),
        ('a recipe that cannot be read is refused', folder(check_unreadable)),
    ])
