# SPDX-License-Identifier: Apache-2.0
"""Which forests are compared: families of cases, each a table, tables to score on, parameters."""
import itertools

SETS = ('iris', 'wine', 'cancer', 'digits')
LEAVES = (2, 17, 200)


class Case:
    """`tests` are scored; `whole` keeps every node in plain, for the message of a failing test."""

    def __init__(self, family, name, data, tests, whole, params):
        self.family, self.name, self.data, self.tests = family, name, data, tests
        self.whole, self.params = whole, params


class Cases:
    def __init__(self):
        self.all = []
        self.family = ''

    def add(self, data, *tests, whole=False, **params):
        params = {'n_estimators': 3, 'random_state': 1, **params}
        name = ' '.join([data, *(f'{key}={value}' for key, value in params.items())])
        self.all.append(Case(self.family, name, data, tests, whole, params))


def grid(**choices):
    """Every combination, as dictionaries; None is a parameter that is left out."""
    for values in itertools.product(*choices.values()):
        yield {key: value for key, value in zip(choices, values) if value is not None}


FULL_GRID = {
    'max_features': (None, 'sqrt', 0.3),
    'max_depth': (1, 3, 5, 10, 20, None),
    'min_samples_leaf': (1, 3, 0.01),
    'min_samples_split': (2, 5),
}


def ames_grid(cases):
    for params in grid(**FULL_GRID):
        cases.add('ames', 'ames_test', n_estimators=2, **params)


def holes_grid(cases):
    """Filled by medians of the training part (median) and of each part (median-each)."""
    for params in grid(**FULL_GRID):
        cases.add('holes', 'holes_median', 'holes_each', **{**params, 'random_state': 42})


def ames_more(cases):
    add = lambda **params: cases.add('ames', 'ames_test', **params)
    for seed in (0, 2, 3, 4, 5, 77, 12345, 2**31, 2**32 - 1):
        add(random_state=seed, n_estimators=1)
        add(random_state=seed, max_features='sqrt', max_depth=8)
    for features in ('sqrt', 'log2', 1, 2, 7, 72, 73, 1e-9, 0.1, 0.5, 0.99, 1.0):
        add(max_features=features, n_estimators=1)
        add(max_features=features, bootstrap=False, max_depth=10, n_estimators=2)
    for samples in (0.5, 0.001, 1.0, 1, 10, 1000):
        add(max_samples=samples)
        add(max_samples=samples, max_features='sqrt', min_samples_leaf=2)
    for decrease in (1e-9, 1e4, 1e6, 2e7, 1e9, 1e10):
        add(min_impurity_decrease=decrease, n_estimators=2)
        add(min_impurity_decrease=decrease, n_estimators=2, max_features=0.3, max_samples=0.5)
    for split, leaf in ((0.001, 1), (0.01, 1), (0.5, 1), (1.0, 1), (40, 0.0001), (40, 0.1),
                        (2, 0.49), (2, 0.5), (2, 100), (3000, 1), (2, 1200)):
        add(min_samples_split=split, min_samples_leaf=leaf, n_estimators=2)
    add(n_estimators=30, max_features='sqrt', max_depth=6, oob_score=True)
    add(n_estimators=30, max_features='sqrt', max_depth=6, max_samples=0.3, oob_score=True)
    add(n_estimators=2, max_depth=6, oob_score=True)
    add(n_estimators=1, whole=True, max_depth=6)
    add(n_estimators=1, whole=True, max_features='sqrt', min_samples_leaf=3)


def best_first(cases):
    for params in grid(max_leaf_nodes=LEAVES, max_features=(None, 'sqrt', 0.3),
                       min_samples_leaf=(1, 3), max_samples=(None, 0.5)):
        cases.add('ames', 'ames_test', **params, n_estimators=2, whole=params == {
            'max_leaf_nodes': 17, 'max_features': 'sqrt', 'min_samples_leaf': 1})
    for params in grid(max_leaf_nodes=(17, 200, 100000), max_depth=(4, None),
                       min_impurity_decrease=(None, 1e6), bootstrap=(None, False)):
        cases.add('ames', 'ames_test', n_estimators=2, **params)
    for name in SETS:
        for params in grid(max_leaf_nodes=LEAVES, criterion=('gini', 'entropy'),
                           max_features=('sqrt', None), bootstrap=(None, False)):
            cases.add(name, name + '_test', **{'max_features': 1.0, **params})
    for name in ('ties', 'ties_signed', 'ties_classes', 'edges', 'many_classes', 'wide', 'sugar'):
        for params in grid(max_leaf_nodes=(2, 3, 5, 17, 40, 200), random_state=(0, 1, 2),
                           max_features=(1.0, 'sqrt'), bootstrap=(None, False)):
            cases.add(name, whole=name == 'ties' and params['random_state'] == 0 and
                      params['max_leaf_nodes'] == 17, **params)


def classification(cases):
    for name, criterion in itertools.product(SETS, ('gini', 'entropy')):
        for params in ({}, {'max_depth': 1}, {'max_depth': 3}, {'max_depth': 10},
                       {'min_samples_leaf': 3}, {'min_samples_leaf': 0.01},
                       {'min_samples_split': 5}, {'min_samples_split': 0.1},
                       {'max_features': 1.0}, {'max_features': 'log2'}, {'max_features': 2},
                       {'max_features': 0.3, 'max_depth': 5}, {'bootstrap': False},
                       {'bootstrap': False, 'max_features': 1.0}, {'max_samples': 0.5},
                       {'max_samples': 20, 'max_features': 1.0},
                       {'min_impurity_decrease': 0.001}, {'min_impurity_decrease': 0.02},
                       {'random_state': 0}, {'random_state': 2}, {'random_state': 99},
                       {'n_estimators': 40, 'max_depth': 6, 'oob_score': True},
                       {'n_estimators': 3, 'max_samples': 0.2, 'oob_score': True}):
            cases.add(name, name + '_test', whole=name in ('iris', 'wine') and params == {},
                      criterion=criterion, **params)


