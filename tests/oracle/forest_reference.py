#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Grows the forests that src/forest is tested against, with scikit-learn, and keeps them.

    tests/oracle/forest_reference.py                     write tests/oracle/data and forest/
    tests/oracle/forest_reference.py --show CASE TREE    the nodes of a tree; CASE as a failing test
                                                         names it
Needs Debian's python3-sklearn and python3-pandas.

A family of cases is one file of text, compressed. Each case says its table, its parameters, and
what scikit-learn made of them:

    case NAME
    fit TABLE KEY=VALUE...       parameters; those that are left out have scikit-learn's defaults
    grid EXPONENT                to which the target was rounded; 0 for whole numbers
    tree NODES DIGEST MARKS      all of the tree's nodes, in a digest and in two digits per node
    node LEFT RIGHT FEATURE SAMPLES WEIGHT THRESHOLD VALUE COUNT...     of a few cases only
    importances NUMBER...
    oob SCORE ROWS-NEVER-OUT
    predict TABLE ROW NUMBER...  one or, for classes, several
    score TABLE METRIC=NUMBER...
    end

Two digits per node: the low byte of a running hash over every bit of the nodes so far, so that a
test can name the first node that differs; values count only where the target was not rounded.
Numbers are hexadecimal fractions, to the bit.

A target that is not whole is rounded for scikit-learn as src/forest does it for its decisions; the
values of its leaves, which are the means of the target as given, are computed here.
"""
import math
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

sys.dont_write_bytecode = True
import forest_cases  # noqa: E402
import forest_data  # noqa: E402

KEPT = forest_data.HERE / 'forest'
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
START = np.uint64(0xCBF29CE484222325)
LEAF = 0xFFFFFFFF
PREDICTED_ROWS = 16


# ---- Targets -----------------------------------------------------------------------------------


def drawn_rows(rows, params):
    """How many rows a tree's sample holds."""
    share = params.get('max_samples')
    if share is None:
        return rows
    return max(round(rows * share), 1) if isinstance(share, float) else share


def on_grid(y, drawn):
    """(exponent, y rounded to its multiples): the finest on which sums over a sample are exact, also
    of squares. Whole numbers stay as they are while their own sums are exact: that is exponent 0,
    which no other target gets."""
    if (y == np.rint(y)).all() and np.abs(y).max() * drawn <= 2**53:
        return 0, y
    exponent = math.frexp(np.abs(y).max())[1] - 53
    while True:
        whole = np.rint(np.ldexp(y, -exponent))
        if exponent != 0 and drawn * int(np.abs(whole).max())**2 <= 2**53:
            return exponent, np.ldexp(whole, exponent)
        exponent += 1


# ---- Forests -----------------------------------------------------------------------------------


