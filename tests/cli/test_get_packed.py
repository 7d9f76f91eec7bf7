#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold data get`: archives, compressed files and ARFF.

    test_get_packed.py COMMAND SANITIZER
"""

import contextlib
import functools
import gzip
import json
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tarfile

import cli
from getting import CSV, LARGE, brought, content, get, tarred, traced, zipped
from server import Server

ARFF = b"% made up\n@RELATION x\n@ATTRIBUTE 'a b' numeric\n@attribute c {x,'y, z'}\n@DATA\n1,'y, z'\n?,x\n"


def check_packed(folder):
    """One file takes its own name, several become a folder, and nothing else is left."""
    files = {'t.csv.gz': gzip.compress(CSV), 'one.zip': zipped(('deep/u.csv', CSV)),
             'two.zip': zipped(('d/x.csv', CSV), ('d/y.csv', b'1')),
             'three.tar.gz': tarred(('p.csv', CSV), ('q.csv', b'2'))}
    complaints = []
    with Server(files) as server:
        for name in files:
            complaints += cli.fine(get(folder, server.url(name)))
    expected = {'t.csv': CSV, 'u.csv': CSV, 'two/d/x.csv': CSV, 'two/d/y.csv': b'1',
                'three/p.csv': CSV, 'three/q.csv': b'2'}
    return complaints + cli.gate.expect(content(folder) == expected, str(sorted(content(folder))))


def check_encoded(folder):
    """What a server compresses on the way, though not asked to, is the file that was meant."""
    with Server({'t.csv': gzip.compress(CSV), 'u.csv.gz': gzip.compress(CSV)}) as server:
        for path in server.files:
            server.headers[path] = {'Content-Encoding': 'gzip'}
        complaints = cli.fine(get(folder, server.url('t.csv')))
        complaints += cli.fine(get(folder, server.url('u.csv.gz')))
    return complaints + cli.gate.expect(content(folder) == {'t.csv': CSV, 'u.csv': CSV},
                                        str(content(folder)))


def check_arff(folder):
    """What OpenML keeps becomes CSV."""
    with Server({'p.arff': ARFF}) as server:
        ended = get(folder, server.url('p.arff'))
    return cli.fine(ended) + cli.gate.expect(
        content(folder) == {'p.csv': b'a b,c\n1,"y, z"\n,x\n'}, str(content(folder)))


def check_arff_place(folder):
    """What is there under the name that CSV gets is not replaced unasked."""
    (folder / 'data').mkdir()
    (folder / 'data' / 'p.csv').write_bytes(b'mine')
    path = folder / 'p.arff'
    path.write_bytes(ARFF)
    no = get(folder, str(path))
    kept = content(folder)
    yes = get(folder, str(path), '--force')
    return (cli.refused(no, 'p.csv is there already') + cli.gate.expect(kept == {'p.csv': b'mine'}, str(kept)) +
            cli.fine(yes) + cli.gate.expect(content(folder)['p.csv'].startswith(b'a b,c\n'), 'not CSV'))


def check_arff_interrupted(folder):
    """Ctrl-C while ARFF is read, or turned into CSV, leaves nothing."""
    path, log = folder / 'p.arff', folder / 'log'
    path.write_bytes(ARFF)
    cli.fine(traced(folder, path, '-o', str(log), '-P', str(path), '-e', 'trace=read', more=['--name', 'x.csv']))
    shutil.rmtree(folder / 'data')
    last = len(log.read_text(encoding='utf-8').splitlines())
    ended = traced(folder, path, '-o', str(log), '-P', str(path), '-e', 'trace=read', '-e',
                   f'inject=read:signal=INT:when={last}')
    return (cli.gate.expect(last > 2 and ended.status == -signal.SIGINT and content(folder) == {},
                            f'{last} reads, {ended}, {content(folder)}'))


def check_forced_folder(folder):
    """A folder is replaced at one stroke; where that cannot be, what a kill leaves aside is put back."""
    def archive(text):
        (folder / 'h.zip').write_bytes(zipped(('a.csv', text), ('b.csv', text)))
        return folder / 'h.zip'

    def holds(text):
        return cli.gate.expect(content(folder) == {'h/a.csv': text, 'h/b.csv': text}, str(content(folder)))

    log = folder / 'log'
    complaints = cli.fine(get(folder, str(archive(b'1'))))
    complaints += cli.fine(traced(folder, archive(b'2'), '-o', str(log), '-e', 'trace=renameat2', more=['--force']))
    if 'RENAME_EXCHANGE) = 0' not in log.read_text(encoding='utf-8'):
        print('# this file system exchanges no names')
    complaints += holds(b'2')
    turns = ('-o', str(log), '-e', 'trace=?rename,?renameat,renameat2', '-e', 'inject=renameat2:error=EINVAL')
    complaints += cli.fine(traced(folder, archive(b'3'), *turns, more=['--force'])) + holds(b'3')
    killed = traced(folder, archive(b'4'), *turns, '-e', 'inject=?rename,?renameat:signal=KILL:when=2', more=['--force'])
    aside = content(folder)
    complaints += cli.gate.expect(killed.status != cli.DONE and '.h.manyfold-old/a.csv' in aside and 'h/a.csv' not in aside,
                                  f'{killed.status} {sorted(aside)}')
    complaints += cli.refused(get(folder, str(archive(b'4'))), 'is there already')
    complaints += cli.gate.expect(content(folder).get('h/a.csv') == b'3', str(sorted(content(folder))))
    return complaints + cli.fine(get(folder, str(archive(b'5')), '--force')) + holds(b'5')


def archive_of(folder, text):
    (folder / 'h.zip').write_bytes(zipped(('d/a.csv', text), ('d/b.csv', text)))
    return str(folder / 'h.zip')


def check_protected_folder(folder):
    """A folder with parts that are protected against writing is replaced, and nothing is left of it."""
    def as_other(*more):
        # Nothing is protected against root.
        how = {'user': 65534, 'group': 65534} if os.geteuid() == 0 else {}
        try:
            return cli.finish(cli.start('data', 'get', archive_of(folder, text), '--out', str(folder / 'data'), *more, **how))
        except PermissionError:
            raise cli.gate.Skip('nobody cannot reach the command')

    if os.geteuid() == 0:
        os.chmod(folder, 0o777)
    complaints = []
    for text in (b'1', b'2', b'3'):
        complaints += cli.fine(as_other('--force'))
        complaints += cli.gate.expect(content(folder) == {'h/d/a.csv': text, 'h/d/b.csv': text}, str(content(folder)))
        (folder / 'data' / 'h' / 'd').chmod(0o500 if text == b'1' else 0)
    (folder / 'data' / 'h' / 'd').chmod(0o700)
    return complaints


def check_folder_stays(folder):
    """What cannot be removed is named, and does not stand in the way of the next command."""
    complaints = cli.fine(get(folder, archive_of(folder, b'1')))
    ended = traced(folder, archive_of(folder, b'2'), '-o', str(folder / 'log'), '-P', str(folder / 'data' / '.h.zip.new'),
                   '-e', 'trace=rmdir', '-e', 'inject=rmdir:error=EPERM', more=['--force'])
    complaints += cli.gate.expect(ended.status == cli.DONE and '.h.zip.new is left and cannot be removed' in ended.err,
                                  str(ended))
    again = traced(folder, archive_of(folder, b'3'), '-o', str(folder / 'log'), '-P', str(folder / 'data' / '.h.zip.new'),
                   '-e', 'trace=rmdir', '-e', 'inject=rmdir:error=EPERM', more=['--force'])
    complaints += cli.fine(again)
    return complaints + cli.gate.expect(content(folder) == {'h/d/a.csv': b'3', 'h/d/b.csv': b'3'}, str(content(folder)))


def go_on(process):
    """Lets what is traced go on, as often as it is stopped; whether it has ended."""
    for pid in cli.children(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    return process.poll() is not None


def check_taken_meanwhile(folder):
    """A file that appears in the last moment is not replaced, also where a renaming cannot refuse to."""
    log, source = folder / 'log', folder / 't.csv'
    source.write_bytes(CSV)
    complaints = []
    for more in ([], ['-e', 'inject=renameat2:error=EINVAL']):
        log.unlink(missing_ok=True)
        words = ['strace', '-f', '-qq', '-o', str(log), '-P', str(folder / 'data' / '.t.csv.new' / 'copy'),
                 '-e', 'trace=newfstatat,?lstat,renameat2', '-e', 'inject=newfstatat,?lstat:signal=STOP', *more]
        with subprocess.Popen([*words, cli.TOOL, 'data', 'get', str(source), '--out', str(folder / 'data')],
                              stderr=subprocess.PIPE, env=cli.environment(ASAN_OPTIONS='detect_leaks=0')) as process:
            cli.wait_for(lambda: log.exists() and 'stopped by SIGSTOP' in log.read_text(encoding='utf-8'))
            (folder / 'data' / 't.csv').write_bytes(b'mine')
            cli.wait_for(functools.partial(go_on, process))
            said = process.communicate(timeout=cli.PATIENCE)[1].decode()
        complaints += cli.gate.expect(process.returncode == cli.USAGE and 'is there already' in said, said)
        complaints += cli.gate.expect(content(folder) == {'t.csv': b'mine'}, str(content(folder)))
        (folder / 'data' / 't.csv').unlink()
    # Nothing in the way, and no way of refusing.
    complaints += cli.fine(traced(folder, source, '-o', str(log), '-e', 'trace=renameat2', '-e',
                                  'inject=renameat2:error=EINVAL'))
    return complaints + cli.gate.expect(content(folder) == {'t.csv': CSV}, str(content(folder)))


def check_foreign_old(folder):
    """A hidden file of somebody's own is not taken for one that was put aside."""
    (folder / 'data').mkdir()
    (folder / 'data' / '.t.csv.old').write_bytes(b'mine')
    (folder / 't.csv').write_bytes(CSV)
    return (cli.fine(get(folder, str(folder / 't.csv'))) +
            cli.gate.expect(content(folder) == {'t.csv': CSV, '.t.csv.old': b'mine'}, str(content(folder))))


