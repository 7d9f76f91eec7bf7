#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold demo`: every demonstration runs, says what it saw, and claims nothing about time here."""

import os
import re
import resource
import signal

import cli

QUICK = ('--quick', '--runs', '2')
SAFE = ('a lock', 'an atomic addition', 'own sums, added at the end')


def listed():
    """The names that the list shows."""
    return re.findall(r'^  ([a-z][a-z-]+)  ', cli.run('demo', env={'COLUMNS': '120'}).out,
                      re.MULTILINE)


def shown(*arguments, **how):
    ended = cli.run('demo', *arguments, '--json', '-', **how)
    if ended.status != cli.DONE or ended.err:
        raise AssertionError(str(ended))
    return ended.json()


def figures(demonstration, name):
    """row: samples, of one figure."""
    return {row['name']: next(f['samples'] for f in row['figures'] if f['name'] == name)
            for row in demonstration['rows']}


def check_list():
    names = listed()
    offered = re.search(r'expected all, (.*?) or (\S+);', cli.run('demo', 'rase').err)
    return (cli.fine(cli.run('demo')) +
            cli.gate.expect(len(names) >= 15, f'listed: {names}') +
            cli.gate.expect(offered and offered[1].split(', ') + [offered[2]] == names,
                            f'offered and listed differ: {offered and offered[0]}, {names}'))


def check_texts():
    """Each shows its name, a table unless it is not for this machine, and a sentence."""
    complaints = []
    for name in listed():
        ended = cli.run('demo', name, *QUICK, '-q')
        complaints += cli.fine(ended)
        if not ended.out.startswith(f'{name}: ') or len(re.findall(r'\.\n', ended.out)) < 2:
            complaints.append(f'{name}: {ended.out}')
        if max(map(len, ended.out.splitlines()), default=0) > 130 or not ended.out.isascii():
            complaints.append(f'{name} is wide or not ASCII: {ended.out}')
    return complaints


def check_all():
    """One document with all of them, which the schema describes."""
    document = shown('all', *QUICK)
    found = document['demonstrations']
    return (cli.schema_complaints(document, 'demo-1') +
            cli.gate.expect([one['name'] for one in found] == listed(),
                            str([one['name'] for one in found])) +
            [f'{one["name"]} says nothing' for one in found if not one['said']] +
            [f'{one["name"]} has {one["rounds"]} rounds' for one in found
             if one['rounds'] != (0 if one['finding'] == 'not here' else 2)] +
            [f'{one["name"]}: an empty sample in {row["name"]}' for one in found
             for row in one['rows'] for figure in row['figures']
             if figure['samples'] is not None and len(figure['samples']) != 2])


def check_schema():
    schema = cli.json.loads(cli.gate.text(cli.gate.ROOT / 'schema' / 'demo-1.schema.json'))
    return cli.gate.undescribed(schema)


def check_race():
    """Guarded counters lose nothing; the unguarded one never gains."""
    race = shown('race', '--quick', '--runs', '20')['demonstrations'][0]
    lost = figures(race, 'lost')
    bare = lost.pop('no guard: load, add, store')
    return (cli.gate.expect(tuple(lost) == SAFE and not any(sum(each) for each in lost.values()),
                            f'lost: {lost}') +
            cli.gate.expect(all(0 <= n < 10000 for n in bare), f'lost without a guard: {bare}') +
            cli.gate.expect(race['finding'] == ('seen' if any(bare) else 'not seen'), str(race)))


def check_floats():
    """One sum from fixed blocks; several from blocks that follow the workers. No chance in it."""
    float_order = shown('float-order', *QUICK)['demonstrations'][0]
    answers = figures(float_order, 'answers')
    return cli.gate.expect(answers['fixed blocks, combined in order'] == [1, 1] and
                           answers['a block for each worker'][0] > 1 and
                           all(len(set(each)) == 1 for each in answers.values()), str(answers))


def check_crash():
    crash = shown('crash', *QUICK)['demonstrations'][0]
    return (cli.gate.expect(figures(crash, 'workers_lost') ==
                            {'processes': [0, 0], 'processes, one killed': [1, 1],
                             'threads, one killed': [None, None]}, str(crash['rows'])) +
            cli.gate.expect(figures(crash, 'items') ==
                            {'processes': [64, 64], 'processes, one killed': [64, 64],
                             'threads, one killed': [0, 0]}, str(crash['rows'])))


