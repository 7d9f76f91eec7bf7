#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `manyfold train` says in words, and tables that come from standard input."""

import gzip

import cli
import tables


def train(*arguments, **how):
    return cli.run('train', *arguments, **how)


def result(*arguments):
    ended = train(*arguments, '--json', '-')
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


def check_names_of_classes(folder):
    """A score that is not defined names the class; classes that may be numbers are doubted."""
    path = folder / 'comma.csv'
    tables.write(path, ('x', 'price'), [(i, f'{i},5') for i in range(40)], delimiter=';')
    said = result(str(path), '--delimiter', ';', '--target', 'price', *tables.QUICK)['remarks']
    complaints = cli.gate.expect(
        'roc_auc is not defined here: no row is of the class 0,5.' in said and
        any('price has 40 different classes in 40 rows' in remark and '1.5 and not 1,5' in remark
            for remark in said), str(said))
    usual = result(tables.trees(folder / 'trees.csv'), '--target', 'species', *tables.QUICK)
    return complaints + cli.gate.expect(usual['remarks'] == [], str(usual['remarks']))


def check_never_out(folder):
    """Rows that no tree left out count as 0 or as the first class, and the words say which."""
    options = ('--oob-score', '--n-estimators', '2')
    complaints = []
    for table, target, first in ((tables.trees(folder / 'trees.csv'), 'species',
                                  sorted(tables.SPECIES)[0]),
                                 (tables.houses(folder / 'houses.csv'), 'price', '0')):
        said = result(table, '--target', target, *options)['remarks']
        complaints += cli.gate.expect(
            any(f'count as predicted {first} there' in remark for remark in said), str(said))
        page = train(table, '--target', target, *options, '--markdown', '-')
        complaints += cli.gate.expect(f'count as predicted {first};' in ' '.join(page.out.split()),
                                      page.out)
    return complaints


def check_small_words(folder):
    """One of a kind is told as one; what came of rounding is shown as 0; a mean is exact."""
    path = folder / 'one.csv'
    tables.write(path, ('x', 'y'), [(1, 1), (2, 2), (3, 4)])
    ended = train(str(path), '--target', 'y', '--test-size', '0', '--n-estimators', '1')
    complaints = cli.fine(ended) + cli.gate.expect('1 tree from 3 rows and 1 feature in' in
                                                   ended.out, str(ended))
    houses = tables.houses(folder / 'houses.csv')
    ended = train(houses, '-t', 'price', '--permutation', '1', '--score', 'rmse', *tables.QUICK)
    complaints += cli.gate.expect('rmse worse by' in ended.out and 'fall' not in ended.out,
                                  str(ended))
    trees = tables.trees(folder / 'trees.csv')
    options = (trees, '-t', 'species', '--permutation', '3', '--seed', '9', *tables.QUICK)
    means = [feature['fall_mean'] for feature in result(*options)['importances']]
    complaints += cli.gate.expect(any(0 < abs(mean) < 1e-15 for mean in means), str(means))
    ended = train(*options)
    complaints += cli.gate.expect(' 0 +- 0.0302' in ended.out and 'e-1' not in ended.out,
                                  str(ended))
    for n in range(3, 12):
        found = result(houses, '-t', 'price', '--n-estimators', str(n))['forest']
        mean = found['depth_mean']
        complaints += cli.gate.expect(mean == round(mean * n) / n, f'{n} trees: {mean!r}')
    return complaints


def check_piped(folder):
    """A table from standard input, packed or not, is the one of the file."""
    path = folder / 'houses.csv'
    tables.houses(path)
    packed = folder / 'packed.gz'
    packed.write_bytes(gzip.compress(path.read_bytes()))
    options = ('--target', 'price', *tables.QUICK, '--quiet')
    expected = train(str(path), *options).out
    complaints = []
    for source in (path, packed):
        with open(source, 'rb') as file:
            complaints += cli.fine(train('-', *options, stdin=file), expected)
    with open(path, 'rb') as file:
        ended = train('-', *options, '--target', 'prices', stdin=file)
    complaints += cli.refused(ended, '"standard input"', 'did you mean "price"?')
    with open(packed, 'rb') as file:
        complaints += cli.refused(train('-', *options, '--model', str(packed), stdin=file),
                                  '--model', 'the table')
    (folder / 'recipe').write_text('{}')
    with open(folder / 'recipe', 'rb') as file:
        complaints += cli.refused(train('-', *options, '--recipe', '-', stdin=file),
                                  'the table', 'the recipe', 'standard input')
    return complaints


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('classes are named, and doubted when there are too many', folder(check_names_of_classes)),
        ('rows that were never out count as what is told', folder(check_never_out)),
        ('one is told as one, and a mean is exact', folder(check_small_words)),
        ('- is standard input', folder(check_piped)),
    ])