def check_house_prices(folder):
    """The recipe fits what OpenML calls its columns: a table of that form is searched."""
    recipe = cli.gate.ROOT / 'recipes' / 'house-prices.json'
    dropped = json.loads(cli.gate.text(recipe))['drop']
    lines = ['@RELATION house_prices', '@ATTRIBUTE Id INTEGER', '@ATTRIBUTE OverallQual INTEGER']
    lines += [f'@ATTRIBUTE {name} STRING' for name in dropped]
    lines += ['@ATTRIBUTE LotFrontage INTEGER', '@ATTRIBUTE SalePrice INTEGER', '', '@DATA']
    words = ','.join(['?'] * len(dropped))
    lines += [f'{i},{i % 7},{words},{"?" if i % 5 == 0 else i % 90},{1000 * (i % 7) + i}' for i in range(1, 81)]
    with Server({'house_prices.arff': '\n'.join(lines).encode()}) as server:
        ended = get(folder, server.url('house_prices.arff'), '--name', 'house-prices.csv')
    search = cli.run('tune', str(folder / 'data' / 'house-prices.csv'), '--recipe', str(recipe),
                     '--max-trials', '2', '--with', 'serial', '--json', '-')
    return (cli.fine(ended) + cli.gate.expect(search.status == cli.DONE, str(search)) +
            cli.gate.expect(not search.err, search.err))


