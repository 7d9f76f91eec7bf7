#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Computes what src/table prepares and splits, with pandas and scikit-learn.

    tests/oracle/prepare_reference.py > tests/oracle/prepare_reference.h

Splits and folds are those of train_test_split, KFold and StratifiedKFold; categories are encoded by
OrdinalEncoder and get_dummies, missing numbers replaced by SimpleImputer and fillna, classes
numbered by LabelEncoder. Long lists are kept as a checksum, which tests/unit computes as well.
Needs Debian's python3-sklearn and python3-pandas.
"""
import io
import pathlib
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.preprocessing import LabelEncoder, OrdinalEncoder

AMES = pathlib.Path(__file__).resolve().parents[2] / "data" / "ames.csv"
SEEDS = [0, 42, 4294967295]
FACTOR = 0x9E3779B97F4A7C15


def checksum(numbers):
    """The value of the polynomial with these coefficients at FACTOR, modulo 2^64.

    Doubles that are small whole numbers differ in their upper bits only, so those are first
    folded onto the lower ones.
    """
    numbers = np.asarray(numbers, dtype=np.uint64)
    numbers = numbers ^ (numbers >> np.uint64(32))
    powers = np.full(len(numbers), FACTOR, dtype=np.uint64)
    powers[:1] = 1
    powers = np.multiply.accumulate(powers)[::-1]
    return f"0x{int(np.add.reduce(numbers * powers, dtype=np.uint64)):016x}"


def bits(values, real, whole):
    return np.ascontiguousarray(values, dtype=real).view(whole).astype(np.uint64)


def text(value):
    """A C string."""
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def table(name, fields, records):
    print(f"\nstatic const struct {name} {{")
    for field in fields:
        print(f"    {field};")
    print(f"}} {name}s[] = {{")
    for record in records:
        print(f"    {{{', '.join(str(value) for value in record)}}},")
    print("};")


# ---- Splits and folds ----------------------------------------------------------------------------

TEST_SIZES = ["0.3", "0.25", "0.1", "0.5", "0.001", "0.99", "0.3333333333333333", "0.7"]


def splits():
    """n_train 0 stands for an error."""
    for rows in 1, 2, 3, 10, 30, 101, 2930:
        for size in TEST_SIZES:
            for seed in SEEDS:
                try:
                    train, test = train_test_split(np.arange(rows), test_size=float(size),
                                                   random_state=seed)
                except ValueError:
                    yield rows, size, seed, 0, 0
                    continue
                order = np.concatenate([train, test])
                yield rows, size, f"{seed}U", len(train), checksum(order)


def class_lists():
    """Lists of classes as texts, one digit per row; None where there are only rows."""
    draw = np.random.RandomState(3)
    even = draw.randint(0, 10, 2930)
    skewed = np.minimum(draw.geometric(0.6, 2930) - 1, 9)
    lists = [[0, 1], [1, 1], [2, 1, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [9, 9, 3, 3, 3, 3, 9, 9, 3, 0],
             [1] * 90 + [0] * 11, [0, 1] * 50 + [2], list(reversed(sorted(even[:101]))),
             skewed[:101], [0] * 2925 + [1] * 5, even, skewed]
    return [(len(classes), "".join(map(str, classes))) for classes in lists]


def fold_numbers(splitter, rows, classes):
    """The fold in which each row is tested; whether there was an error or a warning."""
    folds = np.full(rows, -1)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            for fold, (_, test) in enumerate(splitter.split(np.zeros(rows), classes)):
                folds[test] = fold
        except ValueError:
            return None, False
    assert (folds >= 0).all()
    return folds, any("least populated" in str(each.message) for each in warned)


def fold_cases():
    lists = [(rows, None) for rows in (2, 3, 10, 101, 2930)] + class_lists()
    for rows, classes in lists:
        for k in [2, 3, 5, 7, 10] if rows > 200 else range(2, 11):
            for seed in SEEDS[:2]:
                kind = KFold if classes is None else StratifiedKFold
                splitter = kind(k, shuffle=True, random_state=seed)
                numbers = None if classes is None else [int(digit) for digit in classes]
                folds, is_warned = fold_numbers(splitter, rows, numbers)
                yield (classes, rows, k, seed, str(folds is not None).lower(),
                       str(is_warned).lower(), 0 if folds is None else checksum(folds))


def print_folds():
    """Each list of classes is printed once."""
    cases = list(fold_cases())
    names = {None: "NULL"}
    for classes in dict.fromkeys(case[0] for case in cases):
        if classes is not None:
            names[classes] = f"reference_classes_{len(names)}"
            print(f"\nstatic const char {names[classes]}[] = {text(classes)};")
    table("reference_fold",
          ["const char *classes /* one digit per row, or NULL */", "size_t rows, k", "uint32_t seed",
           "bool is_right, is_warned", "uint64_t checksum /* of the fold of each row */"],
          [(names[case[0]], *case[1:]) for case in cases])


# ---- Preparation ---------------------------------------------------------------------------------

ENCODE = {"label": "MF_ENCODE_LABEL", "onehot": "MF_ENCODE_ONEHOT"}
IMPUTE = {"median": "MF_IMPUTE_MEDIAN", "median-each": "MF_IMPUTE_MEDIAN_EACH",
          "most-frequent": "MF_IMPUTE_MOST_FREQUENT"}


def made_table():
    """A table with every kind of column, as CSV."""
    draw = np.random.RandomState(11)
    rows = 60

    def column(values, missing):
        return ["" if draw.uniform() < missing else draw.choice(values) for _ in range(rows)]

    edges = ["1e-46", "1.1754942e-38", "3.4028235677973362e38", "-3.4028235677973362e38",
             "16777217", "0.1"]
    columns = {
        "real": [x and f"{float(x):.6g}" for x in column(draw.normal(0, 50, rows).astype(str), .2)],
        "whole": column(["-7", "3", "12", "12", "40"], .3),
        "tied": column(["2", "1", "5", "9"], .25),
        "edge": column(edges, 0),
        "kind": column(["b", "B", "a b", "zz", "é", "ä", "z"], .2),
        "mixed": column(["1", "2", "10", "A"], .1),
        "once": ["only" if row == 17 else "usual" for row in range(rows)],
        "flag": column(["True", "False"], 0),
        "maybe": column(["True", "False"], .2),
        "y_real": [f"{x:.5g}" for x in draw.normal(0, 1, rows)],
        "y_kind": column(["low", "High", "mid"], 0),
        "y_number": column(["10", "9", "2.5", "-1"], 0),
        "y_flag": column(["False", "True"], 0),
    }
    lines = [",".join(columns)] + [",".join(fields) for fields in zip(*columns.values())]
    return "\n".join(lines) + "\n"


def read(source):
    """As pandas 2 reads it, whose list of missing texts has None as well."""
    return pd.read_csv(source, na_values=["None"])


def encode(frame, how):
    """Features of the whole table as columns of doubles, NaN where a number is missing."""
    features = {}
    for name, values in frame.items():
        present = values.dropna()
        if present.map(lambda value: isinstance(value, (bool, np.bool_))).all():
            features[name] = values.astype(float)
        elif values.dtype != object:
            features[name] = values.astype(float)
        elif how == "label":
            features[name] = labels(values)
        else:
            order = sorted(present.unique(), key=str.encode)
            spread = pd.get_dummies(pd.Series(pd.Categorical(values, categories=order)))
            for category in order:
                features[f"{name}={category}"] = spread[category].astype(float)
    return pd.DataFrame(features)


def labels(values):
    """OrdinalEncoder's codes, checked against those of pandas."""
    order = sorted(values.dropna().unique(), key=str.encode)
    encoder = OrdinalEncoder(categories=[order], handle_unknown="use_encoded_value",
                             unknown_value=len(order))
    codes = encoder.fit_transform(values.fillna("a missing one").to_frame()).ravel()
    from_pandas = pd.Categorical(values, categories=order).codes
    assert (codes == np.where(values.isna(), len(order), from_pandas)).all()
    return codes


