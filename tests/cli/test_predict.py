#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold predict`: a table in, predictions out, and what is wrong with either."""

import csv
import io
import math
import pathlib

import cli
import tables


def model(folder, kind='houses', *options):
    """A model and the table that it learnt from."""
    table = getattr(tables, kind)(folder / f'{kind}.csv')
    target = {'houses': 'price', 'trees': 'species'}[kind]
    path = str(folder / f'{kind}.model')
    drop = ('--id', 'number') if kind == 'houses' else ()
    ended = cli.run('train', table, '--target', target, '--model', path, '--quiet', *drop,
                    *tables.QUICK, *options)
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return path, table


def predict(path, *arguments, **how):
    return cli.run('predict', '--model', path, *arguments, **how)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline='')))


def read(path):
    return rows_of(pathlib.Path(path).read_text(encoding='utf-8'))


def check_numbers(folder):
    """One line for each row, the shortest number that reads back, and the score that follows."""
    path, table = model(folder)
    out = folder / 'out.csv'
    ended = predict(path, table, '--out', str(out), '--score', 'rmse')
    found, truth = read(out), read(table)
    complaints = cli.fine(ended) + cli.gate.expect(list(found[0]) == ['prediction'], str(found[0]))
    complaints += cli.gate.expect(len(found) == len(truth), f'{len(found)} rows')
    numbers = [float(row['prediction']) for row in found]
    complaints += [f'{row["prediction"]} could be shorter'
                   for row, number in zip(found, numbers)
                   if len(row['prediction']) > len(repr(number))]
    rmse = math.sqrt(sum((number - float(row['price'])) ** 2
                         for number, row in zip(numbers, truth)) / len(truth))
    return complaints + cli.gate.expect(f' {rmse:,.0f}\n' in ended.out, f'{rmse}: {ended.out}')


def check_stdout(folder):
    """Standard output holds the predictions and nothing else, by default and with -."""
    path, table = model(folder)
    out = folder / 'out.csv'
    cli.fine(predict(path, table, '--out', str(out)))
    expected = out.read_text()
    return cli.fine(predict(path, table), expected) + \
        cli.fine(predict(path, table, '--out', '-'), expected) + \
        cli.fine(predict(path, table, '-q'), expected)


def check_classes(folder):
    """The class is the first of the largest probabilities, which add up to 1."""
    path, table = model(folder, 'trees')
    ended = predict(path, table, '--proba')
    found = rows_of(ended.out)
    names = [f'probability_{name}' for name in tables.SPECIES]
    complaints = cli.fine(ended) + cli.gate.expect(list(found[0]) == ['prediction', *names],
                                                   str(found[0]))
    for row in found:
        shares = [float(row[name]) for name in names]
        best = tables.SPECIES[shares.index(max(shares))]
        complaints += cli.gate.expect(row['prediction'] == best and abs(sum(shares) - 1) < 1e-9,
                                      str(row))
    plain = predict(path, table)
    return complaints + cli.gate.expect(
        [row['prediction'] for row in rows_of(plain.out)] == [row['prediction'] for row in found],
        'other classes without --proba')


def check_proba_of_numbers(folder):
    path, table = model(folder)
    return cli.refused(predict(path, table, '--proba'), '--proba', 'number')


def check_order(folder):
    """Columns in another order, more of them, no target: the same predictions."""
    path, table = model(folder)
    rows = read(table)
    other = folder / 'other.csv'
    names = ['rooms', 'extra', 'garden', 'place', 'size']
    tables.write(other, names, [[{**row, 'extra': 'x'}[name] for name in names] for row in rows])
    ended = predict(path, str(other), '--out', str(folder / 'out.csv'))
    return cli.fine(predict(path, str(other)), predict(path, table).out) + cli.fine(ended) + \
        cli.gate.expect('Scores' not in ended.out, ended.out)


def check_absent(folder):
    path, table = model(folder)
    complaints = []
    for name in ('size', 'place', 'garden', 'rooms'):
        other = folder / 'other.csv'
        rows = read(table)
        names = [key for key in rows[0] if key != name]
        tables.write(other, names, [[row[key] for key in names] for row in rows])
        ended = predict(path, str(other), '--out', str(folder / 'out.csv'))
        complaints += cli.refused(ended, 'other.csv', f'"{name}"')
    return complaints + cli.gate.expect(not (folder / 'out.csv').exists(), 'something was written')


