/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decimal number is digits * 10^exponent. As long as it has at most 19 significant digits, which
 * fit 64 bits, and 5^|exponent| fits 64 bits too, the nearest double comes from one exact product
 * or quotient of 128 bits, rounded once (10^e is 5^e * 2^e, and powers of two cost nothing). That
 * is nearly every number in a file. Where digits and power are both exact as doubles, one
 * operation of the processor rounds as well (W. Clinger, How to read floating point numbers
 * accurately, PLDI 1990). The rest is left to strtod_l, in a form without a decimal point. Tables
 * of 128-bit powers for all exponents (D. Lemire, Number parsing at a gigabyte per second, 2021)
 * were rejected: they are quicker only where almost no file goes.
 *
 * A text is shown by trying 1 to 17 digits until one reads back as the same number.
 */
#include "base/real.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

#define MOST_DIGITS   19  /* as many decimal digits fit 64 bits */
#define MOST_FIVES    27  /* 5^27 < 2^63 */
#define MOST_TENS     22  /* 10^22 is a double */
#define KEPT_DIGITS   800 /* more than the 768 that a tie between two doubles can have */
#define MOST_WRITTEN  INT64_C(100000000000000000) /* an exponent; no text has so many digits */
#define MOST_EXPONENT 10000                       /* beyond it, 800 digits are infinity or 0 */
#define SHOWN_DIGITS  17                          /* enough for every double */

/* The digits of a text as one whole number times 10^exponent. */
struct decimal {
    const char *first; /* the first digit that is not a 0 in front; there may be a point behind */
    size_t n;          /* digits from there on */
    uint64_t digits;   /* the number when n <= MOST_DIGITS */
    int64_t exponent;
};

static bool is_digit(char letter)
{
    return (unsigned char)(letter - '0') < 10;
}

