#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`manyfold diff`: is the new run slower? All times of comparisons come from scripts."""

import json
import re

import cli
import tables

SCRIPT = 't1=100ms,fraction=0.05,noise=0.02,start=1ms'


def compared(folder, name, script=SCRIPT, seed=1, *options):
    """The file of a comparison whose times are scripted; each seed has its own noise."""
    path = folder / name
    ended = cli.run('compare', 'sum', '1e6', '--pretend', f'{script},seed={seed}', '--workers',
                    '1,2', '--runs', '14', '--json', str(path), *options)
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return path


def diff(*arguments, **how):
    return cli.run('diff', *map(str, arguments), **how)


def document(*arguments):
    ended = diff(*arguments, '--json', '-')
    return ended.status, ended.json()


def changed(path, name, change):
    """A copy of a document, changed by a function."""
    made = json.loads(path.read_text())
    change(made)
    copy_of_it = path.with_name(name)
    copy_of_it.write_text(json.dumps(made))
    return copy_of_it


def times_longer(factor, *ways):
    def change(made):
        for series in made['series']:
            for sample in series['samples']:
                if series['way'] in ways:
                    sample['ns'] = round(sample['ns'] * factor)
    return change


def check_same(folder):
    """The same program twice, with other noise: nothing is slower."""
    old, new = compared(folder, 'old.json', seed=1), compared(folder, 'new.json', seed=2)
    ended = diff(old, new)
    words = ' '.join(ended.out.split())
    complaints = cli.fine(ended) + cli.gate.expect(
        'All answers are the same. Nothing is slower by more than 5 %.' in words and
        words.count('within 5 %') >= 5, ended.out)
    status, made = document(old, new)
    complaints += cli.gate.expect(
        status == cli.DONE and made['verdict']['slower'] == 0 and
        made['verdict']['no_difference'] == 5 and
        [series['judged'] for series in made['series']] ==
        [series['role'] != 'ceiling' for series in made['series']] and
        [series['judged'] for series in made['series'][:5]] == [True] * 5 and
        all(series['ratio']['low'] < series['ratio']['mid'] < series['ratio']['high'] and
            series['answer'] == ('unknown' if series['way'] is None else 'same')
            for series in made['series']), str(made)[:600])
    return complaints + cli.schema_complaints(made, 'diff-1')


def check_slower(folder):
    old = compared(folder, 'old.json', seed=1)
    new = changed(compared(folder, 'other.json', seed=2), 'new.json',
                  times_longer(1.2, 'threads'))
    status, made = document(old, new)
    found = {(series['way'], series['workers']): series['change'] for series in made['series']
             if series['judged']}
    complaints = cli.gate.expect(
        status == cli.SAID_NO and made['exit_status'] == cli.SAID_NO and
        found == {('serial', 1): 'no difference', ('threads', 1): 'slower',
                  ('threads', 2): 'slower', ('processes', 1): 'no difference',
                  ('processes', 2): 'no difference'}, str(found))
    ended = diff(old, new, '--quiet')
    complaints += cli.gate.expect(
        ended.status == cli.SAID_NO and ended.out.count('\n') == 1 and not ended.err and
        re.search(r'^All answers are the same. Slower: threads, [12] workers? takes 1\.\d\d \[1',
                  ended.out), str(ended) + ended.out)
    # The other way round it is faster, which is no failure; and a wide threshold forgives.
    status, made = document(new, old)
    complaints += cli.gate.expect(status == cli.DONE and made['verdict']['faster'] == 2,
                                  str(made['verdict']))
    status, made = document(old, new, '--threshold', '50%')
    return complaints + cli.gate.expect(
        status == cli.DONE and made['verdict']['no_difference'] == 5, str(made['verdict'])) + \
        cli.schema_complaints(made, 'diff-1')


def everything_longer(factor):
    return times_longer(factor, None, 'serial', 'threads', 'processes')


