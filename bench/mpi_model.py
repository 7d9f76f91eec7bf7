# SPDX-License-Identifier: Apache-2.0
"""What a run over MPI costs, by ranks and items: fitted to 1 to 4 ranks here, and compared with 8 and
16, which share the same cores. The formulae are those of docs/method.md, "Several machines".

Every round fits the model by itself, so that figures and predictions have intervals.
"""

import statistics

from shared import duration, sign_rank, three_digits

FITTED, FORETOLD = (1, 2, 3, 4), (8, 16)
BYTES = 10_000_000
RANGE_NS, LAST_NS = 16_000_000, 1_000_000  # src/exec/mpi.c: of items handed out at once, and in the end
ITEMS, ITEM_NS = 240, RANGE_NS  # each is a range; they only wait, so ranks need no cores of their own


def line_through(points):
    """Least squares: (at 0, for each)."""
    xs, ys = zip(*points)
    x, y = statistics.fmean(xs), statistics.fmean(ys)
    slope = sum((a - x) * (b - y) for a, b in points) / sum((a - x)**2 for a in xs)
    return y - slope * x, slope


def interval(values):
    """(median, low, high), as docs/method.md says; all that was seen where there are too few."""
    values = sorted(values)
    k = max(sign_rank(len(values)), 1)
    return statistics.median(values), values[k - 1], values[-k]


def in_seconds(values):
    return '{} [{}, {}]'.format(*(duration(x * 1e-9) if x > 0 else three_digits(x)
                                  for x in interval(values)))


class Round:
    """What one round measured, by ranks, in nanoseconds."""

    def __init__(self, start, waits, spread, rank_0):
        self.start, self.waits, self.spread = start, waits, spread
        self.rank_0 = rank_0  # CPU time of rank 0 in `waits`

    def fit(self):
        several = [r for r in FITTED if r > 1]  # one rank sends nothing
        self.s0, self.s1 = line_through([(r - 1, self.start[r]) for r in FITTED])
        self.p, self.q = line_through([(r - 2, self.spread[r] / BYTES) for r in several])
        self.item = self.waits[1] / ITEMS
        # At most: its own items and looking about are in it.
        last = FORETOLD[-1]
        self.h = self.rank_0[last] / (ITEMS * (last - 1) / last)

    def foretold(self, ranks):
        """Starting, the items, the table."""
        times = {'start': self.s0 + self.s1 * (ranks - 1), 'waits': ITEMS * self.item / ranks}
        if ranks > 1:
            times['waits'] += self.tail()
            times['spread'] = BYTES * (self.p + self.q * (ranks - 2))
        return times

    def tail(self):
        """How long others still work when one rank is done: half a range, on the whole."""
        return max(self.item, LAST_NS) / 2


# What is shown of each: the text, and the figure of a round.
FIGURES = (
    ('starting the first rank, and ending', 's0', 1),
    ('... each further rank', 's1', 1),
    ('1 MB of a table, to a second rank on this machine', 'p', 1e6),
    ('... to each further one', 'q', 1e6),
    ('CPU time of rank 0 for a range that it hands out and takes back: at most', 'h', 1),
)

SERIES = (
    ('starting and ending', 'start'),
    (f'{ITEMS} items of {ITEM_NS // 1_000_000} ms that wait', 'waits'),
    (f'a table of {BYTES // 1_000_000} MB', 'spread'),
)


def figures(rounds):
    """Rows: what, the figure with its interval."""
    return [(what, in_seconds([getattr(each, name) * per for each in rounds]))
            for what, name, per in FIGURES]


def predictions(rounds):
    """Rows: what, ranks, foretold, measured, and the ratio of the two round by round."""
    rows = []
    for what, name in SERIES:
        for ranks in (*FITTED, *FORETOLD):
            if name not in rounds[0].foretold(ranks):
                continue
            foretold = [each.foretold(ranks)[name] for each in rounds]
            measured = [getattr(each, name)[ranks] for each in rounds]
            ratios = [a / b for a, b in zip(measured, foretold)]
            rows.append((what, f'{ranks}{"" if ranks in FITTED else " (not fitted)"}',
                         in_seconds(foretold), in_seconds(measured),
                         '{} [{}, {}]'.format(*map(three_digits, interval(ratios)))))
    return rows


def most_ranks(rounds):
    """How many ranks rank 0 can keep at work, when ranges take RANGE_NS."""
    return interval([1 + RANGE_NS / each.h for each in rounds])


def show(head, rows):
    rows = [head, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    rows.insert(1, tuple('-' * width for width in widths))
    print()
    for row in rows:
        print('| ' + ' | '.join(cell.ljust(width) for cell, width in zip(row, widths)) + ' |')


def show_all(rounds):
    show(('what', 'figure [95 %]'), figures(rounds))
    print('\nRank 0 keeps at least {} [{}, {}] ranks at work while a range takes {}.'.format(
        *map(three_digits, most_ranks(rounds)), duration(RANGE_NS * 1e-9)))
    show(('what', 'ranks', 'foretold', 'measured', 'measured / foretold'), predictions(rounds))