def check_unseen(folder):
    """Categories that are new are taken as missing, counted, and told where it is seen."""
    path, table = model(folder)
    text = pathlib.Path(table).read_text()
    new, blank = folder / 'new.csv', folder / 'blank.csv'
    new.write_text(text.replace('south', 'moon').replace('harbour', 'mars'))
    blank.write_text(text.replace('south', '').replace('harbour', ''))
    count = sum(row['place'] in ('south', 'harbour') for row in read(table))
    ended = predict(path, str(new))
    complaints = cli.gate.expect(ended.status == cli.DONE, str(ended))
    complaints += cli.fine(predict(path, str(blank)), ended.out)
    words = f'{count} fields hold a category that the model never saw, taken as missing: place ' \
        f'{count}.'
    complaints += cli.gate.expect(ended.err == f'manyfold: {words}\n', str(ended))
    page = predict(path, str(new), '--out', str(folder / 'out.csv'))
    return complaints + cli.fine(page) + \
        cli.gate.expect(words in ' '.join(page.out.split()), page.out) + \
        cli.fine(predict(path, str(new), '--quiet'), ended.out)


def check_alone(folder):
    """A row is predicted the same alone, where its categories look like numbers or truths."""
    codes = ['x', '01', '1', '1.0', 'True', 'TRUE']
    rows = [[code, name] for code, name in zip(codes, ['m', '7', '07', '7.0', 'True', 'true'])]
    table, path = str(folder / 'codes.csv'), str(folder / 'codes.model')
    tables.write(table, ['code', 'kind'], rows * 6)
    complaints = cli.fine(cli.run('train', table, '--target', 'kind', '--model', path, '--quiet',
                                  '--test-size', '0', '--n-estimators', '30'))
    for number, row in enumerate(rows):
        alone = folder / f'{number}.csv'
        tables.write(alone, ['code', 'kind'], [row] * 3)
        for options in ((), ('--id', 'code')):
            ended = predict(path, str(alone), '--score', 'accuracy',
                            '--out', str(folder / 'out.csv'), *options)
            found = [each['prediction'] for each in read(folder / 'out.csv')]
            complaints += cli.fine(ended) + cli.gate.expect(found == [row[1]] * 3,
                                                            f'{row}: {found}')
            complaints += cli.gate.expect(ended.out.split()[-2:] == ['3', '1'], ended.out)
    return complaints


def check_wrong_kind(folder):
    path, table = model(folder)
    other = folder / 'other.csv'
    other.write_text(pathlib.Path(table).read_text().replace('\n002,', '\n002,large', 1))
    return cli.refused(predict(path, str(other)), 'other.csv', 'row 2', '"size"')


CARRIED = ['007', '12345678901234567890123', 'a,b', 'say "x"', 'two\nlines', '', '1.50', ' blank ']


def check_carried(folder):
    """Columns that are carried along stay as they are, letter by letter."""
    path, table = model(folder)
    rows = read(table)[:len(CARRIED)]
    other = folder / 'other.csv'
    names = [name for name in rows[0] if name != 'number']
    tables.write(other, ['key, "odd"', *names],
                 [[key, *(row[name] for name in names)] for key, row in zip(CARRIED, rows)])
    ended = predict(path, str(other), '--id', 'key, "odd"', '--id', 'rooms')
    found = rows_of(ended.out)
    complaints = cli.fine(ended)
    complaints += cli.gate.expect(list(found[0]) == ['key, "odd"', 'rooms', 'prediction'],
                                  str(found[0]))
    complaints += cli.gate.expect([row['key, "odd"'] for row in found] == CARRIED, ended.out)
    complaints += cli.gate.expect([row['rooms'] for row in found] ==
                                  [row['rooms'] for row in rows], ended.out)
    return complaints + cli.refused(predict(path, table, '--id', 'nubmer'), '--id', '"nubmer"',
                                    'did you mean "number"?')


