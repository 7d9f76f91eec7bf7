/* SPDX-License-Identifier: Apache-2.0 */
#include "report/figures.h"

#include <math.h>
#include <stdio.h>

struct mf__shown mf__show_factor(double factor)
{
    double magnitude = fabs(factor);
    if (isnan(factor))
        return (struct mf__shown){"?"};
    if (isinf(factor))
        return factor > 0 ? (struct mf__shown){"∞"} : (struct mf__shown){"-∞"};
    return mf__show_fixed(factor, magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0);
}

struct mf__shown mf__show_range(const struct mf__interval *interval)
{
    struct mf__shown shown = {"[?]"};
    if (interval->known)
        snprintf(shown.text, sizeof shown.text, "[%.24s, %.24s]",
                 mf__show_factor(interval->low).text, mf__show_factor(interval->high).text);
    return shown;
}

struct mf__shown mf__show_sure(const struct mf__interval *interval)
{
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "%.14s %.48s", mf__show_factor(interval->mid).text,
             mf__show_range(interval).text);
    return shown;
}

/* So many decimals that half the width keeps two digits, but at most two; one when it is unknown.
 */
static int decimals_for(const struct mf__interval *interval)
{
    double half = (interval->high - interval->low) / 2 * 100;
    if (!interval->known || !(half > 0.0) || isinf(half))
        return 1;
    int decimals = 1 - (int)floor(log10(half));
    return decimals < 0 ? 0 : decimals > 2 ? 2 : decimals;
}

static struct mf__shown show_share(double share, int decimals)
{
    return isfinite(share) ? mf__show_fixed(share * 100, decimals) : mf__show_factor(share);
}

struct mf__shown mf__show_sure_percent(const struct mf__interval *interval)
{
    int decimals = decimals_for(interval);
    struct mf__shown mid = show_share(interval->mid, decimals);
    struct mf__shown shown;
    if (interval->known)
        snprintf(shown.text, sizeof shown.text, "%.14s %% [%.14s, %.14s]", mid.text,
                 show_share(interval->low, decimals).text,
                 show_share(interval->high, decimals).text);
    else
        snprintf(shown.text, sizeof shown.text, "%.14s %% [?]", mid.text);
    return shown;
}

const char *mf__beyond_serial(const struct mf__interval *fraction)
{
    if (!(fraction->mid > 1.0))
        return NULL;
    return fraction->known && fraction->low > 1.0 ? "slower" : "no faster";
}

struct mf__shown mf__show_serial_fraction(const struct mf__interval *fraction)
{
    const char *beyond = mf__beyond_serial(fraction);
    struct mf__shown shown;
    if (beyond == NULL)
        return mf__show_sure_percent(fraction);
    snprintf(shown.text, sizeof shown.text, "–, %s with more workers", beyond);
    return shown;
}
