#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold data get`: from the network or a file into a folder, whole or not at all.

    test_get.py COMMAND SANITIZER [long]
"""

import contextlib
import functools
import gzip
import hashlib
import os
import pathlib
import pty
import random
import re
import resource
import select
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import threading

import cli
from getting import CSV, LARGE, brought, content, get, killed_with_part, tarred, traced, zipped
from server import Server, make_certificate

LONG = sys.argv[3:] == ['long']


def check_plain(folder):
    """A file arrives as it is, and its digest is told."""
    with Server({'t.csv': CSV, 'empty.csv': b''}) as server:
        ended = get(folder, server.url('t.csv'))
        empty = get(folder, server.url('empty.csv'))
        again = get(folder, server.url('t.csv'))
        forced = get(folder, server.url('t.csv'), '--force')
    digest = hashlib.sha256(CSV).hexdigest()
    return (cli.fine(ended) + cli.refused(again, 'is there already', '--force') + cli.fine(forced) +
            cli.fine(empty) + cli.gate.expect(digest in ended.out, ended.out) +
            cli.gate.expect(content(folder) == {'t.csv': CSV, 'empty.csv': b''}, str(content(folder))))


def check_local(folder):
    """A file that is here is copied or unpacked, and stays; so is one of file://."""
    here = folder / 'here.csv.gz'
    here.write_bytes(gzip.compress(CSV))
    complaints = cli.fine(get(folder, str(here)))
    complaints += cli.fine(get(folder, here.as_uri(), '--name', 'other.csv'))
    complaints += cli.gate.expect(here.exists(), 'the file is gone')
    return complaints + cli.gate.expect(
        content(folder) == {'here.csv': CSV, 'other.csv': CSV}, str(content(folder)))


def check_https(folder):
    """A certificate decides; where it is not trusted, or another's, one line says so."""
    here = make_certificate(folder / 'here.pem', 'IP:127.0.0.1')
    other = make_certificate(folder / 'other.pem', 'DNS:example.org')
    complaints = []
    with Server({'t.csv': CSV}, certificate=here) as server:
        complaints += cli.refused(get(folder, server.url('t.csv')), 'certificate', 'SSL_CERT_FILE')
        complaints += cli.refused(get(folder, server.url('t.csv'), env={'SSL_CERT_FILE': str(other)}),
                                  'certificate')
        complaints += cli.gate.expect(server.asked == [] and content(folder) == {}, 'it was asked')
        complaints += cli.fine(get(folder, server.url('t.csv'), env={'SSL_CERT_FILE': str(here)}))
    with Server({'u.csv': CSV}, certificate=other) as server:
        complaints += cli.refused(get(folder, server.url('u.csv'), env={'SSL_CERT_FILE': str(other)}),
                                  'certificate')
    return complaints + cli.gate.expect(content(folder) == {'t.csv': CSV}, str(content(folder)))


def check_proxy(folder):
    """Proxies are taken from the environment, as other programs do."""
    address = 'http://manyfold.invalid/t.csv'
    with Server({address: CSV}) as proxy:
        ended = get(folder, address, env={'http_proxy': proxy.url('')})
        without = get(folder, address, env={'http_proxy': proxy.url(''), 'no_proxy': '*'})
        asked = list(proxy.asked)
    return (cli.fine(ended) + cli.gate.expect(asked == [(address, 0)], str(asked)) +
            cli.gate.expect(without.status != cli.DONE and content(folder) == {'t.csv': CSV},
                            str(without)))


def terminal_shows(folder, server, *arguments, pattern=None):
    """What appears on a terminal until the command has ended; the server holds the file until
    the pattern appears there, or for some time in which nothing is to appear."""
    master, end = pty.openpty()
    process = cli.start('data', 'get', server.url('b.bin'), '--out', str(folder / 'data'), '--force',
                        *arguments, stderr=end, env={'TERM': 'xterm'})
    os.close(end)
    shown = b''
    while True:
        if select.select([master], [], [], cli.PATIENCE * cli.SLOWER if pattern else 2)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break  # nobody has the other end open
            shown += piece
            if not piece:
                break
        elif pattern:
            break  # in vain
        if not pattern or re.search(pattern, shown):
            server.hold.set()
    server.hold.set()
    ended = cli.finish(process)
    os.close(master)
    return shown.decode(), ended


