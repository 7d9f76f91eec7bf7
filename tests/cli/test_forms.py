#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--html, --notebook and --markdown: every verb writes them, and what reads such files reads them."""

import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import sys

import cli
from searches import GRID, houses

CHART = 'application/vnd.vegalite.v5+json'

# A verb's words for a result that takes no time; a script takes the place of the clock.
SUM = ('compare', 'sum', '9000', '--pretend', 't1=1s', '--workers', '1,2,4', '--runs', '8')
SEARCH = ('--grid', 'max_depth=2,none', '--n-estimators', '5')


def verbs(folder):
    table = houses(folder)
    return {
        'compare-sum': SUM,
        'compare-tune': ('compare', 'tune', *table, *SEARCH, '--pretend', 't1=1s', '--runs', '8'),
        'tune': ('tune', *table, *GRID),
        'train': ('train', *table, '--n-estimators', '10'),
    }


def has_html():
    """A manyfold may be built without the page."""
    ended = cli.run(*SUM, '--html', '-')
    return ended.status != cli.UNAVAILABLE


def places(folder, name, more=()):
    return {form: folder / f'{name}.{form}' for form in ('notebook', 'markdown', *more)}


def written(folder, name, command, more=()):
    """The files of one result, by option; --json is always there."""
    found = places(folder, name, ('json', *more))
    options = [word for form, path in found.items() for word in (f'--{form}', str(path))]
    ended = cli.run(*command, *options, '-q')
    if ended.status != cli.DONE or ended.err:
        raise AssertionError(str(ended))
    return found


def notebooks(folder):
    return {name: written(folder, name, command)['notebook']
            for name, command in verbs(folder).items()}


# ---- all forms ----

def check_all_forms(folder):
    more = ('html',) if has_html() else ()
    complaints = []
    for name, command in verbs(folder).items():
        found = written(folder, name, command, more)
        result = json.loads(found['json'].read_text())
        notebook = json.loads(found['notebook'].read_text())
        title = re.match(r'# (.+)\n', found['markdown'].read_text())
        kept = notebook['metadata']['manyfold']['documents']
        complaints += cli.gate.expect(title, f'{name}: no title in Markdown')
        complaints += cli.gate.expect(list(kept.values()) == [result],
                                      f'{name}: the notebook keeps {str(kept)[:200]}')
        if 'html' in found:
            page = found['html'].read_bytes()
            complaints += cli.gate.expect(page[:15].lower() == b'<!doctype html>' and
                                          len(page) < 2 << 20, f'{name}: {page[:60]} {len(page)}')
    return complaints


def check_standard_output(folder):
    """A form is told in place of the text, whole, and the files beside it are written."""
    complaints = []
    for form, start, end in (('markdown', '# Comparison', '\n'), ('notebook', '{"cells":[{', '}\n')):
        path = folder / form
        told = cli.run(*SUM, f'--{form}', '-', '--json', str(path))
        complaints += cli.fine(told)
        complaints += cli.gate.expect(
            told.out.startswith(start) and told.out.endswith(end) and 'Verdict\n' not in told.out and
            json.loads(path.read_text())['schema'] == 'manyfold-compare-1', told.out[:300])
    return complaints


# ---- places ----

def check_places(folder):
    """Before anything long is done: no place twice, none that is read, none that cannot be."""
    table, *how = houses(folder)
    before = table.read_bytes() if hasattr(table, 'read_bytes') else open(table, 'rb').read()
    same = str(folder / 'same')
    recipe = folder / 'recipe.json'
    recipe.write_text('{"grid": {"max_depth": [1, 2]}}')
    complaints = []
    for one, other in (('--notebook', '--markdown'), ('--json', '--notebook'),
                       ('--csv', '--markdown')):
        for place in (same, '-'):
            complaints += cli.refused(cli.run(*SUM, one, place, other, place), one, other)
    complaints += cli.refused(cli.run('train', str(table), *how, '--markdown', str(table)),
                              '--markdown', 'the table')
    complaints += cli.refused(cli.run('tune', str(table), *how, '--recipe', str(recipe),
                                      '--notebook', str(recipe)), '--notebook', 'the recipe')
    complaints += cli.refused(cli.run('tune', str(table), *how, *SEARCH, '--model', same,
                                      '--notebook', same), '--model', '--notebook')
    complaints += cli.refused(cli.run('tune', str(table), *how, *SEARCH, '--plan', '--markdown',
                                      same), '--plan')
    complaints += cli.gate.expect(open(table, 'rb').read() == before, 'the table was changed')
    return complaints + cli.gate.expect(not os.path.exists(same), 'a file was written')


