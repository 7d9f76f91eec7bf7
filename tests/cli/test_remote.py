#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold remote` against a script in place of ssh: what is asked, what hostile words do, and what
happens when connections are cut. The rsync is a real one."""

import functools
import os
import random
import re
import shutil
import signal
import subprocess
import sys

import cli
from machines import Fake, TABLE, ran


def need_rsync():
    if not shutil.which('rsync'):
        raise cli.gate.Skip('no rsync')


def with_fake(check, real=False):
    """The check, called with a new machine."""
    def call(folder):
        need_rsync()
        machine = Fake(folder, real)
        complaints = check(machine)
        return complaints + [f'{pid} was left behind' for pid in cli.left_behind()]
    return cli.in_folder(call)


def check_whole(machine):
    """A search runs there; its page, its journal and its table are here as if it had run here."""
    (machine.here / 'data' / 't.csv').write_text(TABLE, encoding='utf-8')
    (machine.here / 'own.csv').write_text(TABLE, encoding='utf-8')
    (machine.here / 'other.txt').write_text('not for there', encoding='utf-8')
    words = ('tune', 'own.csv', '-t', 'y', '--grid', 'max_depth=1,2', '--journal', 'results/j.db',
             '--csv=new/trials.csv', '--quiet')
    ended = machine.run('--', *words)
    plain = cli.run(*words[:6], '--quiet', cwd=machine.here)
    same = machine.run('--', *words)
    there = {path.relative_to(machine.there()) for path in machine.there().rglob('*.*')}
    journal = cli.run('runs', 'list', 'results/j.db', cwd=machine.here)
    return (cli.gate.expect(ended.status == 0 and ended.out == plain.out, f'{ended} {ended.out}') +
            cli.gate.expect('brought there: 2 files' in ended.err and 'back: 2 files' in ended.err, ended.err) +
            cli.gate.expect((machine.here / 'new' / 'trials.csv').exists(), 'no table came back') +
            cli.gate.expect('other.txt' not in map(str, there), f'{there}') +
            cli.gate.expect(same.status == 0 and 'brought there' not in same.err, str(same)) +
            cli.gate.expect(journal.status == 0 and 'done' in journal.out, str(journal)))


def check_status(machine):
    """The command's own status and outputs come through, each where it belongs."""
    machine.go(7)
    ended = machine.run('--', 'sum', '5')
    quiet = machine.run('--quiet', '--', 'sum', '6')
    return (ran(ended, status=7) + ran(quiet, status=7) +
            cli.gate.expect(quiet.err == 'told aside\n', quiet.err) +
            cli.gate.expect((machine.here / 'results' / 'made').exists(), 'no result came back') +
            cli.gate.expect(machine.runs() == [[b'sum', b'5'], [b'sum', b'6']], str(machine.runs())))


def check_all(machine):
    """--all brings everything but what is listed as left out."""
    machine.go()
    for name in ('deep/x.txt', '.git/config', 'build/x.o', 'results/old', 'src/.venv/y'):
        path = machine.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('x', encoding='utf-8')
    ended = machine.run('--all', '--', 'sum', '5', '--json', 'results/old')
    there = sorted(str(path.relative_to(machine.there())) for path in machine.there().rglob('*')
                   if path.is_file() and '.manyfold' not in path.parts)
    return ran(ended) + cli.gate.expect(there == ['deep/x.txt', 'results/made', 'results/old'], str(there))


# ---- nothing is injected ----

PIECES = ('$(touch CANARY)', '`touch CANARY`', ';touch CANARY;', '|touch CANARY', '&touch CANARY&', '\n',
          "'", '"', '\\', '$HOME', '*', '?', '[a-z]', '~', '!', '#', '=', '{a,b}', '<CANARY', '>CANARY',
          ' ', '\t', '-oProxyCommand=touch CANARY', '-', '--', 'a', 'END', '\r', '\x1b[2J', 'é', '%s',
          '\\n', "'; touch CANARY; '", "'\\''", '$(', '${', '((', '\x7f')


