#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold tune` while it runs: what it announces, limits, Ctrl-C, and how it goes on."""

import json
import math
import os
import pty
import re
import shlex
import signal

import cli
from searches import GRID, houses, result, tune, without_times

# Whoever starts this interrupts it. What is announced of all trials is more than goes into a pipe.
ENDLESS = ('--grid', 'random_state=' + ','.join(map(str, range(1000))), '--grid', 'max_depth=3,none',
           '--n-estimators', '500')


def check_verbose(folder):
    """A line for each trial, once; --quiet wins."""
    table = houses(folder)
    ended = tune(*table, *GRID, '--verbose', '--json', '-')
    told = {}
    for line in ended.err.splitlines():
        number, params, score = re.fullmatch(
            rf'trial (\d+) \({len(told) + 1} of 12\): (.*): rmse (\S+)', line).groups()
        told[int(number)] = (params, float(score))
    wanted = {t['trial']: (' '.join(f'{name}={"none" if value is None else value}'
                                    for name, value in t['params'].items()),
                           t['scores']['rmse']['mean']) for t in ended.json()['trials']}
    return (cli.gate.expect(told == wanted and len(ended.err.splitlines()) == 12, ended.err) +
            cli.fine(tune(*table, *GRID, '--verbose', '-q')))


def on_terminal(*arguments):
    """What a search shows on a terminal until it knows how long it takes; it is then interrupted."""
    master, slave = pty.openpty()
    process = cli.start('tune', *arguments, stderr=slave, env={'TERM': 'xterm'})
    os.close(slave)
    shown = b''
    try:
        while piece := os.read(master, 4096):
            told = b'left' in shown
            shown += piece
            if not told and b'left' in shown:
                process.send_signal(signal.SIGINT)
    except OSError:
        pass  # the other end is closed
    cli.finish(process)
    os.close(master)
    return shown


def check_best_so_far(folder):
    """The best so far may be one that was in the journal."""
    search = (*houses(folder, 2000), '--n-estimators', '2000', '--journal', str(folder / 'search.db'),
              '--grid')
    best = result(*search, 'min_samples_leaf=1')['best']['scores']['rmse']['mean']
    leaves = ','.join(map(str, range(41, 141)))
    shown = on_terminal(*search, f'min_samples_leaf=1,{leaves}', '--no-share')
    told = {float(word.replace(b',', b'')) for word in re.findall(rb'best rmse ([\d,.]+)', shown)}
    return cli.gate.expect(told and all(math.isclose(one, best, rel_tol=1e-3) for one in told),
                           f'{best}, but: {shown[:300]!r}')


def check_progress(folder):
    """On a terminal one line tells how far it is, and is cleared; elsewhere, within 30 s, none."""
    table = houses(folder, 200)
    complaints = cli.fine(tune(*table, *GRID, '--progress', 'always', '--json', '-'))
    shown = on_terminal(*table, *ENDLESS)
    return complaints + cli.gate.expect(
        re.match(rb'\r\x1b\[K[\d,]+ of 2,000 trials done', shown) and
        b'\r\x1b[Kmanyfold: ' in shown and shown.count(b'\n') == 1, f'shown: {shown[:300]!r}')


# ---- stopping and going on ----

def check_going_on(folder):
    """A search that is stopped and started until it ends has the trials of one that never was."""
    table = houses(folder)
    journal = ('--journal', str(folder / 'search.db'))
    whole = result(*table, *GRID)
    kept, steps = -1, 0
    while kept < 12 and steps < 12:
        found = result(*table, *GRID, *journal, '--max-trials', '5')
        if found['journal']['trials_kept'] <= kept:
            return [f'it stays at {kept} trials']
        kept, steps = found['journal']['trials_kept'], steps + 1
    complaints = cli.gate.expect(steps >= 3 and found['journal']['known'], f'{steps} steps')
    states = {trial['state'] for trial in found['trials']}
    complaints += cli.gate.expect(states == {'kept'} and found['end'] == 'done' and
                                  without_times(found['trials']) ==
                                  without_times(whole['trials']), str(states))
    page = tune(*table, *GRID, *journal)
    return complaints + cli.gate.expect('all trials were there, so nothing was run' in page.out,
                                        page.out)


def check_differences(folder):
    """Another seed is another study, and it is said what is different."""
    table = houses(folder)
    journal = ('--journal', str(folder / 'search.db'))
    result(*table, *GRID, *journal)
    found = result(*table, *GRID, *journal, '--seed', '43')
    page = tune(*table, *GRID, *journal, '--seed', '44').out
    complaints = cli.gate.expect(
        'seed was 42, is 43' in found['journal']['differences'] and
        not found['journal']['known'] and found['journal']['trials_kept'] == 0 and
        # Of the two as near, the last.
        'from run 2: seed was 43, is 44' in ' '.join(page.split()), f'{found["journal"]} {page}')
    much = (*table, *GRID, *journal, '--drop', 'size', '--score', 'mae', '--min-samples-leaf', '2',
            '--criterion', 'squared_error', '--bootstrap', 'false', '--cv')
    found = result(*much, '2')['journal']
    page = ' '.join(tune(*much, '3', '--seed', '45', '--max-leaf-nodes', '9', '--encode', 'onehot',
                         '--impute', 'most-frequent').out.split())
    return complaints + cli.gate.expect(
        found['differences'][:3] == ['drop was number, is number, size', 'validation was test_size '
                                     '0.3, is 2 folds', 'scores was rmse, mse, mae, mape, r2, is mae'] and
        len(found['differences']) == 4 and found['settings_changed'] == 6 and
        'seed was 42, is 45' in page and 'and 2 more, see manyfold runs show' in page,
        f'{found} {page}')