def check_one_fails(folder):
    """The other forms and the text are there all the same; the status tells of the failure."""
    found = {form: folder / form for form in ('json', 'markdown')}
    ended = cli.run(*SUM, '--notebook', '/dev/full',
                    *[word for form, path in found.items() for word in (f'--{form}', str(path))])
    return (cli.one_line(ended, cli.OUTPUT, '--notebook', 'no space') +
            cli.gate.expect('Verdict' in ended.out, str(ended)) +
            [f'{form} was not written' for form, path in found.items()
             if not path.exists() or path.stat().st_size < 100])


def check_status_stays(folder):
    """What a comparison found is the command's status; forms that could be written change nothing."""
    complaints = []
    for script, options, status in (('t1=1s,wrong=threads', (), cli.SAID_NO),
                                    ('t1=1s,noise=0.5', ('--strict',), cli.NOISY)):
        plain = cli.run('compare', 'sum', '9000', '--pretend', script, '--runs', '8', *options)
        path = folder / f'{status}.md'
        formed = cli.run('compare', 'sum', '9000', '--pretend', script, '--runs', '8', *options,
                         '--markdown', str(path))
        complaints += cli.gate.expect(plain.status == formed.status == status and path.exists(),
                                      f'expected {status}: {plain} and {formed}')
    return complaints


# ---- searches that did not end ----

def check_stopped(folder):
    path = folder / 'stopped.md'
    ended = cli.run('tune', *houses(folder), *GRID, '--max-trials', '1', '-q', '--markdown',
                    str(path))
    return cli.gate.expect(ended.status == cli.DONE and path.read_text().startswith('# '),
                           str(ended))


def check_interrupted(folder):
    """Ctrl-C when a trial was announced: what there is, is written."""
    path = folder / 'interrupted.ipynb'
    endless = 'random_state=' + ','.join(map(str, range(1000)))
    process = cli.start('tune', *houses(folder, 200), '--grid', endless, '--grid', 'max_depth=3,none',
                        '--n-estimators', '200', '--verbose', '--notebook', str(path))
    told = b''
    while told.count(b'\n') < 1:
        told += os.read(process.stderr.fileno(), 4096)
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process)
    if ended.status != -signal.SIGINT or not path.exists():
        return [str(ended)]
    document = json.loads(path.read_text())['metadata']['manyfold']['documents']
    return cli.gate.expect([one['end'] for one in document.values()] == ['interrupted'],
                           str(document)[:200])


# ---- notebooks, read by others ----

def module(name):
    try:
        return __import__(name)
    except ImportError:
        raise cli.gate.Skip(f'python3-{name} is not there')


def check_nbformat(folder):
    nbformat = module('nbformat')
    complaints = []
    for name, path in notebooks(folder).items():
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        complaints += cli.gate.expect((notebook.nbformat, notebook.nbformat_minor) == (4, 5) and
                                      len(notebook.cells) > 1, f'{name}: {notebook.nbformat}')
        for cell in notebook.cells:
            if cell.cell_type == 'code' and cell.source.startswith('# Shows'):
                complaints += cli.gate.expect(set(cell.outputs[0].data) == {CHART, 'text/plain'},
                                              f'{name}: {list(cell.outputs[0].data)}')
    return complaints


def check_code(folder):
    """Every cell of charts is Python that shows what its output is."""
    complaints = []
    for name, path in notebooks(folder).items():
        for cell in json.loads(path.read_text())['cells']:
            if cell['cell_type'] != 'code' or not cell['outputs']:
                continue
            shown = []
            source = cell['source'].replace('from IPython.display import display', 'pass')
            exec(source, {'display': lambda bundle, raw: shown.append((bundle, raw))})
            complaints += cli.gate.expect(shown == [(cell['outputs'][0]['data'], True)],
                                          f'{name}, {cell["id"]}: {str(shown)[:200]}')
    return complaints


# No socket opens in there.
CONVERT = '''
import socket, sys, warnings
warnings.simplefilter('ignore')
def refuse(*_, **__): raise OSError('the network is refused')
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
import nbconvert
exporter = nbconvert.HTMLExporter()
for path in sys.argv[1:]:
    page, _ = exporter.from_filename(path)
    open(path + '.html', 'w', encoding='utf-8').write(page)
'''


class Cells(html.parser.HTMLParser):
    """The cells of a converted notebook, and its words."""

    def __init__(self):
        super().__init__()
        self.cells = 0
        self.words = []

    def handle_starttag(self, tag, attrs):
        self.cells += 'jp-Notebook-cell' in (dict(attrs).get('class') or '')

    def handle_data(self, data):
        self.words.append(data)


def plain(text):
    """The words of a text, from which Markdown's signs are taken."""
    return re.findall(r'[A-Za-z]{4,}|\d+\.\d+', text)