class Tree:
    """A tree's nodes as columns, laid out as mf_node."""

    def __init__(self, estimator, classes):
        tree = estimator.tree_
        leaf = tree.children_left < 0
        self.left = np.where(leaf, LEAF, tree.children_left).astype(np.uint64)
        self.right = np.where(leaf, LEAF, tree.children_right).astype(np.uint64)
        self.feature = np.where(leaf, 0, tree.feature).astype(np.uint64)
        self.threshold = np.where(leaf, 0.0, tree.threshold) + 0.0
        self.samples = tree.n_node_samples.astype(np.uint64)
        self.weight = tree.weighted_n_node_samples.astype(np.uint64)
        self.value = np.zeros(len(leaf))
        self.counts = np.zeros((len(leaf), 0), dtype=np.uint64)
        if not classes:
            self.value = tree.value[:, 0, 0] + 0.0
        elif tree.value[0].sum() > 1.5 or tree.weighted_n_node_samples[0] == 1:
            self.counts = tree.value[:, 0, :].astype(np.uint64)
        else:  # scikit-learn 1.3 and later keep shares
            share = tree.value[:, 0, :] * tree.weighted_n_node_samples[:, None]
            self.counts = np.rint(share).astype(np.uint64)

    def __len__(self):
        return len(self.left)

    def words(self, with_values):
        """What the hash is taken of, node by node."""
        value = self.value if with_values else np.zeros(len(self))
        return [self.left << np.uint64(32) | self.right,
                self.feature << np.uint64(32) | self.samples,
                self.weight, self.threshold.view(np.uint64), value.view(np.uint64),
                *self.counts.T]

    def marks(self, with_values):
        """(digest, one byte per node)."""
        with np.errstate(over='ignore'):
            each = np.full(len(self), START)
            for word in self.words(with_values):
                each = (each ^ word) * MULTIPLIER
                each ^= each >> np.uint64(32)
        state, multiplier, low = int(START), int(MULTIPLIER), bytearray()
        for one in each.tolist():
            state = (state ^ one) * multiplier & 0xFFFFFFFFFFFFFFFF
            state ^= state >> 32
            low.append(state & 255)
        return state, bytes(low)

    def node(self, place):
        numbers = [self.left[place], self.right[place], self.feature[place], self.samples[place],
                   self.weight[place], self.threshold[place].hex(), self.value[place].hex(),
                   *self.counts[place]]
        return ' '.join(str(number) for number in numbers)


def sample_weights(estimator, rows, params):
    """How often a tree's sample holds each row."""
    if not params.get('bootstrap', True):
        return np.ones(rows, dtype=np.int64)
    drawn = np.random.RandomState(estimator.random_state).randint(0, rows,
                                                                  drawn_rows(rows, params))
    return np.bincount(drawn, minlength=rows)


def give_values(tree, estimator, matrix, params):
    """Puts the means of the target as given into the nodes of a tree grown on a rounded one, and
    into the estimator, so that it predicts them."""
    weights = sample_weights(estimator, len(matrix.y), params)
    paths = estimator.decision_path(matrix.x).tocsc()
    for node in range(len(tree)):
        rows = paths.indices[paths.indptr[node]:paths.indptr[node + 1]]
        total = math.fsum(np.repeat(matrix.y[rows], weights[rows]))
        tree.value[node] = total / int(weights[rows].sum())
    estimator.tree_.value[:, 0, 0] = tree.value


class Grown:
    """A case, grown."""

    def __init__(self, case):
        matrix = forest_data.matrix(case.data)
        params = dict(case.params)
        self.exponent, y = (0, matrix.y) if matrix.classes else on_grid(
            matrix.y, drawn_rows(len(matrix.y), params))
        kind = RandomForestClassifier if matrix.classes else RandomForestRegressor
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # rows that are never out of a sample
            self.model = kind(**params).fit(matrix.x, y)
        self.trees = [Tree(estimator, matrix.classes) for estimator in self.model.estimators_]
        self.is_exact = self.exponent == 0 and bool((matrix.y == y).all())
        if not self.is_exact:
            for tree, estimator in zip(self.trees, self.model.estimators_):
                give_values(tree, estimator, matrix, params)
        self.case, self.matrix, self.params = case, matrix, params

    def predict(self, x):
        return self.model.predict_proba(x) if self.matrix.classes else self.model.predict(x)

    def oob(self):
        """The score, from predictions of the trees whose samples lack a row, and rows without."""
        rows = len(self.matrix.y)
        total, times = 0, np.zeros(rows)
        for estimator in self.model.estimators_:
            out = sample_weights(estimator, rows, self.params) == 0
            predicted = (estimator.predict_proba if self.matrix.classes else
                         estimator.predict)(self.matrix.x)
            total = total + (predicted.T * out).T
            times += out
        mean = (total.T / np.maximum(times, 1)).T
        if self.matrix.classes:
            score = metrics.accuracy_score(self.matrix.y, mean.argmax(axis=1))
        else:
            score = metrics.r2_score(self.matrix.y, mean)
        if self.is_exact:
            assert abs(score - self.model.oob_score_) < 1e-9, (score, self.model.oob_score_)
            score = self.model.oob_score_
        return float(score), int((times == 0).sum())


