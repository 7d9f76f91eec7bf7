# SPDX-License-Identifier: Apache-2.0
"""The peers in Python, for the benchmark of forests: forest_peer.py sklearn|xgboost.

Does what the lines of its input say, and answers each with one line:

    load FILE                 a table that forest_ours.c wrote
    fit WORKERS TREES FEATURES     FEATURES is all or sqrt; answers how many nanoseconds
    predict WORKERS           the table's rows; answers nanoseconds
    check                     answers the root mean squared error on the table
    read FILE                 a CSV file, by pandas.read_csv; answers nanoseconds
"""
import math
import sys
import time

import numpy as np


class Sklearn:
    def load(self, x, y):
        """Rows of float32 in one piece are what scikit-learn turns every table into."""
        self.x, self.y = np.ascontiguousarray(x), y

    def new(self, workers, trees, features):
        from sklearn.ensemble import RandomForestRegressor
        return RandomForestRegressor(n_estimators=trees, n_jobs=workers, random_state=0,
                                     max_features=1.0 if features == 'all' else features)

    def set_workers(self, workers):
        self.model.n_jobs = workers


class XGBoost(Sklearn):
    """Grown until nothing is left to split, each tree on 63 % of the rows, as a bootstrap has. By
    its default method, which is the exact one for tables of this size; its histograms are slower
    when trees are this deep."""

    def new(self, workers, trees, features):
        from xgboost import XGBRFRegressor
        columns = self.x.shape[1]
        share = 1.0 if features == 'all' else int(math.sqrt(columns)) / columns
        return XGBRFRegressor(n_estimators=trees, n_jobs=workers, random_state=0,
                              max_depth=MAX_DEPTH, subsample=0.632, colsample_bynode=share,
                              reg_lambda=0, min_child_weight=1)

    def set_workers(self, workers):
        self.model.set_params(n_jobs=workers)


MAX_DEPTH = 40  # deeper than any tree here; the exact method takes no "unlimited"


def read_table(path):
    content = np.fromfile(path, dtype=np.uint8)
    rows, columns = content[8:16].view('<u4')
    end = 24 + 4 * int(rows) * int(columns)
    x = content[24:end].view('<f4').reshape(columns, rows).T
    return x, content[end:].view('<f8').copy()


class Server:
    def __init__(self, peer):
        self.peer = peer

    def load(self, path):
        self.peer.load(*read_table(path))
        return 'done'

    @staticmethod
    def timed(work):
        start = time.perf_counter_ns()
        done = work()
        return time.perf_counter_ns() - start, done

    def fit(self, workers, trees, features):
        peer = self.peer
        peer.model = None
        model = peer.new(int(workers), int(trees), features)
        took, peer.model = self.timed(lambda: model.fit(peer.x, peer.y))
        return took

    def predict(self, workers):
        self.peer.set_workers(int(workers))
        return self.timed(lambda: self.peer.model.predict(self.peer.x))[0]

    def check(self):
        wrong = self.peer.model.predict(self.peer.x) - self.peer.y
        return repr(math.sqrt(np.mean(wrong**2)))

    def read(self, path):
        import pandas
        return self.timed(lambda: pandas.read_csv(path))[0]


def main():
    server = Server({'sklearn': Sklearn, 'xgboost': XGBoost}[sys.argv[1]]())
    for line in sys.stdin:
        word, *rest = line.split()
        print(getattr(server, word)(*rest), flush=True)


if __name__ == '__main__':
    main()
