#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How far forests whose target was rounded for splits lie from those whose target was not.

    tests/oracle/rounding_report.py [--quick]

For targets that are not whole src/forest grows the trees that scikit-learn grows on a rounded target
(test_forest_oracle.c holds it to that); leaves predict means of the target as given. Here both are
grown by scikit-learn, with and without rounding, for 20 seeds each, and scored on rows that they
have not seen. Prints a table: were rounding a bias, the mean difference would lie outside its
interval, and were it noise, it would be large beside what another seed does.
"""
import sys

import numpy as np
from scipy import stats
from sklearn.ensemble import RandomForestRegressor

sys.dont_write_bytecode = True
import forest_data  # noqa: E402
from forest_reference import on_grid, sample_weights  # noqa: E402

CASES = (('log_prices', {}), ('log_prices', {'max_features': 'sqrt'}),
         ('log_prices', {'max_depth': 8, 'max_features': 0.3}),
         ('log_sugar', {}), ('log_sugar', {'max_features': 'sqrt'}),
         ('log_sugar', {'min_samples_leaf': 5}))


def predict(model, matrix, x):
    """With leaves that are means of the target as given."""
    total = 0
    for tree in model.estimators_:
        weights = sample_weights(tree, len(matrix.y), {})
        leaves = tree.apply(matrix.x)
        sums = np.bincount(leaves, weights * matrix.y, minlength=tree.tree_.node_count)
        drawn = np.bincount(leaves, weights, minlength=tree.tree_.node_count)
        means = sums / np.maximum(drawn, 1)
        total = total + means[tree.apply(x)]
    return total / len(model.estimators_)


def rmse(wanted, found):
    return float(np.sqrt(np.mean((wanted - found)**2)))


def identical(one, other):
    """How many trees are the same, node by node."""
    def parts(tree):
        return tree.children_left, tree.feature, tree.threshold, tree.n_node_samples
    return sum(all(map(np.array_equal, parts(a.tree_), parts(b.tree_)))
               for a, b in zip(one.estimators_, other.estimators_))


def compare(name, params, trees, seeds):
    train, test = forest_data.matrix(name), forest_data.matrix(name + '_test')
    exponent, rounded = on_grid(train.y, len(train.y))
    pairs, same = [], 0
    for seed in range(seeds):
        def grow(y, seed=seed):
            return RandomForestRegressor(trees, random_state=seed, **params).fit(train.x, y)
        ours, plain = grow(rounded), grow(train.y)
        same += identical(ours, plain)
        pairs.append((rmse(test.y, predict(ours, train, test.x)),
                      rmse(test.y, plain.predict(test.x))))
    ours, plain = np.array(pairs).T
    return exponent, ours, plain, same


def row(name, params, trees, seeds):
    exponent, ours, plain, same = compare(name, params, trees, seeds)
    relative = 100 * (ours - plain) / plain.mean()
    half = stats.t.ppf(0.975, seeds - 1) * relative.std(ddof=1) / np.sqrt(seeds)
    other_seed = 100 * plain.std(ddof=1) / plain.mean()
    words = ', '.join(f'{key}={value}' for key, value in params.items()) or 'defaults'
    return (f'| {name.replace("_", " ")}, {words} | 2^{exponent} | {ours.mean():.6f} | '
            f'{plain.mean():.6f} | {relative.mean():+.3f} % [{relative.mean() - half:+.3f}, '
            f'{relative.mean() + half:+.3f}] | {relative.std(ddof=1):.3f} % | {other_seed:.3f} % | '
            f'{same} of {trees * seeds} |')


def main():
    trees, seeds = (20, 6) if '--quick' in sys.argv[1:] else (100, 20)
    print(f'{trees} trees, {seeds} seeds, root mean squared error on the test part:\n')
    print('| target, parameters | grid | rounded | not rounded | mean difference [95 %] | '
          'its deviation | between seeds | identical trees |')
    print('|---|---|---|---|---|---|---|---|')
    for name, params in CASES:
        print(row(name, params, trees, seeds), flush=True)


if __name__ == '__main__':
    main()