def check_progress(folder):
    """On a terminal it is told how far it came, and wiped out in the end; elsewhere nothing."""
    with Server({'b.bin': LARGE}) as server:
        server.hold = threading.Event()
        shown, ended = terminal_shows(folder, server, pattern=rb' 50 %')
        server.hold = threading.Event()
        quiet, _ = terminal_shows(folder, server, '--quiet')
        elsewhere = get(folder, server.url('b.bin'), '--force')
    return (cli.gate.expect(re.search(r'downloading: [\d.]+ MiB of 2.86 MiB, 50 %', shown) and
                            shown.endswith('\r\x1b[K'), repr(shown)) +
            cli.gate.expect(ended.status == cli.DONE and '\x1b' not in ended.out, str(ended)) +
            cli.gate.expect(quiet == '', repr(quiet)) + cli.fine(elsewhere))


def check_module(folder):
    """Without its module, one line says what is missing; what is embedded is there all the same."""
    path = folder / 'here.csv'
    path.write_bytes(CSV)
    modules = folder / 'modules'
    modules.mkdir()
    env = {'MANYFOLD_MODULES': str(modules)}
    complaints = []
    found = re.search(r'/\S+/lib[\w.+-]+\.so[.\d]*$', pathlib.Path('/proc/self/maps').read_text(),
                      re.MULTILINE)
    for make, word in ((lambda place: None, 'no module fetch.so'),
                       (lambda place: place.write_bytes(b'nothing'), 'cannot be loaded'),
                       (lambda place: shutil.copy(found[0], place), 'another version')):
        make(modules / 'fetch.so')
        ended = get(folder, str(path), env=env)
        complaints += cli.one_line(ended, cli.UNAVAILABLE, 'data get', word)
        if word != 'another version':
            complaints += cli.one_line(ended, cli.UNAVAILABLE, 'libcurl', 'libarchive-dev')
    complaints += cli.fine(cli.run('data', 'list', env=env)) + cli.fine(get(folder, 'ames', env=env))
    return complaints + cli.gate.expect(set(content(folder)) == {'ames.csv'}, str(set(content(folder))))


def check_breaks(folder):
    """A connection that breaks is taken up where it broke."""
    with Server({'b.bin': LARGE}, {'b.bin': 900_000}) as server:
        ended = get(folder, server.url('b.bin'))
        first = [start for _, start in server.asked]
    return (cli.fine(ended) + cli.gate.expect(first == [0, 900_000, 1_800_000, 2_700_000], str(first)) +
            cli.gate.expect(content(folder) == {'b.bin': LARGE}, 'other bytes'))


def check_taken_up(folder):
    """A command that was killed leaves a part, and the next one goes on with it."""
    with Server({'b.bin': LARGE}, {'b.bin': 1_000_000}) as server:
        part = killed_with_part(folder, server)
        before = part.stat().st_size
        kept = list(server.asked)
        ended = get(folder, server.url('b.bin'))
        resumed = server.asked[len(kept):][0][1]
    return (cli.fine(ended) + cli.gate.expect(resumed == before > 0, f'{before}, {resumed}') +
            cli.gate.expect(content(folder) == {'b.bin': LARGE}, 'other bytes'))


def check_changed(folder):
    """A part of another version is not gone on with, nor one whose version nobody knows."""
    complaints = []
    for marks in (True, False):
        with Server({'b.bin': LARGE}, {'b.bin': 1_000_000}, marks) as server:
            killed_with_part(folder, server)
            server.files['b.bin'] = LARGE[::-1]
            server.breaks.clear()
            complaints += cli.fine(get(folder, server.url('b.bin'), '--force'))
        complaints += cli.gate.expect(content(folder) == {'b.bin': LARGE[::-1]}, f'{marks}: a mixture')
        (folder / 'data' / 'b.bin').unlink()
    return complaints


