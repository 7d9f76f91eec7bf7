#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Models as JSON: as the schema says, and enough to predict the same bits without manyfold.

    test_model_json.py SHOW_MODEL
"""

import copy
import functools
import json
import os
import pathlib
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
SCHEMA = gate.ROOT / 'schema' / 'model-1.schema.json'
SCENES = ('whole', 'real', 'best_first', 'classes', 'truth')


def show(scene, **environment):
    """The bytes of the JSON, and what the program prints."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'model.json'
        done = subprocess.run([SHOW, scene, str(path)], capture_output=True, text=True, check=True,
                              env={'LC_ALL': 'C', **environment})
        return path.read_bytes(), done.stdout


@functools.lru_cache(None)
def shown(scene):
    text, lines = show(scene)
    rows = []
    for line in lines.splitlines():
        features, predicted = line.split('|')
        rows.append(([float.fromhex(word) for word in features.split()],
                     [float.fromhex(word) for word in predicted.split()]))
    return json.loads(text), rows


# ---- predicting from the document alone ----

def leaf_of(tree, row):
    node = 0
    while tree['children_left'][node] != -1:
        left = row[tree['feature'][node]] <= tree['threshold'][node]
        node = tree['children_left' if left else 'children_right'][node]
    return node


def predict(forest, row):
    """The mean over the trees, added up in their order; of classes, of their frequencies."""
    sums = [0.0] * max(1, forest['n_classes'])
    for tree in forest['trees']:
        value = tree['value'][leaf_of(tree, row)]
        if forest['n_classes'] == 0:
            sums[0] += value
        else:
            for place, weight in enumerate(value):
                sums[place] += weight / sum(value)
    return [total / len(forest['trees']) for total in sums]


def check_predictions():
    complaints = []
    for scene in SCENES:
        document, rows = shown(scene)
        wrong = [row for row, expected in rows if predict(document['forest'], row) != expected]
        distinct = len({tuple(expected) for _, expected in rows})
        if wrong or len(rows) != 200 or distinct < 2:
            complaints.append(f'{scene}: {len(wrong)} of {len(rows)} rows differ')
    return complaints


def check_trees():
    """What a reader of scikit-learn's arrays takes for granted."""
    complaints = []
    for scene in SCENES:
        document, rows = shown(scene)
        forest, preparation = document['forest'], document['preparation']
        names = preparation['features']
        if len(names) != forest['n_features'] or len(names) != len(rows[0][0]):
            complaints.append(f'{scene}: {len(names)} names of features')
        for tree in forest['trees']:
            arrays = [value for value in tree.values() if isinstance(value, list)]
            if {len(array) for array in arrays} != {tree['node_count']} or len(arrays) != 7:
                complaints.append(f'{scene}: arrays of other lengths')
            for node, (left, right) in enumerate(zip(tree['children_left'], tree['children_right'])):
                leaf = left == -1
                if leaf != (right == -1) or leaf != (tree['feature'][node] == -2) \
                        or leaf and tree['threshold'][node] != -2:
                    complaints.append(f'{scene}: node {node} is half a leaf')
                for samples in ('n_node_samples', 'weighted_n_node_samples'):
                    counted = tree[samples]
                    if not leaf and counted[node] != counted[left] + counted[right]:
                        complaints.append(f'{scene}: {samples} of node {node} do not add up')
    return complaints


# ---- the schema ----

def load_schema():
    if jsonschema is None:
        raise gate.Skip('no python3-jsonschema')
    schema = json.loads(gate.text(SCHEMA))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def complaints_of(instance, schema):
    return [f'{list(error.absolute_path)}: {error.message[:200]}'
            for error in jsonschema.Draft202012Validator(schema).iter_errors(instance)]


def closed(schema):
    """The same schema, in which a field that is not described is an error."""
    if isinstance(schema, list):
        return [closed(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if made.get('type') == 'object':
        made['additionalProperties'] = False
    return made


def check_valid():
    schema = closed(load_schema())
    return [f'{scene}: {complaint}' for scene in SCENES
            for complaint in complaints_of(shown(scene)[0], schema)]


def damage_version(model):
    model['schema'] = 'manyfold-model-2'


def damage_tree(model):
    del model['forest']['trees'][0]['threshold']


def damage_child(model):
    model['forest']['trees'][0]['children_left'][0] = -2


def damage_samples(model):
    model['forest']['trees'][0]['n_node_samples'][0] = 0


def damage_column(model):
    del model['preparation']['columns'][0]['fill']


def damage_amount(model):
    model['forest']['params']['min_samples_leaf'] = 1


def damage_criterion(model):
    model['forest']['params']['criterion'] = 'default'


DAMAGES = (damage_version, damage_tree, damage_child, damage_samples, damage_column, damage_amount,
           damage_criterion)


def check_damaged():
    schema = load_schema()
    complaints = []
    for damage in DAMAGES:
        damaged = copy.deepcopy(shown('whole')[0])
        damage(damaged)
        if not complaints_of(damaged, schema):
            complaints.append(f'{damage.__name__} goes unnoticed')
    return complaints


def check_newer():
    schema = load_schema()
    newer = copy.deepcopy(shown('classes')[0])
    newer['schema_version'] = '1.7'
    newer['forest']['trees'][0]['from_a_later_version'] = newer['from_a_later_version'] = 1
    return complaints_of(newer, schema)


def undescribed(schema, where='schema'):
    if isinstance(schema, list):
        return [found for item in schema for found in undescribed(item, where)]
    if not isinstance(schema, dict):
        return []
    required = 'oneOf' not in where
    found = [f'{where}/{name} has no description'
             for name, value in schema.get('properties', {}).items()
             if required and 'description' not in value]
    return found + [more for name, value in schema.items()
                    for more in undescribed(value, f'{where}/{name}')]


def check_locale():
    if not shutil.which('localedef'):
        raise gate.Skip('no localedef')
    with tempfile.TemporaryDirectory() as folder:
        made = os.path.join(folder, 'de_DE.UTF-8')
        subprocess.run(['localedef', '-i', 'de_DE', '-f', 'UTF-8', made], capture_output=True)
        if not os.path.isdir(made):
            raise gate.Skip('the locale de_DE cannot be made here')
        return [f'{scene} depends on the locale' for scene in SCENES
                if show(scene, LC_ALL='de_DE.UTF-8', LOCPATH=folder)[0] != show(scene)[0]]


gate.main([
    ('the trees alone predict the same bits', check_predictions),
    ('the arrays are those of scikit-learn', check_trees),
    ('every scene validates, and every field is described', check_valid),
    ('every field of the schema is explained', lambda: undescribed(load_schema())),
    ('damaged documents are refused', check_damaged),
    ('fields of later minor versions are accepted', check_newer),
    ('a decimal comma changes nothing', check_locale),
])