def hostile(seed, n):
    chance = random.Random(seed)
    print(f'# seed {seed}')
    return [''.join(chance.choice(PIECES) for _ in range(chance.randint(1, 6))) for _ in range(n)]


def canaries(machine):
    return [f'{path} was made' for path in machine.folder.rglob('*') if path.name == 'CANARY']


def is_host(text):
    """Whether it is one, by the rule in the manual."""
    name = r'[A-Za-z0-9][A-Za-z0-9._-]*'
    return re.fullmatch(rf'([A-Za-z0-9_][A-Za-z0-9._-]*@)?({name}|\[[0-9a-fA-F:][0-9a-fA-F:.]*\])'
                        r'(:(?!~(?!/))[^\x00-\x1f\x7f]*)?', text) is not None


def check_hosts(machine):
    """500 names of machines: what is none never reaches ssh, what is one stands behind --."""
    machine.refuse('no')
    complaints, taken = [], 0
    extra = ['-oProxyCommand=touch CANARY', '-lroot', '', '@a', 'a@', 'a@-b', '-a@b', 'a b', 'a;b', '[::1',
             '::1', '[::1]x', 'a\n', '.a', '_a', 'a@b@c', 'a:~root', '$(touch CANARY)', 'a/b', 'a%b', 'ä']
    good = ['a', 'a.b-c_d', 'me@a', '_x@a', '[::1]', 'me@[fe80::1]', 'a:', 'a:d e', 'a:/x', 'a:~/x', 'a:-x',
            'a:$(touch CANARY)', "a:'", 'a:b:c', 'a:é']
    for typed in extra + good + hostile(40, 465 - len(extra) + 35 - len(good)):
        before = len(machine.asked())
        ended = machine.run('--check', host=typed, env={'MANYFOLD_RSYNC': 'true'})
        asked = machine.asked()[before:]
        if not is_host(typed) or typed == '':
            complaints += [f'{typed!r}: asked {asked}, {ended}' for _ in [0]
                           if asked or ended.status != cli.USAGE]
            continue
        taken += 1
        name = typed.split('@')[-1].split(']')[0].lstrip('[') if '[' in typed.split(':')[0] else \
            typed.split(':')[0].split('@')[-1]
        complaints += [f'{typed!r}: asked {asked}' for _ in [0]
                       if len(asked) != 1 or asked[0][-3:] != [b'--', name.encode(), b'exec sh -s']]
    return complaints + canaries(machine) + cli.gate.expect(taken >= len(good), f'{taken} were taken')


def check_words(machine):
    """500 words reach the command there as they are."""
    machine.go()
    words = hostile(41, 490) + ['', '\x01', b'\xff\xfe'.decode('utf-8', 'surrogateescape'), '-e', '-n', '\\c',
                                'x' * 5000, '#SBATCH', "''", '\n\n']
    words = [word if word != 'END' else 'end' for word in words]
    complaints = []
    for at in range(0, len(words), 50):
        part = words[at:at + 50]
        ended = machine.run('--quiet', '--', 'sum', *(f'x{word}' for word in part))
        complaints += ran(ended)
        expected = [b'sum', *(b'x' + word.encode('utf-8', 'surrogateescape') for word in part)]
        complaints += cli.gate.expect(machine.runs()[-1:] == [expected], f'other words from {at} on')
    return complaints + canaries(machine)


def check_folders(machine):
    """Folders with any name are made and used, and only they."""
    machine.go()
    complaints = []
    folders = [name for name in hostile(42, 40) if all(ord(c) >= 0x20 and c != '\x7f' for c in name)
               and not name.startswith('~')]
    for name in [*folders[:12], ' ', '-rf', "it's", '$HOME', '*', '"', '\\', '-', 'a b/c d', "x'; touch CANARY; '"]:
        (machine.here / 'data' / 't.csv').write_text(name, encoding='utf-8')
        ended = machine.run('--quiet', '--', 'sum', '1', host=f'there:{name}')
        brought = machine.home / name / 'data' / 't.csv'
        complaints += ran(ended) + cli.gate.expect(
            brought.exists() and brought.read_text(encoding='utf-8') == name, f'{name!r}: no file there')
        (machine.here / 'results' / 'made').unlink(missing_ok=True)
    top = {path.name for path in machine.home.iterdir()} - {'go', 'words', 'pid', 'manyfold'}
    made = {name.split('/')[0] for name in [*folders[:12], ' ', '-rf', "it's", '$HOME', '*', '"', '\\', '-',
                                            'a b', "x'; touch CANARY; '"]}
    return complaints + [f'{name!r} was made' for name in sorted(top - made)] + canaries(machine)


