/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/scaling.h"

#include "stats/real.h"

#define CEILING_SURE 0.15 /* half the width of the interval, as a share of the middle */

static double divided(double x, double by)
{
    return x / by;
}

static double multiplied(double x, double by)
{
    return x * by;
}

static double karp_flatt(double speedup, double workers)
{
    return (1.0 / speedup - 1.0 / workers) / (1.0 - 1.0 / workers);
}

struct mf__interval mf__efficiency(const struct mf__interval *speedup, unsigned workers)
{
    return mf__interval_map(speedup, divided, workers);
}

struct mf__interval mf__karp_flatt(const struct mf__interval *speedup, unsigned workers)
{
    return workers < 2 ? mf__interval_unknown(MF__NAN)
                       : mf__interval_map(speedup, karp_flatt, workers);
}

double mf__gustafson(double fraction, double workers)
{
    /* Written so that an infinite fraction does not meet its own opposite. */
    return workers > 1.0 ? workers - fraction * (workers - 1.0) : 1.0;
}

struct mf__interval mf__gustafson_interval(const struct mf__interval *fraction, unsigned workers)
{
    return mf__interval_map(fraction, mf__gustafson, workers);
}

struct mf__interval mf__scaled_speedup(const struct mf__interval *ratio, unsigned workers)
{
    return mf__interval_map(ratio, multiplied, workers);
}

bool mf__is_sure_ceiling(const struct mf__interval *ceiling)
{
    return ceiling->known && ceiling->high - ceiling->low < 2 * CEILING_SURE * ceiling->mid;
}