def check_stubborn(folder):
    """The rest of another version, or from another byte on, is not joined to the part."""
    complaints = []
    for how in ('another version', 'another byte'):
        with Server({'b.bin': LARGE}, {'b.bin': 1_000_000}) as server:
            killed_with_part(folder, server)
            server.breaks.clear()
            if how == 'another version':
                server.files['b.bin'] = LARGE[::-1]
                server.stubborn = True
            else:
                server.shift = 7
            asked = len(server.asked)
            complaints += cli.fine(get(folder, server.url('b.bin'), '--force'))
            starts = [first for _, first in server.asked[asked:]]
            expected = server.files['b.bin']
        complaints += cli.gate.expect(content(folder) == {'b.bin': expected}, f'{how}: a mixture')
        complaints += cli.gate.expect(len(starts) == 2 and starts[0] > 0 and starts[1] == 0,
                                      f'{how}: {starts}')
        shutil.rmtree(folder / 'data')
    return complaints


def check_kept(folder):
    """A network that is gone does not cost what has arrived."""
    with Server({'b.bin': LARGE}, {'b.bin': 1_000_000}) as server:
        part = killed_with_part(folder, server)
        before = part.read_bytes()
        port = server.server.server_port
    gone = get(folder, f'http://127.0.0.1:{port}/b.bin')
    nowhere = get(folder, 'http://manyfold.invalid/b.bin')
    return (cli.refused(gone, 'does not take connections') + cli.refused(nowhere, 'no such host') +
            cli.gate.expect(part.read_bytes() == before, 'the part is gone') +
            cli.gate.expect(before == LARGE[:len(before)], 'other bytes'))


def check_gives_up(folder):
    """A server that never gets further is left alone after a few times."""
    def tried(name, is_silent):
        (folder / name).mkdir()
        with Server({'b.bin': LARGE}, {'b.bin': 1000}, marks=False) as server:
            server.silent = is_silent
            return get(folder / name, server.url('b.bin')), len(server.asked)

    (ended, asked), (silent, silences) = cli.at_once(lambda: tried('breaks', False), lambda: tried('silent', True))
    said = ended.err.splitlines()
    return (cli.gate.expect(ended.status == cli.FAILED and len(said) == 4 and 'same command' in said[-1] and
                            all('trying again' in line for line in said[:-1]), str(ended)) +
            cli.gate.expect(asked == 5, f'asked {asked} times') +
            cli.gate.expect(silent.status == cli.FAILED and 'time 2 of 2' in silent.err, str(silent)) +
            cli.gate.expect(silences == 2, f'asked a silent one {silences} times'))


def check_ranges(folder):
    """A part that ends early, or that nobody asked for, is not taken for the whole."""
    total = len(LARGE)

    def part(first, last, **headers):
        return (206, {'ETag': '"1"', 'Content-Range': f'bytes {first}-{last - 1}/{total}', **headers}, LARGE[first:last])

    cases = {
        'shorter than asked': lambda first: part(first, min(first + 1_000_000, total)),
        'not asked for': lambda first: part(0, 100) if first == 0 else (200, {'ETag': '"2"'}, LARGE),
        'without an end': lambda first: part(0, 100, **{'Content-Range': 'bytes 0-99/*'}),
        'without a range': lambda first: (206, {}, LARGE[:100]),
    }
    def judged(name, answer):
        own = folder / name
        own.mkdir()
        with Server({}) as server:
            server.answers['b.bin'] = answer
            ended = get(own, server.url('b.bin'), '--quiet')
        if 'without' in name:
            return (cli.one_line(ended, cli.FAILED, 'another part') +
                    cli.gate.expect('b.bin' not in content(own), f'{name}: it is taken'))
        return cli.fine(ended) + cli.gate.expect(content(own) == {'b.bin': LARGE}, f'{name}: a mixture')

    return sum(cli.at_once(*(functools.partial(judged, *case) for case in cases.items())), [])