def check_from_there(machine):
    """What the other machine says it has written is not written outside of this folder or into hidden ones."""
    machine.go()
    machine.run('--', 'sum', '5', '--json', 'fine')
    outside = machine.folder / 'outside'
    (machine.there() / 'results' / '.hidden').write_text('x', encoding='utf-8')
    names = ['../outside', str(outside), '.bashrc', 'a/../../outside', '.git/hooks/x', 'link', 'fine']
    (machine.home / 'outside').write_text('x', encoding='utf-8')
    for name in ('.bashrc', '.git/hooks/x', 'fine'):
        path = machine.there() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('x', encoding='utf-8')
    (machine.there() / 'link').symlink_to('/etc/passwd')
    (machine.there() / '.manyfold' / 'run' / 'outputs').write_text('\n'.join(names), encoding='utf-8')
    ended = machine.run('--attach')
    found = sorted(str(path.relative_to(machine.here)) for path in machine.here.rglob('*')
                   if '.manyfold' not in path.parts)
    return (ran(ended) + cli.gate.expect(not outside.exists(), 'it wrote outside') +
            cli.gate.expect(found == ['data', 'fine', 'results', 'results/made'], str(found)))


# ---- connections that are cut ----

def check_cuts(machine):
    """However many bytes of an answer come through, the output is whole and the command runs once."""
    large = random.Random(7).randbytes(40_000)
    whole = b'it begins\n' + large + b'it ends'

    def judged(n):
        own = Fake(machine.folder / f'cut after {n}')
        own.go()
        (own.home / 'large').write_bytes(large)
        own.cut(None, None, n, n)
        ended = own.run('--', 'sum', '5')
        return (cli.gate.expect(ended.raw == whole and ended.status == 0,
                                f'{n}: {ended}, {len(ended.raw)} of {len(whole)} bytes') +
                cli.gate.expect(len(own.runs()) == 1, f'{n}: it was started {len(own.runs())} times'))

    # They wait for most of their time, until they try again.
    return sum(cli.at_once(*(functools.partial(judged, n) for n in (0, 18, 25, 40, 5000, 40_030))), [])


def check_copy_cut(machine):
    """Files whose way is cut off go on their way again, in both directions."""
    machine.go()
    content = random.Random(8).randbytes(300_000)
    (machine.here / 'data' / 'b').write_bytes(content)
    machine.cut(None, 10, 0, None, None, 20, None)
    ended = machine.run('--', 'sum', '5')
    return (ran(ended) + cli.gate.expect((machine.there() / 'data' / 'b').read_bytes() == content, 'other bytes') +
            cli.gate.expect((machine.here / 'results' / 'made').exists(), 'no result came back') +
            cli.gate.expect('trying again, 2 of 10' in ended.err, ended.err))


def check_lost(machine):
    """A connection that does not come back is told with what would help, and the command goes on."""
    process = machine.begin('--tries', '1', '--', 'sum', '5')
    machine.refuse('ssh: connect to host there port 22: No route to host\n')
    cli.kill(cli.children(process.pid))
    ended = cli.finish(process)
    (machine.folder / 'refuses').unlink()
    machine.go(4)
    again = machine.run('--', 'sum', '5')
    return (cli.gate.expect(ended.status == cli.FAILED and 'No route to host; check the network' in ended.err and
                            '--attach follows it' in ended.err, str(ended)) +
            ran(again, status=4) + cli.gate.expect(len(machine.runs()) == 1, 'it was started again'))


