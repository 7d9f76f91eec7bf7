/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Showing numbers. printf() writes the decimal point of the host program's locale, so digits are
 * written from integers here: a value is scaled, rounded once, and cut into digits.
 */
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

#define MOST_DECIMALS 9

struct mf__shown mf__show_wide(uint64_t high, uint64_t low, char separator)
{
    u128 value = (u128)high << 64 | low;
    struct mf__shown shown;
    char *at = shown.text + sizeof shown.text - 1;
    *at = '\0';
    for (unsigned digits = 0; digits == 0 || value > 0; digits++, value /= 10) {
        if (separator != 0 && digits > 0 && digits % 3 == 0)
            *--at = separator;
        *--at = (char)('0' + (unsigned)(value % 10));
    }
    memmove(shown.text, at, strlen(at) + 1);
    return shown;
}

struct mf__shown mf__show_count(uint64_t value, char separator)
{
    return mf__show_wide(0, value, separator);
}

/* units / 10^decimals */
static struct mf__shown show_scaled(uint64_t units, int decimals, bool negative)
{
    uint64_t one = 1;
    for (int i = 0; i < decimals; i++)
        one *= 10;
    struct mf__shown shown;
    const char *sign = negative && units > 0 ? "-" : "";
    const char *point = decimals > 0 ? "." : "";
    const struct mf__shown whole = mf__show_count(units / one, 0);
    struct mf__shown fraction = mf__show_count(units % one + one, 0); /* 1 and all its zeros */
    fraction.text[1 + decimals] = '\0';
    snprintf(shown.text, sizeof shown.text, "%s%.20s%s%.9s", sign, whole.text, point,
             fraction.text + 1);
    return shown;
}

/* Four significant digits and a power of ten, for what is too long to write out. */
static struct mf__shown show_power(double magnitude, bool negative)
{
    int exponent = 0;
    for (; magnitude >= 10; exponent++)
        magnitude /= 10;
    uint64_t units = (uint64_t)round(magnitude * 1000);
    if (units == 10000) {
        units = 1000;
        exponent++;
    }
    struct mf__shown shown = show_scaled(units, 3, negative);
    size_t length = strlen(shown.text);
    snprintf(shown.text + length, sizeof shown.text - length, "e%d", exponent);
    return shown;
}

struct mf__shown mf__show_fixed(double value, int decimals)
{
    if (isnan(value))
        return (struct mf__shown){"nan"};
    if (isinf(value))
        return value > 0 ? (struct mf__shown){"inf"} : (struct mf__shown){"-inf"};
    double magnitude = fabs(value);
    if (magnitude >= 1e15)
        return show_power(magnitude, value < 0);
    decimals = decimals < 0 ? 0 : decimals > MOST_DECIMALS ? MOST_DECIMALS : decimals;
    for (; decimals > 0 && magnitude * pow(10, decimals) >= 9e15; decimals--)
        ; /* beyond 2^53 a double has no such digits */
    return show_scaled((uint64_t)round(magnitude * pow(10, decimals)), decimals, value < 0);
}

static struct mf__shown with_unit(struct mf__shown shown, const char *unit)
{
    size_t length = strlen(shown.text);
    snprintf(shown.text + length, sizeof shown.text - length, " %s", unit);
    return shown;
}

/* Three significant digits of a value from 1 to 999; the borders are where rounding adds one. */
static struct mf__shown three_digits(double value)
{
    double magnitude = fabs(value);
    return mf__show_fixed(value, magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0);
}

/* Minutes and seconds, hours and minutes, or days and hours: the first form that is long enough. */
static struct mf__shown show_long(double seconds, bool negative)
{
    static const struct {
        uint64_t below; /* all of these in seconds */
        uint64_t large;
        uint64_t small;
        const char *large_name;
        const char *small_name;
        int small_digits;
    } forms[] = {
        {3600, 60, 1, "min", "s", 2},
        {48 * 3600, 3600, 60, "h", "min", 2},
        {UINT64_MAX, 86400, 3600, "d", "h", 1},
    };
    size_t i = 0;
    uint64_t whole = 0;
    for (;; i++) {
        whole = (uint64_t)round(seconds / (double)forms[i].small) * forms[i].small;
        if (whole < forms[i].below)
            break;
    }
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "%s%llu %s %0*llu %s", negative ? "-" : "",
             (unsigned long long)(whole / forms[i].large), forms[i].large_name,
             forms[i].small_digits, (unsigned long long)(whole % forms[i].large / forms[i].small),
             forms[i].small_name);
    return shown;
}

struct mf__shown mf__show_duration(double ns, bool ascii)
{
    static const struct {
        const char *name;
        double factor;
    } units[] = {{"ns", 1}, {"\xc2\xb5s", 1e3}, {"ms", 1e6}};
    if (!isfinite(ns))
        return mf__show_fixed(ns, 0);
    if (ns == 0)
        return (struct mf__shown){"0 s"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (fabs(ns) / units[i].factor < 999.5)
            return with_unit(three_digits(ns / units[i].factor),
                             ascii && i == 1 ? "us" : units[i].name);
    }
    double seconds = fabs(ns) / 1e9;
    if (seconds < 99.95)
        return with_unit(three_digits(ns / 1e9), "s");
    if (seconds >= 1e15)
        return with_unit(mf__show_fixed(ns / 1e9, 0), "s");
    return show_long(seconds, ns < 0);
}

struct mf__shown mf__show_bytes(uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024)
        return with_unit(mf__show_count(bytes, 0), "B");
    double value = (double)bytes / 1024;
    size_t i = 0;
    for (; value >= 1023.5 && i + 1 < sizeof units / sizeof units[0]; i++)
        value /= 1024;
    return with_unit(three_digits(value), units[i]);
}

struct mf__shown mf__show_percent(double share, int decimals)
{
    return with_unit(mf__show_fixed(share * 100, decimals), "%");
}
