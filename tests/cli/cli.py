# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command share: running it, looking at how it ended, finding what it left.

A test program is called with the path of the command and the name of the sanitizer it was built
with (`none` without one). It is the reaper of all that descends from it, so a worker that its
parent left behind becomes a child of the test and is found.
"""

import concurrent.futures
import contextlib
import ctypes
import functools
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'gates'))
import gate

TOOL = os.path.abspath(sys.argv[1])
SANITIZED = len(sys.argv) > 2 and sys.argv[2] != 'none'
SLOWER = 5 if SANITIZED else 1  # how much longer things may take

# Seconds until something is taken not to happen. It guards against waiting for ever and measures
# nothing: a machine that is busy with other work may let us and the command wait for long.
PATIENCE = 120

# The documented exit statuses (manyfold --help) that are not the end by a signal.
DONE, SAID_NO, USAGE, FAILED, NOISY, UNAVAILABLE, OUTPUT = range(7)

VERBS = ('sum', 'compare', 'train', 'predict', 'tune', 'lab', 'report', 'data', 'runs', 'diff', 'demo', 'init',
         'remote', 'sbatch', 'doctor', 'completion', 'man', 'help')
FORMATS = ('results', 'recipe', 'journal', 'model', 'table')
WAYS = ('serial', 'threads', 'processes')
NO_MPI = {'PATH': '/nowhere'}  # an environment in which there is no mpirun

PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def environment(**changes):
    """A plain environment, in which no machine is reached; a name with the value None is left out."""
    kept = {name: value for name, value in os.environ.items()
            if name in ('PATH', 'OMPI_MCA_orte_tmpdir_base') or name.endswith('SAN_OPTIONS')}
    return {name: value for name, value in {**kept, 'LC_ALL': 'C', 'MANYFOLD_SSH': 'false', **changes}.items()
            if value is not None}


WROTE = 'manyfold: wrote '


class Ended:
    """How a command ended, what it printed, and the names of the files that it says it wrote, which
    are left out of `err`."""

    def __init__(self, arguments, status, out, err, seconds):
        self.arguments = shlex.join(a if isinstance(a, str) else repr(a) for a in arguments)
        self.status = status
        self.out = out.decode('utf-8', 'backslashreplace')
        lines = err.decode('utf-8', 'backslashreplace').splitlines(keepends=True)
        self.err = ''.join(line for line in lines if not line.startswith(WROTE))
        self.wrote = [line[len(WROTE):-1] for line in lines if line.startswith(WROTE)]
        self.raw = out
        self.seconds = seconds

    def __str__(self):
        said = self.err.strip().replace('\n', ' | ')[:600]
        return f'{self.arguments[:200]!r}: status {self.status}, {len(self.out)} bytes, "{said}"'

    def json(self):
        return json.loads(self.out)


# Outputs go to pipes without a buffer of ours: after readline() the rest is left to finish().
PIPED = {'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, 'bufsize': 0}

# Pipes of one page: whoever writes more waits until somebody reads, and so cannot end unseen.
SMALL_PIPES = {'pipesize': 4096}


def start(*arguments, env=None, **how):
    """Starts the command; its outputs are pipes unless told otherwise."""
    return subprocess.Popen([TOOL, *arguments], env=environment(**(env or {})), **{**PIPED, **how})


def finish(process, arguments=(), timeout=PATIENCE):
    """Waits for a started command. One that hangs is killed, and its status is 'hangs'."""
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=timeout * SLOWER)
        status = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        status = 'hangs'
    return Ended(arguments or process.args[1:], status, out or b'', err or b'',
                 time.monotonic() - began)


def full_pipe():
    """(reader, writer) of a pipe that is full: whoever writes to it waits until somebody reads."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(writer, b'\n' * 4096):
            pass
    with contextlib.suppress(BlockingIOError):
        while os.write(writer, b'\n'):
            pass
    os.set_blocking(writer, True)
    return reader, writer


def run(*arguments, timeout=PATIENCE, **how):
    return finish(start(*arguments, **how), arguments, timeout)