def check_moved(folder):
    """Everything takes a third longer, the ceiling too: that is told first, and no program blamed,
    unless the program is another one. One way that stays behind makes it no more than slower."""
    old = compared(folder, 'old.json', seed=1)
    other = compared(folder, 'other.json', seed=2)
    new = changed(other, 'new.json', everything_longer(1.3))
    ended = diff(old, new)
    words = ' '.join(ended.out.split())
    complaints = cli.gate.expect(
        ended.status == cli.SAID_NO and
        re.search(r'Verdict Everything became slower \(1\.\d\d to 1\.\d\d times as long as before\), '
                  r'also what the machine can do at best: probably the machine\. All answers', words)
        and 'independent copies' not in words, str(ended) + ended.out)
    status, made = document(new, old)
    complaints += cli.gate.expect(
        status == cli.DONE and made['verdict']['sentence'].startswith('Everything became faster (0.7'),
        str(made['verdict']))

    def another(made):
        made['tool']['version'] = '9.9'
        made['machine']['kernel'] = 'Other 7'
    words = ' '.join(diff(old, changed(new, 'program.json', another)).out.split())
    complaints += cli.gate.expect(
        'probably' not in words and re.search(r'or what else is not the same \(manyfold [\d.]+, now 9\.9; '
                                              r"the operating system's kernel .*, now Other 7\)", words),
        words)
    for ways in ((None, 'serial', 'processes'), ('serial', 'threads', 'processes')):
        words = ' '.join(diff(old, changed(other, 'some.json', times_longer(1.3, *ways))).out.split())
        complaints += cli.gate.expect('Everything' not in words, words)
    faster = times_longer(1.3, 'threads')

    def apart(made):
        everything_longer(1.3)(made)
        faster(made)
    words = ' '.join(diff(old, changed(other, 'apart.json', apart)).out.split())
    return complaints + cli.gate.expect(
        'Everything' not in words and 'independent copies' in words, words)


def check_loads(folder):
    """How busy the machine was, in both runs, and what else speaks against their times."""
    def busy(load, *doubts):
        def change(made):
            made['load']['average_before'] = load
            made['doubts'] = [{'kind': kind, 'value': 1.0, 'text': text} for kind, text in doubts]
        return change
    virtual = ('virtualised', 'It is virtual.')
    run = compared(folder, 'run.json')
    old = changed(run, 'old.json', busy(0.25, virtual, ('smt', 'Threads share.')))
    new = changed(run, 'new.json', busy(3.5, virtual, ('load', 'It was busy.'),
                                        ('steal', 'It was stolen.')))
    words = ' '.join(diff(old, new).out.split())
    complaints = []
    for wanted in ('load average at the start: 0.25 in the old run, 3.50 in the new one',
                   'of both runs: It is virtual. -', 'of the old run: Threads share. -',
                   'of the new run: It was stolen.'):
        complaints += cli.gate.expect(wanted in words, f'no {wanted!r}: {words}')
    unknown = changed(run, 'unknown.json', busy(None))
    words = ' '.join(diff(unknown, new).out.split())
    return complaints + cli.gate.expect('unknown in the old run, 3.50 in the new' in words, words)


def check_unsure(folder):
    """Noise of 30 % hides what happened: that is no failure, unless --strict asks."""
    noisy = SCRIPT.replace('noise=0.02', 'noise=0.3')
    old, new = compared(folder, 'old.json', noisy), compared(folder, 'new.json', noisy, 2)
    ended, strict = diff(old, new), diff(old, new, '--strict')
    words = ' '.join(ended.out.split())
    return cli.fine(ended) + cli.gate.expect(
        'these runs cannot tell' in words and strict.status == cli.NOISY and
        strict.out == ended.out, str(strict) + words)


def check_answers(folder):
    def other_digest(made):
        made['series'][2]['digest'] = '0' * 32
    old = compared(folder, 'old.json')
    new = changed(old, 'new.json', other_digest)
    ended = diff(old, new)
    words = ' '.join(ended.out.split())
    return cli.gate.expect(
        ended.status == cli.SAID_NO and 'An answer differs: threads, 2 workers.' in words and
        'another answer' in words, str(ended) + ended.out)


def check_remarks(folder):
    """Another machine, another version, other series."""
    def elsewhere(made):
        made['machine']['cpu_model'] = '<b>Another</b>\x1b[31m'
        made['tool']['version'] = '9.9'
        made['series'] = [series for series in made['series']
                          if series['way'] != 'processes' or series['workers'] == 1]
    old = compared(folder, 'old.json')
    ended = diff(old, changed(old, 'new.json', elsewhere))
    words = ' '.join(ended.out.split())
    complaints = cli.fine(ended)
    for wanted in ('the machines differ', 'the versions differ: manyfold', 'and 9.9',
                   'only one of them has it: processes, 2 workers (old)'):
        complaints += cli.gate.expect(wanted in words, f'no {wanted!r}: {ended.out}')
    return complaints + cli.gate.expect('\x1b' not in ended.out, ended.out)


def searched(folder, name, *options):
    table = folder / 'houses.csv'
    if not table.exists():
        tables.houses(table)
    ended = cli.run('tune', str(table), '--target', 'price', '--grid', 'n_estimators=3,6',
                    '--grid', 'max_depth=2,4', '--json', str(folder / name), *options)
    if ended.status != cli.DONE:
        raise AssertionError(str(ended))
    return folder / name


