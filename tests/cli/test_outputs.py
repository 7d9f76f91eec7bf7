#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Outputs that cannot be written: an error with its own status, and nothing half done."""

import csv
import io
import json
import os
import resource
import subprocess
import tempfile
import threading

import cli
import tables

QUICK = ('--n-estimators', '1')
PRETEND = ('compare', 'sum', '9', '--pretend', 't1=1s', '--runs', '6')
LONG = ('compare', 'sum', '9', '--pretend', 't1=1s', '--runs', '1500', '--json', '-')

# A journal to be read; it is gone with the test.
FOLDER = tempfile.TemporaryDirectory(prefix='manyfold-test-')
JOURNAL = os.path.join(FOLDER.name, 'journal.db')
cli.run('tune', *QUICK, '--grid', 'max_depth=1', '--journal', JOURNAL)
os.chmod(FOLDER.name, 0o755)

# Everything that writes to standard output.
PRINTING = [
    ('sum', '5'), ('sum', '5', '--json', '-'), PRETEND, (*PRETEND, '--json', '-'),
    (*PRETEND, '--csv', '-'), (*PRETEND, '--notebook', '-'), (*PRETEND, '--markdown', '-'),
    (*PRETEND, '--quiet'), ('train', *QUICK), ('train', *QUICK, '-q'),
    ('train', *QUICK, '--json', '-'), ('train', *QUICK, '--export', 'json'),
    ('train', *QUICK, '--model', '-'), ('data', 'describe'), ('data', 'list'), ('data', 'show'),
    ('data', 'describe', '--json', '-'), ('runs', 'list', JOURNAL), ('runs', 'show', JOURNAL, '1'),
    ('runs', 'list', JOURNAL, '--json', '-'),
    ('runs', 'tag', JOURNAL, '1', 'a'), ('report', JOURNAL + ':1'),
    ('report', JOURNAL + ':1', '--json', '-'), ('report', JOURNAL + ':1', '--markdown', '-'),
    ('demo',),
    ('demo', 'numa', '--quick'), ('demo', 'numa', '--quick', '--json', '-'), ('doctor',),
    ('doctor', '--brief'),
    ('completion', 'bash'), ('completion', 'zsh'), ('completion', 'fish'), ('man',),
    ('man', 'sum'), ('help',), ('help', 'compare'), ('--help',), ('--version',),
    *((verb, '--help') for verb in cli.VERBS),
]

# Each option that takes a file, and a command that it can stand behind.
FILE_OPTIONS = [(('sum', '5'), '--json'), (PRETEND, '--json'), (PRETEND, '--csv'),
                (PRETEND, '--notebook'), (('train', *QUICK), '--model'),
                (('train', *QUICK), '--json'), (('train', *QUICK), '--markdown'),
                (('data', 'describe'), '--json'), (('runs', 'list', JOURNAL), '--json'),
                (('report', JOURNAL + ':1'), '--notebook')]


def all_fail(**how):
    return [problem for arguments in PRINTING
            for problem in cli.one_line(cli.run(*arguments, **how), cli.OUTPUT, 'standard output')]


def check_full():
    with open('/dev/full', 'wb') as full:
        return all_fail(stdout=full)


def check_closed():
    return all_fail(stdout=None, preexec_fn=lambda: os.close(1))


def check_reader_gone():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return all_fail(stdout=writer)
    finally:
        os.close(writer)


def check_head():
    """The reader takes one line of megabytes and goes, as `head -1` does."""
    process = cli.start(*LONG)
    first = process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    ended = cli.finish(process)
    return cli.one_line(ended, cli.OUTPUT, 'standard output', 'closed the pipe') + \
        cli.gate.expect(first == b'{\n', f'the first line was {first!r}')


def check_stderr_gone():
    """Nobody can be told, and the status still says it."""
    complaints = []
    with open('/dev/full', 'wb') as full:
        for arguments, status in ((('sum', 'x'), cli.USAGE), (('sum', '5'), cli.DONE),
                                  ((), cli.USAGE),
                                  (('sum', '5', '--with', 'mpi'), cli.UNAVAILABLE)):
            for how in ({'stderr': full}, {'preexec_fn': lambda: os.close(2)}):
                ended = cli.run(*arguments, env=cli.NO_MPI, **how)
                complaints += cli.gate.expect(ended.status == status, str(ended))
    return complaints


def unwritable(folder):
    """Paths that cannot be written, and a word of the reason."""
    (folder / 'file').write_text('kept')
    (folder / 'folder').mkdir()
    (folder / 'loop').symlink_to('loop')
    (folder / 'astray').symlink_to('nowhere/x')
    return [
        ('/dev/full', 'no space'), (folder / 'nowhere' / 'x', 'does not exist'),
        (folder / 'folder', 'folder'), (f'{folder}/folder/', 'folder'),
        (f'{folder}/new/', 'folder'),
        (folder / 'file' / 'x', 'file'), (folder / 'loop', 'links'), (folder / 'astray', 'folder'),
        (folder / ('x' * 300), 'too long'), ('/proc/x', 'cannot write'),
    ]


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*'))


