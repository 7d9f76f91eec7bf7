# SPDX-License-Identifier: Apache-2.0
"""Small tables for the tests of train, predict and data: made by a rule, the same every time."""

import csv
import random

PLACES = ('north', 'south', 'Old Town', 'harbour')
SPECIES = ('ash', 'beech', 'cedar')

# Growing few trees is enough for most of what is asked.
QUICK = ('--n-estimators', '7')


def write(path, header, rows, **how):
    with open(path, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file, lineterminator='\n', **how)
        writer.writerow(header)
        writer.writerows(rows)
    return str(path)


def houses(path, rows=90, seed=1):
    """A number to predict; some sizes and places are missing, and one column names the rows."""
    chance = random.Random(seed)
    table = []
    for i in range(rows):
        size = chance.randrange(40, 260)
        place = chance.choice(PLACES)
        garden = chance.random() < 0.5
        price = size * 1000 + PLACES.index(place) * 20_000 + garden * 9_000 + chance.randrange(5000)
        table.append((f'{i + 1:03d}', '' if i % 11 == 5 else size, 'NA' if i % 13 == 7 else place,
                      garden, chance.randrange(1, 9), price))
    return write(path, ('number', 'size', 'place', 'garden', 'rooms', 'price'), table)


def trees(path, rows=90, seed=2):
    """Three classes, told by two numbers and a category."""
    chance = random.Random(seed)
    table = []
    for i in range(rows):
        kind = i % 3
        table.append((round(chance.gauss(kind * 2, 0.7), 3), round(chance.gauss(-kind, 0.9), 3),
                      chance.choice(('dry', 'wet') if kind else ('dry',)), SPECIES[kind]))
    return write(path, ('height', 'width', 'soil', 'species'), table)