def check_no_time(table, folder):
    """Where no trial was finished, --quiet says why there is nothing, and --model as well."""
    asked = (*table, *GRID, '--cv', '10', '--max-time', '1ns', '-q')
    why = '--max-time was used up before one of 12 trials was finished'
    ended = tune(*asked)
    return (cli.gate.expect((ended.status, ended.out, ended.err) ==
                            (cli.DONE, '', f'manyfold: {why}\n'), str(ended)) +
            cli.one_line(tune(*asked, '--model', str(folder / 'model')), cli.USAGE,
                         f'--model: {why}'))


def check_limits(folder):
    """Status 0, and the best is called the best so far."""
    table = houses(folder, 400)
    complaints = []
    for limit in (('--max-trials', '2'), ('--max-time', '1ms')):
        ended = tune(*table, *GRID, '--cv', '10', *limit)
        said = ' '.join(ended.out.split())
        complaints += cli.fine(ended) + cli.gate.expect(
            limit[0] in said and ('best so far' in said or 'stopped before one of' in said) and
            '--journal FILE.db' in said or 'before one trial was finished' in said, ended.out)
    brief = tune(*table, *GRID, '--max-trials', '2', '--cv', '10', '-q')
    complaints += cli.gate.expect(
        brief.out.endswith(' end=trials\n') and brief.err.count('\n') == 1 and
        re.search(r'--max-trials was reached when \d+ of 12 trials w', brief.err), str(brief))
    complaints += check_no_time(table, folder)
    found = result(*table, *GRID, '--max-trials', '2', '--cv', '10')
    done = [t for t in found['trials'] if t['state'] == 'done']
    return complaints + cli.gate.expect(
        found['end'] == 'trials' and 2 <= len(done) < 12 and
        sorted(t['rank'] for t in done) == list(range(1, len(done) + 1)), str(found['end']))


def interrupted(*arguments):
    """Interrupts when a trial is announced; how it ended, with what it said but for trials."""
    process = cli.start('tune', *arguments, '--verbose')
    told = b''
    while told.count(b'\n') < 1:
        told += os.read(process.stderr.fileno(), 4096)
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process)
    said = told.decode() + ended.err
    ended.err = ''.join(line + '\n' for line in said.splitlines() if not line.startswith('trial '))
    return ended


def check_interrupted(folder):
    table = houses(folder, 200)
    journal = ('--journal', str(folder / 'search.db'))
    complaints = []
    for more, words in (((), ['interrupted; ', ' of 2,000 trials ', ' finished']),
                        (journal, [' kept, to go on: manyfold tune', 'search.db'])):
        ended = interrupted(*table, *ENDLESS, *more)
        complaints += cli.one_line(ended, -signal.SIGINT, *words)
        said = ' '.join(ended.out.split())
        complaints += cli.gate.expect('Best so far' in said and 'Interrupted: ' in said, ended.out)
    command = ended.out.splitlines()[-1].strip()
    complaints += cli.gate.expect('To go on from here' in ended.out and
                                  command.startswith('manyfold tune '), ended.out)
    found = cli.run(*shlex.split(command)[1:], '--max-time', '1ms', '-q', '--json', '-').json()
    return complaints + cli.gate.expect(found['journal']['known'] and
                                        found['journal']['trials_kept'] >= 1,
                                        str(found['journal']))


def check_interrupted_model(folder):
    """The search is whole, and shown; only the training on all rows was interrupted.

    Where that was done before we interrupted it, it is to take longer.
    """
    out = folder / 'out.json'
    for trees in (6000, 12000, 24000):
        ended = interrupted(*houses(folder, 3000), '--grid', 'max_depth=none', '--test-size', '0.99',
                            '--n-estimators', str(trees), '--model', str(folder / 'model'), '--json', str(out))
        if ended.status != cli.DONE:
            break
        (folder / 'model').unlink()
    complaints = cli.one_line(ended, -signal.SIGINT, '1 of 1 trial was finished',
                              'no model was written')
    if complaints or not out.exists():
        return complaints or ['no JSON']
    found = json.loads(out.read_text())
    return cli.gate.expect(found['end'] == 'done' and found['model'] is None and
                           '\nBest\n' in ended.out and not (folder / 'model').exists(),
                           f'{found["end"]} {ended}')


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('--verbose announces each trial once', folder(check_verbose)),
        ('a terminal shows how far it is', folder(check_progress)),
        ('the best so far may be in the journal', folder(check_best_so_far)),
        ('a search that is stopped goes on until it is whole', folder(check_going_on)),
        ('what differs from the study before is named', folder(check_differences)),
        ('limits end with status 0 and the best so far', folder(check_limits)),
        ('Ctrl-C keeps what is finished and tells how to go on', folder(check_interrupted)),
        ('Ctrl-C while the best is trained leaves the search', folder(check_interrupted_model)),
    ])
