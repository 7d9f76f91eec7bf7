# SPDX-License-Identifier: Apache-2.0
"""The peers in Python, for the benchmark of searches. Each call is one search from start to end:

    tune_peer.py loop sklearn|xgboost FILE GRID      a fit per trial, one after another
    tune_peer.py processes|threads sklearn FILE GRID the same by a pool of two
    tune_peer.py grid FILE GRID                      GridSearchCV, five folds, n_jobs=2
    tune_peer.py random FILE TRIALS                  RandomizedSearchCV of these trials, n_jobs=2
    tune_peer.py optuna FILE TRIALS                  Optuna's random sampler, given these trials
    tune_peer.py write FILE TRAIN TEST               the prepared parts, for the peer in R

GRID is {parameter: [value, ...]} and TRIALS [{parameter: value, ...}, ...] as JSON. Prints a JSON
list with an entry per trial: {"params": {...}, "rmse": [fold, ...], "mape": [fold, ...]}.
"""
import itertools
import json
import multiprocessing
import multiprocessing.pool
import pathlib
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import (GridSearchCV, KFold, RandomizedSearchCV, ShuffleSplit,
                                     train_test_split)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from forest_peer import MAX_DEPTH  # noqa: E402

TARGET = 'Sale_Price'
SEED = 42
WORKERS = 2
SCORERS = {'rmse': 'neg_root_mean_squared_error', 'mape': 'neg_mean_absolute_percentage_error'}


# ---- the table ---------------------------------------------------------------------------------

def codes(column):
    """Places in the sorted list of categories; missing is the place after the last."""
    if pd.api.types.is_numeric_dtype(column):
        return column
    names = sorted(column.dropna().unique(), key=str.encode)
    found = pd.Categorical(column, categories=names).codes
    return np.where(found < 0, len(names), found)


def read(path):
    table = pd.read_csv(path, na_values=['None'])
    x = table.drop(columns=TARGET).apply(codes).to_numpy(dtype=np.float32)
    return x, table[TARGET].to_numpy(dtype=np.float64)


def parts(path):
    return train_test_split(*read(path), test_size=0.3, random_state=SEED)


def write(path, train, test):
    """As forest_peer.R reads it."""
    x_train, x_test, y_train, y_test = parts(path)
    for name, x, y in ((train, x_train, y_train), (test, x_test, y_test)):
        head = np.array([*x.shape, 0, 0], dtype='<u4').tobytes()
        pathlib.Path(name).write_bytes(b'mfmatrix' + head + x.T.astype('<f4').tobytes() +
                                       y.astype('<f8').tobytes())


# ---- trials ------------------------------------------------------------------------------------

def trials_of(grid):
    return [dict(zip(grid, values)) for values in itertools.product(*grid.values())]


def sklearn_forest(params):
    return RandomForestRegressor(random_state=SEED, n_jobs=1, **params)


def xgboost_forest(params):
    """Grown as forest_peer.py explains."""
    from xgboost import XGBRFRegressor
    columns = PARTS[0].shape[1]
    drawn = {'sqrt': np.sqrt(columns), 'log2': np.log2(columns), None: columns}
    return XGBRFRegressor(n_estimators=params['n_estimators'], n_jobs=1, random_state=SEED,
                          max_depth=params['max_depth'] or MAX_DEPTH, subsample=0.632,
                          colsample_bynode=int(drawn[params['max_features']]) / columns,
                          reg_lambda=0, min_child_weight=1)


FORESTS = {'sklearn': sklearn_forest, 'xgboost': xgboost_forest}
PARTS = []  # of the table, so that forked workers inherit them


def scored(params, predicted):
    truth = PARTS[3]
    return {'params': params,
            'rmse': [float(np.sqrt(metrics.mean_squared_error(truth, predicted)))],
            'mape': [float(metrics.mean_absolute_percentage_error(truth, predicted))]}


def run_trial(params, forest=sklearn_forest):
    x_train, x_test, y_train, _ = PARTS
    return scored(params, forest(params).fit(x_train, y_train).predict(x_test))


def loop(peer, path, grid):
    PARTS[:] = parts(path)
    return [run_trial(params, FORESTS[peer]) for params in trials_of(json.loads(grid))]


def by_pool(kind, path, grid):
    """As a lab does it: a pool, and trials handed out one at a time."""
    PARTS[:] = parts(path)
    with kind(WORKERS) as pool:
        return pool.map(run_trial, trials_of(json.loads(grid)), chunksize=1)


def of_search(search):
    """What GridSearchCV and RandomizedSearchCV found, in their order."""
    found = search.cv_results_
    for number, params in enumerate(found['params']):
        yield {'params': params,
               **{name: [-float(found[f'split{fold}_test_{name}'][number])
                         for fold in range(search.n_splits_)] for name in SCORERS}}


def grid(path, wanted):
    folds = KFold(5, shuffle=True, random_state=SEED)
    search = GridSearchCV(sklearn_forest({}), json.loads(wanted), scoring=SCORERS, refit=False,
                          cv=folds, n_jobs=WORKERS)
    return list(of_search(search.fit(*read(path))))


def random(path, trials):
    """Lists of one value each, as many as are drawn: each of the trials once, in some order."""
    trials = json.loads(pathlib.Path(trials).read_text(encoding='utf-8'))
    split = ShuffleSplit(1, test_size=0.3, random_state=SEED)
    lists = [{key: [value] for key, value in trial.items()} for trial in trials]
    search = RandomizedSearchCV(sklearn_forest({}), lists, n_iter=len(trials),
                                scoring=SCORERS, refit=False, cv=split, n_jobs=WORKERS,
                                random_state=SEED)
    return list(of_search(search.fit(*read(path))))


def optuna(path, trials):
    import optuna as library
    trials = json.loads(pathlib.Path(trials).read_text(encoding='utf-8'))
    PARTS[:] = parts(path)
    library.logging.set_verbosity(library.logging.ERROR)
    warnings.simplefilter('ignore')  # enqueueing is called experimental

    def objective(trial):
        draw = {'n_estimators': lambda name: trial.suggest_int(name, 10, 200),
                'max_depth': lambda name: trial.suggest_int(name, 2, 30),
                'max_features': lambda name: trial.suggest_float(name, 0.1, 1.0),
                'min_samples_leaf': lambda name: trial.suggest_int(name, 1, 20)}
        found = run_trial({name: draw[name](name) for name in trials[0]})
        trial.set_user_attr('mape', found['mape'][0])
        return found['rmse'][0]

    study = library.create_study(sampler=library.samplers.RandomSampler(seed=SEED))
    for params in trials:
        study.enqueue_trial(params)
    study.optimize(objective, n_trials=len(trials), n_jobs=WORKERS)
    return [{'params': trial.params, 'rmse': [trial.value], 'mape': [trial.user_attrs['mape']]}
            for trial in study.trials]


WORK = {'loop': loop, 'grid': grid, 'random': random, 'optuna': optuna, 'write': write,
        'processes': lambda _, *rest: by_pool(multiprocessing.Pool, *rest),
        'threads': lambda _, *rest: by_pool(multiprocessing.pool.ThreadPool, *rest)}

if __name__ == '__main__':
    print(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])))