def check_piped(folder):
    """A pipe can be read only once, and is enough, also when a column is carried along."""
    path, table = model(folder)
    complaints = []
    for options in ((), ('--id', 'number')):
        with open(table, 'rb') as file:
            ended = predict(path, '/dev/stdin', *options, stdin=file)
        with open(table, 'rb') as file:
            complaints += cli.fine(predict(path, '-', *options, stdin=file), ended.out)
        process = cli.start('predict', '--model', path, '/dev/stdin', *options, stdin=-1)
        process.stdin.write(pathlib.Path(table).read_bytes())
        process.stdin.close()
        process.stdin = None
        complaints += cli.fine(cli.finish(process), ended.out) + cli.fine(ended)
    return complaints


def check_some_targets(folder):
    """Rows without a target are predicted and not scored; a class that is new leaves no scores."""
    path, table = model(folder)
    lines = pathlib.Path(table).read_text().splitlines()
    lines[4] = lines[4].rsplit(',', 1)[0] + ','
    other = folder / 'other.csv'
    other.write_text('\n'.join(lines) + '\n')
    out = str(folder / 'out.csv')
    ended = predict(path, str(other), '--out', out)
    said = ' '.join(ended.out.split())
    complaints = cli.fine(ended) + cli.gate.expect(
        len(read(out)) == 90 and '1 row has no value in price and was not scored' in said and ' 89 ' in said, said)
    path, table = model(folder, 'trees')
    other.write_text(pathlib.Path(table).read_text().replace('beech', 'birch'))
    ended = predict(path, str(other), '--out', out)
    return complaints + cli.fine(ended) + \
        cli.gate.expect('No scores' in ended.out and 'birch' in ended.out, ended.out)


def check_no_targets(folder):
    """Who asks for scores of a table without the target, or with none in it, hears of it."""
    path, table = model(folder)
    rows = read(table)
    other, out = folder / 'other.csv', str(folder / 'out.csv')
    names = [name for name in rows[0] if name != 'price']
    complaints = []
    for extra, words in (([], 'the table has no column price'),
                         (['price'], 'the table has no value in price')):
        tables.write(other, names + extra,
                     [[{**row, 'price': ''}[name] for name in names + extra] for row in rows])
        silent = predict(path, str(other), '--out', out)
        asked = predict(path, str(other), '--out', out, '--score', 'r2')
        complaints += cli.fine(silent) + cli.fine(asked)
        complaints += cli.gate.expect('No scores' not in silent.out, silent.out)
        complaints += cli.gate.expect(f'No scores: {words}' in ' '.join(asked.out.split()),
                                      asked.out)
    return complaints


def check_two_of_a_name(folder):
    """What is written can be read: it has no two columns of one name."""
    path, table = model(folder)
    other, out = folder / 'other.csv', folder / 'out.csv'
    other.write_text(pathlib.Path(table).read_text().replace('number', 'prediction', 1))
    complaints = cli.refused(predict(path, str(other), '--id', 'prediction', '--out', str(out)),
                             '--id', '"prediction"', 'rename')
    return complaints + cli.gate.expect(not out.exists(), 'something was written') + \
        cli.fine(predict(path, str(other), '--out', str(out)))


def check_ways(folder):
    complaints = []
    for kind in ('houses', 'trees'):
        path, table = model(folder, kind)
        options = ('--proba',) if kind == 'trees' else ()
        expected = predict(path, table, '--with', 'serial', *options).out
        for way in cli.WAYS[1:]:
            for workers in range(1, 9):
                ended = predict(path, table, '--with', way, '--workers', str(workers), *options)
                complaints += cli.fine(ended, expected)
    return complaints + [f'left behind: {pid}' for pid in cli.left_behind()]


def check_embedded(folder):
    path = str(folder / 'ames.model')
    ended = cli.run('train', *tables.QUICK, '--model', path, '--quiet')
    found = predict(path)
    return cli.gate.expect(ended.status == cli.DONE, str(ended)) + cli.fine(found) + \
        cli.gate.expect(len(rows_of(found.out)) == 2930, 'not every row of ames') + \
        cli.fine(predict(path, 'ames'), found.out)