def check_arff_refused(folder):
    cases = {b'@relation x\n@data\n1\n': ':2: ', b'@relation x\n@attribute a real\n@data\n1,2\n': ':4: ',
             b"@relation x\n@attribute 'a real\n@data\n1\n": ':2: ',
             b'@relation x\n@attribute a real\n@attribute b real\n@data\n{0 1}\n': ':5: ',
             b"@relation x\n@attribute a real\n@attribute b real\n@attribute c real\n@data\n'a'b,c\n": ':6: ',
             b'@relation x\nnonsense\n': ':2: '}
    complaints = []
    for i, (text, where) in enumerate(cases.items()):
        path = folder / f'{i}.arff'
        path.write_bytes(text)
        complaints += cli.refused(get(folder, str(path)), where)
    return complaints + cli.gate.expect(content(folder) == {}, str(list(content(folder))))


def check_foreign_names(folder):
    """What an archive calls its file decides nothing but the name: neither what is replaced nor what
    is hidden nor what a shell does."""
    kept = folder / 'data' / 'precious' / 'x'
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b'mine')
    (folder / 'data' / 'table.csv').write_bytes(b'mine')
    files = {'v.zip': zipped(('precious', CSV)), 'w.zip': zipped(('table.csv', CSV)),
             'hidden.zip': zipped(('.x.part', CSV)), 'precious.csv': CSV,
             'shell.zip': zipped(('a.csv;touch CANARY;$(id)', CSV)), 'letters.zip': zipped(('d/\u00e9.csv', CSV)),
             'table.csv.gz': gzip.compress(CSV), 'precious.zip': zipped(('y', b'1'), ('z', b'2'))}
    with Server(files) as server:
        complaints = cli.refused(get(folder, server.url('v.zip'), '--force'), 'precious is there already')
        complaints += cli.refused(get(folder, server.url('w.zip'), '--force'), 'table.csv is there already')
        complaints += cli.refused(get(folder, server.url('hidden.zip')), '.x.part', 'hidden')
        complaints += cli.refused(get(folder, server.url('precious.csv'), '--force', '--name', 'precious'),
                                  'is a folder')
        complaints += cli.gate.expect(content(folder) == {'precious/x': b'mine', 'table.csv': b'mine'},
                                      str(content(folder)))
        shell = get(folder, server.url('shell.zip'))
        complaints += cli.fine(shell) + cli.fine(get(folder, server.url('letters.zip')))
        complaints += cli.fine(get(folder, server.url('table.csv.gz'), '--force'))
        complaints += cli.fine(get(folder, server.url('precious.zip'), '--force'))
    words = shlex.split(shell.out.splitlines()[-1])
    return (complaints + cli.gate.expect(words[-1] == str(folder / 'data' / 'a.csv;touch CANARY;$(id)'), shell.out) +
            cli.gate.expect(content(folder) == {'precious/y': b'1', 'precious/z': b'2', 'table.csv': CSV,
                                                '\u00e9.csv': CSV, 'a.csv;touch CANARY;$(id)': CSV},
                            str(content(folder))))


