#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold report`: what results say, from files and journals, in the form that is asked for."""

import base64
import copy
import gzip
import json
import os
import re
import sqlite3

import cli
import tables

MEASURED = ('compare', 'sum', '1000', '--pretend', 't1=1s,noise=0.01', '--runs', '8', '--workers',
            '1,2')


def report(*arguments, **how):
    return cli.run('report', *map(str, arguments), **how)


def made(folder, *command, name='r.json'):
    """A result in a file, as it was written."""
    ended = cli.run(*command, '--json', name, cwd=folder)
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return json.loads((folder / name).read_text())


def written(folder, document, name='d.json'):
    (folder / name).write_text(json.dumps(document))
    return folder / name


def results_of(folder):
    """A result of each kind that is quickly made."""
    tables.houses(folder / 'houses.csv')
    table = ('houses.csv', '--target', 'price')
    made(folder, *MEASURED, name='compare.json')
    made(folder, 'train', *table, *tables.QUICK, name='train.json')
    made(folder, 'tune', *table, '--grid', 'max_depth=1,2', '--cv', '2', name='tune.json')
    return ['compare.json', 'train.json', 'tune.json']


# ---- forms ----

def check_forms(folder):
    """Every kind of result has every form, and the text is what is shown when none is named."""
    complaints = []
    for name in results_of(folder):
        shown = report(name, cwd=folder)
        complaints += cli.fine(shown) + cli.gate.expect('The answers' in shown.out, shown.out)
        outputs = ('--notebook', 'r.ipynb', '--markdown', 'r.md', '--json', 'copy.json')
        complaints += cli.fine(report(name, *outputs, cwd=folder), '')
        notebook = json.loads((folder / 'r.ipynb').read_text())
        complaints += cli.gate.expect(
            notebook['nbformat'] == 4 and '# ' in (folder / 'r.md').read_text() and
            (folder / 'copy.json').read_bytes() == (folder / name).read_bytes(), name)
        page = report(name, '--html', '-', cwd=folder)
        if page.status != cli.UNAVAILABLE:
            complaints += cli.fine(page) + cli.gate.expect(page.out.startswith('<!'), page.out[:99])
    return complaints


def check_several(folder):
    """Several results are one report, in the order in which they are named."""
    names = results_of(folder)
    shown = report(*names[::-1], cwd=folder)
    places = [shown.out.find(words) for words in ('3 results', 'Search: 2', 'A random forest for',
                                                  'Comparison: sum')]
    complaints = cli.fine(shown) + cli.gate.expect(
        -1 not in places and places == sorted(places), f'{places} {shown.out[:300]}')
    return complaints + cli.refused(report(*names, '--json', '-', cwd=folder), '--json',
                                    'one result', '3 runs')


def check_steady(folder):
    """The same result gives the same bytes, wherever it was kept."""
    made(folder, *MEASURED, '--journal', 'j.db')
    complaints = []
    for form in ('--notebook', '--markdown', '--json'):
        first = report('j.db:1', form, '-', cwd=folder)
        second = report('j.db:1', form, '-', cwd=folder)
        complaints += cli.fine(first) + cli.gate.expect(first.raw == second.raw, form)
    return complaints + cli.gate.expect(
        report('j.db:1', '--json', '-', cwd=folder).raw == (folder / 'r.json').read_bytes(),
        'what was kept is not what was written')


def check_layout(folder):
    """No line of the text but commands is wider than the page, and ASCII is ASCII."""
    complaints = []
    for name in results_of(folder):
        for columns in (80, 120):
            ended = report(name, cwd=folder, env={'COLUMNS': str(columns), 'LC_ALL': 'C'})
            complaints += cli.fine(ended) + cli.gate.expect(ended.out.isascii(), name)
            complaints += [f'{name} at {columns}: {line!r}' for line in ended.out.splitlines()
                           if line != line.rstrip() or
                           (len(line) > columns and not line.startswith('  $ '))]
    return complaints


# ---- where results come from ----

