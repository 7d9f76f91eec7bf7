#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Wrong usage: status 2, one line on stderr that names what is wrong, nothing on stdout."""

import re

import cli
import tables

PRETEND = ('--pretend', 't1=1s')
BIG = str(2**64 - 1)

# Each: the arguments, and words that the message has to hold.
SUMS = [
    (['-1'], ['N', '-1', 'negative']),
    ([''], ['N', '""', 'empty']),
    (['abc'], ['N', 'abc']),
    (['1e400'], ['N', '1e400', 'too large']),
    (['1.5'], ['N', '1.5', 'whole number']),
    ([str(2**64)], ['N', 'too large', '18_446_744_073_709_551_615']),
    (['18.5E'], ['N', 'too large']),
    (['3x'], ['N', '3x', 'unit']),
    ([' 3'], ['N', 'blank']),
    (['3 '], ['N', 'blank']),
    (['0x10'], ['N', '0x10']),
    (['1__000'], ['N', '1__000']),
    (['1,000'], ['N', '1,000']),
    (['nan'], ['N', 'nan']),
    (['inf'], ['N', 'inf']),
    (['\u0661'], ['N']),  # a digit, but not one of ours
    (['9' * 100_000], ['N']),
    (['1\n2'], ['N', r'1\x0a2']),
    (['1\x1b[31m'], ['N', r'\x1b']),
    ([b'\xff\xfe'], ['N']),
    ([], ['N is missing', 'manyfold sum']),
    (['5', '6'], ['6', 'too many']),
    (['5', '--from', '7'], ['--from', '7', '5']),
    (['5', '--from=-1'], ['--from', '-1', 'negative']),
    (['5', '--workers', '0'], ['--workers', '0']),
    (['5', '--workers', '-1'], ['--workers', '-1', 'negative']),
    (['5', '--workers', '3x'], ['--workers', '3x']),
    (['5', '--workers', '1e9'], ['--workers', '1e9', 'too large']),
    (['5', '--workers', '1025'], ['--workers', '1025', '1_024']),
    (['5', '--workers', '1,2'], ['--workers', '1,2']),
    (['5', '-j', '0'], ['-j', '--workers']),
    (['5', '--hosts', 'a:2'], ['--hosts', '--with mpi']),
    (['5', '--with', 'mpi', '--hosts', '-oProxyCommand=x:2'], ['--hosts', '-oProxyCommand', 'a:2,b:2']),
    (['5', '--with', 'mpi', '--hosts', 'a;b'], ['--hosts', 'a;b']),
    (['5', '--with', 'mpi', '--hosts', '$(id):2'], ['--hosts', '$(id)']),
    (['5', '--with', 'mpi', '--hosts', 'a:0'], ['--hosts', 'a:0']),
    (['5', '--with', 'mpi', '--hosts', 'a:2,'], ['--hosts', 'a:2,']),
    (['5', '--with', 'mpi', '--hosts', ''], ['--hosts', '""']),
    (['5', '--with', 'mpi', '--hosts', 'a:1,b', '-j3'], ['--hosts', 'room for 2 ranks']),
    (['5', '--with', 'mpi', '--threads-per-rank', '2', '-j', '3'], ['--threads-per-rank', 'multiple']),
    (['5', '--with', 'fork'], ['--with', 'fork', 'serial', 'threads', 'processes']),
    (['5', '--with', 'thread'], ['--with', 'did you mean threads?']),
    (['5', '--with', ''], ['--with', '""']),
    (['5', '--kernel', 'avx3'], ['--kernel', 'avx3']),
    (['5', '--color', 'sometimes'], ['--color', 'sometimes']),
    (['5', '--progress', 'on'], ['--progress', 'on']),
    (['5', '--json', ''], ['--json', 'empty']),
    (['5', '--json'], ['--json', 'missing', 'FILE']),
    (['5', '--with', '--json', 'x'], ['--with', 'missing']),
    (['5', '--wrokers', '2'], ['--wrokers', 'did you mean --workers?']),
    (['5', '--frobnicate'], ['--frobnicate', 'manyfold sum --help']),
    (['5', '-Z'], ['-Z']),
    (['5', '--quiet=yes'], ['--quiet', 'takes no value', 'yes']),
    (['5', '--work', '2'], ['--work']),  # names are never abbreviated
    (['5', '--', '--quiet'], ['--quiet', 'too many']),
    (['5', '--budget', '1s'], ['--budget']),  # an option of another verb
]

