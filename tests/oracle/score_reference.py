#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Computes the scores and importances that ours are tested against, with scikit-learn.

    tests/oracle/score_reference.py > tests/oracle/score_reference.h

Scores of hand-made and of random predictions; out-of-bag scores and permutation importances of
small forests. A score that scikit-learn refuses stands as NaN. Needs Debian's python3-sklearn.
"""
import math
import sys
import warnings

import numpy as np
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.inspection import permutation_importance

REGRESSION = ["rmse", "mse", "mae", "mape", "r2"]
CLASSIFICATION = ["accuracy", "balanced_accuracy", "f1_macro", "log_loss", "roc_auc"]
SCORER = {"rmse": "neg_root_mean_squared_error", "mse": "neg_mean_squared_error",
          "mae": "neg_mean_absolute_error", "mape": "neg_mean_absolute_percentage_error",
          "log_loss": "neg_log_loss", "roc_auc": "roc_auc_ovr"}


# ---- predictions ---------------------------------------------------------------------------------


def regression_cases():
    draw = np.random.RandomState(1)
    prices = np.round(draw.lognormal(12, 0.4, 200))
    yield "prices", prices, prices * draw.uniform(0.8, 1.2, 200)
    yield "normal", draw.normal(size=101), draw.normal(size=101)
    yield "far from 0", 1e9 + draw.normal(size=64), 1e9 + draw.normal(size=64)
    yield "perfect", [1.0, 2.0, 4.0], [1.0, 2.0, 4.0]
    yield "zeros in the truth", [0.0, 0.0, 3.0, -4.0], [0.5, 0.0, 2.0, -5.0]
    yield "constant truth, met", [2.5] * 4, [2.5] * 4
    yield "constant truth, missed", [2.5] * 4, [2.5, 2.5, 2.0, 2.5]
    yield "worse than the mean", [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]
    yield "the mean", [1.0, 2.0, 3.0], [2.0, 2.0, 2.0]
    yield "one row", [3.0], [5.0]
    yield "large and small", [1e150, 1e-150, 1.0], [1e150, 2e-150, 1.5]
    yield "truth below 0", [-1.0, -2.0, -8.0], [-1.5, -2.0, -6.0]


def probabilities(draw, rows, classes, steps):
    """Random ones that are multiples of 1 / steps, so that there are ties."""
    counts = draw.multinomial(steps, draw.dirichlet(np.ones(classes)), rows)
    return counts / steps


def certain(classes, guesses):
    return np.eye(classes)[guesses]


def classification_cases():
    draw = np.random.RandomState(2)
    for classes, steps in ((2, 10), (2, 100000), (3, 16), (10, 64)):
        truth = draw.randint(0, classes, 150)
        yield (f"{classes} classes, steps of 1 / {steps}", classes, truth,
               probabilities(draw, 150, classes, steps))
    better = 0.5 * probabilities(draw, 90, 3, 7) + 0.5 * certain(3, np.arange(90) % 3)
    yield "mostly right", 3, np.arange(90) % 3, better
    yield "perfect", 3, [0, 1, 2, 1], certain(3, [0, 1, 2, 1])
    yield "all wrong", 2, [0, 1, 1, 0], certain(2, [1, 0, 0, 1])
    yield "two classes, perfect", 2, [0, 1, 1, 0], certain(2, [0, 1, 1, 0])
    yield "one class is predicted only", 3, [0, 1, 2, 0, 1], certain(3, [1] * 5)
    yield "a class without truth", 3, [0, 1, 0, 1, 1], [[.5, .25, .25], [.25, .5, .25],
                                                       [.25, .25, .5], [0, 1, 0], [1, 0, 0]]
    yield "a class that nobody names", 4, [0, 1, 2, 1], certain(4, [0, 1, 1, 1])
    yield "one class in the truth", 2, [1, 1, 1], [[.25, .75], [.5, .5], [.75, .25]]
    yield "no positive row", 2, [0, 0, 0], [[.25, .75], [.5, .5], [.75, .25]]
    yield "all the same", 2, [0, 1, 1, 0, 1], [[.5, .5]] * 5
    yield "ties across the classes", 2, [0, 0, 1, 1, 0, 1], [[.75, .25], [.5, .5], [.5, .5],
                                                            [.25, .75], [.25, .75], [.5, .5]]
    yield "first of the largest", 3, [0, 1, 2], [[.5, .5, 0], [.5, .5, 0], [0, .5, .5]]
    yield "one row", 2, [1], [[.25, .75]]
    yield "a single class", 1, [0, 0], [[1], [1]]


def or_nan(score, *arguments, **options):
    try:
        return float(score(*arguments, **options))
    except ValueError:
        return math.nan


def regression_scores(truth, predicted):
    return [math.sqrt(metrics.mean_squared_error(truth, predicted)),
            metrics.mean_squared_error(truth, predicted),
            metrics.mean_absolute_error(truth, predicted),
            metrics.mean_absolute_percentage_error(truth, predicted),
            or_nan(metrics.r2_score, truth, predicted)]


def area(truth, predicted, classes):
    if classes == 1:
        return math.nan
    if classes == 2:
        return or_nan(metrics.roc_auc_score, truth, predicted[:, 1])
    return or_nan(metrics.roc_auc_score, truth, predicted, multi_class="ovr", average="macro",
                  labels=range(classes))


def classification_scores(truth, predicted, classes):
    guess = predicted.argmax(axis=1)
    return [metrics.accuracy_score(truth, guess), metrics.balanced_accuracy_score(truth, guess),
            metrics.f1_score(truth, guess, average="macro"),
            or_nan(metrics.log_loss, truth, predicted, labels=range(classes)),
            area(truth, predicted, classes)]


# ---- forests -------------------------------------------------------------------------------------


def forest_cases():
    """Name, features, target, number of classes, parameters, [(metric, repeats, seed)]."""
    draw = np.random.RandomState(3)
    x = np.column_stack([draw.randint(0, 9, 60), draw.normal(size=60).round(3),
                         draw.randint(0, 2, 60), np.ones(60)]).astype(np.float32)
    y = np.round(5 * x[:, 0] + 10 * x[:, 1] + draw.normal(size=60))
    two = (y > np.median(y)).astype(float)
    three = np.digitize(y, np.quantile(y, [0.3, 0.6])).astype(float)
    yield "regression", x, y, 0, {"n_estimators": 20}, [("r2", 5, 7), ("rmse", 3, 0),
                                                        ("mae", 1, 4294967295)]
    yield "few trees", x, y, 0, {"n_estimators": 2, "random_state": 5}, [("mse", 2, 1)]
    yield "half of the rows", x, y, 0, {"n_estimators": 3, "max_samples": 0.5}, [("mape", 2, 2)]
    yield "two classes", x, two, 2, {"n_estimators": 15}, [("accuracy", 4, 3), ("roc_auc", 9, 4),
                                                          ("log_loss", 2, 5)]
    yield "three classes", x, three, 3, {"n_estimators": 7, "random_state": 9}, [
        ("balanced_accuracy", 3, 6), ("f1_macro", 3, 7), ("roc_auc", 3, 8)]
    yield "three classes, few trees", x, three, 3, {"n_estimators": 2}, [("accuracy", 1, 1)]


def rows_without(model, rows):
    """How many rows are in the sample of every tree."""
    share = model.max_samples or 1.0
    known = np.zeros(rows, dtype=bool)
    for tree in model.estimators_:
        drawn = np.random.RandomState(tree.random_state).randint(0, rows, round(rows * share))
        known |= np.bincount(drawn, minlength=rows) == 0
    return int((~known).sum())


# ---- the header ----------------------------------------------------------------------------------


def number(x):
    if isinstance(x, (bool, int, np.integer)):
        return str(int(x))
    if math.isnan(x):
        return "MF__NAN"
    text = repr(float(x))
    return text if any(c in text for c in ".e") else text + ".0"


def array(kind, values):
    """A C array, wrapped at about a hundred columns."""
    lines, line = [], "       "
    for value in values:
        word = " " + number(value) + ("F" if kind == "float" else "") + ","
        if len(line) + len(word) > 100:
            lines.append(line)
            line = "       "
        line += word
    return f"(const {kind}[]){{\n" + "\n".join(lines + [line]) + "}"


def record(**fields):
    lines = []
    for key, value in fields.items():
        text = (array(*value) if isinstance(value, tuple) else
                f'"{value}"' if isinstance(value, str) else number(value))
        lines.append(f"     .{key} = {text},")
    return "    {\n" + "\n".join(lines) + "\n    },\n"


def table(name, members, records):
    fields = "".join(f"    {member};\n" for member in members)
    print(f"\nstatic const struct {name} {{\n{fields}}} {name}s[] = {{")
    print("".join(records), end="")
    print("};")


def print_scores():
    records = []
    for name, truth, predicted in regression_cases():
        truth, predicted = np.array(truth, dtype=float), np.array(predicted, dtype=float)
        records.append(record(name=name, rows=len(truth), n_classes=0,
                              truth=("double", truth), predicted=("double", predicted),
                              scores=("double", regression_scores(truth, predicted))))
    for name, classes, truth, predicted in classification_cases():
        predicted = np.array(predicted, dtype=float)
        records.append(record(
            name=name, rows=len(truth), n_classes=classes,
            truth=("double", np.array(truth, dtype=float)), predicted=("double", predicted.ravel()),
            scores=("double", classification_scores(truth, predicted, classes))))
    table("reference_score", ["const char *name", "size_t rows, n_classes",
                              "const double *truth, *predicted",
                              "const double *scores /* those of the task, in mf_metric's order */"],
          records)


def importances(model, x, y, metric, repeats, seed):
    """The predictions that are scored are of classes 0, 1, ..., so their numbers are the labels."""
    scorer = SCORER.get(metric, metric)
    found = permutation_importance(model, x, y, scoring=scorer, n_repeats=repeats,
                                   random_state=seed)
    return found.importances_mean, found.importances_std


def print_forests():
    forests, permutations = [], []
    for name, x, y, classes, params, wanted in forest_cases():
        model = (RandomForestClassifier if classes else RandomForestRegressor)(
            **{"random_state": 0, "oob_score": True, **params}).fit(x, y)
        predicted = model.predict_proba(x) if classes else model.predict(x)
        for metric, repeats, seed in wanted:
            mean, deviation = importances(model, x, y, metric, repeats, seed)
            permutations.append(record(
                forest=len(forests), metric=metric, n_repeats=repeats, seed=seed,
                mean=("double", mean), deviation=("double", deviation)))
        forests.append(record(
            name=name, rows=len(x), columns=x.shape[1], n_classes=classes,
            values=("float", x.T.ravel()), target=("double", y),
            n_estimators=params["n_estimators"], max_samples=params.get("max_samples", 0.0),
            random_state=params.get("random_state", 0), oob_score=float(model.oob_score_),
            oob_never=rows_without(model, len(x)), predicted=("double", predicted.ravel())))
    table("reference_forest", ["const char *name", "size_t rows, columns, n_classes",
                               "const float *values", "const double *target",
                               "uint64_t n_estimators", "double max_samples /* 0: not given */",
                               "uint32_t random_state", "double oob_score", "size_t oob_never",
                               "const double *predicted"], forests)
    table("reference_permutation", ["size_t forest", "const char *metric", "size_t n_repeats",
                                    "uint32_t seed", "const double *mean, *deviation"],
          permutations)


def main():
    warnings.simplefilter("ignore")
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Made by tests/oracle/score_reference.py with scikit-learn; do not edit. */")
    print("/* clang-format off */")
    print("#ifndef TESTS_SCORE_REFERENCE_H\n#define TESTS_SCORE_REFERENCE_H\n")
    print('#include "stats/real.h"\n\n#include <stddef.h>\n#include <stdint.h>')
    print_scores()
    print_forests()
    print("\n#endif")
    return 0


if __name__ == "__main__":
    sys.exit(main())
