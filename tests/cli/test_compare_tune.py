#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold compare tune`: a search as a job that is run every way."""

import json
import pathlib

import cli
import tables

GRID = ('--grid', 'n_estimators=3,5', '--grid', 'max_depth=2,none')
ONCE = ('--runs', '1', '--min-sample', '0', '--workers', '1,2')


def compare(*arguments, **how):
    return cli.run('compare', 'tune', *arguments, **how)


def table_of(folder):
    return (tables.houses(folder / 'houses.csv', 60), '--target', 'price', '--id', 'number')


def check_answers(folder):
    """Every way gives the answer that tune gives; JSON is as its schema has it."""
    table = table_of(folder)
    complaints = []
    for how in ((), ('--cv', '3', '--no-share'), ('--oob', '--score', 'r2'),
                ('--search', 'random', '--trials', '3')):
        found = compare(*table, *GRID, *how, *ONCE, '--json', '-').json()
        best = cli.run('tune', *table, *GRID, *how, '--json', '-').json()['best']
        answers = {series['answer'] for series in found['series'] if series['role'] != 'ceiling'}
        digests = {series['digest'] for series in found['series'] if series['role'] != 'ceiling'}
        complaints += [f'{how}: {p}' for p in cli.schema_complaints(found, 'compare-1')]
        complaints += cli.gate.expect(
            len(answers) == len(digests) == 1 and not found['verdict']['wrong_answers'] and
            f'best trial {best["trial"]} of' in answers.pop(), f'{how}: {answers} {best}')
        job = found['job']
        complaints += cli.gate.expect(
            job['name'] == 'tune' and job['size_name'] is None and found['break_even'] == [] and
            job['settings']['table'].endswith('houses.csv') and
            job['settings']['space'] == 'n_estimators=3,5 max_depth=2,none', str(job))
    return complaints


def check_all_scores(folder):
    """The answer is that of all trials: another seed of the forest is another answer."""
    table = table_of(folder)
    digests = [compare(*table, *GRID, *ONCE, *more, '--json', '-').json()['series'][0]['digest']
               for more in ((), ('--random-state', '7'), ('--cv', '3'), ('--no-share',))]
    return cli.gate.expect(digests[0] == digests[3] and len(set(digests)) == 3, str(digests))


def check_page(folder):
    """What compare has for the sum, but for what takes more than one size."""
    page = compare(*table_of(folder), *GRID, '--pretend', 't1=1s,fraction=0.1,noise=0.01', '--runs',
                   '8', '--workers', '1,2')
    complaints = cli.fine(page)
    for part in ('search of 4 trials on ', 'Speed\n', 'Laws, fitted to', 'Verdict\n', 'ceiling'):
        complaints += cli.gate.expect(part in page.out, f'no {part!r}: {page.out}')
    return complaints + [f'it speaks of {word!r}' for word in ('--weak', 'break-even')
                         if word in page.out]


def check_wrong(folder):
    table = table_of(folder)
    complaints = []
    for options, words in (
            (('--weak',), ['--weak', 'one size']),
            (('--from', '3'), ['--from', 'manyfold compare tune --help']),
            (('--max-trials', '2'), ['--max-trials']),
            (('--search', 'halving'), ['--search halving', 'grid']),
            (('--grid', 'max_dept=3'), ['--grid', 'max_depth']),
            (('--cv', '3', '--oob'), ['--cv', '--oob']),
            (('--seed', str(2**32)), ['--seed', 'too large']),
            (('--json', table[0]), ['--json', 'the table']),
            (('--max-depth', '3'), ['--max-depth and --grid max_depth', 'cannot go together']),
            (('--max-features', '80'), ['--max-features'])):
        complaints += cli.refused(compare(*table, *GRID, *options), *words)
    complaints += cli.refused(compare(*table), '--grid is missing')
    complaints += cli.refused(cli.run('compare', 'sum', '9', *GRID), '--grid',
                              'manyfold compare sum --help')
    complaints += cli.refused(cli.run('compare', 'tume', '9'), 'JOB', 'did you mean tune?')
    return complaints + cli.refused(cli.run('compare', '--runs', '1', 'sum'), 'N is missing')


def check_budget(folder):
    """Where the least rounds take much longer than the budget, this is said once."""
    table = table_of(folder)
    asked = (*table, *GRID, '--workers', '1,2', '--pretend', 't1=9s', '--json', str(folder / 'a'))
    complaints = []
    for more, said in (((), True), (('--runs', '6'), False), (('-q',), False),
                       (('--budget', '1h', '--max-runs', '10'), False)):
        ended = compare(*asked, *more)
        complaints += cli.gate.expect(
            ended.status == cli.DONE and
            (ended.err.count('\n') == 1 and 'much longer than --budget; --runs 6' in ended.err
             if said else not ended.err), f'{more}: {ended.err}')
    return complaints


def check_seed(folder):
    """One seed for the order of the rounds and for the search, 42 as tune has it."""
    table = table_of(folder)
    seeds = [(found['seed'], found['job']['settings']['seed']) for found in (
        compare(*table, *GRID, '--pretend', 't1=1s', '--runs', '1', *more, '--json', '-').json()
        for more in ((), ('--seed', '7')))]
    return cli.gate.expect(seeds == [('42', '42'), ('7', '7')], str(seeds))


def check_recipe(folder):
    """A recipe of tune does for compare tune, and the job may stand behind options."""
    table = table_of(folder)
    path = folder / 'recipe.json'
    path.write_text(json.dumps({'file': table[0], 'target': 'price', 'id': 'number',
                                'grid': {'max_depth': [2, None], 'n_estimators': 3}, 'cv': 3}))
    ended = cli.run('compare', '--runs', '1', '--pretend', 't1=1s', 'tune', '--recipe', str(path),
                    '--json', '-')
    settings = ended.json()['job']['settings']
    complaints = cli.gate.expect(settings['trials'] == '2' and settings['validation'] == 'folds',
                                 str(settings))
    shipped = str(pathlib.Path(cli.gate.ROOT) / 'recipes' / 'ames.json')
    ended = compare('--recipe', shipped, '--pretend', 't1=1s', '--runs', '1', '--json', '-')
    return complaints + cli.gate.expect(ended.json()['job']['settings']['trials'] == '126',
                                        str(ended))


def check_help():
    """The help of a job has its own options; that of compare has all."""
    of_sum, of_tune, of_all = (cli.run('compare', *words, '--help').out
                               for words in (('sum',), ('tune',), ()))
    return cli.gate.expect(
        '--grid NAME' not in of_sum and '--from A' in of_sum and '--grid NAME' in of_tune and
        '--from A' not in of_tune and '--grid NAME' in of_all and '--from A' in of_all, 'others')


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('every way gives the answer of tune', folder(check_answers)),
        ('the answer is that of all trials', folder(check_all_scores)),
        ('the page has what compare has, but no other size', folder(check_page)),
        ('what is wrong is refused by name', folder(check_wrong)),
        ('least rounds that outlast the budget are told', folder(check_budget)),
        ('one seed for order and search', folder(check_seed)),
        ('recipes of tune do for compare tune', folder(check_recipe)),
        ('each job has its own help', check_help),
    ])
