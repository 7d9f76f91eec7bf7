# SPDX-License-Identifier: Apache-2.0
"""What the tests of `manyfold tune` share: running it, small searches, what must stay the same."""

import cli
import tables

UTF8 = 'C.UTF-8'
GRID = ('--grid', 'n_estimators=3,9,6', '--grid', 'max_depth=2,none', '--grid',
        'max_features=0.5,none')


def tune(*arguments, **how):
    return cli.run('tune', *arguments, **how)


def result(*arguments, **how):
    ended = tune(*arguments, '--json', '-', **how)
    if ended.status != cli.DONE or ended.err:
        raise AssertionError(str(ended))
    return ended.json()


def without_times(trials):
    return [{name: value for name, value in trial.items() if name not in ('seconds', 'state')}
            for trial in trials]


def houses(folder, rows=60):
    return (tables.houses(folder / 'houses.csv', rows), '--target', 'price', '--id', 'number')