COMPARES = [
    ([], ['JOB is missing']),
    (['sum'], ['N is missing']),
    (['sun', '5'], ['JOB', 'sun', 'did you mean sum?']),
    (['sum', '0'], ['N', '0', 'too small']),
    (['sum', '1.5'], ['N', '1.5']),
    (['sum', '5', '6'], ['6', 'too many']),
    (['sum', '5', '--from', '6'], ['--from', '6', '5']),
    (['sum', BIG, '--from', '0'], ['2^64']),
    (['sum', '5', '--with', 'threads,threads'], ['--with', 'threads', 'twice']),
    (['sum', '5', '--with', 'threads,'], ['--with', '""']),
    (['sum', '5', '--with', 'serial;threads'], ['--with', 'serial;threads']),
    (['sum', '5', '--workers', '1,1'], ['--workers', '1', 'twice']),
    (['sum', '5', '--workers', '1,,2'], ['--workers', 'empty']),
    (['sum', '5', '--workers', '1,2,0'], ['--workers', '0']),
    (['sum', '5', '--workers', ','.join(map(str, range(1, 200)))], ['--workers', 'too long']),
    (['sum', '5', '--workers', '1, 2'], ['--workers', 'blank']),
    (['sum', '5', '--precision', '0'], ['--precision', 'too small']),
    (['sum', '5', '--precision', '101%'], ['--precision', '101%', 'too large']),
    (['sum', '5', '--budget', '8d'], ['--budget', '8d', 'too large', '7d']),
    (['sum', '5', '--budget', '1 s'], ['--budget', 'blank']),
    (['sum', '5', '--budget', '1year'], ['--budget', '1year', 'unit']),
    (['sum', '5', '--runs', '100001'], ['--runs', '100_000']),
    (['sum', '5', '--min-runs', '9', '--max-runs', '8'], ['--min-runs', '9', '--max-runs', '8']),
    (['sum', '5', '--json', '-', '--csv', '-'], ['--json', '--csv']),
    (['sum', '5', '--pretend', 't9=1s'], ['--pretend', 't9']),
    (['sum', '5', '--pretend', 't1=fast'], ['t1', 'fast']),
    (['sum', '5', '--pretend', 'wrong'], ['--pretend', 'wrong']),
]

PROGRAMS = [
    (['sun', '5'], ['sun', 'did you mean "manyfold sum"?']),
    (['compair', 'sum', '5'], ['compair', '"manyfold compare"']),
    (['halp'], ['halp', '"manyfold help"']),
    (['frobnicate'], ['frobnicate', 'manyfold --help']),
    ([''], ['""']),
    (['SUM', '5'], ['SUM']),
    (['--vresion'], ['--vresion', 'did you mean --version?']),
    (['-x'], ['-x']),
    (['-v'], ['-v', 'did you mean --version (-V)?']),
    (['version', 'now'], ['version', 'manyfold --help']),
    (['sum', '5', '-Q'], ['-Q', 'did you mean --quiet (-q)?']),
    (['--quiet', 'sum', '5'], ['--quiet']),
    (['doctor', 'who'], ['who', 'too many']),
    (['lab', 'flats.csv'], ['flats.csv', 'too many', '--data FILE']),
    (['diff', 'a.db', '1', '2'], ['"2"', 'too many', 'FILE.db:RUN']),
    (['doctor', '--breif'], ['--breif', 'did you mean --brief?']),
    (['completion'], ['SHELL is missing']),
    (['completion', 'tcsh'], ['SHELL', 'tcsh', 'bash', 'zsh', 'fish']),
    (['completion', 'bahs'], ['bahs', 'did you mean bash?']),
    (['man', 'sun'], ['sun', 'did you mean']),
    (['man', 'sum', 'compare'], ['compare', 'too many']),
    (['help', 'frobnicate'], ['frobnicate']),
]