def check_no_file(folder):
    """A model of other columns than those of ames: what is missing is the file."""
    path, table = model(folder)
    semi = folder / 'semi.csv'
    semi.write_text(pathlib.Path(table).read_text().replace(',', ';'))
    return [problem for options in ((), ('--id', 'number'))
            for problem in cli.refused(predict(path, *options), 'FILE is missing', '"size"') +
            cli.refused(predict(path, str(semi), *options), "--delimiter ';'")]


def check_bad_models(folder):
    """Cut short, with a bit flipped anywhere, of a later version, or no model at all."""
    path, table = model(folder)
    whole = pathlib.Path(path).read_bytes()
    bad = folder / 'bad.model'
    complaints = []
    step = max(1, len(whole) // 60)
    for length in [*range(0, len(whole), step), len(whole) - 1]:
        bad.write_bytes(whole[:length])
        complaints += cli.refused(predict(str(bad), table), '--model', 'bad.model')
    for at in [*range(0, 24), *range(24, len(whole), step), len(whole) - 1]:
        bad.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1:])
        complaints += cli.refused(predict(str(bad), table), '--model', 'bad.model')
    bad.write_bytes(whole + b'x')
    complaints += cli.refused(predict(str(bad), table), '--model', 'bad.model')
    bad.write_text('a,b\n1,2\n')
    complaints += cli.refused(predict(str(bad), table), '--model', 'bad.model', 'no model')
    complaints += cli.refused(predict(str(folder), table), '--model')
    complaints += cli.refused(predict(str(folder / 'none'), table), '--model', 'No such file')
    return complaints + cli.refused(cli.run('predict', table), '--model', 'missing')


def check_bad_tables(folder):
    path, table = model(folder)
    (folder / 'header.csv').write_text('size,place,garden,rooms\n')
    (folder / 'infinite.csv').write_text('size,place,garden,rooms\ninf,north,True,3\n')
    complaints = []
    for name, words in (('none.csv', ['No such file']), ('header.csv', ['header']),
                        ('infinite.csv', ['row 1', '"size"', 'inf']), ('.', ['folder'])):
        for options in ((), ('--id', 'size')):
            complaints += cli.refused(predict(path, str(folder / name), *options,
                                              '--out', str(folder / 'out.csv')), *words)
    complaints += cli.refused(predict(path, '', '--out', str(folder / 'out.csv')), 'FILE', 'empty')
    complaints += cli.refused(predict(path, table, '--id', 'size', '--id', 'size', '--out',
                                      str(folder / 'out.csv')), '--id', '"size"', 'twice')
    return complaints + cli.gate.expect(not (folder / 'out.csv').exists(), 'something was written')


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('numbers are the shortest that read back, and score as they should',
         folder(check_numbers)),
        ('standard output holds the predictions and nothing else', folder(check_stdout)),
        ('classes are those of the largest probabilities', folder(check_classes)),
        ('a model of numbers has no probabilities', folder(check_proba_of_numbers)),
        ('columns may stand in any order, and others are ignored', folder(check_order)),
        ('a table that lacks a column is refused', folder(check_absent)),
        ('categories never seen are taken as missing and counted', folder(check_unseen)),
        ('a row is predicted the same alone as among others', folder(check_alone)),
        ('a text where a number was learnt is refused with its place', folder(check_wrong_kind)),
        ('columns are carried along letter by letter', folder(check_carried)),
        ('a pipe is read once', folder(check_piped)),
        ('what cannot be scored is predicted all the same', folder(check_some_targets)),
        ('scores that cannot be given are remarked when asked for', folder(check_no_targets)),
        ('a column of the name of the predictions is not carried along',
         folder(check_two_of_a_name)),
        ('every way with 1 to 8 workers predicts the same', folder(check_ways)),
        ('without a file the embedded data set is predicted', folder(check_embedded)),
        ('without a file a model of another table is told so', folder(check_no_file)),
        ('a damaged model is refused', folder(check_bad_models)),
        ('a bad table is refused and nothing is written', folder(check_bad_tables)),
    ])
