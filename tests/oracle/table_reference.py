#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads CSV files with pandas, for src/table to be compared with.

    tests/oracle/table_reference.py > tests/oracle/table_reference.h

Every file is small and nasty; some are written here, others put together at random from nasty
fields. Kept are the bytes of the file and a text that shows each column: its kind (N, B or C for
numeric, boolean, categorical), its name and its values, missing ones as nan or ~.

Two things are told to pandas. Numbers are to be rounded correctly (float_precision), which is not
its default. And before version 2 it did not take "None" as missing. Not kept is what we read
otherwise on purpose: numbers of more digits than pandas takes are numbers to us, rows that are too
short and names that occur twice are mistakes. Needs Debian's python3-pandas.
"""
import io
import random
import sys

import numpy as np
import pandas as pd

# Name: file, and what read_csv() and mf_read_options are told.
FILES = {
    "plain": (b"a,b,c\n1,2.5,x\n3,,y\n-4e3,NA,x\n", {}),
    "no end of the last line": (b"a,b\n1,2\n3,4", {}),
    "CRLF": (b"a,b\r\n1,x\r\n2,\r\n", {}),
    "CR": (b"a,b\r1,x\r\r2,y\r", {}),
    "LF, CRLF and CR": (b"a,b\n1,x\r\n2,y\r3,z\n", {}),
    "a byte order mark": (b"\xef\xbb\xbfa,b\n1,2\n", {}),
    "a byte order mark before a quote": (b'\xef\xbb\xbf"a,b",c\n1,2\n', {}),
    "quotes": (b'"a","b ""b""",c\n"1","x, y","line\nbreak"\n"","""",z\n', {}),
    "a quoted line break as CRLF": (b'a,b\r\n"1\r\n2",x\r\n3,y\r\n', {}),
    "blank lines": (b"\n\na,b\n\n1,2\n   \n\t\n\n3,4\n\n", {}),
    "blank lines in one column": (b"a\n1\n\n2\n", {}),
    "an empty field in quotes in one column": (b'a\n1\n""\n2\n', {}),
    "blank lines within quotes": (b'a,b\n"\n\n \n",1\n', {}),
    "quotes that are letters": (b'a,b\n5" nail,6"\n "x",y"z"\n7" nail,"a ""b"""\n"c\nd",8"\n', {}),
    "blanks around texts": (b"a,b\n x,y \n  ,\tz\n", {}),
    "blanks around numbers": (b"a,b\n 1, 2.5 \n\t3,-4\t\n", {}),
    "only blanks are a text": (b"a,b\n1, \n2,3\n", {}),
    "semicolons": (b"a;b\n1,5;x\n2,5;y\n", {"sep": ";"}),
    "tabs": (b"a\tb\n1\t\n\t2\n\t\n", {"sep": "\t"}),
    "blanks as delimiter": (b'a b\n1 "x y"\n2 z\n', {"sep": " "}),
    "bars": (b"a|b\n1|2\n", {"sep": "|"}),
    "no header": (b"1,x\n2,y\n", {"header": None}),
    "an index": (b",a\n0,1\n1,2\n", {}),
    "texts for missing": (b"a,b\n#N/A,1\n#N/A N/A,2\n#NA,3\n-1.#IND,4\n-1.#QNAN,5\n-NaN,6\n-nan,7\n"
                          b"1.#IND,8\n1.#QNAN,9\n<NA>,10\nN/A,11\nNA,12\nNULL,13\nNaN,14\nNone,15\n"
                          b"n/a,16\nnan,17\nnull,18\n,19\n", {}),
    "nearly texts for missing": (b"a\nNAN\nNone \n na\nNil\nnone\nNull\n.\n-\n?\nN/a\n#n/a\n", {}),
    "quoted texts for missing": (b'a,b\n"NA",1\n"",2\n', {}),
    "more texts for missing": (b"a,b\n-999,?\n-999.0,x\n1,-999\n?,-999.0\n", {"na_values": ["-999", "?"]}),
    "all missing": (b"a,b\n,1\nNA,2\n", {}),
    "booleans": (b"a,b,c,d\nTrue,TRUE,true,False\nFALSE,false,true,TRUE\n", {}),
    "booleans with missing": (b"a,b\nTrue,\n,false\nFalse,NA\n", {}),
    "nearly booleans": (b"a,b,c\nTrue,tRue,yes\nx,false,no\n", {}),
    "booleans and numbers": (b"a,b\nTrue,1\n0,False\n", {}),
    "numbers": (b"a\n1\n+2\n-3\n.5\n5.\n1e3\n1E-3\n1e+05\n007\n-0\n", {}),
    "not quite numbers": (b"a,b,c,d,e,f,g\n1e,0x1F,1_000,1 000,--1,1.2.3,1e5.5\n1,1,1,1,1,1,1\n", {}),
    "nearly numbers": (b"a,b,c,d,e\n+,.,e5,1.5f,1d0\n1,1,1,1,1\n", {}),
    "digits": (b"a\n0.1\n0.30000000000000004\n1.7976931348623157e308\n2.2250738585072014e-308\n5e-324\n"
               b"9007199254740993.0\n123456789.123456789123456789\n0.000000000000000000000000000123\n"
               b"3.14159265358979323846264338327950288\n1e-400\n", {}),
    "infinities": (b"a,b\ninf,1\n-inf,2\nInfinity,3\n+INF,4\n-infinity,5\n", {}),
    "late text": (b"a,b\n1.0,1\n01,2\nx,3\n1,4\n,5\n", {}),
    "text after missing": (b"a\nNA\n\"\"\nx\n", {}),
    "letters of all sorts": ("Größe,名前\n1,é\n2,日本\n3,Z\n4,a\n".encode(), {}),
    "order of categories": ("a\nb\nB\na\nA\nä\n10\n9\nZ\n_\n".encode(), {}),
    "a long text": (b"a,b\n" + b"x" * 700 + b",1\ny,2\n", {}),
}

