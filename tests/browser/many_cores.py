# SPDX-License-Identifier: Apache-2.0
"""The lab of a machine with many cores that nobody needs to have: its documents are as long as there.

Comparisons are scripted, forests are small, and what each worker did is made up digit by digit, as a
clock has it: numbers that are alike would pack better than those of a run do.
"""

import json
import random
import subprocess

SPANS_MOST = 512  # of a ledger, as src/report/json.h has it
SPANS_OF_WORKER = 64

SCRIPT = 't1=3s,noise=0.03,fraction=0.01,start=20us,launch=400ms'
WAYS = 'serial,threads,processes,mpi'
ROUNDS = '12'  # more than a lab takes, of whose time a round has the most


def document(command, folder, *words):
    path = folder / 'document.json'
    subprocess.run([command, *words, '--json', path], check=True, capture_output=True, cwd=folder,
                   timeout=120)
    return json.loads(path.read_text())


def some(chance, most):
    return int(most * (0.5 + chance.random() / 2))


def fill_ledger(ledger, workers, chance):
    ledger['workers'] = [{'items': some(chance, 4000), 'startup_ns': some(chance, 900_000),
                          'compute_ns': some(chance, 300_000_000), 'wait_ns': some(chance, 9_000_000),
                          'combine_ns': some(chance, 80_000)} for _ in range(workers)]
    ledger['load_balance'] = round(chance.random(), 12)
    for name in ('open_ns', 'combine_ns', 'cpu_ns'):
        ledger[name] = some(chance, 1_000_000)


def fill_spans(ledger, workers, chance):
    """As many as there may be."""
    ledger['wall_ns'] = 400_000_000
    of_worker = SPANS_OF_WORKER
    while of_worker * workers > SPANS_MOST:
        of_worker //= 2
    step = ledger['wall_ns'] // of_worker
    ledger['spans'] = []
    for worker in range(workers):
        for i in range(of_worker):
            start, length = i * step + some(chance, step // 9), some(chance, step // 2)
            first = some(chance, 4000)
            ledger['spans'].append({
                'worker': worker, 'items': some(chance, 60), 'first_item': first,
                'last_item': first + some(chance, 5000), 'start_ns': start, 'end_ns': start + length,
                'compute_ns': length - some(chance, 9000), 'deaths': 0})


def within_cores(compared, cores, chance):
    """The comparison as on a machine with so many cores."""
    compared['settings']['cores'] = cores
    for series in compared['series']:
        series['oversubscribed'] = False
        for sample in series['samples']:
            sample['ledger'].pop('spans', None)
            sample['cpu_ns'], sample['peak_bytes'] = some(chance, 10**9), some(chance, 10**8)
            fill_ledger(sample['ledger'], series['workers'], chance)
    drawn = min((series for series in compared['series'] if series['role'] == 'strong' and
                 series['workers'] > 1), key=lambda series: series['statistics']['time_ns']['median'])
    fill_spans(drawn['samples'][-1]['ledger'], drawn['workers'], chance)
    return compared


def lab(command, folder, cores, like):
    """The results of such a lab; `like` are those of a small one."""
    chance = random.Random(cores)
    counts = [str(1 << i) for i in range(cores.bit_length()) if 1 << i <= cores]
    compare = ('--with', WAYS, '--workers', ','.join(counts), '--runs', ROUNDS, '--pretend', SCRIPT)
    small = ('--test-size', '0.85')
    made = {
        'sum': within_cores(document(command, folder, 'compare', 'sum', '1e10', '--weak', *compare),
                            cores, chance),
        'search-compared': within_cores(document(command, folder, 'compare', 'sum', '1', *compare),
                                        cores, chance),
        'train': document(command, folder, 'train', 'ames', *small),
        'search': document(command, folder, 'tune', 'ames', '--recipe', 'ames', *small),
    }
    for name in ('train', 'search'):
        fill_ledger(made[name]['ledger'], cores, chance)
        fill_spans(made[name]['ledger'], cores, chance)
    for part in like['documents']:
        part['document'] = made[part['name']]
    return like
