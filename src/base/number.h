/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as people write and read them: exact on integers, '.' as decimal point in every locale.
 *
 * A failed reading returns MF_E_INPUT with one sentence that names what the number is for, the text
 * that was given and what was expected.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MF__LIST_LIMIT 64 /* the most values that a list may hold */

#define MF__WHOLE_PPB 1000000000U /* 100 % in parts per billion */

/* What a number is for ("--workers", "N") and the range it must lie in, in the result's unit. */
struct mf__limits {
    const char *what;
    uint64_t min;
    uint64_t max;
};

struct mf__counts {
    size_t n;
    uint64_t values[MF__LIST_LIMIT];
};

/*
 * A whole number: digits with '_' between them, a decimal point and an exponent where the value
 * stays whole (1.5e3), and one of k K M G T P E (powers of 1000) or Ki Mi Gi Ti Pi Ei (of 1024).
 * No sign, no blanks, no hexadecimal.
 */
int mf__parse_count(const char *text, const struct mf__limits *limits, uint64_t *ret,
                    mf_error *error);

/* Such numbers with commas between them, each at most once. */
int mf__parse_count_list(const char *text, const struct mf__limits *limits, struct mf__counts *ret,
                         mf_error *error);

/* A duration in ns, us, ms, s, m or min, h, d; seconds without a unit. */
int mf__parse_duration_ns(const char *text, const struct mf__limits *limits, uint64_t *ret_ns,
                          mf_error *error);

/* A share, "2%" or "0.02", in parts per billion. */
int mf__parse_share(const char *text, const struct mf__limits *limits, uint64_t *ret_ppb,
                    mf_error *error);

/* A number ready to be printed: mf__buffer_print(out, "%s", mf__show_count(n, ',').text). */
struct mf__shown {
    char text[64];
};

/* Decimal digits with `separator` between groups of three; none when it is 0. */
struct mf__shown mf__show_count(uint64_t value, char separator);

/* The same for the 128-bit number high * 2^64 + low. */
struct mf__shown mf__show_wide(uint64_t high, uint64_t low, char separator);

/* `decimals` (at most 9) digits after the point, half away from zero; from 1e15 on as 1.235e17. */
struct mf__shown mf__show_fixed(double value, int decimals);

/* Three significant digits and the unit: "463 ms", "12.3 µs"; from 100 s on "2 min 05 s", "3 h 20
 * min", "4 d 1 h". `ascii` writes "us". */
struct mf__shown mf__show_duration(double ns, bool ascii);

struct mf__shown mf__show_bytes(uint64_t bytes); /* "12.4 MiB" */

struct mf__shown mf__show_percent(double share, int decimals); /* 0.021 as "2.1 %" */

#endif