def check_refused(machine):
    """A connection that cannot be made at all is told at once."""
    complaints = []
    for said, help_ in (('me@there: Permission denied (publickey,password).', 'ssh-copy-id'),
                        ('Host key verification failed.', 'log in by hand once'),
                        ('ssh: Could not resolve hostname there', 'check the name'),
                        ('something else', '--check')):
        machine.refuse(said + '\r\n')
        ended = machine.run('--', 'sum', '5')
        complaints += cli.one_line(ended, cli.FAILED, 'there', said.split(':')[0], help_)
    return complaints


def check_interrupted(machine):
    """Ctrl-C leaves the command alone and says how to go on; the same command finds it."""
    process = machine.begin('--', 'sum', '5', host='there:"x y"')
    process.send_signal(signal.SIGINT)
    ended = cli.finish(process)
    machine.go(9)
    again = machine.run('--', 'sum', '5', host='there:"x y"')
    attached = machine.run('--attach', host='there:"x y"')
    return (cli.gate.expect(ended.status == -signal.SIGINT and "remote 'there:\"x y\"' --attach" in ended.err and
                            '--stop' in ended.err, str(ended)) +
            ran(again, status=9) + ran(attached, status=9) +
            cli.gate.expect(len(machine.runs()) == 1, 'it was started again'))


def check_other(machine):
    """While one runs another is refused; --stop ends it; what it wrote can still be brought."""
    process = machine.begin('--', 'sum', '5')
    other = machine.run('--', 'sum', '6')
    stopped = machine.run('--stop')
    ended = cli.finish(process)
    attached = machine.run('--attach')
    nothing = machine.run('--stop')
    return (cli.refused(other, 'another command runs there', 'manyfold sum 5', '--attach', '--stop') +
            cli.fine(stopped) + cli.gate.expect('with status 143' in stopped.out, stopped.out) +
            ran(ended, '', 143) + ran(attached, 'it begins\n', 143) +
            cli.fine(nothing, 'nothing runs there\n'))


def check_unbrought(machine):
    """What has ended while nobody followed is not forgotten, unless --stop says so."""
    process = machine.begin('--', 'sum', '5')
    process.kill()
    cli.finish(process)
    machine.go()
    cli.wait_for(lambda: (machine.there() / '.manyfold' / 'run' / 'status').exists())
    other = machine.run('--', 'sum', '6')
    let_go = machine.run('--stop')
    third = machine.run('--', 'sum', '6')
    return (cli.refused(other, 'another command has ended', '--attach brings them') + cli.fine(let_go) +
            cli.gate.expect('it had ended, with status 0' in let_go.out, let_go.out) + ran(third))


def check_killed(machine):
    """A command that has gone without a word is told, and can be started again."""
    process = machine.begin('--', 'sum', '5')
    run = machine.there() / '.manyfold' / 'run'
    for name in ('pid', 'child'):
        cli.wait_for(lambda: (run / name).exists() and (run / name).read_text(encoding='utf-8').endswith('\n'))
        os.kill(int((run / name).read_text(encoding='utf-8')), signal.SIGKILL)
    ended = cli.finish(process)
    machine.go()
    again = machine.run('--', 'sum', '5')
    return (cli.gate.expect(ended.status == cli.FAILED and 'without a word' in ended.err, str(ended)) +
            ran(again) + cli.gate.expect(len(machine.runs()) == 2, str(machine.runs())))


def check_no_status(machine):
    """A command whose status could not be written, as on a full disk, has gone without a word."""
    machine.go()
    ended = machine.run('--', 'sum', '5')
    run = machine.there() / '.manyfold' / 'run'
    (run / 'brought').unlink()
    (run / 'status').write_text('', encoding='utf-8')
    other = machine.run('--', 'sum', '6')
    return ran(ended) + ran(other)


def check_not_again(machine):
    """A client that is cut off while others bring the results, and start another command, does not start its own
    a second time."""
    process = machine.begin('--', 'sum', '5')
    process.send_signal(signal.SIGSTOP)
    cli.kill(cli.children(process.pid))
    machine.go()
    same = machine.run('--', 'sum', '5')
    other = machine.run('--', 'sum', '6')
    process.send_signal(signal.SIGCONT)
    ended = cli.finish(process)
    return (cli.gate.expect(ended.status == cli.FAILED and
                            'another command has been started there since' in ended.err, str(ended)) +
            ran(same) + ran(other) +
            cli.gate.expect(machine.runs() == [[b'sum', b'5'], [b'sum', b'6']], str(machine.runs())))