def check_places(folder):
    """A file, standard input, a run by its number or tag; a file that is there wins."""
    document = made(folder, *MEASURED, '--journal', 'j.db')
    expected = report('r.json', cwd=folder).out
    with open(folder / 'r.json', 'rb') as file:
        complaints = cli.fine(report('-', cwd=folder, stdin=file), expected)
    complaints += cli.fine(report('j.db:1', cwd=folder), expected)
    complaints += cli.fine(cli.run('runs', 'tag', 'j.db', '1', 'before', '-q', cwd=folder))
    complaints += cli.fine(report('j.db:before', cwd=folder), expected)
    complaints += cli.fine(report(f'{folder}/j.db:1'), expected)
    other = {**document, 'what': 'another sum'}
    for name in ('j.db:1', 'C:x.json', ':', 'a:b:c'):
        written(folder, other, name)
        ended = report(name, cwd=folder)
        complaints += cli.fine(ended) + cli.gate.expect('another sum' in ended.out, name)
    os.rename(folder / 'j.db', folder / 'k:2.db')
    return complaints + cli.fine(report('k:2.db:before', cwd=folder), expected)


def check_missing(folder):
    made(folder, *MEASURED, '--journal', 'j.db')
    cli.run('runs', 'tag', 'j.db', '1', 'before', cwd=folder)
    (folder / 'folder').mkdir()
    complaints = []
    for arguments, words in (
            ((), ('RUN is missing',)), (('none.json',), ('none.json', 'No such file')),
            (('folder',), ('folder', 'Is a directory')),
            (('none.db:1',), ('none.db', 'No such file')), (('j.db',), ('is a journal', 'j.db:1')),
            (('j.db:',), ('a run is missing behind the colon',)),
            (('j.db:2',), ('there is no run 2', 'the last is 1')),
            (('j.db:befor',), ('no run has the tag "befor"', 'did you mean "before"?')),
            (('r.json:1',), ('r.json', 'not a journal')),
            (('-', '-'), ('both come from standard input',)),
            (('r.json', '--notebook', 'r.json'), ('--notebook', 'would be lost')),
            (('j.db:1', '--markdown', 'j.db'), ('--markdown', 'would be lost')),
            (('r.json', '--json', 'a', '--notebook', 'a'), ('--json', '--notebook', 'both'))):
        complaints += cli.refused(report(*arguments, cwd=folder), *words)
    complaints += cli.one_line(report('r.json', '--markdown', '/nowhere/x', cwd=folder), cli.OUTPUT,
                               '--markdown', 'does not exist')
    before = (folder / 'j.db').read_bytes()
    complaints += cli.fine(report('j.db:1', cwd=folder))
    return complaints + cli.gate.expect((folder / 'j.db').read_bytes() == before, 'it changed')


# ---- bad documents ----