def check_whole_again(folder):
    """An answer that is no part replaces what is here, whatever its number; also one that is as large
    as --max-size allows."""
    complaints = []
    for status in (203, 200):
        with Server({'b.bin': LARGE}, {'b.bin': 1_000_000}) as server:
            killed_with_part(folder, server)
            server.answers['b.bin'] = lambda first: (status, {'ETag': '"new"'}, LARGE[::-1])
            size = ('--max-size', str(len(LARGE))) if status == 200 else ()
            complaints += cli.fine(get(folder, server.url('b.bin'), *size))
        complaints += cli.gate.expect(content(folder) == {'b.bin': LARGE[::-1]}, f'{status}: a mixture')
        shutil.rmtree(folder / 'data')
    return complaints


def check_local_apart(folder):
    """A file that is here never touches the part of a download of the same name."""
    here = folder / 'b.bin'
    here.write_bytes(b'mine' * 1000)
    with Server({'b.bin': LARGE}) as server:
        server.hold = threading.Event()
        first = cli.start('data', 'get', server.url('b.bin'), '--out', str(folder / 'data'))
        cli.wait_for(lambda: server.asked)
        second = get(folder, str(here))
        server.hold.set()
        ended = cli.finish(first)
    complaints = (cli.one_line(second, cli.OUTPUT, 'another manyfold') + cli.fine(ended) +
                  cli.gate.expect(content(folder) == {'b.bin': LARGE}, 'other bytes'))
    shutil.rmtree(folder / 'data')
    with Server({'b.bin': LARGE}, {'b.bin': 1_000_000}) as server:
        part = killed_with_part(folder, server)
        before = part.read_bytes()
        complaints += cli.fine(get(folder, str(here)))
        complaints += cli.gate.expect(part.exists() and part.read_bytes() == before, 'the part is another')
        complaints += cli.fine(get(folder, server.url('b.bin'), '--force'))
    return complaints + cli.gate.expect(content(folder) == {'b.bin': LARGE}, 'a mixture')


def check_secrets(folder):
    """The note beside a part has nothing of a password, and is for its owner alone."""
    with Server({'b.bin': LARGE}, {'b.bin': 1_000_000}) as server:
        own = server.url
        server.url = lambda path: own(path).replace('//', '//me:secret@') + '?token=hidden'
        server.files['b.bin?token=hidden'] = LARGE
        server.breaks['b.bin?token=hidden'] = 1_000_000
        note = pathlib.Path(f'{killed_with_part(folder, server)}.from')
        told = note.read_bytes()
        mode = stat.S_IMODE(note.stat().st_mode)
        asked = len(server.asked)
        ended = get(folder, server.url('b.bin'))
        resumed = server.asked[asked][1]
    return (cli.gate.expect(b'secret' not in told and b'hidden' not in told and told, str(told)) +
            cli.gate.expect(mode == 0o600, oct(mode)) + cli.fine(ended) +
            cli.gate.expect(resumed > 0, 'it began anew'))


def check_two(folder):
    """Two commands do not write into one part."""
    with Server({'b.bin': LARGE}) as server:
        server.hold = threading.Event()
        first = cli.start('data', 'get', server.url('b.bin'), '--out', str(folder / 'data'))
        cli.wait_for(lambda: server.asked)
        second = get(folder, server.url('b.bin'))
        server.hold.set()
        ended = cli.finish(first)
    return (cli.one_line(second, cli.OUTPUT, 'another manyfold') + cli.fine(ended) +
            cli.gate.expect(content(folder) == {'b.bin': LARGE}, 'other bytes'))


def check_digest(folder):
    """What has another digest is not kept."""
    right = hashlib.sha256(CSV).hexdigest()
    wrong = right[:-1] + ('0' if right[-1] != '0' else '1')
    with Server({'t.csv': CSV}) as server:
        no = get(folder, server.url('t.csv'), '--sha256', wrong)
        none = content(folder)
        yes = get(folder, server.url('t.csv'), '--sha256', right.upper())
        bad = get(folder, server.url('t.csv'), '--sha256', 'abc')
    return (cli.one_line(no, cli.SAID_NO, right, wrong) + cli.gate.expect(none == {}, str(none)) +
            cli.fine(yes) + cli.refused(bad, '--sha256', '64'))