def check_gzip(folder):
    """The checksum and the length at the end of gzip are looked at, of each of its members."""
    whole = gzip.compress(CSV)
    other = bytes([whole[-8] ^ 1])
    bad = {'sum.csv.gz': whole[:-8] + other + whole[-7:], 'length.csv.gz': whole[:-1] + b'\1',
           'first.csv.gz': whole[:-8] + other + whole[-7:] + whole, 'behind.csv.gz': whole + b'garbage',
           'cut.csv.gz': whole[:-3]}
    good = {'two.csv.gz': whole + gzip.compress(LARGE), 'padded.csv.gz': whole + bytes(100)}
    complaints = []
    with Server({**bad, **good}) as server:
        for name in bad:
            ended = get(folder, server.url(name))
            complaints += cli.refused(ended, name, 'damaged')
            complaints += cli.gate.expect(not ended.err.rstrip().endswith(':'), ended.err)
        for name in good:
            complaints += cli.fine(get(folder, server.url(name)))
    return complaints + cli.gate.expect(content(folder) == {'two.csv': CSV + LARGE, 'padded.csv': CSV},
                                        str(list(content(folder))))


def check_zeros(folder):
    """Zeros are no empty archive."""
    with Server({'zeros.bin': bytes(20_000), 'zeros.bin.gz': gzip.compress(bytes(30_000))}) as server:
        complaints = cli.fine(get(folder, server.url('zeros.bin')))
        complaints += cli.fine(get(folder, server.url('zeros.bin.gz'), '--force'))
    return complaints + cli.gate.expect(content(folder) == {'zeros.bin': bytes(30_000)}, str(list(content(folder))))