def left_behind(within=20):
    """Descendants that live longer than this; they are killed. No other child may be running.

    One that was told to end still has to be given the time to: what is left behind works for hours,
    or waits for ever.
    """
    until = time.monotonic() + within * SLOWER
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                if time.monotonic() > until:
                    return kill_children()
                time.sleep(0.005)
        except ChildProcessError:
            return []


def children(parent=None, ended=False):
    """The processes whose parent this is, by default ourselves: those that live, or those that have
    ended and were not waited for."""
    found = []
    for entry in os.listdir('/proc'):
        if not entry.isdigit():
            continue
        try:
            with open(f'/proc/{entry}/stat', 'rb') as stat:
                fields = stat.read().rsplit(b')', 1)[1].split()
        except OSError:
            continue  # it has just ended
        if int(fields[1]) == (parent or os.getpid()) and (fields[0] == b'Z') == ended:
            found.append(int(entry))
    return found


def kill_children():
    killed = children()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return killed


def end_with_all(number, _):
    """Whoever ends a test ends all that it has started, in whatever session that is."""
    while children():
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            kill_children()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


signal.signal(signal.SIGTERM, end_with_all)


def has_signal(pid, field, number):
    """Whether a set of signals in /proc/PID/status holds this one."""
    try:
        with open(f'/proc/{pid}/status', encoding='utf-8') as status:
            held = [int(line.split()[1], 16) for line in status if line.startswith(field + ':')]
    except OSError:
        return False
    return bool(held and held[0] >> (number - 1) & 1)


def catches(pid, number):
    """Whether a process has a handler for a signal, so that it does not just die of it."""
    return has_signal(pid, 'SigCgt', number)


def end_by_second(process):
    """The seconds that a command takes to end by a second Ctrl-C, and whether it did.

    What arrives within a tenth of a second after the first one is an echo of it.
    """
    process.send_signal(signal.SIGINT)
    wait_for(lambda: not has_signal(process.pid, 'ShdPnd', signal.SIGINT))
    time.sleep(0.3)
    if process.poll() is not None:
        raise AssertionError('the first one ended it')
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10 * SLOWER)
    took, ended = time.monotonic() - began, process.returncode is not None
    process.kill()
    return took, ended


def wait_until_catches(process, number=signal.SIGINT):
    """Until a command that was started takes a request to stop as one, or has ended."""
    if not wait_for(lambda: catches(process.pid, number) or process.poll() is not None):
        raise AssertionError(f'it never catches signal {number}')


def send_signals(process, *numbers):
    """Several signals that arrive at once, however long we are kept from sending the second one."""
    process.send_signal(signal.SIGSTOP)
    for number in numbers:
        process.send_signal(number)
    process.send_signal(signal.SIGCONT)


def kill(pids, number=signal.SIGKILL):
    """The processes that were there to get the signal."""
    hit = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(pid, number)
            hit.append(pid)
    return hit


def is_prompt(seconds):
    """Whether the machine just now begins and ends a process within a fiftieth of this time."""
    for _ in range(5):
        began = time.monotonic()
        subprocess.run(['sleep', '0'], check=True)
        if time.monotonic() - began > seconds / 50 * SLOWER:
            return False
    return True


def in_time(attempt, seconds, tries=5):
    """Complaints unless attempts are in time, each of which gives the seconds that it took and its
    complaints: unless half of them are, when the first one is not.

    A machine that has other work to do keeps single ones, and us who measure, waiting for as long as
    it likes. So one that is late counts only where a process that does nothing is not kept waiting.
    """
    good, late, took = 0, 0, 0.0
    for number in range(1, 3 * tries + 1):
        took, complaints = attempt()
        if complaints:
            return complaints
        if took <= seconds * SLOWER:
            good += 1
        elif is_prompt(seconds):
            late += 1
        if late > tries // 2:
            return [f'took more than {seconds} s, at last {took:.2f} s, {late} of {good + late} times']
        if good > 0 and good >= late:
            if number > 1:
                print(f'# in time after {number} tries, of which {late} were late for no reason')
            return []
    raise gate.Skip(f'the machine is too busy to tell whether it takes more than {seconds} s')


