#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold tune` against scikit-learn: every trial of the searches in tune_cases.py, every way,
with shared work and without. The scores of scikit-learn are kept in tune.json.gz.

    test_tune_oracle.py COMMAND SANITIZER [long]

Without `long` the first run alone tries every trial, and the others those of smaller forests; one
of them is without shared work. Under a sanitizer there are two runs, both of smaller forests.
"""

import gzip
import json
import math
import pathlib
import statistics
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'cli'))
import cli  # noqa: E402
import tune_cases  # noqa: E402

KEPT = json.loads(gzip.decompress((HERE / 'tune.json.gz').read_bytes()))['cases']
SMALLER_IS_BETTER = ('rmse', 'mse', 'mae', 'mape', 'log_loss')

LARGEST = 25  # trees of a smaller forest, where the grid has forests that are as small

RUNS = [('--with', 'threads', '--workers', '2'), ('--with', 'serial'),
        ('--with', 'processes', '--workers', '2')]
ALONE = [(*run, '--no-share') for run in RUNS]

LONG = sys.argv[3:] == ['long']
if LONG:
    CHOSEN = RUNS + ALONE
elif cli.SANITIZED:
    CHOSEN = [RUNS[0], ALONE[2]]
else:
    CHOSEN = RUNS + ALONE[:1]


def key_of(params):
    """The same text for values in JSON and for what is typed after --grid."""
    def plain(value):
        if value is None or isinstance(value, bool):
            return {None: 'none', True: 'true', False: 'false'}[value]
        try:
            return float(value)
        except ValueError:
            return value
    return json.dumps([(name, plain(params[name])) for name in sorted(params)])


def folds_of(case, trial):
    return [list(fold) for fold in zip(*(trial['scores'][name]['folds'] for name in case.metrics))]


def smaller(word):
    """Of a list of numbers of trees, the small ones, and at least the first; other words as they are."""
    name, _, values = word.partition('=')
    if name != 'n_estimators':
        return word
    first, *rest = values.split(',')
    return f'{name}={",".join([first, *(value for value in rest if int(value) <= LARGEST)])}'


def search(case, folder, how, is_whole):
    arguments = [word if is_whole else smaller(word) for word in case.arguments(folder)]
    ended = cli.run('tune', *arguments, *how, '--json', '-', timeout=120)
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


# ---- one answer ----


def check_scores(case, found, is_whole):
    """Against scikit-learn's."""
    expected = {key_of(trial): folds for trial, folds in zip(case.trials(), KEPT[case.name])}
    complaints = []
    for trial in found['trials']:
        kept = expected.pop(key_of(trial['params']), None)
        wrong = (tune_cases.difference(case, folds_of(case, trial), kept) if kept else
                 'no such trial is kept')
        if wrong:
            complaints.append(f'{trial["params"]}: found, then expected: {wrong}')
    complaints += cli.gate.expect(found['trials'], 'nothing was tried')
    return complaints + [f'was not tried: {params}' for params in expected if is_whole]


def check_summaries(case, found):
    """Means and deviations are those of the folds; one score alone deviates from nothing."""
    complaints = []
    for trial in found['trials']:
        for name in case.metrics:
            score = trial['scores'][name]
            folds = score['folds']
            if None in folds:
                right = score['mean'] is None and score['std'] is None
            elif len(folds) == 1:
                right = score['mean'] == folds[0] and score['std'] is None
            else:
                right = (math.isclose(score['mean'], statistics.fmean(folds), rel_tol=1e-12) and
                         math.isclose(score['std'], statistics.pstdev(folds), rel_tol=1e-9,
                                      abs_tol=1e-12 * abs(score['mean'])))
            complaints += cli.gate.expect(right, f'{trial["params"]}: {name} {score}')
    return complaints


def check_ranks(case, found):
    """By the mean of the first score; of equal ones the earlier trial is the better."""
    name = case.metrics[0]
    sign = 1 if name in SMALLER_IS_BETTER else -1
    order = sorted(range(len(found['trials'])),
                   key=lambda i: sign * found['trials'][i]['scores'][name]['mean'])
    ranks = [found['trials'][i]['rank'] for i in order]
    return (cli.gate.expect(ranks == list(range(1, len(order) + 1)), f'by rank: {ranks[:20]}') +
            cli.gate.expect(found['best']['params'] == found['trials'][order[0]]['params'],
                            f'the best is said to be {found["best"]}'))


def scores_of(found):
    return {key_of(trial['params']): trial['scores'] for trial in found['trials']}


# ---- one case ----


def check(case):
    def call(folder):
        complaints, first = [], None
        for how in CHOSEN:
            is_whole = LONG or not (cli.SANITIZED or first)
            found = search(case, folder, how, is_whole)
            scores = scores_of(found)
            problems = check_scores(case, found, is_whole) + check_ranks(case, found)
            if first is None:
                first = scores
                problems += check_summaries(case, found)
            elif any(first[key] != mine for key, mine in scores.items()):
                problems.append('not the same bits as by the first way')
            complaints += [f'{" ".join(how)}: {problem}' for problem in problems[:5]]
        return complaints
    return cli.in_folder(call)


def cases():
    for case in tune_cases.CASES:
        yield (f'{case.name}: scores of {len(KEPT[case.name])} trials are scikit-learn\'s, by '
               f'{len(CHOSEN)} ways', check(case))


if __name__ == '__main__':
    cli.gate.main(list(cases()))