def ties(cases):
    for name in ('ties', 'ties_signed', 'ties_classes'):
        for params in grid(random_state=tuple(range(12)), max_features=(1.0, 'sqrt', 'log2', 1),
                           bootstrap=(None, False)):
            cases.add(name, whole=name != 'ties_signed' and params['random_state'] == 0, **params)
        for params in grid(max_features=(1.0, 3), min_samples_leaf=(1, 2, 5),
                           min_samples_split=(2, 9), min_impurity_decrease=(0.0, 0.005),
                           max_depth=(2, 4, None)):
            cases.add(name, **params)
    for criterion in ('gini', 'entropy'):
        for seed in range(6):
            cases.add('ties_classes', criterion=criterion, max_features=3, random_state=seed,
                      n_estimators=10, oob_score=True)


def edges(cases):
    for name in ('edges', 'edges_classes'):
        for params in grid(random_state=tuple(range(8)), max_features=(1.0, 'sqrt', 5),
                           bootstrap=(None, False), max_depth=(None, 3)):
            cases.add(name, whole=params['random_state'] == 0 and params['max_features'] == 1.0,
                      **params)
    for name in ('one_row', 'two_rows', 'three_rows', 'same_target', 'same_features'):
        for bootstrap, seed in itertools.product((True, False), (0, 1, 2)):
            cases.add(name, whole=True, random_state=seed, bootstrap=bootstrap)
    for name in ('one_column', 'wide', 'wide_classes', 'many_classes'):
        for params in grid(random_state=(0, 1, 2), max_features=(None, 'sqrt', 1.0, 1),
                           bootstrap=(None, False), min_samples_leaf=(1, 4)):
            cases.add(name, **params)
        cases.add(name, n_estimators=20, oob_score=True, max_depth=4)
    for criterion in ('gini', 'entropy'):
        cases.add('many_classes', criterion=criterion, min_samples_leaf=5, n_estimators=10)


def close(cases):
    """Values closer than 1e-7 where some features are drawn and each has a single lane, as fold_for
    of src/forest/search.c says: leaves of several rows, or more features than can have several."""
    for seed in range(6):
        cases.add('close_four', whole=True, max_features=1, min_samples_leaf=2, bootstrap=False,
                  random_state=seed)
    for params in grid(random_state=(0, 1), max_features=('sqrt', 9),
                       min_samples_leaf=(2, 3), bootstrap=(None, False)):
        cases.add('edges', **params)
    for params in grid(random_state=(0, 1, 2), max_features=(9, 10, 12),
                       min_samples_leaf=(1, 2), bootstrap=(None, False)):
        cases.add('close', **params)
    for params in grid(random_state=(0, 1), max_features=(3, 12)):
        cases.add('close', max_leaf_nodes=40, min_samples_leaf=2, **params)


def real(cases):
    """Targets that are not whole: scikit-learn gets them rounded, leaves mean what was given."""
    for params in grid(max_features=(None, 'sqrt', 0.3), max_depth=(3, 10, None),
                       min_samples_leaf=(1, 3)):
        cases.add('log_prices', 'log_prices_test', **params)
    for params in ({'max_leaf_nodes': 2}, {'max_leaf_nodes': 17}, {'max_leaf_nodes': 200},
                   {'bootstrap': False, 'n_estimators': 1}, {'max_samples': 0.5},
                   {'max_samples': 10}, {'min_impurity_decrease': 1e-4},
                   {'max_features': 'sqrt', 'max_depth': 6, 'oob_score': True,
                    'n_estimators': 30}):
        cases.add('log_prices', 'log_prices_test', **params)
    for name in ('sugar', 'log_sugar', 'small_sugar', 'large_sugar', 'third_sugar', 'million_sugar',
                 'huge_sugar', 'real_ties'):
        for params in ({}, {'max_features': 'sqrt'}, {'max_features': 0.3, 'random_state': 2},
                       {'max_depth': 4}, {'bootstrap': False}, {'max_samples': 0.5},
                       {'max_leaf_nodes': 17}, {'min_samples_leaf': 5, 'oob_score': True},
                       {'n_estimators': 40, 'max_depth': 5, 'oob_score': True}):
            cases.add(name, *([name + '_test'] if name in ('sugar', 'log_sugar') else []),
                      whole=name in ('log_sugar', 'real_ties') and params == {}, **params)


def large(cases):
    for params in ({'n_estimators': 1}, {'max_features': 'sqrt', 'n_estimators': 1},
                   {'max_depth': 12}, {'max_features': 0.3, 'min_samples_leaf': 20},
                   {'max_samples': 0.1, 'min_samples_leaf': 5},
                   {'max_leaf_nodes': 200, 'n_estimators': 2},
                   {'bootstrap': False, 'min_samples_leaf': 0.001, 'n_estimators': 1}):
        cases.add('made-100000-20-0', **params)
    for params in ({'max_features': 'sqrt', 'n_estimators': 1, 'min_samples_leaf': 5},
                   {'max_depth': 8, 'max_features': 1.0, 'n_estimators': 1},
                   {'criterion': 'entropy', 'max_depth': 8, 'n_estimators': 2}):
        cases.add('made-100000-20-4', **params)


FAMILIES = (ames_grid, holes_grid, ames_more, best_first, classification, ties, edges, close, real,
            large)


def all_cases():
    cases = Cases()
    for family in FAMILIES:
        cases.family = family.__name__
        family(cases)
    return cases.all