def wait_for(condition, seconds=PATIENCE):
    """The first true value that the function gives, or its last one."""
    until = time.monotonic() + seconds * SLOWER
    while not (value := condition()) and time.monotonic() < until:
        time.sleep(0.002)
    return value


def one_line(ended, status, *words):
    """Complaints unless it failed as a command should: status, one line that holds the words."""
    problems = []
    lines = ended.err.splitlines()
    if ended.status != status:
        problems.append(f'expected status {status}')
    if len(lines) != 1 or not ended.err.endswith('\n') or not ended.err.startswith('manyfold: '):
        problems.append('expected one line')
    problems += [f'expected {word!r} to be named' for word in words if word not in ended.err]
    return [f'{"; ".join(problems)}; {ended}'] if problems else []


def refused(ended, *words):
    """Complaints unless it was wrong usage and told as such."""
    found = one_line(ended, USAGE, *words)
    return found + ([f'printed something; {ended}'] if ended.out else [])


def fine(ended, out=None):
    """Complaints unless it did what was asked, without a word on stderr."""
    if ended.status != DONE or ended.err or (out is not None and ended.out != out):
        return [str(ended)]
    return []


def in_folder(function):
    """The function, called with a new empty folder that is gone afterwards."""
    def call():
        with tempfile.TemporaryDirectory(prefix='manyfold-test-') as name:
            return function(pathlib.Path(name))
    return call


def at_once(*calls):
    """What calls return that are made at the same time. They neither print nor look for children."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [begun.result() for begun in [pool.submit(call) for call in calls]]


def program(path, text):
    """Writes a program. Another process does: whatever another thread begins meanwhile would hold a
    file that is written here, and who holds it keeps it from being run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(['install', '-m', '755', '/dev/stdin', path], input=text.encode(), check=True)
    return path


def waits(check):
    """Marks a check whose command waits for most of its time, as one does that tries again later."""
    check.waits = True
    return check


def main(cases):
    """As gate.main. Checks that wait are begun together at the start, and judged in their turn; they
    neither print nor look for children, and none that does may come before the last of them."""
    waiting = [function for _, function in cases if hasattr(function, 'waits')]
    with concurrent.futures.ThreadPoolExecutor(max(len(waiting), 1)) as pool:
        begun = {function: pool.submit(function).result for function in waiting}
        gate.main([(sentence, begun.get(function, function)) for sentence, function in cases])


def without_times(text):
    """A page with stars in place of times, also of the lines that tell where the time went."""
    text = re.sub(r'\n  time  .*?\n(?=\S|\n|  \S)', '\n  time        *\n', text, flags=re.DOTALL)
    return re.sub(r'\b\d+(\.\d+)? (ns|us|µs|ms|s)\b', '*', text)


def schema_complaints(document, name):
    """What a document holds that its schema does not describe, or the other way round."""
    try:
        import jsonschema
    except ImportError:
        raise gate.Skip('no python3-jsonschema')
    schema = json.loads(gate.text(gate.ROOT / 'schema' / f'{name}.schema.json'))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(closed(schema))
    return [f'{list(error.absolute_path)}: {error.message[:200]}'
            for error in validator.iter_errors(document)]


def closed(schema):
    """The same schema, in which a field that is not described is an error."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if isinstance(made.get('properties'), dict) and 'type' in made:
        made['additionalProperties'] = False
    return made


@functools.cache
def why_no_mpi():
    """Why ranks cannot be started here, or None."""
    shown = run('doctor').out.partition('\n  mpi ')[2].partition('\n\n')[0]
    return ' '.join(shown.split()) if 'not available' in shown else None


def triangle(first, last):
    """The sum that is expected, by the closed form."""
    return (first + last) * (last - first + 1) // 2 if last >= first else 0
