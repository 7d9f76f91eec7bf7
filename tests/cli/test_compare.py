#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold compare`: exit statuses, JSON and CSV, its statistics computed again, and one real one.

All but the real one take their times from a script (--pretend), so that nothing depends on a clock.
"""

import csv
import functools
import io
import json
import math
import statistics

import cli

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = cli.gate.ROOT / 'schema' / 'compare-1.schema.json'
SCRIPT = 't1=1s,size=1e7,fraction=0.05,noise=0.01,seed=7'
SEVEN = ('--runs', '7')


def compare(*options, script=SCRIPT, size='1e7', **how):
    return cli.run('compare', 'sum', size, '--pretend', script, *options, **how)


def document(*options, **how):
    return compare(*options, '--json', '-', **how).json()


@functools.cache
def cores():
    """How many cores the machine grants; with one, nothing of what needs two can be seen."""
    return document('--runs', '1')['settings']['cores']


# ---- exit statuses ----

STATUSES = [
    (cli.DONE, SCRIPT, SEVEN, []),
    (cli.DONE, 't1=1s,noise=0.2', SEVEN, []),  # noisy, but nobody was strict
    (cli.DONE, SCRIPT, ('--precision', '10%', '--strict'), []),
    (cli.SAID_NO, f'{SCRIPT},wrong=processes', SEVEN, []),
    (cli.SAID_NO, f'{SCRIPT},wrong=processes', (*SEVEN, '--strict'), []),
    (cli.NOISY, 't1=1s,noise=0.3', (*SEVEN, '--strict'), []),
    (cli.NOISY, SCRIPT, ('--runs', '3', '--strict'), []),  # too few for an interval
    (cli.FAILED, f'{SCRIPT},broken=serial', SEVEN, ['serial', 'as scripted']),
]


def check_statuses():
    complaints = []
    for status, script, options, words in STATUSES:
        if status == cli.NOISY and cores() < 2:
            continue  # no speedup of two workers is there to be too noisy
        ended = compare(*options, script=script)
        if words:
            complaints += cli.one_line(ended, status, *words)
            complaints += cli.gate.expect(not ended.out, f'printed something: {ended}')
        elif ended.status != status or ended.err or 'Verdict' not in ended.out:
            complaints.append(f'expected {status}: {ended}')
        if status in (cli.DONE, cli.SAID_NO, cli.NOISY):
            told = document(*options, script=script)['exit']['status']
            complaints += cli.gate.expect(told == status, f'the JSON of {ended} says {told}')
    return complaints


def check_failed():
    """A way that fails costs its own series only: the rest is reported, with status 3."""
    script = f'{SCRIPT},broken=threads'
    ended = compare(*SEVEN, script=script)
    complaints = cli.one_line(ended, cli.FAILED, 'threads with 1 worker', 'as scripted')
    told = ended.out.partition('Verdict')[2]
    complaints += cli.gate.expect('processes with 2 workers' in told and 'failed' in told, told)
    result = compare(*SEVEN, '--json', '-', script=script).json()
    complaints += cli.gate.expect(result['exit'] == {'status': cli.FAILED, 'reason': 'failed'},
                                  str(result['exit']))
    for series in result['series']:
        broken = series['way'] == 'threads'
        if series['failed'] != broken or len(series['samples']) != (0 if broken else 7):
            complaints.append(f'{series["way"]}: failed={series["failed"]}, '
                              f'{len(series["samples"])} samples')
    both = compare(*SEVEN, script=f'{script},wrong=processes')
    return complaints + cli.gate.expect(both.status == cli.SAID_NO, f'wrong is worse: {both}')


def check_limits():
    """--max-runs alone lowers the least number; --weak beyond 2^64 is refused before measuring."""
    complaints = cli.gate.expect(document('--max-runs', '3')['rounds'] == 3, '--max-runs 3')
    refused = compare('--max-runs', '3', '--min-runs', '4')
    complaints += cli.one_line(refused, cli.USAGE, '--min-runs')
    beyond = compare('--weak', '--workers', '1,2', '--from', str(2**64 - 20),
                     size=str(2**64 - 10))
    complaints += cli.one_line(beyond, cli.USAGE, '--weak', '2^64')
    fits = compare('--weak', '--workers', '1,2', '--runs', '1', '--from', str(2**64 - 20),
                   size=str(2**64 - 11))
    return complaints + cli.gate.expect(fits.status == cli.DONE, str(fits))


def check_wrong():
    """A way with another answer gets no speedup, by name, in text and JSON."""
    script = f'{SCRIPT},wrong=processes'
    result = document(*SEVEN, script=script)
    complaints = []
    for series in result['series']:
        wrong = series['way'] == 'processes'
        if series['wrong'] != wrong or (wrong and 'speedup' in series['statistics']):
            complaints.append(f'{series["way"]} with {series["workers"]}: wrong={series["wrong"]}')
    text = compare(*SEVEN, script=script, env={'COLUMNS': '200'}).out
    verdict = text[text.index('Verdict'):]
    return complaints + cli.gate.expect('processes' in verdict and '41' in verdict and
                                        '42' in verdict, f'the verdict says: {verdict[:300]}')


# ---- JSON and CSV ----

def load_schema():
    if jsonschema is None:
        raise cli.gate.Skip('no python3-jsonschema')
    return json.loads(cli.gate.text(SCHEMA))


SHAPES = [
    SEVEN, (*SEVEN, '--weak'), ('--runs', '1'), (*SEVEN, '--with', 'serial'),
    (*SEVEN, '--workers', '1,2,3,4,5'), (*SEVEN, '--with', 'threads', '--workers', '64'),
    (*SEVEN, '--no-break-even'), ('--budget', '10s'), ('--max-runs', '6', '--min-runs', '2'),
]


def check_schema():
    validator = jsonschema.Draft202012Validator(load_schema()) if load_schema() else None
    return [f'{" ".join(options)}: {list(error.absolute_path)}: {error.message[:200]}'
            for options in SHAPES for error in validator.iter_errors(document(*options))]


def check_csv():
    complaints = []
    for options in SHAPES:
        rows = list(csv.DictReader(io.StringIO(compare(*options, '--csv', '-').out)))
        result = document(*options)
        expected = result['rounds'] * len(result['series'])
        if len(rows) != expected or not rows or None in rows[0] or None in rows[0].values():
            complaints.append(f'{options}: {len(rows)} rows, expected {expected}')
            continue
        in_csv = sorted((row['role'], row['way'], row['workers'], row['round'], row['ns'])
                        for row in rows)
        in_json = sorted((series['role'], series['way'] or '', str(series['workers']),
                          str(sample['round']), str(sample['ns']))
                         for series in result['series'] for sample in series['samples'])
        complaints += cli.gate.expect(in_csv == in_json, f'{options}: CSV and JSON disagree')
    return complaints


def check_order():
    """In each round every series has a place of its own, and the order changes with the seed."""
    complaints, orders = [], set()
    for seed in ('1', '2', '3'):
        result = document(*SEVEN, '--seed', seed)
        places = [[series['samples'][r]['place'] for series in result['series']]
                  for r in range(result['rounds'])]
        complaints += [f'seed {seed}: the places of a round are {place}' for place in places
                       if sorted(place) != list(range(len(result['series'])))]
        orders.add(str(places))
    return complaints + cli.gate.expect(len(orders) == 3, 'the seed does not change the order')


# ---- statistics, computed again from the raw samples ----

def sign_rank(n, confidence=0.95):
    """The largest k for which the k-th smallest and largest value hold the median so surely."""
    below, rank, coverage = 0, 0, 0.0
    for k in range(1, n // 2 + 1):
        below += math.comb(n, k - 1)
        if 1 - 2 * below / 2**n < confidence:
            break
        rank, coverage = k, 1 - 2 * below / 2**n
    return rank, coverage


def expected_speedup(base, other, scale=1.0):
    logs = sorted(math.log(b / o) for b, o in zip(base, other))
    rank, coverage = sign_rank(len(logs))
    return {'low': scale * math.exp(logs[rank - 1]),
            'mid': scale * math.exp(statistics.median(logs)),
            'high': scale * math.exp(logs[-rank]), 'coverage': coverage}


def differs(told, expected, name):
    return [f'{name} {key} is {told[key]}, computed again {value}'
            for key, value in expected.items()
            if not math.isclose(told[key], value, rel_tol=1e-9, abs_tol=1e-12)]


def times_of(series):
    return [sample['ns'] for sample in series['samples']]


def expected_time(times):
    median = statistics.median(times)
    quartiles = statistics.quantiles(times, n=4, method='inclusive')
    return {'n': len(times), 'min': min(times), 'q1': quartiles[0], 'median': median,
            'q3': quartiles[2], 'max': max(times), 'mean': statistics.fmean(times),
            'mad': statistics.median(abs(value - median) for value in times)}


def check_series(series, base, times):
    """Everything of one series that follows from its samples and those of the base."""
    name = f'{series["role"]} {series["way"]} {series["workers"]}'
    told = series['statistics']
    workers = series['workers']
    grown = workers if series['role'] == 'weak' else 1
    complaints = differs(told['time_ns'], expected_time(times), name)
    for figure, scale in (('speedup', 1), ('efficiency', 1 / workers), ('ceiling', workers),
                          ('scaled_speedup', grown), ('scaled_efficiency', grown / workers)):
        if figure in told:
            complaints += differs(told[figure], expected_speedup(base, times, scale),
                                  f'{name} {figure}')
    if 'karp_flatt' in told:
        speedup = expected_speedup(base, times)['mid']
        fraction = (1 / speedup - 1 / workers) / (1 - 1 / workers)
        complaints += differs(told['karp_flatt'], {'mid': fraction}, f'{name} Karp-Flatt')
    return complaints


def check_statistics():
    complaints, seen = [], set()
    for runs in ('6', '7', '20'):
        result = document('--runs', runs, '--weak', '--workers', '1,2,3')
        base = times_of(result['series'][0])
        for series in result['series']:
            complaints += check_series(series, base, times_of(series))
            seen |= set(series['statistics'])
    expected = {'speedup', 'efficiency', 'scaled_speedup', 'scaled_efficiency', 'karp_flatt'}
    if cores() > 1:
        expected.add('ceiling')
    return complaints + [f'no {figure} was seen' for figure in expected - seen]


def check_amdahl():
    """Without noise the fit finds the fraction that the script computes with."""
    if cores() < 2:
        raise cli.gate.Skip('a law needs two cores')
    laws = document(*SEVEN, script='t1=1s,size=1e7,fraction=0.125')['laws']
    fractions = {law['way']: law['amdahl']['serial_fraction']['mid'] for law in laws}
    complaints = [f'{way}: a serial fraction of {fraction}' for way, fraction in fractions.items()
                  if not math.isclose(fraction, 0.125, abs_tol=1e-6)]
    return complaints + cli.gate.expect(set(fractions) == {'threads', 'processes'}, 'laws missing')


# ---- what is asked for and what the machine has ----

def check_oversubscribed():
    """Five worker counts give a USL where there are cores for four; else it says what it lacks."""
    result = document(*SEVEN, '--workers', '1,2,3,4,5')
    complaints = [f'{series["way"]} with {series["workers"]} of {cores()} cores'
                  for series in result['series']
                  if series['oversubscribed'] != (series['workers'] > cores())]
    fitted = {law['usl'] is not None for law in result['laws']}
    complaints += cli.gate.expect(fitted <= {cores() >= 4}, f'with {cores()} cores: USL {fitted}')
    text = compare(*SEVEN, '--workers', '1,2,3,4,5', env={'COLUMNS': '200'}).out
    few = f'it needs 4 worker counts within the cores, there are {cores()}'
    if 1 < cores() < 4 and few not in text:
        complaints.append(f'the text lacks: {few}')
    return complaints


def check_weak():
    """Weak scaling gives w workers w times the work."""
    result = document(*SEVEN, '--weak', '--workers', '1,2,4')
    sizes = {(series['way'], series['workers']): int(series['size'])
             for series in result['series'] if series['role'] == 'weak'}
    return [f'{way} with {workers}: size {size}' for (way, workers), size in sizes.items()
            if size != workers * 10**7] + cli.gate.expect(sizes, 'nothing was measured')


def check_kept():
    """The command, the seed and what was set stand in the JSON."""
    result = document(*SEVEN, '--seed', str(2**64 - 1), '--budget', '1.5s')
    expected = {'command_line': ['manyfold', 'compare', 'sum', '1e7', '--pretend', SCRIPT, *SEVEN,
                                 '--seed', str(2**64 - 1), '--budget', '1.5s', '--json', '-'],
                'seed': str(2**64 - 1)}
    complaints = [f'{name}: {result[name]}' for name, value in expected.items()
                  if result[name] != value]
    settings = document(*SEVEN, '--from', '17')['job']['settings']
    complaints += cli.gate.expect(settings['from'] == '17' and settings['kernel'], str(settings))
    return complaints + cli.gate.expect(result['settings']['budget_ns'] == 1_500_000_000, 'budget')


# What may differ between two runs of one command: how busy the machine was.
OF_THE_LOAD = ('load', 'doubts')


def check_again():
    """With SOURCE_DATE_EPOCH the same command writes the same, but for the load of the machine."""
    complaints = []
    documents = []
    for _ in range(2):
        ended = compare(*SEVEN, '--json', '-', env={'SOURCE_DATE_EPOCH': '1700000000'})
        result = ended.json()
        complaints += cli.gate.expect(result['created'] == '2023-11-14T22:13:20Z',
                                      f'created {result["created"]}')
        for name in OF_THE_LOAD:
            del result[name]
        documents.append(json.dumps(result))
    complaints += cli.gate.expect(documents[0] == documents[1], 'the JSON differs')
    tables = {compare(*SEVEN, '--csv', '-').out for _ in range(2)}
    return complaints + cli.gate.expect(len(tables) == 1, 'the CSV differs')


# ---- for real ----

def check_real():
    ended = cli.run('compare', 'sum', '3e7', '--budget', '2s', '--json', '-')
    result = ended.json()
    complaints = cli.fine(ended)
    for series in result['series']:
        if series['role'] == 'ceiling':
            continue
        expected = str(cli.triangle(1, int(series['size'])))
        if series['wrong'] or series['answer'] != expected:
            complaints.append(f'{series["way"]} with {series["workers"]}: {series["answer"]}')
        if not all(sample['ns'] > 0 for sample in series['samples']):
            complaints.append(f'{series["way"]}: a sample that took no time')
    complaints += cli.gate.expect(result['rounds'] >= 6, f'{result["rounds"]} rounds')
    return complaints + [f'left behind: {pid}' for pid in cli.left_behind()]


if __name__ == '__main__':
    cli.gate.main([
        ('the exit status says how it went, in JSON too', check_statuses),
        ('a way that fails costs its own series only', check_failed),
        ('what cannot be measured is refused before', check_limits),
        ('a way with another answer gets no speedup', check_wrong),
        ('the JSON follows the schema', check_schema),
        ('the CSV has a row for each sample, the same as in the JSON', check_csv),
        ('each round takes every series once, in an order from the seed', check_order),
        ('medians, quartiles, speedups and their intervals follow from the samples',
         check_statistics),
        ("Amdahl's fit finds the fraction of the script", check_amdahl),
        ('more workers than cores are marked and kept out of the USL', check_oversubscribed),
        ('weak scaling gives each worker the same work', check_weak),
        ('the command and its settings are kept', check_kept),
        ('SOURCE_DATE_EPOCH gives the same result again', check_again),
        ('a real comparison ends well and every answer is right', check_real),
    ])
