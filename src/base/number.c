/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading numbers strictly and exactly.
 *
 * A text is read as a decimal (up to 20 significant digits and a power of ten), then multiplied by
 * its unit and shifted to a whole number of the result's unit. 10^20 times the largest unit, 2^60,
 * is below 2^128, so the whole way is exact in 128 bits, and "1.5k" is 1500 while "1.5" is an error
 * instead of 1. strtod() was rejected: it rounds, follows the locale and accepts "0x1p3", "inf" and
 * leading blanks; strtoull() accepts "-1".
 */
#include "base/number.h"

#include "base/status.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

#define MOST_DIGITS   20      /* of a mantissa; 2^64 - 1 has as many */
#define MOST_EXPONENT 1000000 /* beyond it the exact value no longer matters */

/* mantissa * 10^scale, the mantissa without zeros at its end. */
struct decimal {
    u128 mantissa;
    long digits;  /* significant digits seen, without the zeros that are waiting */
    long waiting; /* zeros seen since the last other digit */
    long scale;
};

struct unit {
    const char *name;
    uint64_t factor;
};

/* One sort of number: how it is named, what it may look like, which units it knows. */
struct sort {
    const char *noun;
    const char *hint;
    const char *too_fine;
    const struct unit *units;
    struct mf__shown (*show)(uint64_t value); /* in a form that can be typed */
};

enum outcome {
    FINE,
    EMPTY,
    BLANK,
    NEGATIVE,
    NO_NUMBER,
    NO_UNIT,
    TOO_FINE,
    ABOVE,
    BELOW,
    TOO_LONG,
};

static const char *const reasons[] = {
    [EMPTY] = "is empty",
    [BLANK] = "has a blank in it",
    [NEGATIVE] = "is negative",
    [NO_NUMBER] = "is not a number",
    [NO_UNIT] = "ends in an unknown unit",
    [ABOVE] = "is too large",
    [BELOW] = "is too small",
    [TOO_LONG] = "is too long",
};

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static void take_digit(struct decimal *decimal, char digit)
{
    if (digit == '0') {
        decimal->waiting += decimal->mantissa != 0;
        return;
    }
    decimal->digits += decimal->waiting + 1;
    if (decimal->digits <= MOST_DIGITS) {
        for (; decimal->waiting > 0; decimal->waiting--)
            decimal->mantissa *= 10;
        decimal->mantissa = decimal->mantissa * 10 + (unsigned)(digit - '0');
    }
    decimal->waiting = 0;
}

/* Reads digits with single '_' between them; `shift` is 1 behind the point. NULL without a digit.
 */
static const char *read_digits(const char *at, struct decimal *decimal, long shift)
{
    if (!is_digit(*at))
        return NULL;
    for (;; at++) {
        take_digit(decimal, *at);
        decimal->scale -= shift;
        if (at[1] == '_' && is_digit(at[2]))
            at++;
        else if (!is_digit(at[1]))
            return at + 1;
    }
}

/* Reads "e10", "E-3"; leaves an E alone that no number follows, for it may be a unit. */
static const char *read_exponent(const char *at, struct decimal *decimal)
{
    if (*at != 'e' && *at != 'E')
        return at;
    bool negative = at[1] == '-';
    const char *digits = at + (negative || at[1] == '+' ? 2 : 1);
    if (!is_digit(*digits))
        return at;
    long exponent = 0;
    for (; is_digit(*digits); digits++)
        if (exponent < MOST_EXPONENT)
            exponent = exponent * 10 + (*digits - '0');
    decimal->scale += negative ? -exponent : exponent;
    return digits;
}

/* decimal * factor as a whole number of 64 bits. */
static enum outcome make_whole(const struct decimal *decimal, uint64_t factor, uint64_t *ret)
{
    long scale = decimal->scale + decimal->waiting;
    if (decimal->digits > MOST_DIGITS)
        return decimal->digits + scale > MOST_DIGITS ? ABOVE : TOO_FINE;
    u128 value = decimal->mantissa * factor;
    if (value == 0)
        scale = 0;
    for (; scale > 0 && value <= UINT64_MAX; scale--)
        value *= 10;
    for (; scale < 0 && value % 10 == 0; scale++)
        value /= 10;
    if (value > UINT64_MAX && scale >= 0)
        return ABOVE;
    if (scale < 0)
        return TOO_FINE;
    *ret = (uint64_t)value;
    return FINE;
}

static enum outcome read_number(const char *text, const struct unit *units, uint64_t *ret)
{
    if (*text == '\0')
        return EMPTY;
    if (strpbrk(text, " \t\n\v\f\r") != NULL)
        return BLANK;
    if (text[0] == '-' && is_digit(text[1]))
        return NEGATIVE;
    struct decimal decimal = {0};
    const char *at = read_digits(text, &decimal, 0);
    if (at != NULL && *at == '.')
        at = read_digits(at + 1, &decimal, 1);
    if (at == NULL)
        return NO_NUMBER;
    at = read_exponent(at, &decimal);
    for (; units->name != NULL; units++)
        if (strcmp(at, units->name) == 0)
            return make_whole(&decimal, units->factor, ret);
    return strpbrk(at, "0123456789_.,+-") != NULL ? NO_NUMBER : NO_UNIT;
}

static int complain(enum outcome outcome, const char *text, const struct mf__limits *limits,
                    const struct sort *sort, mf_error *error)
{
    const char *reason = outcome == TOO_FINE ? sort->too_fine : reasons[outcome];
    return mf__fail(error, MF_E_INPUT, "%s: %s %s; expected %s from %s to %s%s", limits->what,
                    mf__quote(text).text, reason, sort->noun, sort->show(limits->min).text,
                    sort->show(limits->max).text,
                    outcome == ABOVE || outcome == BELOW ? "" : sort->hint);
}