def check_unwritable(folder):
    paths = unwritable(folder)
    before = listing(folder)
    complaints = [problem for command, option in FILE_OPTIONS for path, word in paths
                  for problem in cli.one_line(cli.run(*command, option, str(path)), cli.OUTPUT,
                                              option, word)]
    if listing(folder) != before:
        complaints.append(f'{before} became {listing(folder)}')
    return complaints + cli.gate.expect((folder / 'file').read_text() == 'kept', 'a file changed')


def as_nobody():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def check_permissions(folder):
    if os.getuid() != 0:
        raise cli.gate.Skip('only root can become nobody')
    os.chmod(folder, 0o755)
    closed = folder / 'closed'
    closed.mkdir(mode=0o755)
    kept = closed / 'kept'
    kept.write_text('kept')
    opened = folder / 'open'
    opened.mkdir()
    os.chmod(opened, 0o777)
    mine = opened / 'mine'
    mine.write_text('kept')
    try:
        cli.start('--version', preexec_fn=as_nobody).communicate()
    except (PermissionError, subprocess.SubprocessError):
        raise cli.gate.Skip('nobody cannot reach the command')
    complaints = [problem for command, option in FILE_OPTIONS
                  for path in (closed / 'new', kept, mine)
                  for problem in cli.one_line(
                      cli.run(*command, option, str(path), preexec_fn=as_nobody), cli.OUTPUT,
                      option, 'permission')]
    complaints += cli.gate.expect(listing(folder) == ['closed', 'closed/kept', 'open', 'open/mine'],
                                  f'left: {listing(folder)}')
    return complaints + cli.gate.expect(kept.read_text() + mine.read_text() == 'keptkept',
                                        'a file was changed')


def check_limit(folder):
    """A file that may not become as large as it has to: the old one stays, and nothing beside."""
    path = folder / 'result'
    path.write_text('kept')

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    complaints = [problem for command, option in FILE_OPTIONS
                  for problem in cli.one_line(
                      cli.run(*command, option, str(path), preexec_fn=limit), cli.OUTPUT, option)]
    complaints += cli.gate.expect(listing(folder) == ['result'], f'left: {listing(folder)}')
    complaints += cli.gate.expect(path.read_text() == 'kept', 'the old file was changed')
    with open(folder / 'out', 'wb') as out:
        complaints += cli.one_line(cli.run('man', 'compare', stdout=out, preexec_fn=limit),
                                   cli.OUTPUT, 'standard output')
    return complaints


def check_not_lost(folder):
    """What can be written is: the text where a file fails, one file where the other one fails."""
    ended = cli.run('sum', '1000', '--json', '/dev/full')
    complaints = cli.one_line(ended, cli.OUTPUT, '--json')
    complaints += cli.gate.expect(ended.out == '500500\n', str(ended))
    for broken, good in (('--json', '--csv'), ('--csv', '--json')):
        path = folder / good[2:]
        ended = cli.run(*PRETEND, broken, '/dev/full', good, str(path))
        complaints += cli.one_line(ended, cli.OUTPUT, broken)
        complaints += cli.gate.expect('Verdict' in ended.out, f'no text: {ended}')
        complaints += cli.gate.expect(path.exists() and path.stat().st_size > 500,
                                      f'{good} was not written when {broken} failed')
    with open('/dev/full', 'wb') as full:
        path = folder / 'again'
        ended = cli.run('sum', '1000', '--json', str(path), stdout=full)
        complaints += cli.one_line(ended, cli.OUTPUT, 'standard output')
        complaints += cli.gate.expect(json.loads(path.read_text())['sum'] == '500500', 'no JSON')
    return complaints


def check_predictions(folder):
    """The same of --out and of --export, which need a model or hold their file behind a colon."""
    model = str(folder / 'model')
    complaints = cli.fine(cli.run('train', *QUICK, '--model', model))
    paths = unwritable(folder)
    before = listing(folder)
    for path, word in paths:
        complaints += cli.one_line(cli.run('predict', '--model', model, '--out', str(path)),
                                   cli.OUTPUT, '--out', word)
        complaints += cli.one_line(cli.run('train', *QUICK, '--export', f'json:{path}'),
                                   cli.OUTPUT, '--export', word)
    with open('/dev/full', 'wb') as full:
        complaints += cli.one_line(cli.run('predict', '--model', model, stdout=full), cli.OUTPUT,
                                   'standard output')
    return complaints + cli.gate.expect(listing(folder) == before, f'{before} is not as it was')