def check_addresses(folder):
    complaints = cli.refused(get(folder, 'ftp://127.0.0.1/x'), 'http, https and file')
    complaints += cli.refused(get(folder, 'http://127.0.0.1:9/x'), 'does not take connections')
    complaints += cli.refused(get(folder, 'no-such-file.csv'), 'no file', 'data list')
    complaints += cli.refused(get(folder, str(folder)), 'not a file')
    complaints += cli.refused(get(folder, 'http://user:secret@127.0.0.1:9/x'), '127.0.0.1')
    with Server({'t.csv': CSV}) as server:
        server.redirections['passwords'] = 'file:///etc/passwd'
        server.redirections['round'] = '/round'
        complaints += cli.refused(get(folder, server.url('passwords')), 'http, https and file')
        complaints += cli.refused(get(folder, server.url('round')), 'without an end')
        complaints += cli.refused(get(folder, server.url('absent')), '404')
        complaints += cli.refused(get(folder, server.url('t.csv'), '--max-size', '3'), '--max-size')
        complaints += cli.refused(get(folder, __file__, '--max-size', '3'), '--max-size')
        secret = get(folder, server.url('absent').replace('//', '//me:secret@'))
    complaints += cli.gate.expect('secret' not in secret.err and '404' in secret.err, secret.err)
    complaints += cli.refused(cli.run('data', 'get'), 'data list')
    complaints += cli.refused(get(folder, 'ames', '--name', '../x'), '--name')
    return complaints + cli.gate.expect(content(folder) == {}, str(list(content(folder))))


def check_names(folder):
    """Names in an address cannot lead anywhere."""
    with Server({'..%2f..%2fx': CSV, '%2e%2e%2fy': CSV, '%2e%2e': CSV, '%2Fetc%2Fz': CSV, 'a\'$(id)': CSV,
                 '.hidden': CSV, '': CSV, 'a%20b%00.csv': CSV}) as server:
        for path in server.files:
            get(folder, server.url(path))
    top = {path.name for path in folder.iterdir()}
    return cli.gate.expect(top == {'data'} and {'x', 'y', 'z'} <= set(content(folder)) and
                           all(re.fullmatch(r'[\w-][\w.-]*', name) for name in content(folder)),
                           str(content(folder)))


def check_embedded(folder):
    expected = (cli.gate.ROOT / 'data' / 'ames.csv').read_bytes()
    digest = hashlib.sha256(expected).hexdigest()
    other = get(folder, 'ames', '--sha256', '0' * 64)
    large = get(folder, 'ames', '--max-size', '10')
    none = content(folder) if (folder / 'data').exists() else {}
    (folder / 'ames').mkdir()
    ended = get(folder, 'ames', '--sha256', digest.upper(), cwd=folder)
    return (cli.one_line(other, cli.SAID_NO, digest, '0' * 64) + cli.refused(large, '--max-size') +
            cli.gate.expect(none == {}, str(none)) + cli.fine(ended) + cli.gate.expect(digest in ended.out, ended.out) +
            cli.gate.expect(content(folder) == {'ames.csv': expected}, 'other bytes'))


def check_full(folder):
    """Where the file cannot be written, that is said, and nothing has its name."""
    def bounded():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    complaints = []
    with Server({'b.bin': LARGE, 'b.zip': zipped(('c', b'\0' * 3_000_000))}) as server:
        for name in ('b.bin', 'b.zip'):
            ended = get(folder, server.url(name), preexec_fn=bounded)
            complaints += cli.one_line(ended, cli.OUTPUT, 'data')
    complaints += cli.gate.expect(not any(name in ('b.bin', 'c') for name in content(folder)),
                                  str(content(folder)))
    file = folder / 'file'
    file.write_bytes(b'')
    ended = cli.run('data', 'get', 'ames', '--out', str(file))
    return complaints + cli.one_line(ended, cli.OUTPUT, 'file')