def check_nbconvert(folder):
    module('nbconvert')
    paths = notebooks(folder)
    subprocess.run([sys.executable, '-c', CONVERT, *map(str, paths.values())], check=True,
                   capture_output=True, timeout=cli.PATIENCE * cli.SLOWER,
                   env=cli.environment(HOME=str(folder), LC_ALL='C.UTF-8'))
    complaints = []
    for name, path in paths.items():
        page = Cells()
        page.feed((path.parent / (path.name + '.html')).read_text(encoding='utf-8'))
        cells = json.loads(path.read_text())['cells']
        complaints += cli.gate.expect(page.cells == len(cells),
                                      f'{name}: {page.cells} cells of {len(cells)}')
        found = set(plain(' '.join(page.words)))
        lost = {word for cell in cells if cell['cell_type'] == 'markdown'
                for word in plain(cell['source'])} - found - {'span', 'details', 'summary'}
        complaints += cli.gate.expect(not lost, f'{name}: lost {sorted(lost)[:20]}')
    return complaints


# ---- Markdown, read by GitHub's parser ----

class Tables(html.parser.HTMLParser):
    """The tables of a page, row by row."""

    def __init__(self):
        super().__init__()
        self.tables = []
        self.links = 0
        self.cell = None

    def handle_starttag(self, tag, attrs):
        self.links += tag in ('a', 'img', 'script')
        if tag == 'table':
            self.tables.append([])
        elif tag == 'tr':
            self.tables[-1].append([])
        elif tag in ('td', 'th'):
            self.cell = ''

    def handle_endtag(self, tag):
        if tag in ('td', 'th'):
            self.tables[-1][-1].append(self.cell.strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def as_github(path):
    if not shutil.which('cmark-gfm'):
        raise cli.gate.Skip('cmark-gfm is not there')
    page = Tables()
    page.feed(subprocess.run(['cmark-gfm', '--unsafe', '-e', 'table', '-e', 'autolink', '-e',
                              'strikethrough', str(path)], check=True, capture_output=True,
                             timeout=cli.PATIENCE).stdout.decode())
    return page


def numbers(text):
    return [float(number.replace(',', '')) for number in re.findall(r'\d[\d,]*\.?\d*', text)]


def stands_in(value, cells):
    """Whether a cell shows the value, however it was rounded and in whichever unit of time."""
    return any(abs(shown * unit - value) <= 0.006 * value
               for cell in cells for shown in numbers(cell) for unit in (1, 1e3, 1e6, 1e9) if shown)


def check_markdown(folder):
    """The numbers of the JSON are in the tables; every row has as many cells as its head."""
    complaints = []
    for name, command in verbs(folder).items():
        found = written(folder, name, command)
        result = json.loads(found['json'].read_text())
        page = as_github(found['markdown'])
        cells = [cell for table in page.tables for row in table for cell in row]
        complaints += [f'{name}: {row} below {table[0]}' for table in page.tables for row in table
                       if len(row) != len(table[0])]
        complaints += cli.gate.expect(page.links == 0, f'{name}: {page.links} links')
        wanted = [one['statistics']['time_ns']['median'] for one in result.get('series', [])]
        if name == 'tune':
            wanted = [result['best']['scores']['rmse']['mean']]
        if name == 'train':
            wanted = [result['scores']['test']['rmse']]
        complaints += [f'{name}: {value} is in no table' for value in wanted
                       if not stands_in(value, cells)]
    return complaints


def check_hostile(folder):
    """A column and a command full of markup are words like others."""
    name = '<script>|[x](http://e.org)`$a$`\x1b[31m*_\\'
    table = folder / 'hostile.csv'
    rows = ''.join(f'{i},{i * 7 % 11},{i * i % 97}\n' for i in range(80))
    quoted = name.replace('"', '""')
    table.write_text(f'"{quoted}",b,price\n{rows}')
    files = written(folder, 'hostile', ('train', str(table), '--target', 'price',
                                        '--n-estimators', '5'))
    page = as_github(files['markdown'])
    text = files['markdown'].read_text()
    shown = name.replace('\x1b', '\\x1b')
    cells = {cell for one in page.tables for row in one for cell in row}
    return (cli.gate.expect('\x1b' not in text and '<script' not in text, text[:300]) +
            cli.gate.expect(page.links == 0, f'{page.links} links') +
            cli.gate.expect(any(shown in cell for cell in cells), f'{shown} in {sorted(cells)[:40]}'))


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('each verb writes each form of its result', folder(check_all_forms)),
        ('a form can go to standard output', folder(check_standard_output)),
        ('places are checked before anything is run', folder(check_places)),
        ('one form that fails keeps no other from being written', folder(check_one_fails)),
        ('a comparison ends with its own status', folder(check_status_stays)),
        ('a search that was stopped is told', folder(check_stopped)),
        ('a search that was interrupted is told', folder(check_interrupted)),
        ('nbformat finds the notebooks valid', folder(check_nbformat)),
        ("the code of a chart's cell shows the chart", folder(check_code)),
        ('nbconvert loses no cell and no word', folder(check_nbconvert)),
        ("GitHub's Markdown has the numbers of the JSON in its tables", folder(check_markdown)),
        ('names full of markup stay names', folder(check_hostile)),
    ])