def check_searches(folder):
    """Scores have to be equal; the times are one each, of which nothing can be told."""
    old = searched(folder, 'old.json', '--with', 'serial')
    new = searched(folder, 'new.json', '--with', 'threads', '--workers', '2')
    status, made = document(old, new)
    complaints = cli.gate.expect(
        status == cli.DONE and made['kind'] == 'tune' and len(made['series']) == 1 and
        made['series'][0]['change'] == 'cannot tell' and made['series'][0]['role'] == 'search' and
        not made['series'][0]['ratio']['known'] and
        {'scores of 4 trials', 'best rmse', 'best r2'} <=
        {answer['what'] for answer in made['answers']} and
        all(answer['same'] for answer in made['answers']), str(made)[:900])
    complaints += cli.schema_complaints(made, 'diff-1')
    complaints += cli.gate.expect(diff(old, new, '--strict').status == cli.NOISY, 'not strict')

    def worse(result):
        result['trials'][1]['scores']['rmse']['mean'] += 1
    status, made = document(old, changed(new, 'worse.json', worse))
    complaints += cli.gate.expect(
        status == cli.SAID_NO and made['verdict']['different_answers'] == 1, str(made)[:300])
    other = searched(folder, 'other.json', '--seed', '7')
    return complaints + cli.refused(diff(old, other), 'different questions', '"study.seed"', '42',
                                    '7')


def check_trainings(folder):
    table = folder / 'houses.csv'
    tables.houses(table)
    files = [folder / 'old.json', folder / 'new.json']
    for path, way in zip(files, ('serial', 'processes')):
        cli.run('train', str(table), '--target', 'price', '--n-estimators', '5', '--with', way,
                '--json', str(path))
    status, made = document(*files)
    complaints = cli.gate.expect(
        status == cli.DONE and [series['role'] for series in made['series']] == ['training'] and
        'test rmse' in {answer['what'] for answer in made['answers']} and
        all(answer['same'] for answer in made['answers']), str(made)[:600])

    def worse(result):
        result['scores']['test']['r2'] -= 0.1
    ended = diff(files[0], changed(files[1], 'worse.json', worse))
    return complaints + cli.schema_complaints(made, 'diff-1') + cli.gate.expect(
        ended.status == cli.SAID_NO and 'An answer differs: test r2.' in ended.out, ended.out)


def lab_of(folder, name, **parts):
    """A lab that holds these documents, as far as diff looks at it."""
    documents = [{'name': part, 'title': part, 'part': 1, 'exit_status': 0,
                  'document': json.loads(path.read_text())} for part, path in parts.items()]
    made = {'schema': 'manyfold-lab-1', 'schema_version': '1.0', 'created': None,
            'tool': {'name': 'manyfold', 'version': '0.1.0'}, 'command_line': ['manyfold', 'lab'],
            'options': {'quick': True}, 'end': 'done', 'documents': documents}
    (folder / name).write_text(json.dumps(made))
    return folder / name


def check_labs(folder):
    """Each part is compared with the part of the same name, and all are judged together."""
    first, search = compared(folder, 'a.json'), searched(folder, 'search.json')
    slower = changed(compared(folder, 'b.json', seed=2), 'slower.json',
                     times_longer(1.3, 'processes'))
    old = lab_of(folder, 'old.json', sum=first, search=search, train=search)
    new = lab_of(folder, 'new.json', sum=slower, search=search)
    status, made = document(old, new)
    complaints = cli.schema_complaints(made, 'diff-1') + cli.gate.expect(
        status == cli.SAID_NO and made['kind'] == 'lab' and made['verdict']['slower'] == 2 and
        [(series['part'], series['role']) for series in made['series']][:6] ==
        [('sum', 'base')] + [('sum', 'strong')] * 4 + [('search', 'search')] and
        {answer['part'] for answer in made['answers']} == {'search'}, str(made)[:900])
    ended = diff(old, new, env={'COLUMNS': '80'})
    wide = lab_of(folder, 'wide.json', **{'search-compared': first, 'search': search})
    widest = max(map(len, (ended.out + diff(wide, wide, env={'COLUMNS': '80'}).out).splitlines()))
    return complaints + cli.gate.expect(widest <= 80, f'{widest} columns') + cli.gate.expect(
        'Slower: sum: processes, ' in ended.out and 'part train (old)' in ended.out, ended.out)


def check_kept(folder):
    """Two runs of one journal."""
    journal = folder / 'j.db'
    for seed in (1, 2):
        compared(folder, 'unused.json', SCRIPT, seed, '--journal', str(journal))
    ended = diff(f'{journal}:1', f'{journal}:2')
    return cli.fine(ended) + cli.gate.expect('Nothing is slower' in ended.out, ended.out) + \
        cli.refused(diff(f'{journal}:1', f'{journal}:7'), 'j.db', '7')