# ---- Scores ------------------------------------------------------------------------------------


def scores(matrix, predicted):
    y = matrix.y
    if not matrix.classes:
        return {'rmse': math.sqrt(metrics.mean_squared_error(y, predicted)),
                'mse': metrics.mean_squared_error(y, predicted),
                'mae': metrics.mean_absolute_error(y, predicted),
                'mape': metrics.mean_absolute_percentage_error(y, predicted),
                **({'r2': metrics.r2_score(y, predicted)} if len(y) > 1 else {})}
    labels = np.arange(matrix.classes)
    guess = predicted.argmax(axis=1)
    found = {'accuracy': metrics.accuracy_score(y, guess),
             'balanced_accuracy': metrics.balanced_accuracy_score(y, guess),
             'f1_macro': metrics.f1_score(y, guess, average='macro'),
             'log_loss': metrics.log_loss(y, predicted, labels=labels)}
    if len(np.unique(y)) == matrix.classes:
        is_two = matrix.classes == 2
        found['roc_auc'] = metrics.roc_auc_score(y, predicted[:, 1] if is_two else predicted,
                                                 multi_class='ovr')
    return found


# ---- What is written ---------------------------------------------------------------------------


def numbers(values):
    return ' '.join(float(value).hex() for value in values)


def tree_lines(grown):
    for tree in grown.trees:
        digest, marks = tree.marks(grown.is_exact)
        yield f'tree {len(tree)} {digest:016x} {marks.hex()}'
        if grown.case.whole:
            for place in range(len(tree)):
                yield f'node {tree.node(place)}'


def test_lines(grown, name):
    test = forest_data.matrix(name)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # classes that nobody predicts
        predicted = grown.predict(test.x)
        found = scores(test, predicted)
    step = -(-len(predicted) // PREDICTED_ROWS)
    for row in range(0, len(predicted), step):
        yield f'predict {name} {row} {numbers(np.atleast_1d(predicted[row]))}'
    yield f'score {name} ' + ' '.join(f'{key}={float(found[key]).hex()}' for key in found)


def lines(case):
    grown = Grown(case)
    yield f'case {case.family}/{case.name}'
    yield f'fit {case.data} ' + ' '.join(f'{key}={value}' for key, value in case.params.items())
    yield f'grid {grown.exponent}'
    yield from tree_lines(grown)
    yield f'importances {numbers(grown.model.feature_importances_)}'
    if case.params.get('oob_score'):
        score, never = grown.oob()
        yield f'oob {score.hex()} {never}'
    for name in case.tests or [case.data]:
        yield from test_lines(grown, name)
    yield 'end'


def families():
    """(path, content before compression) of every family."""
    cases = forest_cases.all_cases()
    assert len({(case.family, case.name) for case in cases}) == len(cases)
    for family in forest_cases.FAMILIES:
        text = [f'made with scikit-learn {sklearn.__version__}']
        for case in cases:
            if case.family == family.__name__:
                text += lines(case)
        yield KEPT / f'{family.__name__}.gz', ('\n'.join(text) + '\n').encode()


def show(name, tree):
    for case in forest_cases.all_cases():
        if f'{case.family}/{case.name}' == name:
            shown = Grown(case).trees[tree]
            print('\n'.join(f'{place}: {shown.node(place)}' for place in range(len(shown))))
            return 0
    print(f'forest_reference.py: no case {name}', file=sys.stderr)
    return 2


def main(arguments):
    if arguments[:1] == ['--show'] and len(arguments) == 3:
        return show(arguments[1], int(arguments[2]))
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for folder, made in ((forest_data.KEPT, forest_data.files()), (KEPT, families())):
        folder.mkdir(exist_ok=True)
        for path, content in made:
            path.write_bytes(forest_data.pack(content))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
