#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold tune` against scikit-learn: every trial of the searches in tune_cases.py, every way,
with shared work and without. The scores of scikit-learn are kept in tune.json.gz.

    test_tune_oracle.py COMMAND SANITIZER [long]

Without `long` one way has to do without shared work, and under a sanitizer two of all runs are made.
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

# Under a sanitizer the search of the lab has its smallest forests only.
FEW = 'n_estimators=10,25'

RUNS = [('--with', 'serial'), ('--with', 'threads', '--workers', '2'),
        ('--with', 'processes', '--workers', '2')]
ALONE = [(*run, '--no-share') for run in RUNS]

if sys.argv[3:] == ['long']:
    CHOSEN = RUNS + ALONE
elif cli.SANITIZED:
    CHOSEN = [RUNS[1], ALONE[2]]
else:
    CHOSEN = RUNS + ALONE[1:2]


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


def search(case, folder, *how):
    arguments = [FEW if cli.SANITIZED and word == f'n_estimators={tune_cases.LAB["n_estimators"]}'
                 else word for word in case.arguments(folder)]
    ended = cli.run('tune', *arguments, *how, '--json', '-', timeout=120)
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


# ---- one answer ----


def check_scores(case, found):
    """Against scikit-learn's."""
    expected = {key_of(trial): folds for trial, folds in zip(case.trials(), KEPT[case.name])}
    complaints = []
    for trial in found['trials']:
        kept = expected.pop(key_of(trial['params']), None)
        wrong = (tune_cases.difference(case, folds_of(case, trial), kept) if kept else
                 'no such trial is kept')
        if wrong:
            complaints.append(f'{trial["params"]}: found, then expected: {wrong}')
    left = [] if cli.SANITIZED else list(expected)
    return complaints + [f'was not tried: {params}' for params in left]


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


def answer(found):
    return [(trial['params'], trial['scores'], trial['rank']) for trial in found['trials']]


# ---- one case ----


def check(case):
    def call(folder):
        complaints, first = [], None
        for how in CHOSEN:
            found = search(case, folder, *how)
            problems = check_scores(case, found)
            if first is None:
                first = answer(found)
                problems += check_summaries(case, found) + check_ranks(case, found)
            elif answer(found) != first:
                problems.append('not the same bits as by the first way')
            complaints += [f'{" ".join(how)}: {problem}' for problem in problems[:5]]
        return complaints
    return cli.in_folder(call)


def cases():
    for case in tune_cases.CASES:
        yield (f'{case.name}: scores of {len(KEPT[case.name])} trials are scikit-learn\'s, each of '
               f'{len(CHOSEN)} ways', check(case))


if __name__ == '__main__':
    cli.gate.main(list(cases()))