def reads(process, path):
    """Whether it has come beyond the beginning of a file."""
    there = pathlib.Path(f'/proc/{process.pid}')
    with contextlib.suppress(OSError):  # it has just closed one, or ended
        for entry in os.listdir(there / 'fd'):
            if os.readlink(there / 'fd' / entry) == str(path):
                info = (there / 'fdinfo' / entry).read_text(encoding='ascii')
                return re.search(r'^pos:\s+0$', info, re.MULTILINE) is None
    return False


def check_interrupted(folder):
    """Ctrl-C ends it, and tells that the same command goes on."""
    with Server({'b.bin': LARGE}) as server:
        server.hold = threading.Event()
        process = cli.start('data', 'get', server.url('b.bin'), '--out', str(folder / 'data'))
        cli.wait_for(lambda: server.asked)
        process.send_signal(signal.SIGINT)
        ended = cli.finish(process)
        server.hold.set()
    endless = folder / 'endless'
    with endless.open('wb') as file:
        file.truncate(1 << 40)  # whose digest takes hours
    process = cli.start('data', 'get', str(endless), '--out', str(folder / 'data'), '--max-size', '2T')
    # It has its lock, and not only the file for it, when it reads.
    cli.wait_for(lambda: reads(process, endless) or process.poll() is not None)
    with Server({'endless': CSV}) as server:
        other = get(folder, server.url('endless'))
    process.send_signal(signal.SIGINT)
    digest = cli.finish(process)
    return (cli.gate.expect(ended.status in (-signal.SIGINT, 130) and 'goes on' in ended.err, str(ended)) +
            cli.gate.expect(digest.status in (-signal.SIGINT, 130) and 'cancelled' in digest.err, str(digest)) +
            cli.one_line(other, cli.OUTPUT, 'another manyfold') +
            cli.gate.expect('.endless.lock' not in content(folder), 'a lock is left'))


def check_actions():
    """Options of one action are refused by another."""
    return (cli.refused(cli.run('data', 'describe', '--sha256', 'x'), '--sha256') +
            cli.refused(cli.run('data', 'get', 'ames', '--target', 'x'), '--target') +
            cli.refused(cli.run('data', 'list', '--force'), '--force'))


# ---- the long form ----


def check_kills(folder):
    """Killed again and again, the same command ends with the same bytes."""
    content_ = random.Random(2).randbytes(20_000_000)
    digest = hashlib.sha256(content_).hexdigest()
    kills = 0
    with Server({'b.bin': content_}, {'b.bin': 700_000}) as server:
        part = folder / 'data' / '.b.bin.part'
        for reach in range(500_000, 20_000_000, 500_000):
            process = cli.start('data', 'get', server.url('b.bin'), '--out', str(folder / 'data'))
            cli.wait_for(lambda: process.poll() is not None or
                         (part.exists() and part.stat().st_size >= reach))
            kills += process.poll() is None
            process.kill()
            cli.finish(process)
        server.breaks.clear()
        ended = get(folder, server.url('b.bin'), '--sha256', digest)
    return (cli.fine(ended) + cli.gate.expect(kills > 20, f'{kills} kills') +
            cli.gate.expect(content(folder) == {'b.bin': content_}, 'other bytes'))


def check_many_folders(folder):
    packed = tarred(*((f'd{i}', tarfile.DIRTYPE, '') for i in range(100_001)))
    path = folder / 'many.tar.gz'
    path.write_bytes(packed)
    ended = get(folder, str(path))
    return cli.refused(ended, '100000 files and folders') + cli.gate.expect(content(folder) == {}, 'a part')


def check_large_bomb(folder):
    """A thousandfold archive ends at the limit, and gives all room back."""
    path = folder / 'b.zip'
    path.write_bytes(zipped(('b', bytes(1_000_000_000))))
    ended = get(folder, str(path), '--max-size', '100M')
    left = [name for name in os.listdir(folder / 'data')]
    return cli.refused(ended, '--max-size') + cli.gate.expect(left == [], str(left))