FIELDS = [
    "", "", "NA", "nan", "None", "<NA>", "NAN", "0", "1", "-1", "2.50", " 3", "4 ", "\t5", "1e3", "1e",
    "-.5", "+7", "1e-7", "0.1", "123456789012", "0.123456789012345678", "x", "y", "X", "é", "a b", " x",
    "x ", "true", "False", "TRUE", "yes", "a,b", "a;b", "two\nlines", "two\r\nlines", 'say "x"', '"', "'",
    "-", ".", "1,5", "12:30", "2020-01-01", "inf", "-Infinity", "infinite", "0x10", "1_0", "#", "\\",
]
NUMBERS = ["", "NA", "nan", "0", "-1", "2.50", " 3", "4 ", "1e3", "-.5", "+7", "0.1", "1e-7", "-inf"]
TRUTHS = ["", "NA", "True", "False", "TRUE", "FALSE", "true", "false"]


def random_file(rng):
    separator = rng.choice([",", ",", ";", "\t"])
    end = rng.choice(["\n", "\n", "\r\n"])
    columns, rows = rng.randint(2, 5), rng.randint(1, 6)
    kinds = [rng.choice([FIELDS, NUMBERS, NUMBERS, TRUTHS]) for _ in range(columns)]
    lines = [[f"c{i}" for i in range(columns)]]
    lines += [[rng.choice(kind) for kind in kinds] for _ in range(rows)]

    def write(field):
        must = any(letter in field for letter in (separator, '"', "\n", "\r"))
        if must or rng.random() < 0.15:
            return '"' + field.replace('"', '""') + '"'
        return field

    text = end.join(separator.join(map(write, line)) for line in lines)
    return (text + rng.choice(["", end, end + end])).encode(), {"sep": separator}


def values_of(column):
    """(kind, values) of a column of a data frame."""
    if column.dtype == bool:
        return "B", [str(int(value)) for value in column]
    if column.dtype != object:
        return "N", [f"{value:.17g}" for value in column.astype(float)]
    present = column.dropna()
    if all(isinstance(value, (bool, np.bool_)) for value in present):
        return "B", ["nan" if pd.isna(value) else str(int(value)) for value in column]
    return "C", ["~" if pd.isna(value) else value for value in column]


def show(data, options):
    told = dict(options)
    told["na_values"] = [*options.get("na_values", []), "None"]
    frame = pd.read_csv(io.BytesIO(data), float_precision="round_trip", low_memory=False, **told)
    shown = ""
    for name in frame.columns:
        kind, values = values_of(frame[name])
        shown += f"{kind} {name}: {'|'.join(values)}\n"
    return shown.encode()


def literal(data):
    """Bytes as C literals, none of them long."""
    pieces = [""]
    for byte in data:
        letter = chr(byte)
        plain = letter in "\n\t\r" or (32 <= byte < 127 and letter not in '\\?')
        escaped = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"'}.get(letter, letter)
        pieces[-1] += escaped if plain else f"\\{byte:03o}"
        if len(pieces[-1]) > 80 or letter == "\n":
            pieces.append("")
    return "\n     ".join(f'"{piece}"' for piece in pieces if piece or len(pieces) == 1)


def print_case(name, data, options):
    separator = options.get("sep", ",").replace("\t", "\\t")
    na = "".join(f'"{text}", ' for text in options.get("na_values", []))
    print(f'    {{"{name}", \'{separator}\', {"false" if "header" in options else "true"}, '
          f'{{{na}NULL}},\n     {literal(data)},\n     {literal(show(data, options))}}},')


def main():
    rng = random.Random(20261122)
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Made by tests/oracle/table_reference.py with pandas; do not edit. */")
    print("/* clang-format off */")
    print("#ifndef TESTS_TABLE_REFERENCE_H\n#define TESTS_TABLE_REFERENCE_H\n")
    print("#include <stdbool.h>\n#include <stddef.h>\n")
    print("static const struct reference_table {\n    const char *name;\n    char delimiter;\n"
          "    bool header;\n    const char *na[3];\n    const char *file;\n    const char *columns;\n"
          "} reference_tables[] = {")
    for name, (data, options) in FILES.items():
        print_case(name, data, options)
    for number in range(150):
        print_case(f"random {number}", *random_file(rng))
    print("};\n\n#endif")
    return 0


if __name__ == "__main__":
    sys.exit(main())