def check_same_place(folder):
    path = str(folder / 'both')
    ended = cli.run(*PRETEND, '--json', path, '--csv', path)
    return cli.refused(ended, '--json', '--csv') + cli.gate.expect(not listing(folder), 'written')


def check_inputs_stay(folder):
    """No output takes the place of what the command reads, by whatever name."""
    table = folder / 'houses.csv'
    tables.houses(table)
    recipe = folder / 'recipe.json'
    recipe.write_text('{"target": "price"}')
    model = folder / 'model'
    complaints = cli.fine(cli.run('train', str(table), '-t', 'price', '-q', *QUICK, '--model',
                                  str(model)), None)
    os.symlink('houses.csv', folder / 'link')
    os.link(table, folder / 'hard')
    kept = {path: path.read_bytes() for path in (table, recipe, model)}
    train = ('train', str(table), '--recipe', str(recipe), *QUICK)
    tries = [(train, option, prefix, name) for option, prefix in
             (('--model', ''), ('--json', ''), ('--export', 'json:'))
             for name in ('houses.csv', './houses.csv', 'link', 'hard', 'recipe.json')]
    tries += [(('data', 'describe', str(table)), '--json', '', 'link')]
    tries += [(('predict', '-m', str(model), str(table)), '--out', '', name)
              for name in ('model', './model', 'houses.csv', 'link')]
    before = listing(folder)
    for command, option, prefix, name in tries:
        ended = cli.run(*command, option, f'{prefix}{name}', cwd=folder)
        complaints += cli.refused(ended, option, name.rsplit('/', maxsplit=1)[-1], 'that is read')
    complaints += cli.refused(cli.run(*train, '--json', 'new', '--model', './new', cwd=folder),
                              '--json', '--model')
    complaints += [f'{path} changed' for path, content in kept.items()
                   if path.read_bytes() != content]
    return complaints + cli.gate.expect(listing(folder) == before, str(listing(folder)))


def check_replaced(folder):
    """Whoever reads while results are written anew sees a whole one, and the mode stays."""
    path = folder / 'result'
    path.write_text('{}')
    os.chmod(path, 0o646)
    stop = threading.Event()
    torn = []

    def read():
        while not stop.is_set():
            try:
                json.loads(path.read_text())
            except (OSError, ValueError) as problem:
                torn.append(f'a reader saw: {problem}')
                return

    reader = threading.Thread(target=read)
    reader.start()
    complaints = [problem for _ in range(20)
                  for problem in cli.fine(cli.run('sum', '1000', '--json', str(path)))]
    stop.set()
    reader.join()
    mode = path.stat().st_mode & 0o777
    return complaints + torn + cli.gate.expect(mode == 0o646, f'mode {mode:o}') + \
        cli.gate.expect(listing(folder) == ['result'], f'left: {listing(folder)}')


def check_link(folder):
    (folder / 'far').mkdir()
    target = folder / 'far' / 'target'
    link = folder / 'link'
    link.symlink_to('far/target')
    complaints = []
    for _ in range(2):  # the target is new, then it exists
        complaints += cli.fine(cli.run('sum', '1000', '--json', str(link)))
        complaints += cli.gate.expect(link.is_symlink() and not target.is_symlink() and
                                      json.loads(target.read_text())['sum'] == '500500',
                                      'the link or what it points to is not as it should be')
    return complaints + cli.gate.expect(listing(folder) == ['far', 'far/target', 'link'],
                                        f'left: {listing(folder)}')


def check_special():
    """What is no file is written as it is: a device, standard output by another name."""
    complaints = cli.fine(cli.run('sum', '1000', '--json', '/dev/null'), '500500\n')
    ended = cli.run(*PRETEND, '--csv', '/dev/stdout', '--quiet')
    rows = list(csv.reader(io.StringIO(ended.out)))
    return complaints + cli.fine(ended) + \
        cli.gate.expect(any(row[0] == 'round' for row in rows), 'no CSV on /dev/stdout')


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('a full standard output is an error, of every verb', check_full),
        ('a closed standard output is an error, of every verb', check_closed),
        ('a pipe without a reader is an error, of every verb', check_reader_gone),
        ('a reader that goes after the first line is an error', check_head),
        ('a standard error that is full or closed changes no status', check_stderr_gone),
        ('a file that cannot be written is told by its option', folder(check_unwritable)),
        ('nobody writes where nobody may', folder(check_permissions)),
        ('a limit on the size of files leaves the old file whole', folder(check_limit)),
        ('what was measured is still shown when an output fails', folder(check_not_lost)),
        ('predictions and exported trees cannot be written either', folder(check_predictions)),
        ('two outputs cannot go to one file', folder(check_same_place)),
        ('no output takes the place of an input', folder(check_inputs_stay)),
        ('a file is replaced whole and keeps its mode', folder(check_replaced)),
        ('a link stays a link', folder(check_link)),
        ('devices and /dev/stdout are written as they are', check_special),
    ])
