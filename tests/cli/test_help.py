#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Help, manual and completion: readable everywhere, and complete."""

import re
import shutil
import subprocess

import cli

PROGRAM_AND_VERBS = ((), *((verb,) for verb in cli.VERBS))
WIDTHS = (40, 60, 80, 120)


def help_of(words, columns=80, letter=False):
    return cli.run(*words, '-h' if letter else '--help', env={'COLUMNS': str(columns)})


def options_of(words):
    """The long options that the help lists."""
    return re.findall(r'^  (?:-\w, |    )(--[\w-]+)', help_of(words).out, re.MULTILINE)


def check_same():
    complaints = []
    for words in PROGRAM_AND_VERBS:
        long, short = help_of(words), help_of(words, letter=True)
        by_verb = cli.run('help', *words, env={'COLUMNS': '80'})
        complaints += cli.fine(long) + cli.fine(short, long.out) + cli.fine(by_verb, long.out)
        complaints += cli.gate.expect(len(options_of(words)) >= 2, f'{words} lists no options')
    return complaints


def layout_problem(line, columns):
    if line != line.rstrip():
        return 'blanks at its end'
    # A word that is too long cannot be wrapped, and commands of examples can be copied.
    whole = ' ' not in line.strip() or line.startswith('  manyfold ')
    if len(line) > columns and not (whole and columns < 80):
        return f'{len(line)} columns'
    if not line.isascii() or not (line.isprintable() or not line):
        return 'a character that is not plain'
    return None


def check_layout():
    complaints = []
    for words in PROGRAM_AND_VERBS:
        for columns in WIDTHS:
            text = help_of(words, columns).out
            complaints += cli.gate.expect(text.endswith('\n') and not text.endswith('\n\n'),
                                          f'{words} does not end in one newline')
            complaints += [f'{words} at {columns}: {problem}: {line!r}'
                           for line in text.splitlines()
                           if (problem := layout_problem(line, columns))]
    return complaints


def words_in(text):
    return [word for word in re.split(r'\s+', text) if word]


def check_widths():
    """Wrapping moves words to other lines and loses none."""
    return [f'{words} at {columns} has other words' for words in PROGRAM_AND_VERBS
            for columns in WIDTHS
            if words_in(help_of(words, columns).out) != words_in(help_of(words, 80).out)]


def check_odd_columns():
    """A COLUMNS that makes no sense is as none."""
    usual = cli.run('--help').out
    return [f'COLUMNS={columns!r}' for columns in ('', '0', '-1', 'wide', '1e9', '99999999999999')
            if cli.run('--help', env={'COLUMNS': columns}).out != usual]


def check_alone():
    ended = cli.run()
    return cli.gate.expect(ended.status == cli.USAGE and not ended.out and
                           ended.err == cli.run('--help').out and 'Examples:' in ended.err,
                           str(ended))


def check_version():
    complaints = []
    for option in ('--version', '-V', 'version'):
        ended = cli.run(option)
        complaints += cli.fine(ended)
        if not re.fullmatch(r'manyfold \d+\.\d+\.\d+\n', ended.out):
            complaints.append(f'{option} prints {ended.out!r}')
    return complaints


# A diff runs no way, so there is none that could be unavailable.
OWN_STATUSES = {('diff',): (0, 1, 2, 3, 4, 6)}


def check_listed():
    """Every verb is in the program's help, and every exit status in that of every verb."""
    text = help_of(()).out
    complaints = [f'{verb} is not listed' for verb in cli.VERBS
                  if not re.search(f'^  {verb} ', text, re.MULTILINE)]
    return complaints + [f'{words}: status {status} is not explained'
                         for words in PROGRAM_AND_VERBS
                         for status in OWN_STATUSES.get(words, range(7))
                         if not re.search(f'^  {status} ', help_of(words).out, re.MULTILINE)]


def check_ways():
    """The ways that can be asked for are those that doctor lists, and each runs or says why."""
    section = cli.run('doctor').out.split('\nWays\n')[1].split('\n\n')[0]
    listed = re.findall(r'^  (\w+) ', section, re.MULTILINE)
    complaints = []
    for verb in ('sum', 'compare'):
        text = ' '.join(help_of((verb,)).out.split())
        complaints += cli.gate.expect(', '.join(listed) in text,
                                      f'{verb} does not offer {", ".join(listed)}')
    for way in listed:
        ended = cli.run('sum', '5', '--with', way)
        if ended.status != cli.DONE and f'{way} ' not in section.replace('\n', ' '):
            complaints.append(str(ended))
        if (ended.status == cli.UNAVAILABLE) != bool(
                re.search(rf'^  {way} +not available', section, re.MULTILINE)):
            complaints.append(f'doctor and sum disagree on {way}: {ended}')
    return complaints


