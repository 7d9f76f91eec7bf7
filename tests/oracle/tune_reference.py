#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Scores the searches of tune_cases.py with scikit-learn, and keeps the scores.

    tests/oracle/tune_reference.py       write tests/oracle/tune.json.gz

Needs Debian's python3-sklearn and python3-pandas. The file is JSON: for each case a list of trials,
in their order, each a list of folds, each a list of the case's metrics; null is a score that
scikit-learn does not define.

Trials that differ in n_estimators alone are read off one forest, whose trees are added up as
scikit-learn adds them: in their order. That this is what a separate fit of each gives is proven on
every SEPARATE_EVERYth trial, by fitting it.
"""
import functools
import json
import math
import sys
import tempfile
import warnings

import numpy as np
import pathlib
import sklearn
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split

sys.dont_write_bytecode = True
import forest_data  # noqa: E402
import forest_reference  # noqa: E402
import prepare_reference  # noqa: E402
import tune_cases  # noqa: E402

KEPT = tune_cases.HERE / 'tune.json.gz'
SEPARATE_EVERY = 11


# ---- Tables and folds --------------------------------------------------------------------------


@functools.lru_cache(maxsize=None)
def table(case_table):
    """Features as they are read, and the target; rows without a target are left out."""
    with tempfile.TemporaryDirectory() as folder:
        frame = prepare_reference.read(case_table.source(pathlib.Path(folder)))
    frame = frame[frame[case_table.target].notna()].reset_index(drop=True)
    return frame.drop(columns=case_table.target), frame[case_table.target].to_numpy(dtype=float)


@functools.lru_cache(maxsize=None)
def encoded(case_table, encode):
    return prepare_reference.encode(table(case_table)[0], encode)


def folds(case):
    """Training and validated rows of each fold."""
    rows = np.arange(len(table(case.table)[1]))
    if case.validate == 'oob':
        return [(rows, rows)]
    if case.validate == 'split':
        return [train_test_split(rows, test_size=0.3, random_state=tune_cases.SEED)]
    kind = StratifiedKFold if case.table.classes else KFold
    splitter = kind(case.validate, shuffle=True, random_state=tune_cases.SEED)
    return list(splitter.split(rows, table(case.table)[1]))


@functools.lru_cache(maxsize=None)
def part(case, fold, encode, impute):
    """(training matrix, validated matrix) of a fold."""
    features, y = encoded(case.table, encode), table(case.table)[1]
    rows = folds(case)[fold]
    filled = prepare_reference.impute(*(features.iloc[which] for which in rows), impute)
    return [forest_data.Matrix(x.to_numpy(dtype=np.float64), y[which], case.table.classes)
            for x, which in zip(filled, rows)]


# ---- Forests -----------------------------------------------------------------------------------


def value_of(text):
    """A value as it is typed, as scikit-learn takes it."""
    words = {'none': None, 'true': True, 'false': False}
    if text in words:
        return words[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def grow(matrix, params):
    """A forest; on a target with fractions as forest_reference.py does it."""
    y = matrix.y
    if not matrix.classes:
        y = forest_reference.on_grid(y, forest_reference.drawn_rows(len(y), params))[1]
    kind = RandomForestClassifier if matrix.classes else RandomForestRegressor
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # rows that are never out of a sample
        model = kind(**params).fit(matrix.x, y)
    if (y != matrix.y).any():
        for estimator in model.estimators_:
            tree = forest_reference.Tree(estimator, 0)
            forest_reference.give_values(tree, estimator, matrix, params)
    return model


def of_trees(model, x):
    for estimator in model.estimators_:
        yield estimator.predict_proba(x) if hasattr(model, 'classes_') else estimator.predict(x)


def prefixes(model, train, validated, params, is_oob):
    """What the first 1, 2, 3, ... trees predict for the validated rows."""
    total, times = 0, np.zeros(len(validated.y))
    for number, (estimator, predicted) in enumerate(
            zip(model.estimators_, of_trees(model, validated.x)), 1):
        if is_oob:
            out = forest_reference.sample_weights(estimator, len(train.y), params) == 0
            total = total + (predicted.T * out).T
            times += out
            yield (total.T / np.maximum(times, 1)).T
        else:
            total = total + predicted
            yield total / number


def prove(predicted, train, validated, params, is_oob):
    """That a forest of just so many trees, fitted alone, predicts the same to the bit."""
    model = grow(train, {**params, 'oob_score': is_oob})
    if not is_oob:
        alone = model.predict_proba(validated.x) if train.classes else model.predict(validated.x)
    elif train.classes:
        alone = np.nan_to_num(model.oob_decision_function_)
    else:
        alone = model.oob_prediction_
    if is_oob and not train.classes and (train.y != np.rint(train.y)).any():
        return  # what it predicted was made before the leaves got their values
    assert np.array_equal(alone, predicted), params


# ---- Scores ------------------------------------------------------------------------------------


def scores(matrix, predicted):
    y = matrix.y
    if not matrix.classes:
        return {'rmse': math.sqrt(metrics.mean_squared_error(y, predicted)),
                'mse': metrics.mean_squared_error(y, predicted),
                'mae': metrics.mean_absolute_error(y, predicted),
                'mape': metrics.mean_absolute_percentage_error(y, predicted),
                'r2': metrics.r2_score(y, predicted)}
    guess = predicted.argmax(axis=1)
    found = {'accuracy': metrics.accuracy_score(y, guess),
             'balanced_accuracy': metrics.balanced_accuracy_score(y, guess),
             'f1_macro': metrics.f1_score(y, guess, average='macro')}
    if predicted.sum(axis=1).min() > 0.5:  # no row is without a prediction
        is_two = matrix.classes == 2
        found['log_loss'] = metrics.log_loss(y, predicted, labels=np.arange(matrix.classes))
        found['roc_auc'] = metrics.roc_auc_score(y, predicted[:, 1] if is_two else predicted,
                                                 multi_class='ovr')
    return found


def params_of(case, trial):
    """What the forest of a trial is made with; the defaults are those of manyfold."""
    params = {key: value_of(text) for key, text in trial.items()
              if key not in tune_cases.PREPARATION}
    return {'n_estimators': 100, 'random_state': tune_cases.SEED, **params}


def groups(case):
    """Trials (their numbers) of which each list is read off one forest."""
    found = {}
    for number, trial in enumerate(case.trials()):
        key = tuple(value for name, value in trial.items() if name != 'n_estimators')
        found.setdefault(key, []).append((number, trial))
    return found.values()


def score_group(case, group, fold, ret):
    """Scores one list of trials in one fold: ret[trial][fold] is a list of the case's metrics."""
    trial = group[0][1]
    train, validated = part(case, fold, trial.get('encode', 'label'),
                            trial.get('impute', 'median'))
    wanted = {params_of(case, each)['n_estimators']: number for number, each in group}
    params = {**params_of(case, trial), 'n_estimators': max(wanted)}
    is_oob = case.validate == 'oob'
    model = grow(train, params)
    for n, predicted in enumerate(prefixes(model, train, validated, params, is_oob), 1):
        if n not in wanted:
            continue
        if wanted[n] % SEPARATE_EVERY == 0:
            prove(predicted, train, validated, {**params, 'n_estimators': n}, is_oob)
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # classes that nobody predicts
            found = scores(validated, predicted)
        ret[wanted[n]][fold] = [found.get(name) for name in case.metrics]


def score_case(case):
    n_folds = len(folds(case))
    found = [[None] * n_folds for _ in case.trials()]
    for group in groups(case):
        for fold in range(n_folds):
            score_group(case, group, fold, found)
    part.cache_clear()
    return found


def content():
    """What the kept file holds, before compression; a trial a line."""
    blocks = []
    for case in tune_cases.CASES:
        trials = ',\n'.join(json.dumps(trial) for trial in score_case(case))
        blocks.append(f'"{case.name}": [\n{trials}\n]')
    made_with = json.dumps(f'scikit-learn {sklearn.__version__}')
    cases = ',\n'.join(blocks)
    return f'{{"made_with": {made_with}, "cases": {{\n{cases}\n}}}}\n'.encode()


def main():
    KEPT.write_bytes(forest_data.pack(content()))
    return 0


if __name__ == '__main__':
    sys.exit(main())
