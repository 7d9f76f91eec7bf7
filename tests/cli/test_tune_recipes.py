#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recipes of `manyfold tune`: those that are shipped, and grids in them."""

import json
import random

import cli
import tables

RECIPES = cli.gate.ROOT / 'recipes'


def result(*arguments, **how):
    ended = cli.run('tune', *arguments, '--json', '-', **how)
    if ended.status != cli.DONE or ended.err:
        raise AssertionError(str(ended))
    return ended.json()


def typed(params):
    """The parameters of a trial as options of train."""
    return [word for name, value in params.items()
            for word in (f'--{name}', 'none' if value is None else str(value))]


def check_recipe_of_ames():
    """The recipe that is shipped, with a shorter grid: what is typed wins over all of it."""
    path = str(RECIPES / 'ames.json')
    plan = result('--recipe', path, '--plan')
    found = result('--recipe', path, '--grid', 'n_estimators=10,25', '--grid', 'max_depth=5,none')
    trained = cli.run('train', '--impute', 'median-each', '--n-estimators', '25', '--json', '-',
                      *(word for name in ('Mo_Sold', 'Year_Sold', 'Sale_Type', 'Sale_Condition',
                                          'Alley', 'Pool_QC', 'Fence', 'Misc_Feature')
                        for word in ('--drop', name))).json()['scores']['test']
    scores = {name: score['mean'] for name, score in found['trials'][3]['scores'].items()}
    return cli.gate.expect(
        len(plan['trials']) == 126 and plan['plan']['trees_asked'] == 18 * 1085 and
        plan['table']['features'] == 65 and len(found['trials']) == 4 and
        scores == {'rmse': trained['rmse'], 'mape': trained['mape']}, f'{scores} {trained}')


LEFT_OUT = ('MoSold', 'YrSold', 'SaleType', 'SaleCondition', 'Alley', 'FireplaceQu', 'PoolQC',
            'Fence', 'MiscFeature')


def house_prices(path):
    """A small table with the columns that the recipe names; numbers are missing in two."""
    chance = random.Random(5)
    rows = []
    for i in range(60):
        area, year = chance.randrange(500, 3000), chance.randrange(1900, 2010)
        price = 50_000 + 60 * area + 300 * (year - 1900) + chance.randrange(9_000)
        rows.append((i + 1, 'NA' if i % 9 == 4 else area, '' if i % 11 == 3 else year,
                     chance.choice(('Edwards', 'Gilbert', 'NAmes')),
                     *(chance.choice(('a', 'b', 'NA')) for _ in LEFT_OUT), price))
    tables.write(path, ('Id', 'LotArea', 'YearBuilt', 'Neighborhood', *LEFT_OUT, 'SalePrice'), rows)


def check_recipe_of_house_prices(folder):
    """Beside a train.csv it needs nothing else. That file cannot be here, so one is made."""
    house_prices(folder / 'train.csv')
    found = result('--recipe', str(RECIPES / 'house-prices.json'), cwd=folder)
    trained = cli.run('train', 'train.csv', '--target', 'SalePrice', '--id', 'Id', '--impute',
                      'median-each', *(word for name in LEFT_OUT for word in ('--drop', name)),
                      *typed(found['best']['params']), '--json', '-', cwd=folder).json()
    scores = {name: score['mean'] for name, score in found['best']['scores'].items()}
    return cli.gate.expect(
        len(found['trials']) == 126 and found['table']['features'] == 3 and
        found['study']['validation']['train_rows'] == 42 and found['study']['seed'] == 42 and
        found['trials'][0]['params'] == {'n_estimators': 10, 'max_features': 'sqrt',
                                         'max_depth': 1} and
        scores == {name: trained['scores']['test'][name] for name in ('rmse', 'mape')},
        f'{found["best"]} {trained["scores"]}')


def check_recipes(folder):
    """A grid as texts and as an object; what is typed of the validation replaces the recipe's."""
    path = folder / 'recipe.json'
    options = {'file': tables.houses(folder / 'houses.csv', 60), 'target': 'price', 'id': 'number', 'n_estimators': 5}
    spaces = ({'max_depth': [2, None], 'max_features': [0.5, 1.0, 'sqrt', 2], 'bootstrap': True,
               'min_samples_leaf': 3},
              ['max_depth=2,none', 'max_features=0.5,1.0,sqrt,2', 'bootstrap=true',
               'min_samples_leaf=3'])
    found = []
    for space in spaces:
        path.write_text(json.dumps({**options, 'grid': space, 'cv': 3}))
        found.append(result('--recipe', str(path)))
    trials = [[(trial['params'], trial['scores']) for trial in one['trials']] for one in found]
    complaints = cli.gate.expect(trials[0] == trials[1] and len(trials[0]) == 8,
                                 'the object is another space')
    for words, kind in ((('--oob',), 'oob'), (('--test-size', '0.2'), 'split'), ((), 'folds'),
                        (('--cv', '4'), 'folds')):
        validation = result('--recipe', str(path), *words)['study']['validation']
        complaints += cli.gate.expect(validation['kind'] == kind, f'{words}: {validation}')
    path.write_text(json.dumps({**options, 'search': 'random', 'trials': 3,
                                'grid': {'max_depth': 'int(2,9)'}}))
    drawn = result('--recipe', str(path))
    return complaints + cli.gate.expect(len(drawn['trials']) == 3, str(drawn['trials']))


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('recipes/ames.json is a search of ames', check_recipe_of_ames),
        ('recipes/house-prices.json needs a train.csv alone', folder(check_recipe_of_house_prices)),
        ('recipes hold grids as texts and as objects', folder(check_recipes)),
    ])