FULL = 'mount -t tmpfs -o size=2m none "$1" && shift && exec "$@"'


def check_full_disk(folder):
    """On a disk that is really full."""
    data = folder / 'data'
    data.mkdir()
    complaints = []
    with Server({'b.bin': LARGE, 'b.gz': gzip.compress(b'x' * 30_000_000)}) as server:
        for name in server.files:
            done = subprocess.run(['unshare', '-Urm', 'sh', '-c', FULL, 'sh', str(data), cli.TOOL, 'data',
                                   'get', server.url(name), '--out', str(data)], capture_output=True,
                                  env=cli.environment(), check=False)
            if b'unshare' in done.stderr or b'mount' in done.stderr:
                raise cli.gate.Skip('name spaces are not permitted')
            ended = cli.Ended((name,), done.returncode, done.stdout, done.stderr, 0)
            complaints += cli.one_line(ended, cli.OUTPUT, 'No space left')
    return complaints


def check_full_note(folder):
    """A note that does not fit on the disk is none: the next command begins anew, and says nothing false."""
    data = folder / 'data'
    note = data / '.b.bin.part.from'
    with Server({'b.bin': LARGE}, {'b.bin': 100_000}) as server:
        ended = traced(folder, server.url('b.bin'), '-o', '/dev/null', '-P', str(note), '-e', 'trace=write', '-e',
                       'inject=write:error=ENOSPC')
        kept = note.exists()
        server.breaks.clear()
        del server.asked[:]
        again = get(folder, server.url('b.bin'))
        asked = list(server.asked)
    return (cli.gate.expect(ended.status != cli.DONE and not kept, f'{ended}, note: {kept}') +
            cli.fine(again) + cli.gate.expect(asked == [('b.bin', 0)], str(asked)) +
            cli.gate.expect(content(folder) == {'b.bin': LARGE}, str(sorted(content(folder)))))


CASES = [
    ('a plain file arrives as it is', brought(check_plain)),
    ('files that are here are copied', brought(check_local)),
    ('certificates are checked', brought(check_https)),
    ('proxies of the environment are used', brought(check_proxy)),
    ('progress is for terminals', brought(check_progress)),
    ('a connection that breaks is taken up', brought(check_breaks)),
    ('the next command goes on with what a killed one left', brought(check_taken_up)),
    ('parts of another version are dropped', brought(check_changed)),
    ('the rest of something else is not joined to a part', brought(check_stubborn)),
    ('a part outlives a network that is gone', brought(check_kept)),
    ('a server that never gets further is given up', cli.waits(brought(check_gives_up))),
    ('two commands do not write into one part', brought(check_two)),
    ('parts that end early or were not asked for are not the whole', cli.waits(brought(check_ranges))),
    ('an answer that is no part replaces the part', brought(check_whole_again)),
    ('a file that is here leaves the part of a download alone', brought(check_local_apart)),
    ('passwords are not kept', brought(check_secrets)),
    ('the digest decides', brought(check_digest)),
    ('addresses that lead nowhere are told', brought(check_addresses)),
    ('names in addresses stay in the folder', brought(check_names)),
    ('an embedded set is written', cli.in_folder(check_embedded)),
    ('without the module the rest is whole', cli.in_folder(check_module)),
    ('a note that does not fit on the disk is none', cli.waits(brought(check_full_note))),
    ('a disk that is full is told', brought(check_full)),
    ('an interruption leaves a part to go on with', brought(check_interrupted)),
    ('actions take their own options only', check_actions),
]

LONG_CASES = [
    ('killed again and again it ends with the same bytes', brought(check_kills)),
    ('an archive of very many folders is refused', brought(check_many_folders)),
    ('an archive that unpacks to a thousand times its size is refused', brought(check_large_bomb)),
    ('a disk that is really full is told', brought(check_full_disk)),
]

if __name__ == '__main__':
    sys.exit(cli.gate.main(LONG_CASES) if LONG else cli.main(CASES))
