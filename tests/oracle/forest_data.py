# SPDX-License-Identifier: Apache-2.0
"""The tables that the forest is compared on, as matrices.

Chance comes from SplitMix64 alone, so that every version of NumPy makes the same tables, and C can
make the large one again (made.h).
"""
import csv
import functools
import gzip
import io
import pathlib
import struct

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.model_selection import train_test_split

HERE = pathlib.Path(__file__).resolve().parent
KEPT = HERE / 'data'
AMES = HERE.parents[1] / 'data' / 'ames.csv'
TARGET = 'Sale_Price'

# pandas 2 takes this one as missing too; naming it makes earlier versions do the same.
MISSING = ['None']
# What stands in the holes, one after the other. A number column must not become text by them.
HOLES = ['', 'NA', 'NaN', 'null', 'None', '<NA>', 'n/a', '#N/A', 'NULL', 'nan', 'N/A', '-nan']


class Matrix:
    def __init__(self, x, y, classes=0):
        self.x = np.asarray(x, dtype=np.float32)
        self.y = np.asarray(y, dtype=np.float64)
        self.classes = classes
        assert self.x.shape == (len(self.y), self.x.shape[1]) and np.isfinite(self.x).all()

    def bytes(self):
        """What the kept files hold, before gzip."""
        rows, columns = self.x.shape
        return (b'mfmatrix' + struct.pack('<4I', rows, columns, self.classes, 0) +
                self.x.T.astype('<f4').tobytes() + self.y.astype('<f8').tobytes())


def words(seed, count):
    """The first words of SplitMix64, as src/base/random.c makes them."""
    with np.errstate(over='ignore'):
        at = np.arange(1, count + 1, dtype=np.uint64)
        z = np.uint64(seed) + at * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def draws(seed, shape, limit):
    """Whole numbers below a limit; nearly uniform is good enough here."""
    return (words(seed, int(np.prod(shape))) % np.uint64(limit)).astype(np.int64).reshape(shape)


# ---- Made tables -----------------------------------------------------------------------------------


def made(rows, columns, classes=0):
    """Even columns hold 24-bit fractions, odd ones small whole numbers; the same as made.h does."""
    x = np.empty((rows, columns), dtype=np.float32)
    total = np.zeros(rows, dtype=np.int64)
    all_words = words(2026, rows * (columns + 1))
    for column in range(columns):
        word = all_words[column * rows:(column + 1) * rows]
        if column % 2 == 0:
            whole = (word >> np.uint64(40)).astype(np.int64)
            x[:, column] = whole / 2.0**24
            part = whole >> 12
        else:
            whole = (word % np.uint64(column + 1)).astype(np.int64)
            x[:, column] = whole
            part = whole * 4096 // (column + 1)
        total += part * part // 4096 if column % 3 == 0 else part // (column + 1)
    total += (all_words[columns * rows:] >> np.uint64(53)).astype(np.int64)
    return Matrix(x, total % classes if classes else total, classes)