def check_copies():
    """Reading copies nothing, writing copies every page: that is counted and not timed."""
    copies = figures(shown('copy-on-write', *QUICK)['demonstrations'][0], 'page_faults')
    return cli.gate.expect(min(copies['child writes']) > max(copies['child reads']) and
                           min(copies['child writes']) > min(copies['child writes a tenth']),
                           str(copies))


def check_laws():
    """What the laws predict follows from the shares alone."""
    rows = shown('amdahl', 'gustafson', '--workers', '4', *QUICK)['demonstrations']
    amdahl = figures(rows[0], 'amdahl')
    gustafson = figures(rows[1], 'gustafson')
    near = lambda found, wanted: abs(found[0] - wanted) < 1e-9
    return cli.gate.expect(near(amdahl['50 % serial, 4 threads'], 1.6) and
                           near(amdahl['10 % serial, 2 threads'], 1 / 0.55) and
                           near(gustafson['50 % serial, size 4, 4 threads'], 2.5) and
                           near(gustafson['10 % serial, size 2, 2 threads'], 1.9),
                           f'{amdahl} {gustafson}')


def check_one_core():
    """On one processor, and with one worker, everything runs all the same."""
    core = min(os.sched_getaffinity(0))
    bound = shown('all', *QUICK, preexec_fn=lambda: os.sched_setaffinity(0, {core}), timeout=250)
    return (cli.gate.expect(bound['workers'] == 1, str(bound['workers'])) +
            [f'{pid} was left behind' for pid in cli.left_behind()])


def check_no_processes():
    """Where none may be started it says so in a line. Not for root, whom no limit binds."""
    if os.geteuid() == 0:
        raise cli.gate.Skip('root may start any number of processes')
    ended = cli.run('demo', 'race', *QUICK,
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (0, 0)))
    return cli.one_line(ended, cli.FAILED, 'race')


def check_little_memory():
    """An array that does not fit is an error in one line, and nothing is left behind."""
    if cli.SANITIZED:
        raise cli.gate.Skip('sanitizers need memory themselves')
    limit = 100 << 20
    ended = cli.run('demo', 'copy-on-write', '--runs', '1',
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    return (cli.one_line(ended, cli.FAILED, 'copy-on-write', 'memory') +
            [f'{pid} was left behind' for pid in cli.left_behind()])


def check_interrupted():
    """Ctrl-C ends it, and the workers with it."""
    process = cli.start('demo', 'oversubscription', 'all', '--runs', '101')
    if not cli.wait_for(lambda: cli.children(process.pid)):
        return ['no child was forked']
    cli.wait_until_catches(process)
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process)
    return (cli.gate.expect(ended.status == -signal.SIGINT, str(ended)) +
            [f'{pid} was left behind' for pid in cli.left_behind()])


def check_twice():
    """A demonstration that is named twice, or by all as well, is shown once."""
    found = shown('numa', 'numa', *QUICK)['demonstrations']
    return cli.gate.expect([one['name'] for one in found] == ['numa'], str(found))


def check_wrong():
    return (cli.refused(cli.run('demo', 'rase'), 'rase', 'race') +
            cli.refused(cli.run('demo', 'race', '--runs', '0'), '--runs') +
            cli.refused(cli.run('demo', 'race', '--workers', '65'), '--workers') +
            cli.one_line(cli.run('demo', 'numa', '--json', '/nowhere/x.json'), cli.OUTPUT,
                         '--json', '/nowhere'))


cli.gate.main([
    ('without a name, all demonstrations are listed', check_list),
    ('each demonstration says what it saw', check_texts),
    ('the JSON of all of them is as the schema says', check_all),
    ('every field of the schema is explained', check_schema),
    ('counters with a guard lose no increment', check_race),
    ('sums of fixed blocks do not depend on the workers, others do', check_floats),
    ('a killed process costs a worker, a killed thread the program', check_crash),
    ('a child that reads copies no page, one that writes copies all', check_copies),
    ('what the laws predict follows from the shares', check_laws),
    ('all run on one core, and leave no process behind', check_one_core),
    ('where no process may be forked it says so', check_no_processes),
    ('too little memory is said in a line', check_little_memory),
    ('an interrupt ends a demonstration and its workers', check_interrupted),
    ('a demonstration is shown once', check_twice),
    ('what is not known is refused', check_wrong),
])