def check_pages(folder):
    """No line is wider than the page or ends in a blank, and ASCII is ASCII."""
    compared(folder, 'old.json')
    compared(folder, 'new.json', SCRIPT, 2)
    complaints = []
    for columns in (60, 80, 120):
        for locale in ('C', 'C.UTF-8'):
            ended = diff('old.json', 'new.json', cwd=folder,
                         env={'COLUMNS': str(columns), 'LC_ALL': locale})
            complaints += cli.fine(ended)
            complaints += [f'at {columns}: {line!r}' for line in ended.out.splitlines()
                           if line != line.rstrip() or len(line) > columns >= 80]
            complaints += cli.gate.expect(locale != 'C' or ended.out.isascii(), ended.out)
    return complaints


def without(*keys):
    def change(made):
        for key in keys[:-1]:
            made = made[key]
        del made[keys[-1]]
    return change


def check_bad_input(folder):
    old = compared(folder, 'old.json')
    search = searched(folder, 'search.json')
    whole = old.read_text()

    def write(name, text):
        (folder / name).write_text(text)
        return folder / name

    def no_samples(made):
        for series in made['series']:
            series['samples'] = []

    def workers_apart(made):
        for series in made['series']:
            series['workers'] += 10
    other_size = compared(folder, 'size.json')
    other_size = changed(other_size, 'other-size.json',
                         lambda made: made['job'].update(size='77'))
    other_from = changed(old, 'from.json', lambda made: made['job']['settings'].update({'from': '5'}))
    other_more = changed(old, 'more.json', lambda made: made['job']['settings'].update({'more': '5'}))
    newer = changed(old, 'newer.json', lambda made: made.update(schema='manyfold-compare-2'))
    complaints = []
    for path, words in (
            (folder / 'none.json', ('none.json', 'No such file')),
            (write('empty.json', ''), ('empty.json',)),
            (write('half.json', whole[:len(whole) // 2]), ('half.json',)),
            (write('list.json', '[1, 2]'), ('list.json',)),
            (newer, ('newer.json', 'manyfold-compare-2')),
            (changed(old, 'part.json', without('series', 0, 'samples')), ('part.json', 'samples')),
            (changed(old, 'void.json', no_samples), ('void.json', 'sample')),
            (changed(old, 'apart.json', workers_apart), ('nothing in common',)),
            (other_size, ('different questions', '"job.size"', '77')),
            (other_from, ('different questions', '"from"', '5')),
            (other_more, ('different questions', '"more"', '5', 'missing')),
            (search, ('search.json', '"tune"', '"compare"')),
            (folder, (folder.name,))):
        complaints += cli.refused(diff(old, path), *words)
        complaints += cli.refused(diff(path, old), *words)
    for arguments, words in (
            ((), ('OLD',)), ((old,), ('NEW',)), ((old, old, old), ('too many',)),
            (('-', '-'), ('standard input',)), ((old, old, '--threshold', 'x'), ('--threshold',)),
            ((old, old, '--json', old), ('--json', 'old.json'))):
        complaints += cli.refused(diff(*arguments), *words)
    return complaints + cli.one_line(diff(old, old, '--json', folder / 'no' / 'x.json'),
                                     cli.OUTPUT, '--json')


def check_standard_input(folder):
    old = compared(folder, 'old.json')
    with open(old, 'rb') as stream:
        ended = diff(old, '-', stdin=stream)
    return cli.fine(ended) + cli.gate.expect('standard input' in ended.out, ended.out)


if __name__ == '__main__':
    folder = cli.in_folder
    cli.gate.main([
        ('the same program twice differs in nothing', folder(check_same)),
        ('what is slower is named, and is status 1', folder(check_slower)),
        ('what became slower together with the machine is told first', folder(check_moved)),
        ('the loads and doubts of both are told', folder(check_loads)),
        ('noise is told as such, and is status 4 with --strict', folder(check_unsure)),
        ('another answer is status 1', folder(check_answers)),
        ('other machines, versions and series are remarked', folder(check_remarks)),
        ('searches differ in scores, not in single times', folder(check_searches)),
        ('trainings differ in scores, not in single times', folder(check_trainings)),
        ('labs are compared part by part', folder(check_labs)),
        ('runs of a journal can be compared', folder(check_kept)),
        ('pages fit their width', folder(check_pages)),
        ('one result may come from standard input', folder(check_standard_input)),
        ('what cannot be compared is refused with its reason', folder(check_bad_input)),
    ])