def check_first_interrupted(machine):
    """Ctrl-C before anything was answered: nothing goes on anywhere, and that is said."""
    asked = machine.folder / 'hung'
    ssh = cli.program(machine.folder / 'hung ssh', f'#!/bin/sh\n: >"{asked}"\nexec sleep 1000\n')
    complaints = []
    for words in (['--', 'sum', '5'], ['--attach']):
        process = machine.start(*words, env={'MANYFOLD_SSH': str(ssh)})
        cli.wait_for(asked.exists)
        process.send_signal(signal.SIGINT)
        ended = cli.finish(process)
        asked.unlink()
        complaints += cli.gate.expect(ended.status == -signal.SIGINT and 'nothing was started there' in ended.err and
                                      'goes on' not in ended.err, str(ended))
    return complaints


def check_reader_gone(machine):
    """A reader that has gone, as head does, is told how to come by the results."""
    process = machine.begin('--', 'sum', '5')
    process.stdout.close()
    machine.go()
    ended = cli.finish(process)
    attached = machine.run('--attach')
    return (cli.gate.expect(ended.status == cli.OUTPUT and '--attach brings its results' in ended.err, str(ended)) +
            ran(attached) + cli.gate.expect((machine.here / 'results' / 'made').exists(), 'no result came'))


def check_lock(machine):
    """A lock whose holder was killed is broken, also when another one was killed while it broke it."""
    machine.go()
    kept = machine.there() / '.manyfold'
    (kept / 'breaking').mkdir(parents=True)
    os.utime(kept / 'breaking', (1000, 1000))
    (kept / 'lock').mkdir()
    dead = subprocess.Popen(['true'])
    dead.wait()
    (kept / 'lock' / 'holder').write_text(f'{os.uname().nodename} {dead.pid}\n', encoding='utf-8')
    return ran(machine.run('--', 'sum', '5')) + cli.gate.expect(not (kept / 'breaking').exists(), 'it stays')


def check_blanks(machine):
    """Folders that begin or end with blanks are made for what the command writes."""
    machine.go()
    ended = machine.run('--', 'sum', '5', '--json', ' new /x.json')
    return ran(ended) + cli.gate.expect((machine.there() / ' new ').is_dir(),
                                        str([path.name for path in machine.there().iterdir()]))


def check_together(machine):
    """Several that start the same command at once start it once, and all see it end."""
    started = [machine.start('--', 'sum', '5') for _ in range(5)]
    begun = [process.stdout.readline() for process in started]
    machine.go(3)
    complaints = [complaint for process in started for complaint in ran(cli.finish(process), 'it ends', 3)]
    complaints += cli.gate.expect(begun == [b'it begins\n'] * 5, str(begun))
    return complaints + cli.gate.expect(len(machine.runs()) == 1, f'{len(machine.runs())} were started')


def check_elsewhere(machine):
    """What another machine with the same folder has started is not started here too."""
    machine.go()
    machine.run('--', 'sum', '5')
    run = machine.there() / '.manyfold' / 'run'
    (run / 'status').unlink()
    (run / 'machine').write_text('node17\n', encoding='utf-8')
    return cli.refused(machine.run('--', 'sum', '5'), 'node17') + cli.refused(machine.run('--stop'), 'node17')