def check_damaged(folder):
    """What is no result, or no longer one, is refused with its place in the file."""
    document = made(folder, *MEASURED)
    text = (folder / 'r.json').read_text()
    lines = text.count('\n', 0, len(text) // 2) + 1
    complaints = []
    for content, words in (
            ('', ('is empty',)), (text[:len(text) // 2], (f'line {lines}, column', 'not JSON')),
            ('hello', ('line 1, column 5', 'not JSON')), ('{}', ('no result of manyfold',)),
            ('[1]', ('no result of manyfold',)), ('{"a": 1, "a": 2}', ('duplicate object key',)),
            (text.replace('manyfold-compare-1', 'manyfold-compare-2'),
             ('"manyfold-compare-2" is of a later version', 'use a later manyfold')),
            (text.replace('manyfold-compare-1', 'manyfold-runs-1'),
             ('"manyfold-runs-1" is no result that a report can be made of',)),
            (text.replace('manyfold-compare-1', 'manyfold-tune-1'), ('table is missing',)),
            (text.replace('"what"', '"that"'), ('what is missing, expected a text',))):
        (folder / 'd.json').write_text(content)
        complaints += cli.refused(report('d.json', cwd=folder), 'd.json', *words)
    (folder / 'd.json').write_bytes(b'{"a": "\xff"}')
    complaints += cli.refused(report('d.json', cwd=folder), 'd.json, line 1', 'not JSON')
    empty = copy.deepcopy(document)
    for series in empty['series']:
        series.update(samples=[], statistics={})
    written(folder, empty)
    complaints += cli.refused(report('d.json', cwd=folder), 'not one sample was taken',
                              'run the comparison again')
    written(folder, {**document, 'series': []})
    return complaints + cli.refused(report('d.json', cwd=folder), 'not one sample was taken')


def check_versions(folder):
    """A version that does not fit its schema is refused; a later minor one is read with a remark."""
    document = made(folder, *MEASURED)
    written(folder, {**document, 'schema_version': '2.0'})
    complaints = cli.refused(report('d.json', cwd=folder), 'd.json', 'schema_version is "2.0"',
                             'a later manyfold')
    expected = report('r.json', cwd=folder)
    written(folder, {**document, 'schema_version': '1.99'})
    ended = report('d.json', cwd=folder)
    complaints += cli.gate.expect(
        ended.status == cli.DONE and ended.out == expected.out and ended.err.count('\n') == 1 and
        'd.json was written by a newer version of manyfold' in ended.err, str(ended))
    return complaints + cli.fine(report('d.json', '--quiet', cwd=folder), expected.out)


def check_told(folder):
    """What was written is said, unless quiet, and nothing is said of what was printed."""
    made(folder, *MEASURED)
    said = report('r.json', '--notebook', 'n.ipynb', '--markdown', 'm.md', '--json', 'c.json', cwd=folder)
    complaints = cli.fine(said, '') + cli.gate.expect(
        said.wrote == ['c.json', 'n.ipynb', 'm.md'], str(said.wrote))
    for quiet in (('--notebook', 'n.ipynb', '-q'), ('--markdown', '-'), ('--markdown', '/dev/null')):
        complaints += cli.gate.expect(report('r.json', *quiet, cwd=folder).wrote == [], str(quiet))
    refused = report('r.json', '--markdown', '/nowhere/x', cwd=folder)
    return complaints + cli.gate.expect(refused.wrote == [], str(refused.wrote))


def check_scripted(folder):
    """Times that were made up are said to be so, in the document and in every form."""
    document = made(folder, *MEASURED)
    complaints = cli.gate.expect(document['scripted'] is True, 'the document does not say so')
    for form in ((), ('--markdown', '-'), ('--notebook', '-')):
        ended = report('r.json', *form, cwd=folder)
        text = ' '.join(ended.out.split())
        complaints += cli.gate.expect('Scripted times, not measured; made' in text and
                                      'Measured 2' not in text, f'{form}: {text[:300]}')
    complaints += cli.gate.expect(
        'scripted times, not measured' in ' '.join(cli.run(*MEASURED).out.split()), 'the screen')
    real = made(folder, 'compare', 'sum', '1000', '--runs', '2', '--workers', '1')
    ended = report('r.json', cwd=folder)
    return complaints + cli.gate.expect(real['scripted'] is False and 'Scripted' not in ended.out,
                                        'measured times are said to be scripted')


def unpacked(page):
    """A page as the first ones of manyfold were, which held their data as it is."""
    def plain(found):
        text = gzip.decompress(base64.b64decode(found[1])).decode()
        for sign in '&<>':
            text = text.replace(sign, f'\\u{ord(sign):04x}')
        return f'<script type="application/json">{text}</script>'
    page, number = re.subn('<script type="application/gzip">(.*)</script>', plain, page)
    assert number > 1, 'the page holds no chart and document that are packed'
    return page


def check_pages(folder):
    """A page of one result is read back; of others it is said what to give instead."""
    made(folder, *MEASURED, name='r.json')
    page = report('r.json', 'r.json', '--html', 'two.html', cwd=folder)
    if page.status == cli.UNAVAILABLE:
        raise cli.gate.Skip('this manyfold was built without pages')
    complaints = cli.fine(page) + cli.fine(report('r.json', '--html', 'one.html', cwd=folder))
    complaints += cli.fine(report('one.html', cwd=folder), report('r.json', cwd=folder).out)
    (folder / 'old.html').write_text(unpacked((folder / 'one.html').read_text()))
    complaints += cli.fine(report('old.html', cwd=folder), report('r.json', cwd=folder).out)
    (folder / 'old-two.html').write_text(unpacked((folder / 'two.html').read_text()))
    complaints += cli.refused(report('old-two.html', cwd=folder), 'old-two.html', 'several results')
    (folder / 'other.html').write_text('<!DOCTYPE html>\n<p>hello')
    complaints += cli.refused(report('two.html', cwd=folder), 'two.html', 'several results', '--json')
    return complaints + cli.refused(report('other.html', cwd=folder), 'other.html',
                                    'is a page and no report of manyfold', '--json')


def check_looks(folder):
    """Forms that draw nothing do not speak of dots, lines and shades."""
    made(folder, *MEASURED, '--weak')
    looks = re.compile(r'(?i)\b(small dot|dashed|shaded|solid|not drawn|in a bar)\b')
    complaints = []
    for form in ((), ('--markdown', '-')):
        ended = report('r.json', *form, cwd=folder)
        complaints += cli.fine(ended) + cli.gate.expect(
            not looks.search(ended.out), f'{form}: {looks.search(ended.out)}')
    page = report('r.json', '--html', '-', cwd=folder)
    if page.status != cli.UNAVAILABLE:
        complaints += cli.gate.expect('Each small dot' in page.out, 'the page says nothing of dots')
        complaints += cli.gate.expect(re.search(r'\d\u00a0ms', page.out), 'numbers and units may part')
    return complaints


def check_one_count(folder):
    """With one number of workers only there is a report, which claims no law."""
    made(folder, 'compare', 'sum', '1000', '--pretend', 't1=1s,noise=0.01', '--runs', '8',
         '--workers', '1', '--no-break-even')
    ended = report('r.json', cwd=folder)
    return cli.fine(ended) + cli.gate.expect('The answers' in ended.out, ended.out)


EVIL = '</script><img src=x onerror=alert(1)>"\'`$(x)\x1b[2J\x07\u202e'


def escaped(value):
    """The document with something foreign behind every text that is not one of a few words."""
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [escaped(item) for item in value]
    return value + EVIL if isinstance(value, str) and ' ' in value else value


def check_foreign(folder):
    """Texts of a document, whatever they hold, can neither steer a terminal nor make a page."""
    complaints = []
    for name in results_of(folder):
        document = json.loads((folder / name).read_text())
        written(folder, escaped(document))
        ended = report('d.json', cwd=folder, env={'LC_ALL': 'C.UTF-8'})
        complaints += cli.fine(ended) + cli.gate.expect(
            'onerror' in ended.out and not re.search('[\x00-\x09\x0b-\x1f\x7f\u202e]', ended.out),
            f'{name}: {ended.out[:300]!r}')
        page = report('d.json', '--html', '-', cwd=folder)
        if page.status != cli.UNAVAILABLE:
            complaints += cli.gate.expect('<img src=x' not in page.out, f'{name}: markup in a page')
        markdown = report('d.json', '--markdown', '-', cwd=folder)
        text = re.sub(r'^```sh\n.*?^```$', '', markdown.out, flags=re.DOTALL | re.MULTILINE)
        complaints += cli.fine(markdown) + cli.gate.expect('<img src=x' not in text,
                                                           f'{name}: markup in Markdown')
    return complaints


def check_broken_journal(folder):
    """A run whose bytes have changed is not told."""
    made(folder, *MEASURED, '--journal', 'j.db')
    database = sqlite3.connect(folder / 'j.db')
    database.execute('UPDATE run SET document = zeroblob(length(document))')
    database.commit()
    database.close()
    complaints = cli.refused(report('j.db:1', cwd=folder), 'j.db', 'a run is not as it was written')
    return complaints + cli.refused(report('j.db:1', '--json', '-', cwd=folder), 'not as it was')


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('every kind of result has every form', folder(check_forms)),
        ('several results are one report', folder(check_several)),
        ('the same result gives the same bytes', folder(check_steady)),
        ('the text fits its page', folder(check_layout)),
        ('a result is found where it is said to be', folder(check_places)),
        ('what is not there is refused by name', folder(check_missing)),
        ('what is damaged is refused with its place', folder(check_damaged)),
        ('a later version is refused or remarked on', folder(check_versions)),
        ('what was written is said', folder(check_told)),
        ('times that were made up are said to be so', folder(check_scripted)),
        ('a page of one result is read back', folder(check_pages)),
        ('forms speak of looks only where they have them', folder(check_looks)),
        ('one number of workers is enough for a report', folder(check_one_count)),
        ('foreign texts are harmless', folder(check_foreign)),
        ('a run that has changed is not told', folder(check_broken_journal)),
    ])