def ties():
    """Rows that stand there twice, columns that are copies, mirrors and constants: every choice is
    between equals."""
    half = draws(11, (90, 4), 4)
    copies = np.column_stack([half, half[:, 0], 3 - half[:, 1], half[:, 2] * 10, half[:, 3] // 2])
    x = np.column_stack([copies[:, :4], np.full(90, 7), copies[:, 4:], np.zeros(90)])
    return np.vstack([x, x, x[:45]])


def edges():
    """Where float32 ends: neighbours, values closer than 1e-7, large, tiny and negative zeros."""
    rows = 160
    near = np.float32([0, 5e-8, 9.9e-8, 1e-7, 1.01e-7, 2e-7, 2.9e-7, 3.1e-7])
    million = np.float32(1e6) + np.float32(0.0625) * draws(22, rows, 9).astype(np.float32)
    zeros = np.float32([-0.0, 0.0, 1.0, -1.0])
    return np.column_stack([
        draws(20, rows, 25) * 4e-8,
        near[draws(21, rows, len(near))],
        million,
        (draws(23, rows, 7) - 3) * 1.1e38,
        draws(24, rows, 6) * 1e-40,
        zeros[draws(25, rows, len(zeros))],
        np.full(rows, 3.5),
        0.1 + draws(26, rows, 2) * 1.5e-8,
        2.0**24 + 2 * draws(27, rows, 12),
        draws(28, rows, 1 << 24) / 2.0**24,
    ]).astype(np.float32)


def close():
    """What scikit-learn does not tell apart, in most columns: chains of values closer than 1e-7, whose
    ends are apart, columns that are constant but for such values, and large steps between them."""
    rows = 100
    chains = draws(71, (rows, 6), 12) * 4e-8
    constants = draws(72, (rows, 6), 3) * 4e-8
    stairs = draws(73, (rows, 6), 3) / 4 + draws(74, (rows, 6), 3) * 4e-8
    lonely = (draws(75, (rows, 2), 20) == 0) * 5e-8
    return np.column_stack([chains, constants, stairs, lonely, draws(76, (rows, 4), 5)])


def many_classes():
    x = np.column_stack([draws(31, (600, 4), 9), draws(32, (600, 4), 1 << 20) / 2.0**20])
    y = (x[:, 0] * 9 + x[:, 1] + draws(33, 600, 60)).astype(int)
    y[:150] = np.arange(150)
    return Matrix(x, y, 150)


def scaled(matrix, change):
    return Matrix(matrix.x, change(matrix.y))


# ---- Tables of others ------------------------------------------------------------------------------


def shipped(load, is_classes=True):
    x, y = load(return_X_y=True)
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.3, random_state=42)
    classes = len(np.unique(y)) if is_classes else 0
    return Matrix(x, y, classes), Matrix(x_test, y_test, classes)


def holes_csv():
    """The Ames table with holes: none in every fourth column, up to 30 % in others."""
    with open(AMES, encoding='utf-8', newline='') as file:
        names, *rows = csv.reader(file)
    drawn = draws(7, (len(rows), len(names)), 100)
    share = [0 if name == TARGET else (0, 2, 10, 30)[place % 4]
             for place, name in enumerate(names)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator='\n')
    writer.writerow(names)
    hole = 0
    for number, row in enumerate(rows):
        for place in range(len(names)):
            if drawn[number, place] < share[place]:
                row[place] = HOLES[hole % len(HOLES)]
                hole += 1
        writer.writerow(row)
    return out.getvalue().encode()


def read_table(source):
    table = pd.read_csv(source, na_values=MISSING)
    return table.drop(columns=TARGET), table[TARGET]


def label_codes(column):
    """Places in the sorted list of categories; missing is the place after the last."""
    names = sorted(column.dropna().unique(), key=lambda name: name.encode())
    code = {name: place for place, name in enumerate(names)}
    return column.map(code).fillna(len(names))


def label_encoded(table):
    return table.apply(lambda column: label_codes(column) if not pd.api.types.is_numeric_dtype(column) else column)


def parts(table, prices):
    return train_test_split(label_encoded(table), prices, test_size=0.3, random_state=42)


@functools.lru_cache(maxsize=None)
def ames():
    train, test, y, y_test = parts(*read_table(AMES))
    return Matrix(train, y), Matrix(test, y_test)


@functools.lru_cache(maxsize=None)
def holes():
    """The training part, and the test part filled by both kinds of medians."""
    train, test, y, y_test = parts(*read_table(io.BytesIO(holes_csv())))
    return (Matrix(train.fillna(train.median()), y), Matrix(test.fillna(train.median()), y_test),
            Matrix(test.fillna(test.median()), y_test))


# ---- All of them -----------------------------------------------------------------------------------


def small():
    tie, edge = ties(), edges()
    one = np.arange(500).reshape(-1, 1)[::-1]
    wide = draws(51, (60, 300), 3)
    few = draws(61, (3, 4), 5)
    return {
        'ties': Matrix(tie, draws(12, len(tie), 4)),
        'ties_signed': Matrix(tie, draws(13, len(tie), 9) * 250 - 1000),
        'ties_classes': Matrix(tie, draws(14, len(tie), 3), 3),
        'edges': Matrix(edge, draws(29, len(edge), 10)),
        'edges_classes': Matrix(edge, draws(30, len(edge), 3), 3),
        'close': Matrix(close(), draws(77, 100, 10)),
        'close_four': Matrix([[0, 0], [1, 0], [2, 5e-8], [3, 5e-8]], [0, 0, 1, 1]),
        'many_classes': many_classes(),
        'one_column': Matrix(one, draws(41, 500, 1000)),
        'wide': Matrix(wide, draws(52, 60, 20)),
        'wide_classes': Matrix(wide, draws(53, 60, 2), 2),
        'one_row': Matrix(few[:1], [5]),
        'two_rows': Matrix([[1.0], [2.0]], [3, 4]),
        'three_rows': Matrix(few, [2, 0, 1], 3),
        'same_target': Matrix(tie, np.full(len(tie), 12)),
        'same_features': Matrix(np.ones((20, 3)), np.arange(20)),
    }


def real():
    """Targets that are not whole. Logarithms are cut to 40 bits, beyond which systems may differ."""
    prices, prices_test = ames()
    sugar, sugar_test = shipped(datasets.load_diabetes, False)

    def log(y):
        return np.rint(np.log(y) * 2.0**40) / 2.0**40

    def scale(factor):
        return lambda y: (y - 150.0) * factor + factor / 3

    return {
        'log_prices': scaled(prices, log), 'log_prices_test': scaled(prices_test, log),
        'log_sugar': scaled(sugar, log), 'log_sugar_test': scaled(sugar_test, log),
        'small_sugar': scaled(sugar, scale(1e-9)), 'large_sugar': scaled(sugar, scale(1e12)),
        'million_sugar': scaled(sugar, lambda y: y * 1e6 + draws(16, len(y), 1000)),
        'huge_sugar': scaled(sugar, lambda y: y * 2.0**44),
        'third_sugar': scaled(sugar, lambda y: y / 3),
        'real_ties': Matrix(ties(), draws(15, len(ties()), 5) / 8.0 - 0.3),
    }


@functools.lru_cache(maxsize=None)
def kept():
    """Every matrix that is kept in a file, by name."""
    found = {}
    for name, load in (('iris', datasets.load_iris), ('wine', datasets.load_wine),
                       ('cancer', datasets.load_breast_cancer), ('digits', datasets.load_digits)):
        found[name], found[name + '_test'] = shipped(load)
    found['sugar'], found['sugar_test'] = shipped(datasets.load_diabetes, False)
    found['ames'], found['ames_test'] = ames()
    found['holes'], found['holes_median'], found['holes_each'] = holes()
    return {**found, **small(), **real()}


@functools.lru_cache(maxsize=None)
def matrix(name):
    """A kept one, or "made ROWS COLUMNS CLASSES"."""
    if name.startswith('made-'):
        return made(*map(int, name.split('-')[1:]))
    return kept()[name]


def files():
    """(path, content before gzip) of everything that is kept here."""
    for name, table in kept().items():
        yield KEPT / f'{name}.gz', table.bytes()
    yield KEPT / 'ames_holes.csv.gz', holes_csv()


def pack(content):
    """gzip, the same bytes at any time of the day."""
    return gzip.compress(content, 9, mtime=0)
