#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold sum`: the right number, the same one every way, and what the JSON says of the run."""

import json
import random

import cli

TOP = 2**64 - 1

# Ranges whose ends are where 32 and 64 bits, or a product of them, would overflow.
RANGES = [
    (1, 0), (1, 1), (0, 0), (0, 1), (1, 2), (5, 5), (1, 100),
    (1, 2**32 - 1), (1, 2**32), (1, 6074000999), (1, 6074001000),
    (2**63 - 1000, 2**63), (2**63, 2**63), (2**63 - 1, 2**63 + 1_000_000),
    (TOP - 1_000_000, TOP), (TOP - 1, TOP), (TOP, TOP), (2**32 - 5, 2**32 + 5),
]

SPELLINGS = ('10_000_000', '1e7', '1E7', '1e+7', '10M', '10000000', '0.01G', '10000k', '1.0e7',
             '100000e2', '010000000')


def sum_of(first, last, *options):
    return cli.run('sum', str(last), '--from', str(first), *options)


def check_ranges():
    return [problem for first, last in RANGES
            for problem in cli.fine(sum_of(first, last), f'{cli.triangle(first, last)}\n')]


def check_random():
    chance = random.Random(20)
    complaints = []
    for i in range(120 // cli.SLOWER):
        length = chance.randrange(2 ** chance.randrange(1, 24))
        first = chance.randrange(2 ** chance.randrange(1, 65) - 1)
        last = min(first + length, TOP)
        ended = sum_of(first, last, '--with', cli.WAYS[i % 3],
                       *(('--workers', str(1 + i % 7)) if i % 3 else ()))
        complaints += cli.fine(ended, f'{cli.triangle(first, last)}\n')
    return complaints


def check_spellings():
    return [problem for spelling in SPELLINGS
            for problem in cli.fine(cli.run('sum', spelling), f'{cli.triangle(1, 10**7)}\n')]


def check_issue_spellings():
    return [problem for spelling in ('1e10', '10_000_000_000', '10G', '10000000000')
            for problem in cli.fine(cli.run('sum', spelling), '50000000005000000000\n')]


def check_ways():
    """Three million is several items for each of 16 workers; 5 is fewer items than workers."""
    complaints = []
    for last in (30_000_000 // cli.SLOWER, 5):
        for workers in range(1, 17):
            for way in cli.WAYS[1:] + (('serial',) if workers == 1 else ()):
                ended = cli.run('sum', str(last), '--with', way, '--workers', str(workers))
                complaints += cli.fine(ended, f'{cli.triangle(1, last)}\n')
    return complaints + [f'left behind: {pid}' for pid in cli.left_behind()]


def check_kernels():
    complaints = []
    for kernel in ('auto', 'portable', 'avx2', 'avx512'):
        ended = sum_of(3, 20_000_001, '--kernel', kernel)
        if ended.status == cli.UNAVAILABLE:
            complaints += cli.one_line(ended, cli.UNAVAILABLE, '--kernel')
        else:
            complaints += cli.fine(ended, f'{cli.triangle(3, 20_000_001)}\n')
    return complaints


def ledger_complaints(result, items):
    """What does not add up in a ledger."""
    ledger = result['ledger']
    workers = ledger['workers']
    complaints = []
    if sum(worker['items'] for worker in workers) != ledger['items_done']:
        complaints.append('the items of the workers are not the items that were done')
    if items is not None and ledger['items_done'] != items:
        complaints.append(f'{ledger["items_done"]} items, expected {items}')
    if len(workers) != result['workers']:
        complaints.append('not one entry for each worker')
    for worker in workers:
        told = worker['startup_ns'] + worker['compute_ns'] + worker['wait_ns']
        if told > (ledger['open_ns'] + ledger['wall_ns']) * 1.05 + 1_000_000:
            complaints.append(f'a worker was busy for {told} ns of {ledger["wall_ns"]}')
    computed = [worker['compute_ns'] for worker in workers]
    if max(computed) > 0:
        balance = sum(computed) / len(computed) / max(computed)
        if abs(balance - ledger['load_balance']) > 0.001:
            complaints.append(f'load balance {ledger["load_balance"]}, by the workers {balance}')
    return complaints


def check_json():
    complaints = []
    last = 10_000_000
    items = {}
    for way in cli.WAYS:
        ended = cli.run('sum', str(last), '--with', way, '--json', '-', '--workers',
                        '1' if way == 'serial' else '2')
        result = ended.json()
        expected = {'schema': 'manyfold-sum-1', 'from': '1', 'to': str(last), 'way': way,
                    'sum': str(cli.triangle(1, last)), 'workers': 1 if way == 'serial' else 2}
        complaints += [f'{way}: {name} is {result.get(name)!r}' for name, value in expected.items()
                       if result.get(name) != value]
        complaints += [f'{way}: {text}' for text in ledger_complaints(result, items.get('n'))]
        items.setdefault('n', result['ledger']['items_done'])
    return complaints


def check_json_file(folder):
    path = folder / 'result.json'
    ended = cli.run('sum', '1000', '--json', str(path))
    complaints = cli.fine(ended, '500500\n')
    result = json.loads(path.read_text())
    if result['sum'] != '500500':
        complaints.append(f'the file says {result["sum"]}')
    return complaints + [f'{name} was left' for name in folder.iterdir() if name != path]


def check_quiet():
    return cli.fine(cli.run('sum', '1e6', '--quiet'), '500000500000\n') + \
        cli.fine(cli.run('sum', '1e6', '-q'), '500000500000\n')


def chosen(size, *options):
    result = cli.run('sum', size, '--json', '-', *options).json()
    return result['way'], result['workers']


def check_choice():
    """Two workers or more only where there are two, which doctor's own bounds decide."""
    granted = cli.run('compare', 'sum', '5', '--pretend', 't1=1s', '--runs', '1', '--json', '-')
    many = granted.json()['worker_bounds']['default_workers'] > 1
    complaints = []
    if chosen('1000') != ('serial', 1):
        complaints.append(f'1000: {chosen("1000")}')
    way, workers = chosen('3e9')
    if (way, workers > 1) != (('threads', True) if many else ('serial', False)):
        complaints.append(f'3e9: {way} with {workers}')
    if chosen('1000', '--with', 'threads', '--workers', '3') != ('threads', 3):
        complaints.append('what was asked for is not taken')
    return complaints


if __name__ == '__main__':
    cli.gate.main([
        ('ranges that end where integers overflow are summed exactly', check_ranges),
        ('random ranges are summed exactly', check_random),
        ('ten million can be written in many ways', check_spellings),
        ('1e10, 10_000_000_000, 10G and plain digits are the same', check_issue_spellings),
        ('every way with 1 to 16 workers prints the same sum', check_ways),
        ('every kernel gives the same sum or says that it is not available', check_kernels),
        ('--json - writes digits as strings and a ledger that adds up', check_json),
        ('--json FILE writes the file and prints the sum', cli.in_folder(check_json_file)),
        ('--quiet prints the sum alone', check_quiet),
        ('by default a small sum is serial and a large one uses threads', check_choice),
    ])
