#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON and CSV of scripted comparisons, against the schema that is shipped."""

import copy
import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'gates'))
import gate

try:
    import jsonschema
except ImportError:
    jsonschema = None

SHOW = sys.argv[1]
SCHEMA = gate.ROOT / 'schema' / 'compare-1.schema.json'
SCENES = ('two_cores', 'eight_cores', 'wrong', 'one_round', 'cancelled', 'negative', 'slower',
          'weak', 'serial_only', 'hostile', 'failed', 'usual')


def show(scene, form, **environment):
    """What the program writes, and what it says on stderr."""
    done = subprocess.run([SHOW, scene, form], capture_output=True, check=True,
                          env={'LC_ALL': 'C', **environment})
    return done.stdout, done.stderr.decode()


def document(scene):
    return json.loads(show(scene, 'json')[0])


def complaints_of(instance, schema):
    validator = jsonschema.Draft202012Validator(schema)
    return [f'{list(error.absolute_path)}: {error.message[:200]}'
            for error in validator.iter_errors(instance)]


def load_schema():
    if jsonschema is None:
        raise gate.Skip('no python3-jsonschema')
    schema = json.loads(gate.text(SCHEMA))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def closed(schema):
    """The same schema, in which a field that is not described is an error."""
    if isinstance(schema, dict):
        made = {key: closed(value) for key, value in schema.items()}
        if 'properties' in made:
            made['additionalProperties'] = False
        return made
    return [closed(value) for value in schema] if isinstance(schema, list) else schema


def check_valid():
    schema = load_schema()
    return [f'{scene}: {complaint}' for scene in SCENES
            for complaint in complaints_of(document(scene), schema)]


def check_all_described():
    schema = closed(load_schema())
    return [f'{scene}: {complaint}' for scene in SCENES
            for complaint in complaints_of(document(scene), schema)]


def damage_removed(result):
    del result['series'][0]['samples'][0]['ns']


def damage_negative(result):
    result['series'][1]['samples'][0]['ns'] = -1


def damage_fraction(result):
    result['series'][1]['samples'][0]['cpu_ns'] = 1.5


def damage_role(result):
    result['series'][0]['role'] = 'other'


def damage_digest(result):
    result['series'][0]['digest'] = 'short'


def damage_seed(result):
    result['seed'] = 1


def damage_version(result):
    result['schema'] = 'manyfold-compare-2'


def damage_interval(result):
    del result['laws'][0]['amdahl']['serial_fraction']['known']


DAMAGES = (damage_removed, damage_negative, damage_fraction, damage_role, damage_digest,
           damage_seed, damage_version, damage_interval)


def check_damaged():
    schema = load_schema()
    whole = document('two_cores')
    complaints = []
    for damage in DAMAGES:
        damaged = copy.deepcopy(whole)
        damage(damaged)
        if not complaints_of(damaged, schema):
            complaints.append(f'{damage.__name__} goes unnoticed')
    return complaints


def check_newer():
    schema = load_schema()
    newer = document('two_cores')
    newer['schema_version'] = '1.7'
    newer['series'][0]['from_a_later_version'] = 1
    newer['from_a_later_version'] = {}
    return complaints_of(newer, schema)


def check_same():
    return [f'{scene} as {form} differs from run to run' for scene in SCENES
            for form in ('json', 'csv', 'text') if show(scene, form) != show(scene, form)]


def check_csv():
    complaints = []
    for scene in SCENES:
        text = show(scene, 'csv')[0].decode()
        rows = list(csv.DictReader(io.StringIO(text, newline=''), strict=True))
        result = document(scene)
        samples = {(sample['round'], sample['place']): (sample['ns'], sample['cpu_ns'])
                   for series in result['series'] for sample in series['samples']}
        found = {(int(row['round']), int(row['place'])): (int(row['ns']), int(row['cpu_ns']))
                 for row in rows}
        if len(rows) != sum(len(series['samples']) for series in result['series']) or found != samples:
            complaints.append(f'{scene}: the CSV holds other samples than the JSON')
        if text.count('\n') != text.count('\r\n') or None in rows[0] or None in rows[0].values():
            complaints.append(f'{scene}: not as RFC 4180 has it')
    return complaints


def check_locale():
    if not shutil.which('localedef'):
        raise gate.Skip('no localedef')
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, 'de_DE.UTF-8')
        subprocess.run(['localedef', '-i', 'de_DE', '-f', 'UTF-8', made], capture_output=True)
        complaints = []
        for form in ('json', 'csv', 'text'):
            found, said = show('two_cores', form, LC_ALL='de_DE.UTF-8', LOCPATH=folder)
            if 'decimal point: ,' not in said:
                raise gate.Skip('the locale de_DE cannot be made here')
            if found != show('two_cores', form)[0]:
                complaints.append(f'{form} depends on the locale')
        return complaints


def check_versions():
    """A field that came later says since when, and what is written has the last of these versions."""
    written = dict(re.findall(r'define MF__(\w+)_SCHEMA_VERSION "1\.(\d+)"', ''.join(
        gate.text(header) for header in sorted((gate.ROOT / 'src' / 'report').glob('*.h')))))
    complaints = gate.expect(len(written) > 5, f'only these were found: {written}')
    for kind, minor in written.items():
        schema = gate.text(gate.ROOT / 'schema' / f'{kind.lower()}-1.schema.json')
        told = re.findall(r'Since 1\.(\d+)\.', schema)
        last = max([0, *map(int, told)])
        complaints += gate.expect(last == int(minor), f'{kind}: 1.{minor} is written, and the schema '
                                                      f'tells of fields up to 1.{last}')
    return complaints


gate.main([
    ('every scene validates against the schema', check_valid),
    ('every field that is written is described', check_all_described),
    ('every field of the schema is explained', lambda: gate.undescribed(load_schema())),
    ('damaged documents are refused', check_damaged),
    ('fields of later minor versions are accepted', check_newer),
    ('the version that is written is the last that the schema tells of', check_versions),
    ('the same input gives the same bytes', check_same),
    ('the CSV holds the samples of the JSON', check_csv),
    ('a decimal comma changes nothing', check_locale),
])