static int parse(const char *text, const struct mf__limits *limits, const struct sort *sort,
                 uint64_t *ret, mf_error *error)
{
    uint64_t value = 0;
    enum outcome outcome = read_number(text, sort->units, &value);
    if (outcome == FINE && value < limits->min)
        outcome = BELOW;
    if (outcome == FINE && value > limits->max)
        outcome = ABOVE;
    if (outcome != FINE)
        return complain(outcome, text, limits, sort, error);
    *ret = value;
    return 0;
}

static struct mf__shown show_count(uint64_t value)
{
    return mf__show_count(value, '_');
}

static const struct unit count_units[] = {
    {"", 1},
    {"k", 1000},
    {"K", 1000},
    {"M", 1000000},
    {"G", 1000000000},
    {"T", 1000000000000},
    {"P", 1000000000000000},
    {"E", 1000000000000000000},
    {"Ki", UINT64_C(1) << 10},
    {"Mi", UINT64_C(1) << 20},
    {"Gi", UINT64_C(1) << 30},
    {"Ti", UINT64_C(1) << 40},
    {"Pi", UINT64_C(1) << 50},
    {"Ei", UINT64_C(1) << 60},
    {NULL, 0},
};

static const struct sort count_sort = {
    .noun = "a whole number",
    .hint = ", written like 8, 10_000, 1e4, 10k or 4Ki",
    .too_fine = "is not a whole number",
    .units = count_units,
    .show = show_count,
};

int mf__parse_count(const char *text, const struct mf__limits *limits, uint64_t *ret,
                    mf_error *error)
{
    return parse(text, limits, &count_sort, ret, error);
}

static int add_count(struct mf__counts *counts, uint64_t value, const struct mf__limits *limits,
                     mf_error *error)
{
    for (size_t i = 0; i < counts->n; i++)
        if (counts->values[i] == value)
            return mf__fail(error, MF_E_INPUT,
                            "%s: %s stands in the list twice; expected each "
                            "number once",
                            limits->what, mf__show_count(value, 0).text);
    if (counts->n == MF__LIST_LIMIT)
        return mf__fail(error, MF_E_INPUT, "%s: the list is too long; expected at most %d numbers",
                        limits->what, MF__LIST_LIMIT);
    counts->values[counts->n++] = value;
    return 0;
}

int mf__parse_count_list(const char *text, const struct mf__limits *limits, struct mf__counts *ret,
                         mf_error *error)
{
    struct mf__counts counts = {0};
    char piece[128];
    do {
        uint64_t value = 0;
        if (mf__split(&text, piece, sizeof piece) >= sizeof piece)
            return complain(TOO_LONG, piece, limits, &count_sort, error);
        int code = mf__parse_count(piece, limits, &value, error);
        if (code == 0)
            code = add_count(&counts, value, limits, error);
        if (code != 0)
            return code;
    } while (text != NULL);
    *ret = counts;
    return 0;
}

static const struct unit duration_units[] = {
    {"d", UINT64_C(86400000000000)},
    {"h", UINT64_C(3600000000000)},
    {"min", UINT64_C(60000000000)},
    {"m", UINT64_C(60000000000)},
    {"s", 1000000000},
    {"", 1000000000},
    {"ms", 1000000},
    {"us", 1000},
    {"\xc2\xb5s", 1000}, /* micro sign */
    {"\xce\xbcs", 1000}, /* the Greek letter mu, which looks the same */
    {"ns", 1},
    {NULL, 0},
};

/* Uses the largest unit that divides the value. */
static struct mf__shown show_duration(uint64_t ns)
{
    const struct unit *unit = duration_units;
    while (ns % unit->factor != 0)
        unit++;
    struct mf__shown shown = mf__show_count(ns / unit->factor, 0);
    size_t length = strlen(shown.text);
    snprintf(shown.text + length, sizeof shown.text - length, "%s", ns == 0 ? "s" : unit->name);
    return shown;
}

static const struct sort duration_sort = {
    .noun = "a duration",
    .hint = ", written like 30s, 500ms, 1.5s, 5m or 2h",
    .too_fine = "is finer than a nanosecond",
    .units = duration_units,
    .show = show_duration,
};

int mf__parse_duration_ns(const char *text, const struct mf__limits *limits, uint64_t *ret_ns,
                          mf_error *error)
{
    return parse(text, limits, &duration_sort, ret_ns, error);
}

static const struct unit share_units[] = {
    {"", MF__WHOLE_PPB},
    {"%", MF__WHOLE_PPB / 100},
    {NULL, 0},
};

/* Percent with as many decimals as it takes. */
static struct mf__shown show_share(uint64_t ppb)
{
    const uint64_t percent = MF__WHOLE_PPB / 100;
    struct mf__shown shown = mf__show_count(ppb / percent, 0);
    char *at = shown.text + strlen(shown.text);
    uint64_t rest = ppb % percent;
    if (rest > 0)
        *at++ = '.';
    for (uint64_t place = percent / 10; rest > 0; place /= 10) {
        *at++ = (char)('0' + rest / place);
        rest %= place;
    }
    at[0] = '%';
    at[1] = '\0';
    return shown;
}

static const struct sort share_sort = {
    .noun = "a share",
    .hint = ", written like 2% or 0.02",
    .too_fine = "is finer than a billionth",
    .units = share_units,
    .show = show_share,
};

int mf__parse_share(const char *text, const struct mf__limits *limits, uint64_t *ret_ppb,
                    mf_error *error)
{
    return parse(text, limits, &share_sort, ret_ppb, error);
}