def check_lint():
    if not shutil.which('mandoc'):
        raise cli.gate.Skip('no mandoc')
    complaints = []
    for words in (*PROGRAM_AND_VERBS, *((name,) for name in cli.FORMATS)):
        page = cli.run('man', *words)
        complaints += cli.fine(page)
        lint = subprocess.run(['mandoc', '-Tlint', '-Wwarning'], input=page.raw,
                              capture_output=True, check=False)
        complaints += [f'{words}: {line}' for line in lint.stdout.decode().splitlines()]
    return complaints


def plain_page(words):
    """The source of a manual page without roff's escapes."""
    return cli.run('man', *words).out.replace('\\-', '-').replace('\\&', '')


def check_everywhere():
    """What the help lists stands in the manual page and in the completion of every shell."""
    scripts = {shell: cli.run('completion', shell).out for shell in ('bash', 'zsh', 'fish')}
    complaints = []
    for words in PROGRAM_AND_VERBS:
        page = plain_page(words)
        for option in options_of(words):
            if option not in page:
                complaints.append(f'{words} {option} is not in the manual')
            for shell, script in scripts.items():
                # fish names an option without its dashes.
                shown = f'-l {option[2:]}' if shell == 'fish' else option
                if shown not in script:
                    complaints.append(f'{words} {option} is not completed in {shell}')
    return complaints + [f'{verb} is not completed in {shell}' for verb in cli.VERBS
                         for shell, script in scripts.items() if verb not in script]


def check_hidden():
    """What is for tests is shown nowhere."""
    texts = [help_of(('compare',)).out, cli.run('man', 'compare').out]
    texts += [cli.run('completion', shell).out for shell in ('bash', 'zsh', 'fish')]
    return [f'--pretend is shown: {text[:60]!r}' for text in texts if 'pretend' in text]


def check_syntax():
    complaints = []
    for shell in ('bash', 'zsh', 'fish'):
        if not shutil.which(shell):
            continue
        checked = subprocess.run([shell, '-n', '/dev/stdin'], capture_output=True, check=False,
                                 input=cli.run('completion', shell).raw)
        if checked.returncode != 0 or checked.stderr:
            complaints.append(f'{shell}: {checked.stderr.decode()}')
    return complaints


# What is typed, the cursor at its end, and what is offered.
COMPLETIONS = [
    ('su', ['sum']), ('co', ['compare', 'completion']), ('--ver', ['--version']),
    ('sum 5 --wi', ['--with']), ('sum 5 --with th', ['threads']), ('sum --with=pr', ['processes']),
    ('sum --kernel av', ['avx2', 'avx512']), ('compare s', ['sum']),
    ('compare sum 5 --with serial,th', ['serial,threads']), ('completion f', ['fish']),
    ('doctor --br', ['--brief']), ('train --max-d', ['--max-depth']),
    ('train --max-features s', ['sqrt']), ('train --criterion l', ['log_loss']),
    ('train --score rmse,r', ['rmse,r2', 'rmse,rmse', 'rmse,roc_auc']), ('data d', ['describe']),
    ('predict --prob', ['--proba']),  ('sum 5 --color n', ['never']), ('sum 5 -j a', ['auto']),
    ('sum 5 --pret', []), ('nonsense --w', []),
]

ASK = '''
source /dev/stdin <<<"$1"
COMP_LINE=$2 COMP_POINT=${#2}
# Words are split at "=" as readline does with its usual COMP_WORDBREAKS.
read -ra COMP_WORDS <<<"${COMP_LINE//=/ = }"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_mf_complete
printf '%s\\n' "${COMPREPLY[@]}"
'''


def check_completion():
    if not shutil.which('bash'):
        raise cli.gate.Skip('no bash')
    script = cli.run('completion', 'bash').out
    complaints = []
    for typed, expected in COMPLETIONS:
        asked = subprocess.run(['bash', '-c', ASK, 'ask', script, f'manyfold {typed}'],
                               capture_output=True, text=True, check=False)
        offered = sorted(asked.stdout.split())
        if offered != expected or asked.stderr:
            complaints.append(f'{typed!r} offers {offered}: {asked.stderr}')
    return complaints


if __name__ == '__main__':
    cli.gate.main([
        ('--help, -h and help VERB are the same', check_same),
        ('help fits into 40, 60, 80 and 120 columns, plain and without blanks at ends',
         check_layout),
        ('a narrow terminal loses no word', check_widths),
        ('a COLUMNS that makes no sense is as none', check_odd_columns),
        ('without arguments the help goes to stderr as wrong usage', check_alone),
        ('--version prints the version', check_version),
        ('verbs and exit statuses are all listed', check_listed),
        ('the ways that are offered are those that doctor lists', check_ways),
        ('mandoc finds nothing in the manual pages', check_lint),
        ('every option is in the manual and in three completions', check_everywhere),
        ('what is for tests is shown nowhere', check_hidden),
        ('shells can read their completion', check_syntax),
        ('bash completes verbs, options, values and lists', check_completion),
    ])