static bool is_blank(char letter)
{
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

/* ---- scanning ---- */

/* Adds digits to a number that wraps round; whoever counts them knows when it did. */
static const char *take_digits(const char *at, const char *end, uint64_t *digits)
{
    uint64_t sum = *digits;
    for (; at < end && is_digit(*at); at++)
        sum = sum * 10 + (unsigned char)(*at - '0');
    *digits = sum;
    return at;
}

/* Forgets zeros in front, which do not count as significant. */
static void skip_zeros(struct decimal *decimal)
{
    for (; decimal->n > 0; decimal->first++) {
        if (*decimal->first == '0')
            decimal->n--;
        else if (*decimal->first != '.')
            break;
    }
}

/* "e5", "E-05"; returns `at` itself where no exponent stands, and NULL when nothing follows. */
static const char *take_exponent(const char *at, const char *end, int64_t *exponent)
{
    if (at == end || (*at | 0x20) != 'e')
        return at;
    at++;
    bool negative = at < end && *at == '-';
    at += negative || (at < end && *at == '+');
    if (at == end)
        return NULL;
    int64_t written = 0;
    for (; at < end && is_digit(*at); at++)
        if (written < MOST_WRITTEN)
            written = written * 10 + (*at - '0');
    *exponent += negative ? -written : written;
    return at;
}

/* Reads what follows the sign. False unless it is a decimal number up to the end. */
static bool scan(const char *at, const char *end, struct decimal *ret)
{
    struct decimal decimal = {.first = at};
    at = take_digits(at, end, &decimal.digits);
    decimal.n = (size_t)(at - decimal.first);
    if (at < end && *at == '.') {
        const char *point = at;
        at = take_digits(at + 1, end, &decimal.digits);
        decimal.exponent = point + 1 - at;
        decimal.n += (size_t)(at - point) - 1;
    }
    if (decimal.n == 0)
        return false;
    if (at < end)
        at = take_exponent(at, end, &decimal.exponent);
    if (at != end)
        return false;
    if (decimal.n > MOST_DIGITS)
        skip_zeros(&decimal);
    *ret = decimal;
    return true;
}

/* "inf" or "infinity" in letters of either case. */
static bool is_infinity(const char *at, size_t length)
{
    static const char name[] = "infinity";
    if (length != 3 && length != sizeof name - 1)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((at[i] | 0x20) != name[i])
            return false;
    return true;
}

/* ---- converting ---- */

static const uint64_t fives[MOST_FIVES + 1] = {
    1U,
    5U,
    25U,
    125U,
    625U,
    3125U,
    15625U,
    78125U,
    390625U,
    1953125U,
    9765625U,
    48828125U,
    244140625U,
    1220703125U,
    6103515625U,
    30517578125U,
    152587890625U,
    762939453125U,
    3814697265625U,
    19073486328125U,
    95367431640625U,
    476837158203125U,
    2384185791015625U,
    11920928955078125U,
    59604644775390625U,
    298023223876953125U,
    1490116119384765625U,
    7450580596923828125U,
};

static const double tens[MOST_TENS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                           1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                           1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* (bits + a part below 1 that is not 0 when `more`) * 2^power, rounded to even; a normal number. */
static double rounded(uint64_t bits, bool more, int power)
{
    int shift = __builtin_clzll(bits);
    bits <<= shift;
    uint64_t mantissa = bits >> 11, rest = bits & 0x7ff;
    if (rest > 0x400 || (rest == 0x400 && (more || (mantissa & 1) != 0)))
        mantissa++;
    uint64_t scale_bits = (uint64_t)(1023 + power - shift + 11) << 52;
    double scale = 0;
    memcpy(&scale, &scale_bits, sizeof scale);
    return (double)mantissa * scale;
}

/* digits * 10^n */
static double product(uint64_t digits, int n)
{
    u128 exact = (u128)digits * fives[n];
    uint64_t high = (uint64_t)(exact >> 64), low = (uint64_t)exact;
    if (high == 0)
        return rounded(low, false, n);
    int shift = __builtin_clzll(high);
    exact <<= shift;
    return rounded((uint64_t)(exact >> 64), (uint64_t)exact != 0, n + 64 - shift);
}

/* digits / 10^n. Both numbers are shifted so that the quotient has at least 62 bits. */
static double quotient(uint64_t digits, int n)
{
    int digits_shift = __builtin_clzll(digits), fives_shift = __builtin_clzll(fives[n]);
    u128 above = (u128)(digits << digits_shift) << 63;
    uint64_t below = fives[n] << fives_shift;
    uint64_t bits = (uint64_t)(above / below);
    return rounded(bits, (u128)bits * below != above, fives_shift - digits_shift - 63 - n);
}

/* Any number of digits and any exponent. The C locale is a constant of the C library, so neither
 * making it nor leaving it can fail or costs anything. */
static double convert_any(const struct decimal *decimal)
{
    char text[KEPT_DIGITS + 32];
    size_t kept = 0, seen = 0;
    bool more = false;
    for (const char *at = decimal->first; seen < decimal->n; at++) {
        if (*at == '.')
            continue;
        seen++;
        if (kept < KEPT_DIGITS)
            text[kept++] = *at;
        else
            more = more || *at != '0';
    }
    int64_t exponent = decimal->exponent + (int64_t)(decimal->n - kept);
    if (more) { /* stands for all that was left out: it decides what would be a tie */
        text[kept++] = '1';
        exponent--;
    }
    exponent = exponent > MOST_EXPONENT    ? MOST_EXPONENT
               : exponent < -MOST_EXPONENT ? -MOST_EXPONENT
                                           : exponent;
    snprintf(text + kept, sizeof text - kept, "e%d", (int)exponent);
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double value = strtod_l(text, NULL, plain);
    freelocale(plain);
    return value;
}

static double convert(const struct decimal *decimal)
{
    if (decimal->n > MOST_DIGITS)
        return convert_any(decimal);
    uint64_t digits = decimal->digits;
    int64_t exponent = decimal->exponent;
    if (digits == 0)
        return 0.0;
    if (exponent > MOST_FIVES || exponent < -MOST_FIVES)
        return convert_any(decimal);
    int n = (int)(exponent < 0 ? -exponent : exponent);
    if (FLT_EVAL_METHOD == 0 && digits <= UINT64_C(1) << 53 && n <= MOST_TENS)
        return exponent < 0 ? (double)digits / tens[n] : (double)digits * tens[n];
    return exponent < 0 ? quotient(digits, n) : product(digits, n);
}

bool mf__read_real(const char *bytes, size_t length, double *ret)
{
    const char *at = bytes, *end = bytes + length;
    while (at < end && is_blank(*at))
        at++;
    while (at < end && is_blank(end[-1]))
        end--;
    if (at == end)
        return false;
    bool negative = *at == '-';
    at += negative || *at == '+';
    struct decimal decimal;
    double value = 0;
    if (scan(at, end, &decimal))
        value = convert(&decimal);
    else if (is_infinity(at, (size_t)(end - at)))
        value = (double)INFINITY;
    else
        return false;
    *ret = negative ? -value : value;
    return true;
}

/* ---- showing ---- */

/* `value` rounded to n digits: *ret_digits * 10^(*ret_exponent - n + 1). What printf writes as
 * decimal point depends on the locale, so only the digits are taken from it. */
static void round_to(double value, int n, uint64_t *ret_digits, int *ret_exponent)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", n - 1, value);
    uint64_t digits = 0;
    const char *at = text;
    for (; *at != 'e'; at++)
        if (is_digit(*at))
            digits = digits * 10 + (unsigned char)(*at - '0');
    int64_t exponent = 0;
    take_exponent(at, at + strlen(at), &exponent);
    *ret_digits = digits;
    *ret_exponent = (int)exponent;
}

/* digits * 10^(exponent - n + 1), where `digits` has n of them, as text. */
static struct mf__shown write_out(uint64_t digits, int n, int exponent)
{
    struct mf__shown shown = {{0}};
    const struct mf__shown written = mf__show_count(digits, 0);
    char *at = shown.text;
    if (exponent >= -5 && exponent < 0) { /* 0.00digits */
        *at++ = '0';
        *at++ = '.';
        for (int i = exponent; i < -1; i++)
            *at++ = '0';
        memcpy(at, written.text, (size_t)n);
        return shown;
    }
    int whole = exponent >= 0 && exponent <= 15 ? exponent + 1 : 1;
    for (int i = 0; i < whole || i < n; i++) {
        if (i == whole)
            *at++ = '.';
        *at++ = i < n ? written.text[i] : '0';
    }
    if (whole != exponent + 1)
        snprintf(at, sizeof shown.text - (size_t)(at - shown.text), "e%d", exponent);
    return shown;
}

static bool reads_as(const struct mf__shown *shown, double value)
{
    double read = 0;
    return mf__read_real(shown->text, strlen(shown->text), &read) && read == value;
}

/* Of a positive number. Below a power of two doubles are denser than above, so the nearest decimal
 * may miss it from below where the next one meets it. */
static struct mf__shown show_magnitude(double value)
{
    for (int n = 1;; n++) {
        uint64_t digits = 0;
        int exponent = 0;
        round_to(value, n, &digits, &exponent);
        struct mf__shown shown = write_out(digits, n, exponent);
        if (n == SHOWN_DIGITS || reads_as(&shown, value))
            return shown;
        if (digits % 10 < 9) {
            shown = write_out(digits + 1, n, exponent);
            if (reads_as(&shown, value))
                return shown;
        }
    }
}

struct mf__shown mf__show_real(double value)
{
    if (isnan(value))
        return (struct mf__shown){"nan"};
    bool negative = signbit(value) != 0;
    struct mf__shown shown = value == 0     ? (struct mf__shown){"0"}
                             : isinf(value) ? (struct mf__shown){"inf"}
                                            : show_magnitude(fabs(value));
    if (negative) {
        memmove(shown.text + 1, shown.text, sizeof shown.text - 1);
        shown.text[0] = '-';
    }
    return shown;
}