def impute(train, test, how):
    if how == "median-each":
        return train.fillna(train.median()), test.fillna(test.median())
    filler = SimpleImputer(strategy=how.replace("-", "_")).set_output(transform="pandas")
    return filler.fit_transform(train), filler.transform(test)


def targets(values, task):
    """Numbers for the forest, and the names of the classes."""
    if task == "regression":
        return values.to_numpy(dtype=float), []
    encoder = LabelEncoder().fit(values)
    names = [str(name) if isinstance(name, (str, bool, np.bool_)) else f"{name:g}"
             for name in encoder.classes_]
    return encoder.transform(values).astype(float), names


def prepare(source, target, drop, options):
    encoding, filling, task, size, seed = options
    frame = read(source)
    features = encode(frame.drop(columns=[target, *drop]), encoding)
    y, classes = targets(frame[target], task)
    train, test, y_train, y_test = train_test_split(features, y, test_size=float(size),
                                                    random_state=seed)
    holes = [int(part.isna().to_numpy().sum()) for part in (train, test)]
    record = []
    for part, part_y, n_holes in zip(impute(train, test, filling), (y_train, y_test), holes):
        matrix = part.to_numpy(dtype=np.float64).astype(np.float32)
        record += [checksum(bits(matrix.ravel(order="F"), np.float32, np.uint32)),
                   checksum(bits(part_y, np.float64, np.uint64)), n_holes]
    return (text(target), ENCODE[encoding], IMPUTE[filling], f"MF_TASK_{task.upper()}", size,
            seed, features.shape[1], text(",".join(features.columns[:20])),
            text(",".join(classes)), *record)


def preparations():
    made = made_table()
    names = [name for name in made.splitlines()[0].split(",") if name.startswith("y_")]
    tasks = {"y_real": "regression", "y_kind": "classification", "y_number": "classification",
             "y_flag": "classification"}
    for seed, target in enumerate(names):
        drop = [name for name in names if name != target]
        for encoding in ENCODE:
            for filling in IMPUTE:
                options = encoding, filling, tasks[target], "0.3", seed
                yield ("false", *prepare(io.StringIO(made), target, drop, options))
    for encoding in ENCODE:
        for filling in IMPUTE:
            options = encoding, filling, "regression", "0.3", 42
            yield ("true", *prepare(AMES, "Sale_Price", [], options))


def main():
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Made by tests/oracle/prepare_reference.py with pandas and scikit-learn; do not edit. */")
    print("/* clang-format off */")
    print("#ifndef TESTS_PREPARE_REFERENCE_H\n#define TESTS_PREPARE_REFERENCE_H\n")
    print("#include <manyfold/prepare.h>")
    print(f"\n#define REFERENCE_FACTOR UINT64_C(0x{FACTOR:016x})")
    table("reference_split",
          ["size_t rows", "double test_size", "uint32_t seed", "size_t n_train /* 0: an error */",
           "uint64_t checksum /* of the training and the test rows */"], splits())
    print_folds()
    print(f"\nstatic const char reference_table[] = {text(made_table())};")
    table("reference_preparation",
          ["bool is_ames", "const char *target", "int encode, impute, task", "double test_size",
           "uint32_t seed", "size_t n_features", "const char *features /* the first 20 */",
           "const char *classes", "uint64_t train, train_target", "size_t train_filled",
           "uint64_t test, test_target", "size_t test_filled"], preparations())
    print("\n#endif")
    return 0


if __name__ == "__main__":
    sys.exit(main())
