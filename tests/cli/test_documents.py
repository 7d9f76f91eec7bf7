#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command that a document shows is run, as it stands, in the order of the document.

Documents are README.md, CONTRIBUTING.md, docs/*.md and the EXAMPLES of the manual pages. A command
is a line of a block marked `sh`, what stands behind `$ ` in any other block, a line of a block
without a mark that begins with `manyfold` or stands in NOT_RUN, and a cell of a table that is
nothing else. Those that would take long get less work (QUICKER), some are only looked at (NOT_RUN).
A command in the middle of a sentence is not run, but its verb and its options have to exist.

Each document has a folder of its own that looks like a checkout, with the command in the PATH and
the files that the document takes for granted.
"""

import gzip
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import cli
import tables

ROOT = cli.gate.ROOT

# What may be in the folder of a document because it is in every checkout.
CHECKOUT = ('Makefile', 'bench', 'data', 'docs', 'examples', 'include', 'recipes', 'schema',
            'tests', 'tools', 'web')

# (what, what to put in its place): the same command with less work, and options that bound its
# time. Each line may apply.
QUICKER = [
    (r'\b1e(8|9|10|11)\b', '1e7'),
    (r'(manyfold compare sum[^|>#]*)', r'\1 --runs 2 --min-sample 1ms --no-break-even '),
    (r'(manyfold compare tune[^|>#]*)', r'\1 --runs 1 --min-sample 1ms --n-estimators 3 '),
    (r'(manyfold compare tune --recipe[^|>#]*)', r'\1 --grid max_depth=2,4 '),
    (r'(manyfold tune --recipe (?!\S*house)(?!.*--plan)[^|>#]*)', r'\1 --max-trials 2 '),
    (r'(manyfold train .*--n_estimators) 400', r'\1 40'),
    (r'(manyfold demo \w[^|>#]*)', r'\1 --quick '),
    (r'(manyfold lab\b[^|>#]*)', r'\1 --quick --with serial --budget 1s '),
    (r'(manyfold lab\b(?!.*--part 2)[^|>#]*)', r'\1 --sum 1e6 '),
]

# (command, why it is not run, what to ask instead). Everything else in a document is run.
NOT_RUN = [
    (r'make ([\w-]+)', 'builds or tests everything', lambda found: target_exists(found[1])),
    (r'make', 'builds everything', lambda found: target_exists('build')),
    (r'sudo make ([\w-]+) && sudo ldconfig', 'needs root', lambda found: target_exists(found[1])),
    (r'sudo apt-get install .*', 'needs root and a network', lambda found: []),
    (r'git clone \S+( .*)?', 'needs a network', lambda found: []),
    (r'npm install .*', 'needs a network', lambda found: []),
    (r'manyfold data get (house-prices|https:).*', 'needs a network', lambda found: []),
    (r'manyfold (\w+) .*--hosts .*', 'needs other machines',
     lambda found: options_exist(found[0])),
    (r'manyfold remote .*', 'needs another machine', lambda found: options_exist(found[0])),
    (r'manyfold init houses && cd houses', 'leaves the folder of the document', lambda found: []),
    (r'manyfold runs list results/ames.db', 'its journal comes from another machine',
     lambda found: []),
    (r'(mpirun --host|ssh|ssh-keygen|ssh-copy-id|sbatch) .*',
     'needs another machine', lambda found: []),
    (r'build/src/cli/manyfold lab && (tests/browser/picture) .*', 'takes minutes and a browser',
     lambda found: program_exists(found[1])),
    (r'(bench/\w+|tests/run|tests/browser/shots|data/make-ames)\b.*',
     'takes minutes, or tools that only developers have',
     lambda found: program_exists(found[1])),
    (r'(ninja|meson) .*', 'builds or tests everything', lambda found: []),
    (r'build/tests/unit/(\w+)', 'is run as a test of its own',
     lambda found: cli.gate.expect((ROOT / f'tests/unit/{found[1]}.c').exists(), 'is no test')),
]

# What ends otherwise than with 0 and is right to do so.
MAY_END = [
    (r'manyfold diff\b', {0, 1, 4}),  # says what it finds
    (r'manyfold data get\b', {0, 5}),  # built without its libraries
]

# Options of other programs that are mentioned beside ours.
OF_OTHERS = {'--suite', '--wrapper', '--long', '--only', '--build', '--to', '--charts', '--package-lock-only',
             '--ignore-scripts', '--quick', '--bind-to', '--oversubscribe', '--exclusive', '--fork', '--headless', '--cflags', '--libs',
             '--pty'}

# A JSON block of a document is a file of this name, so that what is shown is also tried.
JSON_FILES = {'docs/lab.md': 'houses.json', 'docs/training.md': 'forest.json',
              'docs/tuning.md': 'search.json', 'manyfold-recipe(5)': 'forest.json'}

KAGGLE = ('MoSold', 'YrSold', 'SaleType', 'SaleCondition', 'Alley', 'FireplaceQu', 'PoolQC',
          'Fence', 'MiscFeature')


def target_exists(target):
    listed = subprocess.run(['make', '-n', '-C', ROOT, target], capture_output=True, text=True,
                            check=False)
    return cli.gate.expect(listed.returncode == 0, f'make has no target {target}')


def options_exist(command):
    """The options of a command that cannot be run here."""
    verb, *words = command.split()[1:]
    asked = {word.split('=')[0] for word in words if word.startswith('--') and len(word) > 2}
    if '--' in words:  # what is behind it is a command by itself
        asked = {word for word in words[:words.index('--')] if word.startswith('--')}
    return [f'{verb} has no {word}' for word in sorted(asked - options_of((verb,)))]


def program_exists(name):
    return cli.gate.expect(os.access(ROOT / name, os.X_OK), f'{name} is no program')


# ---- what documents show ----


def joined(lines):
    """Lines, those that end in a backslash with the next ones."""
    return re.sub(r'\\\n\s*', '', '\n'.join(lines)).split('\n')


def commands_of_block(mark, lines):
    if mark == 'sh':
        return [line for line in joined(lines) if line.strip() and not line.startswith('#')]
    if any(line.startswith('$ ') for line in lines):
        return [line[2:] for line in joined(lines) if line.startswith('$ ')]
    return [line for line in joined(lines)
            if mark == '' and (line.startswith('manyfold ') or not_run(line))]


def blocks(text):
    """(mark, lines) of each block of a Markdown text, also of those that are only indented."""
    mark, lines = None, []
    for line in text.split('\n'):
        fence = re.fullmatch(r'```(\w*)', line)
        if fence and mark is None:
            mark, lines = fence[1], []
        elif fence:
            yield mark, lines
            mark, lines = None, []
        elif mark is not None:
            lines.append(line)
        elif line.startswith('    '):
            yield '', [line[4:]]


def cells(text):
    """Commands that are cells of tables."""
    return [cell[1:-1] for line in text.split('\n') if line.startswith('|')
            for cell in (part.strip() for part in line.strip('|').split('|'))
            if re.fullmatch(r'`manyfold [^`]*`', cell) and not re.search(r'\b[A-Z]{2,}\b', cell)]


def of_markdown(text):
    shown = [command for mark, lines in blocks(text) for command in commands_of_block(mark, lines)]
    return shown + cells(text)


def of_page(page):
    """The commands of a manual page, made with man or with mdoc."""
    page = page.replace('\\-', '-').replace('\\&', '').replace('\\e', '\\').replace('\\(aq', "'")
    section = re.search(r'^\.S[Hh] EXAMPLES\n(.*?)(?=^\.S[Hh] |\Z)', page, re.DOTALL | re.MULTILINE)
    lines = section[1].split('\n') if section else []
    return [line for line in lines if line.startswith('manyfold ')] + [
        re.fullmatch(r'\\fB(.*)\\fR', line)[1] for line in lines if line.startswith('\\fB')]


def documents():
    """(name, text, commands) of each."""
    names = ['README.md', 'CONTRIBUTING.md'] + sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / 'docs').glob('*.md'))
    for name in names:
        text = cli.gate.text(ROOT / name)
        yield name, text, of_markdown(text)
    for words, name in [((), 'manyfold(1)')] + [((v,), f'manyfold-{v}(1)') for v in cli.VERBS] + [
            ((f,), f'manyfold-{f}(5)') for f in cli.FORMATS]:
        page = cli.run('man', *words).out
        yield name, page, of_page(page)


# ---- the folder of a document ----


def run(command, folder, timeout=cli.PATIENCE):
    """How a command ended in the shell, and what it said last."""
    path = f'{pathlib.Path(cli.TOOL).parent}:{os.environ["PATH"]}'
    ended = subprocess.run(['bash', '-o', 'pipefail', '-c', command], cwd=folder, check=False,
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
                           env=cli.environment(PATH=path, HOME=str(folder), **INSTALLED))
    return ended.returncode, ended.stderr.decode(errors='replace').strip()[-300:]


def must(command, folder):
    status, said = run(command, folder)
    if status != 0:
        raise AssertionError(f'{command}: status {status}: {said}')


INSTALLED = {}  # the environment in which a program finds the library


def install(root):
    """Installs what was built, for the documents that build a program."""
    build = pathlib.Path(cli.TOOL).parents[2]
    subprocess.run(['meson', 'install', '-C', build, '--no-rebuild', '--quiet', '--destdir', root],
                   check=True, capture_output=True)
    found = next(pathlib.Path(root).rglob('manyfold.pc')).parent
    INSTALLED.update(PKG_CONFIG_PATH=str(found), PKG_CONFIG_SYSROOT_DIR=str(root),
                     LD_LIBRARY_PATH=str(found.parent))


def make_tables(folder):
    houses = tables.houses(folder / 'houses.csv')
    for name in ('a.csv', 'new.csv'):
        shutil.copy(houses, folder / name)
    (folder / 'houses.json').write_text('{"target": "price", "grid": {"max_depth": [2, null]}}')
    flowers = tables.trees(folder / 'flowers.csv')
    (folder / 'flowers.csv.gz').write_bytes(gzip.compress(pathlib.Path(flowers).read_bytes()))
    rows = [(i, *'abcdefghi', i % 7, 1000 * (i % 7) + i) for i in range(60)]
    tables.write(folder / 'train.csv', ('Id', *KAGGLE, 'OverallQual', 'SalePrice'), rows)


def make_results(folder):
    """What the examples of some manual pages take for granted."""
    search = 'manyfold tune --grid max_depth=1,2 --n-estimators 2 --journal search.db'
    for command in (
            'manyfold train flowers.csv --target species --n-estimators 3 --model iris.model',
            'manyfold train houses.csv --target price --id number --model houses.model',
            *(f'{search} --seed {seed}' for seed in (1, 2, 3)),
            *2 * ['manyfold compare sum 1e6 --runs 2 --min-sample 1ms --no-break-even --journal lab.db'],
            'manyfold runs tag lab.db 1 before', 'manyfold runs tag lab.db 2 after',
            *(f'manyfold report lab.db:1 --json {name}.json'
              for name in ('result', 'results', 'old', 'new'))):
        must(command, folder)


def make_folder(template, folder, name, text):
    shutil.copytree(template, folder, symlinks=True)
    if not name.endswith('(1)'):  # a document makes what it goes on with, or says where it is from
        for made in ('search.db', 'lab.db'):
            (folder / made).unlink()
    block = re.search(r'^\{\n.*?^\}\n', text.replace('\\&', ''), re.DOTALL | re.MULTILINE)
    if name in JSON_FILES and block:
        (folder / JSON_FILES[name]).write_text(block[0])


# ---- running them ----


def quicker(command):
    for pattern, instead in QUICKER:
        command = re.sub(pattern, instead, command)
    return command


def not_run(command):
    """(why, complaints) of a command that is only looked at, or None."""
    bare = re.sub(r'\s+#.*| {2,}.*', '', command).strip()
    for pattern, why, look in NOT_RUN:
        if found := re.fullmatch(pattern, bare):
            return why, [f'{bare}: {complaint}' for complaint in look(found)]
    return None


def missing_program(command):
    """The first program of a pipe that this machine does not have."""
    outside = re.sub(r"'[^']*'|\"[^\"]*\"|\$\(.*?\)|<\(.*?\)|\s#.*", '', command)
    for part in re.split(r'[|;]|&&', outside):
        word = part.split()[0] if part.split() else 'true'
        if word not in ('manyfold', 'cd', 'source') and '/' not in word and not shutil.which(word):
            return word
    return None


def try_command(name, command, folder):
    if looked := not_run(command):
        print(f'# {name}: not run, {looked[0]}: {command}')
        return looked[1]
    if not HAS_HTML:
        command = re.sub(r' --html \S+', '', command)
    missing = missing_program(command) or (
        None if HAS_HTML or '.html' not in command else 'HTML report in this build')
    if missing:
        print(f'# {name}: not tried, no {missing}: {command}')
        return []
    status, said = run(quicker(command), folder)
    allowed = next((ends for pattern, ends in MAY_END if re.match(pattern, command)), {0})
    return cli.gate.expect(status in allowed,
                           f'{name}: {quicker(command)}: status {status}: {said}')


def check_document(template, name, text, commands):
    with tempfile.TemporaryDirectory(prefix='manyfold-test-') as place:
        folder = pathlib.Path(place) / 'manyfold'
        make_folder(template, folder, name, text)
        return [complaint for command in commands
                for complaint in try_command(name, command, folder)]


def check_run(kind):
    def check():
        complaints, count = [], 0
        for name, text, commands in documents():
            if kind(name) and commands:
                complaints += check_document(TEMPLATE, name, text, commands)
                count += len(commands)
        print(f'# {count} commands')
        return complaints + cli.gate.expect(count >= 20, f'only {count} commands were found')
    return check


# ---- what stands in sentences ----


def options_of(verb):
    return set(re.findall(r'--[a-z][\w-]+', cli.run(*verb, '--help').out))


def wrong_words(name, text, known):
    """Verbs and options that are named in a document and do not exist."""
    every = set().union(*known.values()) | OF_OTHERS
    complaints = []
    for span in re.findall(r'`([^`\n]+)`', text):
        words = [word.replace('_', '-') for word in re.findall(r'(?<![\w-])--[a-z][\w-]+', span)]
        verb = re.match(r'manyfold ([a-z]+)\b(?!\.)', span)
        if verb and verb[1] not in known:
            complaints.append(f'{name}: `{span}`: there is no verb {verb[1]}')
        options = known.get(verb[1], every) if verb else every
        complaints += [f'{name}: `{span}`: there is no {word}' for word in words
                       if word not in options]
    return complaints


def known_options():
    known = {verb: options_of((verb,)) for verb in cli.VERBS}
    known['program'] = options_of(())
    return known


def check_sentences():
    known = known_options()
    return [complaint for name, text, _ in documents() if name.endswith('.md')
            for complaint in wrong_words(name, text, known)]


def check_links():
    """What a document links to is there."""
    complaints = []
    for name, text, _ in documents():
        for link in re.findall(r'\]\(([^)\s]+)\)|src(?:set)?="([^"]+)"', text):
            place = (link[0] or link[1]).split('#')[0]
            if place and '://' not in place and not (ROOT / name).parent.joinpath(place).exists():
                complaints.append(f'{name}: there is no {place}')
    return complaints


def check_listed():
    """Every document and every manual page stands in the index."""
    index = cli.gate.text(ROOT / 'docs/README.md')
    wanted = [path.name for path in (ROOT / 'docs').glob('*.md') if path.name != 'README.md']
    wanted += [f'manyfold-{name}(5)' for name in cli.FORMATS]
    return [f'{name} is not in docs/README.md' for name in wanted if name not in index]


# ---- and that mistakes are found ----

PLANTED = '''
```sh
manyfold sum 5 --workres 2     # an option that there is not
manyfold sum 5
```

    manyfold demo rice

| `manyfold sums 5` | what |

`manyfold train --max-dept 5` and `--grids`
'''


def check_planted():
    commands = of_markdown(PLANTED)
    ran = check_document(TEMPLATE, 'planted', PLANTED, commands)
    said = wrong_words('planted', PLANTED, known_options())
    return (cli.gate.expect(len(commands) == 4 and len(ran) == 3, f'{commands}: {ran}') +
            cli.gate.expect(len(said) == 3, str(said)))


def make_template(root):
    template = pathlib.Path(root) / 'template'
    template.mkdir()
    for name in CHECKOUT:
        (template / name).symlink_to(ROOT / name)
    (template / 'build/src/cli').mkdir(parents=True)
    (template / 'build/src/cli/manyfold').symlink_to(cli.TOOL)
    make_tables(template)
    make_results(template)
    install(pathlib.Path(root) / 'installed')
    return template


if __name__ == '__main__':
    HAS_HTML = cli.run('compare', 'sum', '1', '--runs', '1', '--html', '-').status != cli.UNAVAILABLE
    with tempfile.TemporaryDirectory(prefix='manyfold-test-') as root:
        TEMPLATE = make_template(root)
        cli.gate.main([
            ('every command of README.md and docs runs',
             check_run(lambda name: name.endswith('.md'))),
            ('every example of the manual pages runs',
             check_run(lambda name: name.endswith(')'))),
            ('verbs and options that sentences name exist', check_sentences),
            ('what documents link to is there', check_links),
            ('every document and format stands in docs/README.md', check_listed),
            ('planted mistakes are found', check_planted),
        ])
