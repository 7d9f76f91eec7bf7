/* SPDX-License-Identifier: Apache-2.0 */
/* What may be said about a speedup, given its interval and how much else was looked at beside it.
 */
#ifndef STATS_VERDICT_H
#define STATS_VERDICT_H

#include "stats/interval.h"

enum mf__verdict {
    MF__VERDICT_UNKNOWN,       /* too few rounds for an interval */
    MF__VERDICT_FASTER,        /* the whole interval lies above 1, and p is small enough */
    MF__VERDICT_SLOWER,        /* the whole interval lies below 1, and p is small enough */
    MF__VERDICT_NO_DIFFERENCE, /* the interval holds 1: none was found, which proves none absent */
    MF__VERDICT_BY_CHANCE,     /* it does not, but among so many looked at together one such is no
                                  surprise: nothing is claimed */
};

/*
 * The verdict on a speedup. `p_adjusted` is the p value of its sign test, adjusted (stats/holm.h)
 * for all that is looked at together; a difference is claimed when that is at most `level`.
 */
enum mf__verdict mf__verdict(const struct mf__interval *speedup, double p_adjusted, double level);

#endif