def check_hostile(folder):
    """Archives that would write elsewhere, or too much, are refused whole."""
    outside = folder / 'outside'
    files = {
        'up.zip': (zipped(('ok.csv', CSV), ('../outside', b'x')), 'leads out'),
        'deep.zip': (zipped(('a/../../outside', b'x')), 'leads out'),
        'absolute.zip': (zipped((str(outside), b'x')), 'leads out'),
        'link.zip': (zipped(('l', b'/etc/passwd', stat.S_IFLNK | 0o777)), 'is a link'),
        'through.tar.gz': (tarred(('d', tarfile.SYMTYPE, '..'), ('d/outside', b'x')), 'is a link'),
        'hard.tar.gz': (tarred(('ok', b'x'), ('h', tarfile.LNKTYPE, '/etc/passwd')), 'is a link'),
        'device.tar.gz': (tarred(('n', tarfile.CHRTYPE, '')), 'neither a file nor a folder'),
        'twice.tar.gz': (tarred(('a', b'1'), ('a', b'2')), 'comes twice'),
        'both.tar.gz': (tarred(('a', b'1'), ('a/b', b'2')), 'both a file and a folder'),
        'control.tar.gz': (tarred(('a\x1b[2J', b'1')), 'control characters'),
        'bomb.zip': (zipped(('b', b'\0' * 5_000_000)), '--max-size'),
        'bomb.gz': (gzip.compress(b'x' * 5_000_000), '--max-size'),
        'cut.zip': (zipped(('b', LARGE))[:-50_000], 'damaged'),
        'cut.tar.gz': (tarred(('b', LARGE))[:-50_000], 'damaged'),
        'empty.zip': (zipped(), 'no file'),
        'back.tar.gz': (tarred(('d\\x', b'x')), 'backslash'),
    }
    complaints = []
    with Server({name: packed for name, (packed, _) in files.items()}) as server:
        for name, (_, word) in files.items():
            ended = get(folder, server.url(name), '--max-size', '4M')
            complaints += cli.refused(ended, name, word)
            complaints += cli.gate.expect('\x1b' not in ended.err, f'{name}: an escape is shown')
    return (complaints + cli.gate.expect(content(folder) == {}, str(list(content(folder)))) +
            cli.gate.expect(not outside.exists(), 'it wrote outside'))


CASES = [
    ('archives and compressed files are unpacked', brought(check_packed)),
    ('what a server compresses on the way is the file that was meant', brought(check_encoded)),
    ('ARFF becomes CSV', brought(check_arff)),
    ('ARFF does not replace the CSV that is there', brought(check_arff_place)),
    ('an interruption while ARFF becomes CSV leaves nothing', brought(check_arff_interrupted)),
    ('a folder is replaced whole or put back', brought(check_forced_folder)),
    ('a protected folder is replaced', brought(check_protected_folder)),
    ('a folder that cannot be removed is named', brought(check_folder_stays)),
    ('what appears meanwhile is kept', brought(check_taken_meanwhile)),
    ("somebody's own .NAME.old is kept", brought(check_foreign_old)),
    ('ARFF that makes no sense is refused with its line', brought(check_arff_refused)),
    ('the recipe for house prices fits what is brought', brought(check_house_prices)),
    ('names in archives decide nothing else', brought(check_foreign_names)),
    ('what ends a gzip file is checked', brought(check_gzip)),
    ('zeros are no empty archive', brought(check_zeros)),
    ('hostile archives are refused whole', brought(check_hostile)),
]

if __name__ == '__main__':
    sys.exit(cli.gate.main(CASES))
