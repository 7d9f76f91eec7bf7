#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sum is a real one: every integer is added, whatever the compiler knows about series.

test_instructions.py SUM_SERIAL counts, with valgrind, the instructions of sums of N, 2 N and 4 N
integers. Their growth has to be in proportion, and an integer has to cost its share of two vector
additions: instructions, not seconds, so the result is the same on every machine and under any load.
The program is the project's own build; the kernel alone is also compiled here by gcc and clang at
-O2 and -O3. valgrind knows no AVX-512: there the additions are looked for in the loop itself.
"""

import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'gates'))
import gate  # noqa: E402

N = 1 << 23
LANES = {'portable': 1, 'avx2': 4, 'avx512': 8}
FLAGS = {'portable': [], 'avx2': ['-mavx2'],
         'avx512': ['-mavx512f', '-mprefer-vector-width=512']}
COMPILERS = [(name, level) for name in ('gcc', 'clang') for level in ('-O2', '-O3')]
ADDITIONS = {'portable': r'\b(add|lea|inc|sub)[ql]?\b', 'avx2': r'vpaddq .*%ymm',
             'avx512': r'vpaddq .*%zmm'}

folder = tempfile.TemporaryDirectory()
serial = sys.argv[1]


def need(*commands):
    for command in commands:
        if not shutil.which(command):
            raise gate.Skip(f'no {command}')


def variants(*names):
    """Those of the names that this kind of processor has."""
    return [n for n in names if n == 'portable' or platform.machine() == 'x86_64']


def runs_here(kernel):
    cpu = pathlib.Path('/proc/cpuinfo')
    return kernel == 'portable' or (cpu.exists() and f' {kernel}' in gate.text(cpu))


def count(command, n):
    """Instructions of `command n`, after looking at its answer."""
    done = subprocess.run(
        ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', *command, str(n)],
        capture_output=True, text=True, check=True)
    if int(done.stdout) != n * (n + 1) // 2:
        raise ValueError(f'{command} {n}: {done.stdout}')
    return int(re.search(r'Collected : (\d+)', done.stderr)[1])


def judge(name, command, lanes):
    """Complaints about the growth of a program's work."""
    one, two, four = (count(command, n) for n in (N, 2 * N, 4 * N))
    less, more = two - one, four - two  # what the program does besides is in both, and so in neither
    complaints = []
    if less <= 0 or not 1.98 <= more / less <= 2.02:
        complaints.append(f'{name}: twice the integers take {more} instructions after {less}')
    each = (four - one) / (3 * N)
    if each < 2 / lanes:
        complaints.append(f'{name}: {each:.4f} instructions for an integer, of {lanes} a lane')
    if each > 4 / lanes:
        complaints.append(f'{name}: {each:.4f} instructions for an integer: what for?')
    return complaints


def compile_kernel(compiler, level, kernel, source='src/jobs/sum_lanes.c', link=True):
    """The program (or object) with one kernel alone."""
    out = pathlib.Path(folder.name) / f'{compiler}{level}-{kernel}{"" if link else ".o"}'
    common = [compiler, level, '-std=c17', '-D_GNU_SOURCE', f'-DMF_LANES={LANES[kernel]}',
              '-DMF_SUM_NAME=mf__sum', f'-I{gate.ROOT}/src', f'-I{gate.ROOT}/include',
              *FLAGS[kernel], '-o', out]
    sources = [gate.ROOT / source] + ([gate.ROOT / 'tests/work/sum_bare.c'] if link else ['-c'])
    subprocess.run([*common, *sources], check=True, capture_output=True, text=True)
    return out


def check_build():
    need('valgrind')
    return [complaint for kernel in variants('portable', 'avx2') if runs_here(kernel)
            for complaint in judge(kernel, [serial, kernel], LANES[kernel])]


def check_compiler(compiler, level):
    need('valgrind', compiler)
    complaints = []
    for kernel in variants('portable', 'avx2'):
        if runs_here(kernel):
            program = compile_kernel(compiler, level, kernel)
            complaints += judge(f'{compiler} {level} {kernel}', [program], LANES[kernel])
    return complaints


def loops(program):
    """The instructions of each loop: from the target of a jump back to the jump."""
    listed = subprocess.run(['objdump', '-d', '--no-show-raw-insn', program],
                            capture_output=True, text=True, check=True).stdout
    code = [(int(at, 16), what)
            for at, what in re.findall(r'^ *([0-9a-f]+):\t(.*)$', listed, re.M)]
    for at, what in code:
        jump = re.match(r'j\w+ +([0-9a-f]+) ', what)
        if jump and int(jump[1], 16) < at:
            yield [w for a, w in code if int(jump[1], 16) <= a <= at]


def check_loops():
    need('objdump')
    complaints = []
    for compiler, level in COMPILERS:
        need(compiler)
        for kernel in variants('portable', 'avx2', 'avx512'):
            program = compile_kernel(compiler, level, kernel, link=False)
            most = max((sum(bool(re.match(ADDITIONS[kernel], w)) for w in loop)
                        for loop in loops(program)), default=0)
            # Four vectors at once: an addition to the sum and one to move on, for each.
            if most < 8:
                complaints.append(f'{compiler} {level} {kernel}: {most} additions in its loop')
    return complaints


def check_planted():
    """The kernel without what hides the integers from the compiler is a closed form."""
    need('valgrind', 'clang')
    kernel = gate.text(gate.ROOT / 'src/jobs/sum_lanes.c')
    planted = pathlib.Path(folder.name) / 'planted.c'
    planted.write_text(kernel.replace('__asm__("" : HOLDS(*v));', '(void)v;'), encoding='utf-8')
    found = judge('planted', [compile_kernel('clang', '-O3', 'portable', planted)], 1)
    return gate.expect('__asm__("" : HOLDS(*v));' in kernel and found, 'was not found')


gate.main([
    ('the work of a sum grows in proportion to N', check_build),
    *[(f'as compiled by {compiler} {level} too',
       lambda compiler=compiler, level=level: check_compiler(compiler, level))
      for compiler, level in COMPILERS],
    ('every loop of a kernel adds four vectors twice', check_loops),
    ('a closed form would be found', check_planted),
])