# Spellings that users of other tools try, and the count that each stands for (None: none).
COUNTS = [('-1', None), ('0', 0), ('1e9', 10**9), ('2147483648', 2**31), (str(2**63), 2**63),
          ('', None), ('3x', None), (' 3', None), ('1e3', 1000)]

# Every option that takes a number: its smallest and largest value, in what a bare number counts.
NUMBERS = {
    ('sum', '--from'): (0, 2**64 - 1),
    ('sum', '--workers'): (1, 1024),
    ('sum', '--threads-per-rank'): (1, 1024),
    ('compare', '--workers'): (1, 1024),
    ('compare', '--from'): (0, 2**64 - 1),
    ('compare', '--precision'): (1e-9, 1),
    ('compare', '--budget'): (0, 7 * 24 * 3600),
    ('compare', '--warmup'): (1, 1000),
    ('compare', '--runs'): (1, 100_000),
    ('compare', '--min-runs'): (1, 100_000),
    ('compare', '--max-runs'): (1, 100_000),
    ('compare', '--min-sample'): (0, 3600),
    ('compare', '--seed'): (0, 2**64 - 1),
    ('train', '--test-size'): (0, 0.999),
    ('train', '--seed'): (0, 2**32 - 1),
    ('train', '--permutation'): (1, 1000),
    ('train', '--n-estimators'): (1, 2**20),
    ('train', '--max-depth'): (1, 2**31 - 1),
    ('train', '--max-leaf-nodes'): (2, 2**32 - 1),
    ('train', '--random-state'): (0, 2**32 - 1),
    ('train', '--workers'): (1, 1024),
    ('train', '--threads-per-rank'): (1, 1024),
    ('predict', '--workers'): (1, 1024),
    ('tune', '--trials'): (1, 1_000_000),
    ('tune', '--factor'): (2, 1000),
    ('tune', '--min-resource'): (2, 14),  # rows to learn from
    ('tune', '--test-size'): (0.001, 0.999),
    ('tune', '--seed'): (0, 2**32 - 1),
    ('tune', '--n-estimators'): (1, 2**20),
    ('tune', '--max-depth'): (1, 2**31 - 1),
    ('tune', '--max-leaf-nodes'): (2, 2**32 - 1),
    ('tune', '--random-state'): (0, 2**32 - 1),
    ('tune', '--max-time'): (1e-9, 366 * 24 * 3600),
    ('tune', '--max-trials'): (1, 1_000_000),
    ('tune', '--workers'): (1, 1024),
    ('tune', '--threads-per-rank'): (1, 1024),
    ('lab', '--workers'): (1, 1024),
    ('lab', '--seed'): (0, 2**32 - 1),
    ('lab', '--budget'): (0.001, 7 * 24 * 3600),
    ('diff', '--threshold'): (0, 1),
    ('demo', '--workers'): (1, 64),
    ('demo', '--runs'): (1, 101),
    ('sbatch', '--nodes'): (1, 100_000),
    ('sbatch', '--ntasks-per-node'): (1, 1024),
    ('sbatch', '--threads-per-rank'): (1, 1024),
    ('sbatch', '--time'): (60, 366 * 24 * 3600),
    ('remote', '--tries'): (0, 100_000),
}

NUMERIC_ARGUMENTS = ('A', 'N', 'TIME', 'SHARE')


def check_table(verb, table, *more):
    return [problem for arguments, words in table
            for problem in cli.refused(cli.run(*verb, *arguments, *more), *words)]


def check_sums():
    return check_table(['sum'], SUMS)


def check_compares():
    return check_table(['compare', *PRETEND], COMPARES)


def check_programs():
    return check_table([], PROGRAMS)


def numeric_options():
    """The options that take a number, as the help lists them. Those of compare tune are tune's."""
    found = set()
    for verb in cli.VERBS:
        words = ('compare', 'sum') if verb == 'compare' else (verb,)
        for name, argument in re.findall(r'^  (?:-\w, |    )(--[\w-]+) ([A-Z|]+)',
                                         cli.run(*words, '--help').out, re.MULTILINE):
            if argument in NUMERIC_ARGUMENTS or name == '--workers':
                found.add((verb, name))
    return found


