#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold data`: what is in a table, and the data sets that are embedded.

    test_data.py COMMAND none --regenerate     writes the expected pages anew
"""

import csv
import json
import statistics
import sys

import cli
import tables

GOLDEN = cli.gate.ROOT / 'tests' / 'cli' / 'golden'
AMES = cli.gate.ROOT / 'data' / 'ames.csv'


def data(*arguments, **how):
    return cli.run('data', *arguments, **how)


def described(*arguments):
    ended = data('describe', *arguments, '--json', '-')
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return ended.json()


def check_show(folder):
    complaints = []
    for arguments in (('show',), ('show', 'ames')):
        ended = data(*arguments)
        complaints += cli.gate.expect(ended.status == cli.DONE and not ended.err and
                                      ended.raw == AMES.read_bytes(), str(ended)[:200])
    return complaints


def check_list():
    ended = data('list')
    return cli.fine(ended) + cli.gate.expect('ames' in ended.out and 'Sale_Price' in ended.out and
                                             'MIT' in ended.out, ended.out)


def check_ames():
    """Each column as plain Python finds it."""
    found = described()
    with open(AMES, newline='', encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
    complaints = cli.gate.expect(found['rows'] == len(rows) == 2930, str(found['rows']))
    for column in found['columns']:
        present = [row[column['name']] for row in rows if row[column['name']] != 'None']
        complaints += cli.gate.expect(
            column['missing'] == len(rows) - len(present) and
            column['distinct'] == len(set(present)), f'{column["name"]}: {column}')
        if column['kind'] == 'number':
            numbers = [float(text) for text in present]
            expected = (min(numbers), statistics.median(numbers), max(numbers))
            summary = column['numbers']
            complaints += cli.gate.expect(
                (summary['least'], summary['median'], summary['most']) == expected and
                sum(summary['bins']) == len(numbers), f'{column["name"]}: {summary}')
        else:
            top = column['most_frequent'][0]
            complaints += cli.gate.expect(
                top['rows'] == present.count(top['category']) ==
                max(present.count(category) for category in set(present)),
                f'{column["name"]}: {top}')
    kinds = [column['kind'] for column in found['columns']]
    return complaints + cli.gate.expect((kinds.count('number'), kinds.count('category')) ==
                                        (34, 40), str(kinds))


def check_plan(folder):
    """What is told is what training then does."""
    path = tables.houses(folder / 'houses.csv')
    complaints = []
    for options in ((), ('--encode', 'onehot'), ('--drop', 'rooms', '--impute', 'median-each')):
        options = (path, '--target', 'price', '--id', 'number', *options)
        told = {column['name']: (column['done'], column['features'])
                for column in described(*options)['columns']}
        trained = cli.run('train', *options, *tables.QUICK, '--json', '-').json()
        done = {column['name']: (column['done'], column['features'])
                for column in trained['columns']}
        complaints += cli.gate.expect(told == done, f'{options}: {told} {done}')
        complaints += cli.gate.expect(
            trained['preparation']['features'] == sum(count for _, count in told.values()),
            f'{options}: {trained["preparation"]}')
    return complaints


def odd(folder):
    """Columns at the edge: without values, with one, infinite, wide, of names that are long."""
    rows = [['', '5', f'{"x" * 50}{i % 2}', 'inf' if i == 3 else i, f'n{i}', i % 2 == 0,
             '1e308' if i else '-1e308', f'\u00e4\u4e2d{i % 3}', '-7'] for i in range(12)]
    header = ['empty', 'constant', 'a_name_that_is_far_too_long_for_a_table', 'infinite', 'names',
              'yes', 'wide', '\u00fcber\x1b[31m', 'minus']
    return tables.write(folder / 'odd.csv', header, rows)


PAGES = {
    'describe_80': ('houses.csv', ('--target', 'price', '--id', 'number'), 80, 'C.UTF-8'),
    'describe_80_ascii': ('houses.csv', ('--target', 'price', '--id', 'number'), 80, 'C'),
    'describe_odd_120': ('odd.csv', ('--encode', 'onehot', '--drop', 'names'), 120, 'C.UTF-8'),
}


def check_pages(folder):
    tables.houses(folder / 'houses.csv')
    odd(folder)
    complaints = []
    for name, (table, options, columns, locale) in PAGES.items():
        ended = data('describe', table, *options, cwd=folder,
                     env={'COLUMNS': str(columns), 'LC_ALL': locale})
        complaints += cli.fine(ended)
        golden = GOLDEN / f'{name}.txt'
        if '--regenerate' in sys.argv:
            golden.write_text(ended.out)
        elif ended.out != golden.read_text():
            complaints += [f'{name} is not as expected:', *ended.out.splitlines()]
        if 'ascii' in name and not ended.out.isascii():
            complaints.append(f'{name} is not ASCII')
    return complaints


def check_hopeless_targets(folder):
    """A target that a training refuses is not told to be dropped, which it refuses as well."""
    tables.write(folder / 'none.csv', ('x', 'y'), [(i, '') for i in range(5)])
    tables.write(folder / 'same.csv', ('x', 'y'), [(i, 7) for i in range(5)])
    return [f'{words!r} is not said of {name}'
            for name, words in (('none.csv', 'no value: no target'),
                                ('same.csv', 'constant: no target'))
            if words not in data('describe', name, '-t', 'y', cwd=folder).out]


def check_delimiter(folder):
    """A header that is one column is doubted, on the page, in JSON, and where a name is missing."""
    (folder / 'semi.csv').write_text('size;price\n1;2\n3;4\n')
    (folder / 'one.csv').write_text('size\n1\n3\n')
    ended = data('describe', 'semi.csv', cwd=folder)
    complaints = cli.fine(ended) + cli.gate.expect("--delimiter ';'" in ended.out, ended.out)
    complaints += cli.gate.expect("--delimiter ';'" in str(described(str(folder / 'semi.csv'))
                                                           ['remarks']), 'no remark')
    complaints += cli.gate.expect(described(str(folder / 'one.csv'))['remarks'] == [], 'a remark')
    return complaints + cli.refused(data('describe', 'semi.csv', '-t', 'price', cwd=folder),
                                    '--target', 'no column "price"', "--delimiter ';'")


def check_commas(folder):
    """Numbers with a decimal comma are categories, which is remarked, and others are not."""
    (folder / 'de.csv').write_text('a;b;c;d\n1,5;x;1;1,5\n-2,25;y,1;2;2\n3;z;3;3\n')
    ended = data('describe', 'de.csv', '--delimiter', ';', cwd=folder)
    (folder / 'plain.csv').write_text('a;b\n1.5;y,1\n2;z\n3;,5\n')
    plain = data('describe', 'plain.csv', '--delimiter', ';', cwd=folder)
    trained = cli.run('train', 'de.csv', '--delimiter', ';', '-t', 'c', '--test-size', '0',
                      cwd=folder)
    words = '2 columns, a the first, have values such as '
    return cli.fine(ended) + cli.fine(trained) + \
        cli.gate.expect(words in ' '.join(ended.out.split()), ended.out) + \
        cli.gate.expect(words in ' '.join(trained.out.split()), trained.out) + \
        cli.fine(plain) + cli.gate.expect('decimal point' not in plain.out, plain.out) + \
        cli.refused(data('describe', 'de.csv', cwd=folder), 'another delimiter')


def check_marks(folder):
    """A text that makes categories of numbers is named with what would mend it, and then it is mended."""
    (folder / 'q.csv').write_text('year,code,few,y\n1990,1,1,1\n?,2,a,2\n2001,x,1,3\n?,y,a,5\n1972,3,1,4\n')
    words = "year would be a column of numbers but for '?', which stands in 2 of its fields; if that " \
            "means a missing value: --na '?'."
    complaints = []
    for verb in (('data', 'describe'), ('train', '--test-size', '0'),
                 ('tune', '--grid', 'max_depth=1,2', '--n-estimators', '2', '--cv', '2')):
        for mended in ((), ('--na', '?')):
            ended = cli.run(*verb, 'q.csv', '-t', 'y', *mended, cwd=folder)
            complaints += cli.fine(ended) + cli.gate.expect(
                (words in ' '.join(ended.out.split())) == (not mended), ended.out)
    return complaints


def check_ames_page():
    complaints = []
    for columns in (60, 80, 120):
        ended = data('describe', env={'COLUMNS': str(columns), 'LC_ALL': 'C.UTF-8'})
        complaints += cli.fine(ended)
        complaints += [f'at {columns}: {line!r}' for line in ended.out.splitlines()
                       if (len(line) > columns and columns >= 80) or line != line.rstrip()]
    return complaints


def check_schema(folder):
    complaints = []
    for options in ((), (odd(folder),), (tables.trees(folder / 'trees.csv'), '-t', 'species')):
        complaints += cli.schema_complaints(described(*options), 'describe-1')
    return complaints


def check_json_file(folder):
    path = folder / 'out.json'
    ended = data('describe', '--json', str(path))
    return cli.fine(ended, data('describe').out) + \
        cli.gate.expect(json.loads(path.read_text())['rows'] == 2930, 'no description')


WRONG = [
    ([], ['ACTION is missing']),
    (['descirbe'], ['ACTION', 'did you mean describe?']),
    (['show', 'iris'], ['iris', 'manyfold data list']),
    (['list', 'ames'], ['ames', 'too many']),
    (['describe', 'a', 'b'], ['"b"', 'too many']),
    (['describe', 'none.csv'], ['none.csv', 'No such file']),
    (['describe', '--target', 'sale_price'], ['--target', 'did you mean "Sale_Price"?']),
    (['describe', '--drop', 'nothing'], ['--drop', 'nothing']),
    (['describe', '--delimiter', ''], ['--delimiter']),
    (['list', '--json', '-'], ['data list', '"--json"']),
    (['--target', 'x', 'list'], ['data list', '"--target"']),
    (['show', 'ames', '--encode', 'onehot'], ['data show', '"--encode"']),
    (['show', '-t', 'x'], ['data show', '"-t"']),
]


def check_tables(folder):
    """Who names a table and nothing to do with it hears of describe."""
    tables.houses(folder / 'houses.csv')
    (folder / "it's").write_text('a\n1\n')
    complaints = cli.refused(data('houses.csv', cwd=folder), '"houses.csv" is no action',
                             'manyfold data describe houses.csv')
    complaints += cli.refused(data('ames', '--target', 'x', cwd=folder), 'manyfold data describe ames')
    complaints += cli.refused(data("it's", cwd=folder), "manyfold data describe 'it'")
    return complaints + cli.refused(data('houses', cwd=folder), 'ACTION', 'describe, list, show or get')


def check_wrong(folder):
    return [problem for arguments, words in WRONG
            for problem in cli.refused(data(*arguments, cwd=folder), *words)]


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('the embedded data set is data/ames.csv, byte for byte', folder(check_show)),
        ('data sets are listed with target and licence', check_list),
        ('ames is described as plain Python finds it', check_ames),
        ('what is told is what training does', folder(check_plan)),
        ('pages look as expected', folder(check_pages)),
        ('a target that cannot be learnt is marked', folder(check_hopeless_targets)),
        ('a wrong delimiter is suspected', folder(check_delimiter)),
        ('a decimal comma is remarked', folder(check_commas)),
        ('a text among numbers that may mean missing is remarked', folder(check_marks)),
        ('the page of ames fits its width', check_ames_page),
        ('the JSON description is as its schema says', folder(check_schema)),
        ('--json FILE writes the file and shows the page', folder(check_json_file)),
        ('a table without an action is sent to describe', folder(check_tables)),
        ('what is wrong is refused by name', folder(check_wrong)),
    ])