def check_noise(machine):
    """What the files of a shell print is passed over; what is no answer is refused."""
    machine.go()
    (machine.folder / 'noise').write_text('Welcome!\n! no error\nO 5\n', encoding='utf-8')
    nothing = machine.run('--stop')
    complaints = cli.fine(nothing, 'nothing runs there\n')
    for noise in ('Welcome!\n', '\x1b[2JWelcome!'):
        (machine.folder / 'noise').write_text(noise, encoding='utf-8')
        checked = machine.run('--check')
        complaints += cli.gate.expect(checked.status == cli.SAID_NO and 'shell     missing' in checked.out and
                                      'Welcome!' in checked.out and '\x1b' not in checked.out, checked.out)
        complaints += cli.gate.expect('login     ok' in checked.out, checked.out)
    refused = machine.run('--tries', '0', '--', 'sum', '5')
    complaints += cli.one_line(refused, cli.FAILED, 'rsync', 'prints something')
    for answer in ('Z 1', 'O', 'O x', 'O 99999999999999999999', 'S nonsense', 'X 700', '=\nS none', 'x' * 9000):
        (machine.folder / 'noise').write_text(f'manyfold-there 1\n{answer}\n', encoding='utf-8')
        complaints += cli.one_line(machine.run('--attach'), cli.FAILED, 'no answer')
    return complaints


# ---- what is missing ----

TOOLS = ('sh', 'cat', 'uname', 'date', 'sed', 'nproc', 'df', 'awk', 'mkdir', 'wc', 'head', 'tail', 'rmdir', 'sleep')


def check_check(machine):
    """--check names what is there and what is not."""
    whole = machine.run('--check')
    bare = machine.folder / 'bare'
    bare.mkdir()
    for name in TOOLS:
        (bare / name).symlink_to(shutil.which(name))
    machine.set_path(str(bare))
    for name in ('rsync', 'manyfold', 'mpirun'):
        if os.path.exists(f'/usr/local/bin/{name}'):
            raise cli.gate.Skip(f'{name} is in /usr/local/bin')
    missing = machine.run('--check')
    refused = machine.run('--', 'sum', '5')
    machine.refuse('Permission denied (publickey).\n')
    closed = machine.run('--check')
    none_here = machine.run('--check', env={'MANYFOLD_RSYNC': 'no-such-rsync'})
    broken_here = machine.run('--check', env={'MANYFOLD_RSYNC': 'false'})
    (machine.folder / 'refuses').unlink()
    machine.set_path(machine.path)
    (machine.home / 'file').write_text('x', encoding='utf-8')
    in_the_way = [machine.run('--check', host=f'there:{name}') for name in ('file', 'file/deep')]
    none_at_all = machine.run('--check', env={'MANYFOLD_SSH': 'no-such-ssh'})
    lines = {line.split()[0]: line.split()[1] for line in whole.out.splitlines()}
    lacking = {line.split()[0] for line in missing.out.splitlines() if line.split()[1] == 'missing'}
    return (cli.fine(whole) + cli.gate.expect(
        {'login', 'rsync', 'manyfold', 'mpirun', 'cores', 'memory', 'disk', 'folder'} <= set(lines) and
        'missing' not in lines.values(), whole.out) +
        cli.gate.expect(missing.status == cli.SAID_NO and lacking == {'rsync', 'manyfold'}, str(missing) + missing.out) +
        cli.one_line(refused, cli.FAILED, 'rsync is not there') +
        cli.gate.expect(closed.status == cli.SAID_NO and 'ssh-copy-id' in closed.out, closed.out) +
        cli.gate.expect('no rsync on this machine' in none_here.out, none_here.out) +
        cli.gate.expect('does not run' in broken_here.out, broken_here.out) +
        [ended.out for ended in in_the_way
         if ended.status != cli.SAID_NO or 'a file stands in its place' not in ended.out] +
        cli.one_line(none_at_all, cli.UNAVAILABLE, 'no-such-ssh'))


def check_script(machine):
    """What is sent to the shell there can be read by any."""
    path = cli.gate.ROOT / 'src' / 'remote' / 'there.sh'
    complaints, tried = [], 0
    for words in (['sh', '-n'], ['dash', '-n'], ['bash', '-n'], ['busybox', 'sh', '-n'], ['shellcheck']):
        if shutil.which(words[0]):
            done = subprocess.run([*words, path], capture_output=True, text=True)
            complaints += cli.gate.expect(done.returncode == 0, f'{words}: {done.stdout}{done.stderr}')
            tried += 1
    machine.go()
    for shell in ('bash', 'busybox'):
        if shutil.which(shell):
            # The first sh in PATH is then another one.
            cli.program(machine.bin / 'sh', f'#!/bin/sh\nexec {shutil.which(shell)} '
                   f'{"sh" if shell == "busybox" else "--posix"} "$@"\n')
            complaints += ran(machine.run('--', 'sum', '5', shell))
    return complaints + cli.gate.expect(tried >= 1, 'no shell')


