/* SPDX-License-Identifier: Apache-2.0 */
/* What may be said about a speedup, given its interval. */
#ifndef STATS_VERDICT_H
#define STATS_VERDICT_H

#include "stats/interval.h"

enum mf__verdict {
    MF__VERDICT_UNKNOWN,       /* too few rounds for an interval */
    MF__VERDICT_FASTER,        /* the whole interval lies above 1 */
    MF__VERDICT_SLOWER,        /* the whole interval lies below 1 */
    MF__VERDICT_NO_DIFFERENCE, /* the interval holds 1: none was found, which proves none absent */
    MF__VERDICT_EQUIVALENT,    /* the whole interval lies in [1 / (1 + margin), 1 + margin] */
};

/*
 * The verdict on a speedup. A known interval within the margin is EQUIVALENT even where it does not
 * hold 1: a difference was found then, and it is too small to matter. Margin 0 asks for no such
 * thing; then only an interval that is the point 1 is EQUIVALENT.
 */
enum mf__verdict mf__verdict(const struct mf__interval *speedup, double margin);

/* The verdict in a word or a few, "faster"; constant. */
const char *mf__verdict_words(enum mf__verdict verdict);

#endif
