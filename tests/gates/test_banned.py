#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Words that may not stand in src/, or only in the files named here."""

import re

import gate

CLI = 'src/cli/'
FORK = 'src/exec/fork.c'  # makes a forked child independent of what the host program had set up
COMMAND = 'src/exec/command.c'  # whose forked child becomes another program
CHILDREN = (FORK, COMMAND, 'src/exec/processes.c', 'src/exec/isolate.c')  # whose forked children end

# (pattern, why not, where it may stand all the same). Patterns are matched against code without
# comments and strings. Names that people also give to variables are matched as calls only.
RULES = (
    (r'\b(strn?cpy|strn?cat|v?sprintf|gets|alloca)\b', 'overflows what it writes to', ()),
    (r'\bstrtok(_r)?\b', 'changes its input', ()),
    (r'\b(ato(i|l|ll|f)|strto(l|ll|ul|ull|imax|umax))\b', 'takes malformed numbers', ()),
    (r'\bstrto(d|f|ld)\b', 'depends on the locale', ()),
    (r'\b(s?rand|rand_r|[dlm]rand48|random)\s*\(',
     'base/random.h is seeded and the same everywhere', ()),
    (r'\b(system|popen)\s*\(', 'starts a shell', ()),
    (r'\bsetlocale\b', "the locale is the caller's", ()),
    (r'\buselocale\b', "the locale is the caller's", ('src/fetch/unpack.c',)),  # of its own thread, put back
    (r'\b(time|gettimeofday|clock)\s*\(', 'can be stepped or is coarse: base/clock.h', ()),
    (r'\b(malloc|calloc|realloc|reallocarray|free|aligned_alloc|posix_memalign|v?asprintf|strn?dup)'
     r'\s*\(', 'allocate by base/memory.h', ('src/base/memory.c',)),
    (r'\b(v?f?printf|puts|fputs|fputc|putchar|perror)\b', 'the library never prints', (CLI,)),
    (r'\b(secure_)?getenv\b', 'the library never reads the environment', (CLI,)),
    (r'\b(exit|abort|quick_exit)\s*\(', 'the library never exits', (CLI,)),
    (r'\b(_exit|_Exit)\s*\(', 'only a forked child may', (CLI, *CHILDREN)),
    (r'\bprctl\s*\(', 'only a forked child may', (CLI, FORK, COMMAND)),
    (r'\b(signal|sigaction|bsd_signal|sigset)\s*\(', "signal handlers are the caller's",
     (CLI, FORK, COMMAND)),
)

# Not code: what the build may not be told.
FLAGS = r'-ffast-math|-Ofast|-funsafe-math-optimizations|-fassociative-math'


def find(name, source):
    """Complaints about one file of src/."""
    complaints = []
    code = gate.code_only(source)
    for pattern, why, allowed in RULES:
        if name.startswith(tuple(allowed)):
            continue
        for found in re.finditer(pattern, code):
            line = code.count('\n', 0, found.start()) + 1
            complaints.append(f'{name}:{line}: {found[0].rstrip(" (")}: {why}')
    return complaints


def check_sources():
    files = gate.tracked('.c', '.h', root=gate.ROOT / 'src')
    complaints = [] if files else ['there are no sources']
    for path in files:
        complaints += find(str(path.relative_to(gate.ROOT)), gate.text(path))
    return complaints


def check_flags():
    complaints = []
    for path in gate.tracked('meson.build', 'meson_options.txt', 'meson.options', '.c', '.h'):
        for number, line in enumerate(gate.text(path).splitlines(), 1):
            if re.search(FLAGS, line):
                complaints.append(f'{path.relative_to(gate.ROOT)}:{number}: {line.strip()}')
    return complaints


# (file, code, how many complaints)
PLANTED = (
    ('src/base/a.c', 'x = atoi(t);', 1),
    ('src/base/a.c', 'strcpy(a, b); strcat(a, b);', 2),
    ('src/base/a.c', '/* strcpy */ f("strcpy"); // strcpy\n', 0),
    ('src/base/a.c', 'snprintf(a, 3, b); vsnprintf(a, 3, b, c);', 0),
    ('src/stats/a.c', 'static double (*parse)(const char *, char **) = strtod;', 1),
    ('src/exec/a.c', 'p = malloc(3); free (p);', 2),
    ('src/base/memory.c', 'p = malloc(3); free(p);', 0),
    ('src/base/memory.c', 'printf("%p", p);', 1),
    ('src/exec/board.c', 'mf__free(p); slot->free = 1; timed(1); runtime(2);', 0),
    ('src/exec/board.c', 'int signal = 9; signal(signal, h);', 1),
    ('src/exec/fork.c', 'signal(SIGINT, SIG_DFL); prctl(1); _exit(3);', 0),
    ('src/exec/processes.c', 'signal(SIGINT, SIG_DFL); prctl(1); _exit(3);', 2),
    ('src/exec/processes.c', 'exit(3);', 1),
    ('src/exec/threads.c', '_exit(3);', 1),
    ('src/cli/main.c', 'fprintf(stderr, "x"); exit(getenv("A") != 0);', 0),
    ('src/cli/main.c', 'system("x"); t = time(NULL);', 2),
)


def check_planted():
    return [f'{name}: {code!r}: {find(name, code)}' for name, code, count in PLANTED
            if len(find(name, code)) != count]


gate.main([
    ('src/ holds no banned word', check_sources),
    ('nothing is built with arithmetic that is fast and loose', check_flags),
    ('planted words are found, and only they', check_planted),
])