def forest_command(verb, option, text):
    """The same for verbs with a forest. TABLE and MODEL are made once, in a folder."""
    if verb == 'predict':
        return ['predict', '--model', MODEL, TABLE, '-q', option, text]
    few = () if option == '--n-estimators' else ('--n-estimators', '1')
    searched = {'--trials': 'random', '--factor': 'halving', '--min-resource': 'halving'}
    what = ('--grid', 'min_samples_leaf=1,2', '--search', searched.get(option, 'grid'))
    return [verb, TABLE, '--target', 'price', '-q', *few, *(what if verb == 'tune' else ()),
            option, text]


def command_with(verb, option, text, count):
    """A command that ends soon when the value is good."""
    if verb in ('train', 'predict', 'tune'):
        return forest_command(verb, option, text)
    if verb == 'lab':  # a table that is not there ends it before it takes long
        return ['lab', '--data', '/nowhere/x', '--recipe', '/nowhere/y', option, text]
    if verb == 'diff':
        return ['diff', RESULT, RESULT, '-q', option, text]
    if verb == 'demo':
        return ['demo', 'numa', '--quick', '-q', option, text]
    if verb in ('sbatch', 'remote'):
        return {'sbatch': ['sbatch', option, text, '--', 'sum', '5'],
                'remote': ['remote', 'there', option, text, '--help']}[verb]
    last = str(min((count or 0) + 5, 2**64 - 1)) if option == '--from' else '5'
    if verb == 'sum':
        way = ('--with', 'threads' if option == '--workers' else 'serial')
        return ['sum', last, *way, option, text]
    # --min-runs must not be above --max-runs, which by itself is 1,000.
    other = {'--min-runs': ('--max-runs', '100000'), '--max-runs': ('--min-runs', '1')}
    short = () if option in ('--runs', '--min-runs', '--max-runs') else ('--runs', '1')
    return ['compare', 'sum', last, *PRETEND, '--with', 'serial', '--no-break-even', '--quiet',
            *short, *other.get(option, ()), option, text]


@cli.in_folder
def check_numbers(folder):
    global TABLE, MODEL, RESULT
    TABLE, MODEL = tables.houses(folder / 'houses.csv', rows=20), str(folder / 'model')
    RESULT = str(folder / 'result.json')
    cli.run('compare', 'sum', '9', *PRETEND, '--runs', '1', '--json', RESULT)
    cli.run('train', TABLE, '--target', 'price', '--model', MODEL, *tables.QUICK)
    complaints = [f'{verb} {option} is in the help and not in the table, or the other way round'
                  for verb, option in set(NUMBERS) ^ numeric_options()]
    for (verb, option), (least, most) in NUMBERS.items():
        for text, count in COUNTS:
            ended = cli.run(*command_with(verb, option, text, count))
            if count is None or not least <= count <= most:
                complaints += cli.refused(ended, option)
            elif option in ended.err if verb == 'lab' else ended.status != cli.DONE:
                complaints.append(str(ended))
    return complaints


def check_unavailable():
    """A way that is known but not there is no wrong usage: it has a status of its own."""
    return [problem for verb in ((), ('compare',))
            for problem in cli.one_line(cli.run(*verb, 'sum', '5', '--with', 'mpi', env=cli.NO_MPI),
                                        cli.UNAVAILABLE, 'mpi')]


def check_help_wins():
    """Who asks for help gets it, whatever else stands in the command before it is looked at."""
    return [problem for arguments in (['sum', '--help', '--frobnicate'], ['sum', '5', '6', '-h'],
                                      ['compare', '--help'])
            for problem in cli.fine(cli.run(*arguments))]


if __name__ == '__main__':
    cli.gate.main([
        ('every wrong `sum` is refused by name', check_sums),
        ('every wrong `compare` is refused by name', check_compares),
        ('every wrong verb, option and argument of the rest is refused by name', check_programs),
        ('nine spellings of numbers are taken or refused by every option that counts',
         check_numbers),
        ('a way that is not there ends with its own status', check_unavailable),
        ('--help wins over what is wrong behind it', check_help_wins),
    ])
