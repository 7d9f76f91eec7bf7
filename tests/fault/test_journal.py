#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Journals and those who stand in their way: failed system calls, kills, full disks, each other.

    test_journal.py WRITER MANYFOLD [long]

WRITER is journal_writer.c; it says on standard output how many results are safe, after it has kept
a run of the same number. Whatever happens to it, the file must be whole afterwards, hold what was
said to be safe, and take the rest.
"""

import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'gates'))
import gate  # noqa: E402

WRITER, MANYFOLD = map(os.path.abspath, sys.argv[1:3])
LONG = len(sys.argv) > 3 and sys.argv[3] == 'long'
SEED = time.time_ns()
chance = random.Random(SEED)

INPUT, BUSY, OUTPUT, FORMAT = 3, 7, 9, 11  # codes of status.h, without their sign
NAME = "a journal's ?#%20.db"

ROWS, EACH = 6, 2
PATIENT = 120000  # milliseconds, also on a busy machine
GUARD = 240  # seconds until something is taken to hang


def command(path, rows=ROWS, each=EACH, wait=0, padding=10):
    return [WRITER, str(path), *map(str, (rows, each, wait, padding))]


def last_number(said):
    """The last line, if it is a number; 0 when nothing was said."""
    return int(said.split()[-1]) if said.strip().split('\n')[-1].isdigit() else 0


class Ended:
    def __init__(self, done):
        self.status = done.returncode
        self.out, self.err = done.stdout.decode(), done.stderr.decode()
        self.safe = last_number(self.out)
        self.said = {int(line) for line in self.out.split('\n')[:-1]} if self.safe else set()

    def __str__(self):
        return f'status {self.status}, {self.safe} safe, {self.err.strip()!r}'


def run(words, **how):
    return Ended(subprocess.run(words, capture_output=True, timeout=GUARD, check=False, **how))


def rows_in(path):
    """The rows that a whole and sound file holds; it is repaired as SQLite does it."""
    database = sqlite3.connect(path)
    try:
        checked = database.execute('PRAGMA integrity_check').fetchall()
        wrong = database.execute('PRAGMA foreign_key_check').fetchall()
        if checked != [('ok',)] or wrong:
            raise AssertionError(f'{path}: {checked} {wrong}')
        if not database.execute('SELECT count(*) FROM sqlite_master').fetchone()[0]:
            return set()
        found = database.execute(
            'SELECT r.payload FROM study_result s JOIN result r ON r.id=s.result').fetchall()
    finally:
        database.close()
    return {int(re.search(r'"row": (\d+)', payload)[1]) for payload, in found}


def runs_in(path):
    """The numbers of rows with which runs were kept; each once, and its document as it was."""
    database = sqlite3.connect(path)
    try:
        if not database.execute("SELECT count(*) FROM sqlite_master WHERE name='run'").fetchone()[0]:
            return set()
        kept = database.execute(
            'SELECT title, length, document FROM run WHERE length > 0').fetchall()
    finally:
        database.close()
    numbers = [int(title.split()[0]) for title, _, _ in kept]
    for number, (_, length, document) in zip(numbers, kept):
        text = zlib.decompress(document)
        if len(text) != length or not text.startswith(f'0 {number} {4 * number} '.encode()):
            raise AssertionError(f'{path}: the run of {number} rows is not as it was: {text[:40]}')
    if len(set(numbers)) != len(numbers):
        raise AssertionError(f'{path}: a run is kept twice: {numbers}')
    return set(numbers)


def judge(path, ended, rows=ROWS, padding=10):
    """Complaints, after whatever has befallen a writer."""
    complaints = []
    if ended.status == 0 and ended.safe != rows:
        complaints.append(f'says that all is well: {ended}')
    if ended.status > 0 and (ended.status not in (BUSY, OUTPUT, FORMAT, 1, 2) or
                             ended.err.count('\n') != 1):
        complaints.append(f'ends strangely: {ended}')
    there = rows_in(path) if path.exists() and path.stat().st_size else set()
    if not set(range(ended.safe)) <= there:
        complaints.append(f'lost {set(range(ended.safe)) - there}: {ended}')
    if ended.said and not ended.said <= runs_in(path):
        complaints.append(f'lost runs {ended.said - runs_in(path)}: {ended}')
    again = run(command(path, rows=rows, wait=PATIENT, padding=padding))
    if again.status != 0 or rows_in(path) != set(range(rows)) or \
            runs_in(path) != set(range(EACH, rows, EACH)) | {rows}:
        complaints.append(f'cannot go on after {ended}: {again}')
    return complaints


# ---- system calls that fail, and kills at each of them ----

CALLS = ('pwrite64', 'fdatasync', 'ftruncate', 'unlink', 'openat')


def need(*names):
    for name in names:
        if not shutil.which(name):
            raise gate.Skip(f'no {name}')


def strace(path, *options, **how):
    return run(['strace', '-f', '-qq', *options, *command(path)], **how)


def calls_of(call, folder):
    """Which calls, counted from 1, are about the journal."""
    log = folder / 'log'
    strace(folder / NAME, '-e', f'trace={call}', '-o', log)
    lines = [line for line in log.read_text().splitlines() if call in line]
    (folder / NAME).unlink()
    return [number for number, line in enumerate(lines, 1)
            if call != 'openat' or str(folder) in line]


def try_each(fault, calls=CALLS, onward=''):
    """A case: every call that touches the journal fails or kills, one at a time; with `onward` '+'
    all calls from there on do."""
    def check(folder):
        need('strace')
        complaints, hit = [], 0
        # In the short form a third of the failures; but every kill.
        stride = 1 if LONG or fault.startswith('signal') else 3
        for call in calls:
            points = calls_of(call, folder)
            complaints += gate.expect(points, f'{call} is never called')
            for point in points[chance.randrange(stride) if len(points) > stride else 0::stride]:
                path = folder / NAME
                ended = strace(path, '-e', f'trace={call}', '-e',
                               f'inject={call}:{fault}:when={point}{onward}', '-o', os.devnull)
                hit += ended.status != 0
                complaints += [f'{call} {point}: {problem}' for problem in judge(path, ended)]
                path.unlink()
        complaints += gate.expect(hit >= 10, f'only {hit} faults were noticed')
        return complaints[:12]
    return check


def check_order(folder):
    """Before a result is said to be safe, all that was written is forced to the disk: the rollback
    journal before the file, the file before the journal is cut, and the journal after it."""
    need('strace')
    log = folder / 'log'
    strace(folder / NAME, '-y', '-e', 'trace=pwrite64,fdatasync,fsync,ftruncate,unlink,write', '-o',
           log)
    unforced, said, complaints = set(), 0, []
    for line in log.read_text().splitlines():
        found = re.search(r'\b(\w+)\((\d+)<([^>]*)>', line)
        if not found:
            continue
        call, descriptor, name = found[1], found[2], found[3]
        is_journal = name.endswith('-journal')
        if call == 'pwrite64' and not is_journal and any(n.endswith('-journal') for n in unforced):
            complaints.append(f'the file is written before the journal is safe: {line}')
        if call == 'ftruncate' and unforced - {name}:
            complaints.append(f'the journal is cut before the file is safe: {line}')
        if call in ('pwrite64', 'ftruncate'):
            unforced.add(name)
        if call in ('fdatasync', 'fsync'):
            unforced.discard(name)
        if call == 'write' and descriptor == '1':
            said += 1
            complaints += gate.expect(not unforced, f'said before {unforced} is forced: {line}')
    return complaints + gate.expect(said == ROWS // EACH, f'{said} times something was said')


# ---- kills at any time ----

KILLS = 400 if LONG else 40


def check_kills(folder):
    """One file, from kill to kill: nothing that was said to be safe is ever lost."""
    path, complaints, landed, safe = folder / NAME, [], 0, 0
    rows = 10000 * KILLS  # more than it comes to, as what it says fills the small pipe meanwhile
    for _ in range(KILLS):
        process = subprocess.Popen(command(path, rows=rows, each=30 if LONG else 3, wait=PATIENT),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, pipesize=4096)
        # It comes to new results when it has found the old ones; then it is killed in mid-work.
        while (line := process.stdout.readline()) and int(line) <= safe:
            pass
        time.sleep(chance.random() * (0.1 if LONG else 0.02))
        process.kill()
        out, err = process.communicate()
        landed += process.returncode == -signal.SIGKILL
        # A line that was cut off was not said.
        numbers = [int(n) for n in (line + out).decode().split('\n')[:-1]]
        safe = max([safe, *numbers])
        lost = set(range(safe)) - rows_in(path)
        complaints += gate.expect(not lost, f'{len(lost)} of {safe} are lost, {err.decode()}')
        lost = set(numbers) - runs_in(path)
        complaints += gate.expect(not lost, f'runs {sorted(lost)} are lost, {err.decode()}')
    print(f'# {landed} of {KILLS} kills landed, {safe} results were safe')
    return complaints + gate.expect(landed >= 0.95 * KILLS, f'{landed} of {KILLS} kills landed')


# ---- no room ----

SIZES = range(16, 528, 16) if LONG else (16, 64, 68, 120, 256)  # KiB
FULL_ROWS = 400

FULL = '''
mount -t tmpfs -o size="$2"k tmpfs "$1" || exit 77
shift 2
folder=$1 out=$2; shift 2
"$@" >"$out/said" 2>"$out/error"; echo $? >"$out/status"
cp "$folder"/* "$out"/ 2>&1
mount -o remount,size=16M "$folder" || exit 77
"$@" >"$out/said2" 2>"$out/error2"; echo $? >"$out/status2"
cp "$folder/j.db" "$out/after.db"
'''


def check_full(folder):
    need('unshare')
    complaints = []
    for size in SIZES:
        small, out = folder / 'small', folder / f'out{size}'
        small.mkdir(exist_ok=True)
        out.mkdir()
        done = subprocess.run(
            ['unshare', '-Urm', 'sh', '-c', FULL, 'sh', small, str(size), small, out,
             *command(small / 'j.db', rows=FULL_ROWS, each=5, padding=1000)],
            capture_output=True, timeout=GUARD, check=False)
        if done.returncode == 77 or b'unshare' in done.stderr:
            raise gate.Skip(f'no file system of our own: {done.stderr.decode().strip()}')
        status, error = int((out / 'status').read_text()), (out / 'error').read_text()
        safe = last_number((out / 'said').read_text())
        there = rows_in(out / 'j.db') if (out / 'j.db').exists() else set()
        complaints += gate.expect(
            status == OUTPUT and 'no space is left' in error and 'j.db' in error and
            error.count('\n') == 1 and safe < FULL_ROWS and set(range(safe)) <= there,
            f'{size} KiB: status {status}, {safe} safe, {len(there)} there, {error}')
        complaints += gate.expect(
            (out / 'status2').read_text() == '0\n' and
            rows_in(out / 'after.db') == set(range(FULL_ROWS)),
            f'{size} KiB: cannot go on: {(out / "error2").read_text()}')
    return complaints


# ---- each other ----

PAIRS = 50 if LONG else 10


def check_pairs(folder):
    """Started at the same instant, on a file that is not there: one after the other, all is done
    once, and nobody hears of locks."""
    complaints = []
    for number in range(PAIRS):
        path = folder / f'{number}.db'
        both = [subprocess.Popen(command(path, rows=60, each=1, wait=PATIENT),
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                for _ in range(2)]
        for process in both:
            process.out, process.err = process.communicate(timeout=GUARD)
        complaints += gate.expect(
            all(process.returncode == 0 and not process.err for process in both) and
            rows_in(path) == set(range(60)), f'{[str(p.err) for p in both]}')
        database = sqlite3.connect(path)
        counts = database.execute('SELECT (SELECT count(*) FROM study), (SELECT count(*) FROM '
                                  'result), (SELECT count(*) FROM holder)').fetchone()
        database.close()
        complaints += gate.expect(counts == (1, 60, 0) and runs_in(path) == set(range(1, 61)),
                                  f'{counts}')
    return complaints


class Held:
    """A writer that has the journal open, and waits to say that something is safe: nobody reads
    what it says, and there is no room left for it."""

    def __init__(self, path):
        self.reader, full = os.pipe()
        os.set_blocking(full, False)
        try:
            while os.write(full, b'x' * 4096):
                pass
        except BlockingIOError:
            os.set_blocking(full, True)
        self.path = path
        self.process = subprocess.Popen(command(path, rows=4, each=2), stdout=full)
        os.close(full)

    def __enter__(self):
        until = time.monotonic() + GUARD
        while time.monotonic() < until:
            if self.path.exists() and self.path.stat().st_size and rows_in(self.path):
                return self.process.pid
            time.sleep(0.01)
        raise AssertionError('the writer did not come to write')

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.reader)


def check_refused(folder):
    path = folder / NAME
    with Held(path) as pid:
        began = time.monotonic()
        ended = run(command(path, wait=100))
        waited = time.monotonic() - began
        complaints = gate.expect(
            ended.status == BUSY and ended.err.count('\n') == 1 and
            f'in use by process {pid} on {os.uname().nodename} since 20' in ended.err and
            waited >= 0.1, f'{ended} after {waited} s')
    return complaints + judge(path, run(command(path)))


def check_readers(folder):
    """`manyfold runs` reads while another process writes, and after that one was killed."""
    path, complaints = folder / NAME, []
    writer = subprocess.Popen(command(path, rows=10 ** 6, each=1), stdout=subprocess.PIPE)
    writer.stdout.readline()
    for _ in range(30 if LONG else 10):
        ended = run([MANYFOLD, 'runs', 'list', str(path)])
        complaints += gate.expect(ended.status == 0 and not ended.err and
                                  f'process {writer.pid} on ' in ' '.join(ended.out.split()),
                                  f'{ended.status} {ended.out} {ended.err}')
    lines = [writer.stdout.readline() for _ in range(10)]
    writer.kill()
    writer.communicate()
    ended = run([MANYFOLD, 'runs', 'list', str(path)])
    complaints += gate.expect(ended.status == 0 and 'in use' not in ended.out and
                              'open' in ended.out, f'after the kill: {ended.out} {ended.err}')
    return complaints + gate.expect(all(lines), 'the writer did not go on')


# ---- no permission ----

NOBODY = 65534


def as_nobody():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def check_permissions(folder):
    """Who may only read, reads; and what cannot be written is told before anything is done."""
    how = {'preexec_fn': as_nobody} if os.getuid() == 0 else {}
    path = folder / NAME
    os.chmod(folder, 0o755)
    complaints = judge(path, run(command(path)))
    try:
        run([MANYFOLD, '--version'], **how)
        run([WRITER], **how)
    except (PermissionError, subprocess.SubprocessError):
        raise gate.Skip('nobody cannot reach the programs')
    before = path.read_bytes()
    for mode, folder_mode in ((0o444, 0o777), (0o666, 0o555), (0o444, 0o555)):
        os.chmod(path, mode)
        os.chmod(folder, folder_mode)
        ended = run(command(path), **how)
        complaints += gate.expect(ended.status == OUTPUT and 'permission' in ended.err, str(ended))
        ended = run([MANYFOLD, 'runs', 'list', str(path)], **how)
        complaints += gate.expect(ended.status == 0 and 'rows' in ended.out, ended.err)
        ended = run(command(folder / 'new.db'), **how)
        complaints += gate.expect((ended.status == 0) == (folder_mode == 0o777), str(ended))
    os.chmod(folder, 0o755)
    os.chmod(path, 0o000)
    ended = run([MANYFOLD, 'runs', 'list', str(path)], **how)
    complaints += gate.expect(ended.status == 2 and 'Permission denied' in ended.err, ended.err)
    return complaints + gate.expect(path.read_bytes() == before, 'the file was changed')


def roomy_memory():
    """A folder that is kept in memory, or None. What is asked here is which calls are made and what
    their failures cost, not what a disk does; and to a disk thousands of them would take minutes."""
    memory = pathlib.Path('/dev/shm')
    try:
        room = os.statvfs(memory)
    except OSError:
        return None
    has_room = room.f_bavail * room.f_frsize >= 256 << 20
    return memory if has_room and os.access(memory, os.W_OK | os.X_OK) else None


def in_folder(function):
    def call():
        with tempfile.TemporaryDirectory(prefix='manyfold-test-', dir=roomy_memory()) as name:
            return function(pathlib.Path(name))
    return call


if __name__ == '__main__':
    print(f'# seed {SEED}')
    cases = [
        ('no write, no forcing to the disk and no opening is needed: each may fail',
         try_each('error=EIO')),
        ('a disk that is full at any write costs no result', try_each('error=ENOSPC', CALLS[:2])),
        ('a kill at any system call costs no result', try_each('signal=KILL')),
        ('results are forced to the disk before they are said to be safe', check_order),
        ('kills at any time cost no result', check_kills),
        ('a full disk costs no result, and with more room it goes on', check_full),
        ('two at once on one file do everything once', check_pairs),
        ('who comes second is told who has the journal', check_refused),
        ('a journal can be read while it is written', check_readers),
        ('permissions are obeyed and told', check_permissions),
    ]
    if LONG:
        cases += [('a device that breaks for good costs no result',
                   try_each('error=EIO', onward='+')),
                  ('a disk that stays full costs no result',
                   try_each('error=ENOSPC', CALLS[:3], onward='+'))]
    gate.main([(sentence, in_folder(function)) for sentence, function in cases])
