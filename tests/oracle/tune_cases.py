# SPDX-License-Identifier: Apache-2.0
"""Which searches are compared: tables, how trials are validated, and grids.

Needs nothing but Python, so that the test (test_tune_oracle.py) runs without what the references
are made with (tune_reference.py).
"""
import array
import gzip
import itertools
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent
SEED = 42

REGRESSION = ('rmse', 'mse', 'mae', 'mape', 'r2')
CLASSIFICATION = ('accuracy', 'balanced_accuracy', 'f1_macro', 'log_loss', 'roc_auc')
# Out of bag, rows without a prediction count as 0: scores of probabilities say nothing then.
OF_CLASSES = ('accuracy', 'balanced_accuracy', 'f1_macro')

PREPARATION = ('encode', 'impute')

# The search of the lab.
LAB = {'n_estimators': '10,25,50,100,200,300,400', 'max_features': 'sqrt,log2,none',
       'max_depth': '1,2,5,10,20,none'}


# ---- Tables ------------------------------------------------------------------------------------


def matrix(name):
    """Columns and target of a kept matrix (forest_data.py)."""
    content = gzip.decompress((HERE / 'data' / f'{name}.gz').read_bytes())
    rows, columns = struct.unpack('<2I', content[8:16])
    end = 24 + 4 * rows * columns
    values, target = array.array('f', content[24:end]), array.array('d', content[end:])
    return [values[rows * i:rows * (i + 1)] for i in range(columns)], target


def made_csv(names, gaps):
    """Matrices below each other as CSV; every so many rows have no target."""
    parts = [matrix(name) for name in names]
    lines = [','.join([f'x{i}' for i in range(len(parts[0][0]))] + ['y'])]
    for columns, target in parts:
        for row, y in enumerate(target):
            known = gaps == 0 or len(lines) % gaps != 1
            lines.append(','.join([repr(column[row]) for column in columns] +
                                  [f'{y:.17g}' if known else '']))
    return '\n'.join(lines) + '\n'


class Table:
    def __init__(self, target, path=None, names=(), gaps=0, classes=0):
        self.target, self.path, self.names, self.gaps = target, path, names, gaps
        self.classes = classes

    def source(self, folder):
        """The path of a CSV file; made in the folder where none is kept."""
        if self.path:
            return self.path
        path = folder / f'{self.names[0]}.csv'
        if not path.exists():
            path.write_text(made_csv(self.names, self.gaps))
        return path


def shipped(name, **how):
    return Table('y', names=(name, name + '_test'), **how)


TABLES = {
    'ames': Table('Sale_Price', HERE.parents[1] / 'data' / 'ames.csv'),
    'holes': Table('Sale_Price', HERE / 'data' / 'ames_holes.csv.gz'),
    'cancer': shipped('cancer', classes=2),
    'digits': shipped('digits', classes=10),
    'wine': shipped('wine', classes=3, gaps=9),
    'sugar': shipped('sugar', gaps=13),
    'log_sugar': shipped('log_sugar'),
    'log_prices': shipped('log_prices'),
}


# ---- Cases -------------------------------------------------------------------------------------


class Case:
    """`validate` is split, oob or a number of folds; `grid` holds lists as they are typed."""

    def __init__(self, name, table, validate='split', metrics=None, **grid):
        self.name, self.table, self.validate = name, TABLES[table], validate
        self.metrics = metrics or (CLASSIFICATION if self.table.classes else REGRESSION)
        self.grid = {key: text.split(',') for key, text in grid.items()}

    def trials(self):
        """The last parameter changes fastest."""
        for values in itertools.product(*self.grid.values()):
            yield dict(zip(self.grid, values))

    def arguments(self, folder):
        """What is typed after `manyfold tune`, but for the way and the outputs."""
        table = self.table
        yield from (str(table.source(folder)), '--target', table.target, '--seed', str(SEED))
        if table.classes:
            yield from ('--task', 'classification')
        if self.validate == 'oob':
            yield '--oob'
        elif self.validate != 'split':
            yield from ('--cv', str(self.validate))
        yield from ('--score', ','.join(self.metrics))
        for key, values in self.grid.items():
            yield from ('--grid', f'{key}={",".join(values)}')


CASES = [
    Case('lab', 'ames', **LAB),
    Case('ames_folds', 'ames', 5, n_estimators='5,12,30', max_features='sqrt,none,0.3',
         max_depth='4,none'),
    Case('ames_oob', 'ames', 'oob', n_estimators='10,60', max_features='sqrt,none',
         max_depth='6,none', min_samples_leaf='1,3'),
    Case('shares', 'ames', min_samples_leaf='1,0.01', min_samples_split='2,0.05',
         max_samples='none,0.3,500', max_features='0.5,7', n_estimators='7,15'),
    Case('holes', 'holes', encode='label,onehot', impute='median,median-each,most-frequent',
         max_features='sqrt', n_estimators='8,20', max_depth='5,none'),
    Case('holes_folds', 'holes', 3, impute='median-each,median', encode='onehot,label',
         max_features='log2', n_estimators='9,4'),
    Case('cancer_folds', 'cancer', 5, n_estimators='10,40', max_features='sqrt,none',
         max_depth='2,none', criterion='gini,entropy'),
    Case('digits', 'digits', n_estimators='10,30', max_depth='4,none', min_samples_leaf='1,5'),
    Case('wine_folds', 'wine', 3, n_estimators='3,10', max_depth='1,none',
         max_features='none,sqrt'),
    Case('wine_oob', 'wine', 'oob', OF_CLASSES, n_estimators='3,50', max_depth='1,none',
         max_samples='none,0.5'),
    # A target with fractions is rounded for splits, on a grid that depends on the sample's size.
    Case('log_sugar_folds', 'log_sugar', 3, n_estimators='5,20', max_samples='none,0.3',
         max_depth='3,none', max_features='none,0.5'),
    Case('log_prices', 'log_prices', n_estimators='10,60', max_samples='none,500,100',
         max_features='none,0.3'),
    Case('log_sugar_oob', 'log_sugar', 'oob', n_estimators='30,40', max_depth='4,none'),
    # Values that come to the same: trials share whole forests, or end at the same tree.
    Case('alike', 'ames', max_depth='none,5000,40,22,18,14,9', max_features='sqrt,8',
         n_estimators='7,13', min_samples_leaf='1,0.0001'),
    # Everything else that makes a forest.
    Case('others', 'sugar', random_state='1,42', bootstrap='true,false',
         max_leaf_nodes='none,5,40', min_impurity_decrease='0,20', max_features='sqrt,none',
         n_estimators='3,10'),
]


# ---- Comparing -----------------------------------------------------------------------------------


def is_near(found, expected):
    """None is a score that is not defined."""
    if found is None or expected is None:
        return found is expected
    return abs(found - expected) <= 1e-12 * abs(expected) + 1e-15


def difference(case, found, expected):
    """The first score that differs, as a sentence, of one trial's list of folds; or None."""
    if len(found) != len(expected):
        return f'{len(found)} folds, {len(expected)} folds'
    for fold, lists in enumerate(zip(found, expected)):
        for name, a, b in zip(case.metrics, *lists):
            if not is_near(a, b):
                return f'{name} of fold {fold + 1}: {a!r}, {b!r}'
    return None
