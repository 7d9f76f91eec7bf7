#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What results say of held-out predictions: `manyfold tune --json` of the best, `manyfold train`."""

import csv
import io
import math
import shlex

import cli
import tables
from searches import GRID, houses, result, tune
from test_tune import typed


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values)


def score_of(predictions):
    """The rmse or the accuracy of what is listed."""
    pairs = list(zip(predictions['truth'], predictions['predicted']))
    if predictions['classes'] is None:
        return 'rmse', math.sqrt(mean((p - t) ** 2 for t, p in pairs))
    return 'accuracy', mean(t == p for t, p in pairs)


def check_best_scores(folder):
    """The predictions have the trial's score, every way, whatever is validated by."""
    complaints = []
    for table in (houses(folder), (tables.trees(folder / 'trees.csv'), '--target', 'species')):
        for how in ((), ('--oob', '--n-estimators', '30', '--grid', 'max_depth=2,none')):
            grid = () if how else GRID
            found = result(*table, *grid, *how, '--with', 'processes', '-j', '2')
            model = found['best_model']
            name, score = score_of(model['predictions'])
            wanted = found['best']['scores'][name]['mean']
            complaints += cli.gate.expect(
                model['agrees'] is True and math.isclose(score, wanted, rel_tol=1e-12) and
                model['trial'] == found['best']['trial'],
                f'{table[0]} {how}: {score}, the trial {wanted}')
    return complaints


def check_folds(folder):
    """Every row once, by the fold that left it out."""
    found = result(*houses(folder), *GRID, '--cv', '3')
    model = found['best_model']
    predictions = model['predictions']
    name, score = score_of(predictions)
    mse = mean(fold ** 2 for fold in found['best']['scores'][name]['folds'])
    return cli.gate.expect(
        model['agrees'] and model['forests'] == 3 and
        predictions['row'] == list(range(1, 61)) and
        math.isclose(score, math.sqrt(mse), rel_tol=1e-12), f'{score} {mse}: {predictions}')


def read(path):
    return list(csv.DictReader(open(path, encoding='utf-8', newline='')))


def predicted_by(model, table, *options):
    ended = cli.run('predict', '--model', str(model), table, '--quiet', *options)
    return list(csv.DictReader(io.StringIO(ended.out)))


def check_same_as_predict(folder):
    """Predictions of the best, and of train, are those of predict by that forest."""
    complaints = []
    for target, table in (('price', houses(folder)),
                          ('species', (tables.trees(folder / 'trees.csv'), '--target', 'species'))):
        found = result(*table, *GRID)
        model = folder / f'{target}.model'
        trained = cli.run('train', *table, *typed(found['best']['params']), '--model', str(model),
                          '--json', '-').json()
        rows = read(table[0])
        by = predicted_by(model, table[0])
        for predictions in (found['best_model']['predictions'], trained['predictions']):
            kind = (lambda text: text) if target == 'species' else float
            for row, truth, ours in zip(predictions['row'], predictions['truth'],
                                        predictions['predicted']):
                theirs = by[row - 1]
                value = theirs['prediction']
                if kind(rows[row - 1][target]) != truth or kind(value) != ours:
                    complaints.append(f'row {row}: {truth} {ours}, predict {theirs}')
        complaints += cli.gate.expect(
            found['best_model']['predictions'] == trained['predictions'] and
            [f['importance'] for f in found['best_model']['importances']] ==
            [f['importance'] for f in trained['importances']], f'{target}: train says otherwise')
    return complaints


def check_only_when_asked(folder):
    """A search without JSON grows nothing more; neither does a plan."""
    table = houses(folder)
    plan = result(*table, *GRID, '--plan')
    asked = result(*table, *GRID)
    page = tune(*table, *GRID, '--csv', str(folder / 'trials.csv'))
    return (cli.gate.expect(plan['best_model'] is None and plan['times']['best_ns'] == 0 and
                            plan['margins'] == [], str(plan['best_model'])) +
            cli.gate.expect(asked['times']['best_ns'] > 0, str(asked['times'])) +
            cli.gate.expect('once more' not in page.err, str(page)))


def check_margins(folder):
    """By how much the best is better, against the scores themselves."""
    found = result(*houses(folder), '--grid', 'n_estimators=5,100', '--grid', 'max_depth=2,none',
                   '--cv', '3')
    trials = {trial['trial']: trial for trial in found['trials']}
    best = found['best']['scores']['rmse']
    complaints = []
    for margin in found['margins']:
        other = trials[margin['trial']]['scores']['rmse']
        better = sum(a < b for a, b in zip(best['folds'], other['folds']))
        if (not math.isclose(margin['difference'], other['mean'] - best['mean'], abs_tol=1e-9) or
                margin['folds_better'] != better):
            complaints.append(f'{margin}: {other}')
    default = [m for m in found['margins'] if m['to'] == 'default']
    wanted = [t['trial'] for t in found['trials'] if t['params'] == {'n_estimators': 100,
                                                                     'max_depth': None}]
    return complaints + cli.gate.expect([m['trial'] for m in default] == wanted, str(default))


def check_without_test(folder):
    """All rows learnt from: no predictions, and the schema has it."""
    found = cli.run('train', *houses(folder), '--test-size', '0', *tables.QUICK, '--json',
                    '-').json()
    return (cli.gate.expect(found['predictions'] is None, str(found['predictions'])) +
            cli.schema_complaints(found, 'train-1'))


def check_command(folder):
    """The command of a training can be typed again."""
    path = folder / "o'hara $(x).csv"
    tables.houses(path)
    words = ('train', str(path), '--target', 'price', *tables.QUICK, '--json', '-')
    found = cli.run(*words).json()
    return cli.gate.expect(shlex.split(found['command']) == ['manyfold', *words], found['command'])


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ("the best forest's predictions have its trial's score", folder(check_best_scores)),
        ('in folds every row is predicted once', folder(check_folds)),
        ('predictions are those of predict, and of train', folder(check_same_as_predict)),
        ('the best is grown once more only where it is shown', folder(check_only_when_asked)),
        ('margins are the differences of the scores', folder(check_margins)),
        ('a training without a test has no predictions', folder(check_without_test)),
        ('the command of a training can be typed again', folder(check_command)),
    ])