def check_usage(machine):
    complaints = []
    for words, told in ((['--attach', '--stop'], 'choose one'), (['--check', '--', 'sum', '5'], 'no command'),
                        ([], 'COMMAND is missing'), (['--', 'smu', '5'], 'did you mean "manyfold sum"'),
                        (['--', 'remote', 'x'], 'third'), (['--', 'tune', '-'], 'standard input'),
                        (['--grid', 'x'], '--grid')):
        complaints += cli.refused(machine.run(*words), told)
    complaints += cli.refused(machine.run('--attach'), 'nothing was started')
    return complaints


# Options that name a file or a folder which is read; all others that do are written.
READ = {('any', 'recipe'), ('lab', 'data'), ('predict', 'model')}


def places_of(verb):
    """The options of a verb whose value is a file or a folder, by its help."""
    return re.findall(r'^ +(?:-\w, )?--([\w-]+) (?:FILE|FOLDER|DIR)\b', cli.run(verb, '--help').out, re.MULTILINE)


def check_written(machine):
    """Whatever a verb writes is brought back: each of its options that names a file or a folder."""
    machine.go()
    complaints, count = [], 0
    for verb in set(cli.VERBS) - {'remote', 'sbatch', 'help'}:
        names = [name for name in places_of(verb) if not {('any', name), (verb, name)} & READ]
        if not names:
            continue
        ended = machine.run('--quiet', '--', verb, *(word for name in names for word in (f'--{name}', f'new/{name}')))
        told = (machine.there() / '.manyfold' / 'run' / 'outputs').read_text(encoding='utf-8').split('\n')
        complaints += ran(ended) + [f'{verb} --{name} is not in the table of src/cli/remote_files.c, or in READ here'
                                    for name in names if f'new/{name}' not in told]
        count += len(names)
    return complaints + cli.gate.expect(count >= 30, f'only {count} options were found')


if __name__ == '__main__':
    sys.exit(cli.gate.main([
        ('a search runs there and everything is here afterwards', with_fake(check_whole, real=True)),
        ('status and outputs come through', with_fake(check_status)),
        ('--all brings everything but what is left out', with_fake(check_all)),
        ('names of hosts inject nothing', with_fake(check_hosts)),
        ('words of a command inject nothing', with_fake(check_words)),
        ('names of folders inject nothing', with_fake(check_folders)),
        ('the other machine cannot write where it likes', with_fake(check_from_there)),
        ('cut anywhere, the output is whole', with_fake(check_cuts)),
        ('files that are cut off go on their way', with_fake(check_copy_cut)),
        ('a connection that is lost for good is told', with_fake(check_lost)),
        ('a connection that cannot be made is told with what helps', with_fake(check_refused)),
        ('Ctrl-C leaves the command alone', with_fake(check_interrupted)),
        ('one command at a time, and it can be stopped', with_fake(check_other)),
        ('what has ended unseen is kept', with_fake(check_unbrought)),
        ('a command that was killed is told and started again', with_fake(check_killed)),
        ('a status that could not be written locks nothing', with_fake(check_no_status)),
        ('a command that has ended is not started again', with_fake(check_not_again)),
        ('Ctrl-C before the first answer', with_fake(check_first_interrupted)),
        ('a reader that has gone is told of --attach', with_fake(check_reader_gone)),
        ('locks that were left are broken', with_fake(check_lock)),
        ('folders with blanks at their ends', with_fake(check_blanks)),
        ('several at once start it once', with_fake(check_together)),
        ('another machine with the same folder is respected', with_fake(check_elsewhere)),
        ('noise is passed over and nonsense refused', with_fake(check_noise)),
        ('--check says what is missing', with_fake(check_check)),
        ('the script for the other machine is right for every shell', with_fake(check_script)),
        ('wrong usage is told', with_fake(check_usage)),
        ('every option that writes a file brings it back', with_fake(check_written)),
    ]))
