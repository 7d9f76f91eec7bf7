# SPDX-License-Identifier: Apache-2.0
"""What the tests of `manyfold data get` share."""

import io
import random
import shutil
import signal
import subprocess
import tarfile
import threading
import zipfile

import cli

CSV = b'a,b\n1,2\n3,4\n'
LARGE = random.Random(1).randbytes(3_000_000)


def zipped(*entries):
    """A zip archive of (name, content, mode of Unix) or (name, content)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, content, *mode in entries:
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = (mode[0] if mode else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()


def tarred(*entries, **how):
    """A compressed tar archive of (name, content), or (name, type of entry, where it leads)."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode='w:gz') as archive:
        for name, *rest in entries:
            entry = tarfile.TarInfo(name)
            if len(rest) == 1:
                entry.size = len(rest[0])
                archive.addfile(entry, io.BytesIO(rest[0]))
            else:
                entry.type, entry.linkname = rest
                archive.addfile(entry)
    return made.getvalue()


def get(folder, source, *arguments, **how):
    return cli.run('data', 'get', source, '--out', str(folder / 'data'), *arguments, **how)


def traced(folder, source, *options, more=()):
    """The same under strace, which makes system calls fail or sends signals amid them."""
    if not shutil.which('strace'):
        raise cli.gate.Skip('no strace')
    words = ['strace', '-f', '-qq', *options, cli.TOOL, 'data', 'get', str(source), '--out', str(folder / 'data'), *more]
    done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, check=False,
                          env=cli.environment(ASAN_OPTIONS='detect_leaks=0'))
    return cli.Ended(words, done.returncode, done.stdout, done.stderr, 0)


def content(folder):
    """What is in the folder's data: {path: bytes}, also what begins with a dot."""
    top = folder / 'data'
    return {str(path.relative_to(top)): path.read_bytes()
            for path in sorted(top.rglob('*')) if path.is_file() or path.is_symlink()}


def killed_with_part(folder, server):
    """Leaves a part of b.bin, of some hundred thousand bytes: the server sends no more to who is killed."""
    server.hold = threading.Event()
    process = cli.start('data', 'get', server.url('b.bin'), '--out', str(folder / 'data'))
    part = folder / 'data' / '.b.bin.part'
    cli.wait_for(lambda: part.exists() and part.stat().st_size >= 400_000)
    process.send_signal(signal.SIGKILL)
    cli.finish(process)
    server.hold.set()
    server.hold = None
    return part


def brought(check):
    """The check in a folder of its own, where this build can bring anything."""
    def call(folder):
        path = folder / 'probe.csv'
        path.write_bytes(CSV)
        ended = cli.run('data', 'get', str(path), '--out', str(folder / 'probe'))
        if ended.status == cli.UNAVAILABLE:
            raise cli.gate.Skip('built without libcurl, libarchive or OpenSSL')
        path.unlink()
        shutil.rmtree(folder / 'probe')
        return check(folder)
    return cli.in_folder(call)
