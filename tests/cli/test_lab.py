#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold lab`: the files that it leaves, that they agree with one another and with what is shown,
going on after an interruption, own data, and what is refused.

Everything is quick here: a small N, 8 rounds, and 12 forests or the recipe's own 4.
"""

import csv
import html
import io
import json
import os
import re
import signal

import cli
import tables

SMALL = ('--quick', '--sum', '1e6')
ALONE = ('--with', 'serial')  # where it does not matter what is compared
FILES = {'results.json', 'trials.csv', 'samples.csv', 'lab.ipynb', 'best.model', 'lab.db'}
STEPS = ('sum', 'train', 'search', 'search-compared')
KINDS = {'sum': 'compare-1', 'train': 'train-1', 'search': 'tune-1', 'search-compared': 'compare-1'}


def lab(*arguments, **how):
    return cli.run('lab', *arguments, **{'timeout': 250, **how})


def files(folder):
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def results(folder):
    return json.loads((folder / 'results.json').read_text())


def step(found, name):
    return next((d['document'] for d in found['documents'] if d['name'] == name), None)


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text())))


def own(folder, **changes):
    """A table and its recipe."""
    table = tables.houses(folder / 'houses.csv', rows=240)
    recipe = folder / 'recipe.json'
    options = {'target': 'price', 'grid': {'n_estimators': [3, 5], 'max_depth': [2, None]},
               'seed': 7, **changes}
    recipe.write_text(json.dumps({k: v for k, v in options.items() if v is not None}))
    return str(table), str(recipe)


# ---- one whole lab, looked at from all sides ----


def check_schemas(found):
    complaints = cli.schema_complaints(found, 'lab-1')
    for document in found['documents']:
        complaints += cli.schema_complaints(document['document'], KINDS[document['name']])
    return complaints


def check_tables(out, found):
    """Trials and samples are those of the documents, in their order."""
    trials = rows(out / 'trials.csv')
    samples = rows(out / 'samples.csv')
    expected = [(name, series['workers'], sample['round'], round(sample['ns']))
                for name in ('sum', 'search-compared') for series in step(found, name)['series']
                for sample in series['samples']]
    seen = [(row['step'], int(row['workers']), int(row['round']), int(row['ns'])) for row in samples]
    scores = [trial['scores']['rmse']['mean'] for trial in step(found, 'search')['trials']]
    return (cli.gate.expect(sorted(seen) == sorted(expected), 'samples.csv has other samples') +
            cli.gate.expect([float(row['rmse_mean']) for row in trials] == scores and len(trials) == 4,
                            'trials.csv has other scores'))


def check_shown(ended, found):
    """The table at the end has a line for each way and worker count, with the figures of the file."""
    lines = [re.sub(r'^\s*(the sum|the search)?\s+', '', line) for line in ended.out.splitlines()]
    complaints = []
    for name in ('sum', 'search-compared'):
        for series in step(found, name)['series']:
            if series['role'] not in ('base', 'strong'):
                continue
            speedup = series['statistics'].get('speedup', {'mid': 1})['mid']
            wanted = f'{speedup:.3g}' if speedup >= 10 else f'{speedup:.2f}'
            head = f'{series["way"]} +{series["workers"]} '
            mine = [line for line in lines if re.match(head, line)]
            complaints += cli.gate.expect(
                any(wanted in line for line in mine) or (wanted == '1.00' and mine),
                f'{name}, {series["way"]} {series["workers"]}: no line with {wanted}: {mine}')
    best = step(found, 'search')['best']['scores']['rmse']['mean']
    return complaints + cli.gate.expect(re.search(rf'best forest .*: rmse\s+{best:,.0f}\b', ended.out, re.DOTALL),
                                       'the best score is not shown')


def check_model(out, found, table, recipe):
    """The best trial, trained by hand on the same part, has its score; the model has all rows."""
    prices = out.parent / 'prices.csv'
    best = step(found, 'search')['best']
    words = [f'--{name}={"none" if value is None else value}'
             for name, value in best['params'].items()]
    again = cli.run('train', table, '--recipe', recipe, *words, '--json', '-')
    score = again.json()['scores']['test']['rmse']
    told = cli.run('predict', table, '--model', str(out / 'best.model'), '--out', str(prices))
    return (cli.gate.expect(score == best['scores']['rmse']['mean'],
                            f'{score} is not the score of the best trial') +
            cli.gate.expect(told.status == cli.DONE and len(rows(prices)) == 240,
                            str(told)))


def check_doubts(ended, out, found):
    """What speaks against the best, and how little a quick lab does, is said on every form."""
    search, train = step(found, 'search'), step(found, 'train')
    best = search['best']['scores']['mape']['mean']
    first = train['scores']['test']['mape']
    worse = f'By mape the first forest was better: {first:.2%}'.replace('%', ' %')
    pages = [' '.join(ended.out.split()),
             ' '.join(html.unescape((out / 'lab.ipynb').read_text()).split())]
    complaints = []
    for page in pages:
        complaints += [f'{edge!r} is not said' for edge in search['edges'] if edge not in page]
        complaints += cli.gate.expect((first < best) == (worse in page), f'{first}, {best}: {page}')
        complaints += cli.gate.expect('a search of 4 forests, eight rounds' in page and
                                      'without --quick' in page, 'not how little it does')
        complaints += cli.gate.expect('--runs, --max-runs' not in page and
                                      'longer --budget would' not in page,
                                      'advice that a quick lab cannot follow')
    return complaints + cli.gate.expect(
        any('n_estimators=5' in edge for edge in search['edges']) ==
        (search['best']['params']['n_estimators'] == 5), f'{search["edges"]}')


def check_forms(out, found):
    """The page and the notebook hold the answers; a build without the page says so."""
    notebook = json.loads((out / 'lab.ipynb').read_text())
    text = '\n'.join(''.join(cell['source']) for cell in notebook['cells'])
    questions = ('Which way is fastest here?', 'By how much?', 'How sure is that?',
                 'How many workers would be worth it?', 'Which forest is best')
    complaints = [f'the notebook lacks {question}' for question in questions if question not in text]
    if (out / 'report.html').exists():
        page = html.unescape((out / 'report.html').read_text())
        complaints += [f'the page lacks {question}' for question in questions if question not in page]
        complaints += cli.gate.expect(len(page) < 2_000_000, 'the page is large')
    return complaints + cli.gate.expect(notebook['nbformat'] == 4, 'no notebook')


def check_again(out, before, *data):
    """The same lab once more: trials come from the journal, files are new, others are left alone."""
    (out / 'notes.txt').write_text('mine')
    ended = lab('--quick', *data, '--part', '2', '--out', str(out), '-q')
    found = results(out)
    kept = [trial['state'] for trial in step(found, 'search')['trials']]
    best = [step(one, 'search')['best']['scores'] for one in (before, found)]
    return (cli.fine(ended) +
            cli.gate.expect(kept == ['kept'] * 4, f'trials were run again: {kept}') +
            cli.gate.expect(best[0] == best[1], 'another best') +
            cli.gate.expect(step(found, 'sum') is None, 'part 1 is there') +
            cli.gate.expect((out / 'notes.txt').read_text() == 'mine', 'another file was touched') +
            cli.gate.expect('best forest' in ended.out and 'Files' not in ended.out, str(ended)))


def check_whole(folder):
    out = folder / 'results'
    table, recipe = own(folder)
    data = ('--data', table, '--recipe', recipe)
    ended = lab(*SMALL, *data, '--out', str(out), env={'SOURCE_DATE_EPOCH': '86400'})
    complaints = cli.fine(ended)
    complaints += cli.gate.expect(files(out) - {'report.html'} == FILES, f'there are {files(out)}')
    complaints += cli.gate.expect(('report.html' in files(out)) != ('is left out' in ended.out),
                                  'it is not said what became of the page')
    found = results(out)
    complaints += cli.gate.expect(found['created'] == '1970-01-02T00:00:00Z', found['created'])
    complaints += cli.gate.expect(tuple(d['name'] for d in found['documents']) == STEPS and
                                  found['end'] == 'done', 'a step is missing')
    complaints += check_schemas(found) + check_tables(out, found) + check_shown(ended, found)
    complaints += check_model(out, found, table, recipe) + check_forms(out, found)
    complaints += check_doubts(ended, out, found)
    return complaints + check_again(out, found, *data)


# ---- parts, own data, one processor ----


def check_part(folder):
    out = folder / 'new'
    ended = lab(*SMALL, '--part', '1', '--out', str(out), '--with', 'threads', '--workers', '2')
    found = results(out)
    ways = [series['way'] for series in step(found, 'sum')['series'] if series['role'] == 'strong']
    return (cli.fine(ended) +
            cli.gate.expect([d['name'] for d in found['documents']] == ['sum'], 'other steps') +
            cli.gate.expect(ways == ['threads'] * 2, f'{ways}') +
            cli.gate.expect(files(out) - {'report.html'} ==
                            FILES - {'trials.csv', 'best.model'}, f'{files(out)}') +
            cli.gate.expect('Part 2' not in ended.out, str(ended)))


def check_own(folder):
    table, recipe = own(folder)
    out = folder / 'out'
    ended = lab('--part', '2', '--data', table, '--recipe', recipe, '--budget', '10ms', '--with', 'serial,threads',
                '--workers', '2', '--out', str(out))
    found = results(out)
    search = step(found, 'search')
    return (cli.fine(ended) + check_schemas(found) +
            cli.gate.expect(len(search['trials']) == 4 and search['study']['seed'] == 7,
                            'the recipe was not taken') +
            cli.gate.expect(step(found, 'train')['split']['seed'] == 7 and
                            step(found, 'train')['target'] == 'price', 'not for the first forest') +
            cli.gate.expect('seed' in json.dumps(step(found, 'search-compared')['job']), 'no seed'))


def check_dash(folder):
    """A table whose name begins like an option is a table in every step."""
    table, recipe = own(folder)
    os.rename(table, folder / '-x.csv')
    ended = lab('--part', '2', '--quick', '--data=-x.csv', '--recipe', recipe, *ALONE, '--out', 'out', cwd=folder)
    return cli.fine(ended) + cli.gate.expect(
        'search' in [part['name'] for part in results(folder / 'out')['documents']], 'no search')


def check_one_processor(folder):
    """It works, and says what it cannot show."""
    out = folder / 'one'
    allowed = min(os.sched_getaffinity(0))
    ended = lab(*SMALL, '--out', str(out), '--part', '1',
                preexec_fn=lambda: os.sched_setaffinity(0, {allowed}))
    notebook = (out / 'lab.ipynb').read_text()
    return (cli.fine(ended) +
            cli.gate.expect('No way with more than one worker could be compared' in notebook, 'it is not said') +
            cli.gate.expect('1 worker' in ended.out, str(ended)))


# ---- interruption ----


def interrupted(out):
    """How it ended, after the search."""
    process = cli.start('lab', '--part', '2', '--quick', '--out', str(out))
    cli.wait_for(lambda: 'best.model' in files(out))
    process.send_signal(signal.SIGINT)
    return cli.finish(process)


def check_interrupted(folder):
    """What was finished is written, and the same command goes on with the search. The comparison that
    follows takes some seconds: where we came too late for it, it is tried again."""
    for number in range(4):
        out = folder / f'cut{number}'
        ended = interrupted(out)
        if ended.status != cli.DONE:
            break
    found = results(out)
    names = [document['name'] for document in found['documents']]
    return (cli.gate.expect(ended.status == -signal.SIGINT, str(ended)) +
            cli.gate.expect(names[:2] == ['train', 'search'] and found['end'] == 'interrupted',
                            f'{names}, {found["end"]}') +
            cli.gate.expect('to go on: manyfold lab --part 2' in ended.err, ended.err) +
            cli.gate.expect('trials.csv' in files(out), 'the trials are not there') +
            [f'left behind: {pid}' for pid in cli.left_behind()])


# ---- bad input ----


def check_options(folder):
    table, recipe = own(folder)
    bare = own(folder / '..' / folder.name, grid=None)[1]
    out = ('--out', str(folder / 'never'))
    plain = folder / 'plain.json'
    plain.write_text(json.dumps({'target': 'price', 'grid': {'max_depth': [2]}}))
    tries = [
        (('--part', '3'), ('--part', '"3"')),
        (('--data', table), ('--data', '--recipe')),
        (('--data', table, '--recipe', bare), ('--recipe', '"grid"')),
        (('--recipe', str(plain)), ('--recipe', '"file"', '--data')),
        (('--data', str(folder / 'none.csv'), '--recipe', str(plain)), ('none.csv',)),
        (('--data', table, '--recipe', str(folder / 'none.json')), ('--recipe', 'none.json')),
        (('--data', '-', '--recipe', str(plain)), ('--data', 'standard input')),
        (('--part', '1', '--data', table, '--recipe', str(plain)), ('--data', 'part 2')),
        (('--part', '2', '--sum', '5'), ('--sum', 'part 1')),
        (('--sum', '0'), ('N', '"0"')),
        (('--sum', 'many'), ('N', '"many"')),
        (('--sum', '18446744073709551615'), ('--weak',)),
        (('results',), ('results',)),
    ]
    complaints = [problem for arguments, words in tries
                  for problem in cli.refused(lab('--quick', *arguments, *out), *words)]
    return complaints + cli.gate.expect(not (folder / 'never').exists(), 'a folder was made')


def check_folders(folder):
    """A place where no folder can be, a file in its place, a file that cannot be replaced."""
    (folder / 'file').write_text('kept')
    (folder / 'taken' / 'results.json').mkdir(parents=True)
    above = folder / 'not' / 'there' / 'yet'
    complaints = cli.fine(lab(*SMALL, '--part', '1', '--with', 'serial', '--out', str(above)))
    complaints += cli.gate.expect('results.json' in files(above), 'folders above it are not made')
    for out, word in ((folder / 'file' / 'where', 'is a file'), (folder / 'file', 'not a folder'),
                      (folder / 'taken', 'results.json')):
        complaints += cli.one_line(lab(*SMALL, '--out', str(out)), cli.OUTPUT, '--out', word)
    table, recipe = own(folder)
    os.rename(table, folder / 'taken' / 'trials.csv')
    os.rmdir(folder / 'taken' / 'results.json')
    ended = lab('--data', str(folder / 'taken' / 'trials.csv'), '--recipe', recipe, '--out',
                str(folder / 'taken'))
    complaints += cli.refused(ended, '--out', 'trials.csv', 'that is read')
    return complaints + cli.gate.expect((folder / 'file').read_text() == 'kept', 'a file changed')


def check_read_only(folder):
    if os.getuid() != 0:
        raise cli.gate.Skip('only root can become nobody')

    def as_nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    os.chmod(folder, 0o755)
    try:
        ended = lab(*SMALL, '--out', str(folder / 'out'), preexec_fn=as_nobody)
    except PermissionError:
        raise cli.gate.Skip('nobody cannot reach the command')
    return cli.one_line(ended, cli.OUTPUT, '--out', 'permission') + \
        cli.gate.expect(not (folder / 'out').exists(), 'it was made')


def check_full(folder):
    """One file that cannot be written costs that file; the others are there."""
    out = folder / 'out'
    out.mkdir()
    (out / 'samples.csv').symlink_to('/dev/full')
    ended = lab(*SMALL, *ALONE, '--part', '1', '--out', str(out))
    complaints = cli.gate.expect(ended.status == cli.OUTPUT and 'no space' in ended.err, str(ended))
    complaints += cli.gate.expect('Verdict' in ended.out, 'the page is not shown')
    complaints += cli.gate.expect({'results.json', 'lab.ipynb'} <= files(out), f'{files(out)}')
    with open('/dev/full', 'wb') as full:
        ended = lab(*SMALL, *ALONE, '--part', '1', '--out', str(folder / 'mute'), stdout=full)
    complaints += cli.one_line(ended, cli.OUTPUT, 'standard output')
    return complaints + cli.gate.expect('results.json' in files(folder / 'mute'), 'nothing is kept')


def check_steps_repeat(folder):
    """A recipe by the name of the data set, and one of a search for a single forest."""
    one = cli.run('train', '--recipe', 'ames', '--n-estimators', '3', '-q')
    path = cli.gate.ROOT / 'recipes' / 'ames.json'
    other = cli.run('train', '--recipe', str(path), '--n-estimators', '3', '-q')
    (folder / 'wrong.json').write_text('{"target": "Sale_Price", "gird": {}}')
    return (cli.fine(one, other.out) +
            cli.refused(cli.run('train', '--recipe', str(folder / 'wrong.json')), '"gird"'))


# ---- MPI ----


def ways_of(out, **how):
    """The ways that the sum was compared with, in a lab that is not a quick one, and how it ended."""
    ended = lab('--part', '1', '--sum', '1e5', '--budget', '1ms', '--workers', '1', '--out', str(out), **how)
    found = results(out) if 'results.json' in files(out) else {'documents': []}
    return {s['way'] for s in (step(found, 'sum') or {'series': []})['series'] if s['way']}, ended


def check_without_mpi(folder):
    """Where there is no mpirun, the lab is one without mpi and says nothing of it."""
    ways, ended = ways_of(folder / 'out', env=cli.NO_MPI)
    return cli.fine(ended) + cli.gate.expect(ways == set(cli.WAYS) and 'mpi' not in ended.out.lower(),
                                             f'{ways}: {ended.out}')


def check_with_mpi(folder):
    """Where there is, mpi takes part, but in a quick lab, and starting its ranks is told."""
    if cli.why_no_mpi():
        raise cli.gate.Skip(f'no MPI: {cli.why_no_mpi()}')
    ways, ended = ways_of(folder / 'out')
    told = cli.run('report', str(folder / 'out' / 'results.json')).out
    quick = lab('--part', '1', *SMALL, '--out', str(folder / 'quick'))
    return (cli.fine(ended) + cli.fine(quick) +
            cli.gate.expect(ways == {*cli.WAYS, 'mpi'}, f'other ways: {ways}') +
            cli.gate.expect('What starting the ranks took' in told, 'the report does not tell the start') +
            cli.gate.expect(not re.search(r'\bmpi\b', quick.out) and 'MPI took no part' in ' '.join(quick.out.split()),
                            f'mpi in a quick lab: {quick.out}'))


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('without mpirun the lab is one without mpi', folder(check_without_mpi)),
        ('where MPI is, it takes part, but in a quick lab', folder(check_with_mpi)),
        ('all files are there, agree with what is shown, and are made again', folder(check_whole)),
        ('one part alone, with the ways and workers that were asked for', folder(check_part)),
        ('a table and a recipe of your own', folder(check_own)),
        ('a table may have a name like an option', folder(check_dash)),
        ('with one processor it says what it cannot show', folder(check_one_processor)),
        ('Ctrl-C leaves what was finished', folder(check_interrupted)),
        ('options that do not fit are refused before anything is made', folder(check_options)),
        ('a folder that cannot be is told by --out', folder(check_folders)),
        ('a folder without permission is told by --out', folder(check_read_only)),
        ('a full disk costs what did not fit, and nothing else', folder(check_full)),
        ('the recipe that is embedded is the one that is shipped', folder(check_steps_repeat)),
    ])
