/* SPDX-License-Identifier: Apache-2.0 */
/* From which problem size on parallel running pays. */
#ifndef STATS_BREAK_EVEN_H
#define STATS_BREAK_EVEN_H

#include "stats/interval.h"

enum mf__pays {
    MF__PAYS_NOWHERE,    /* at no measured size */
    MF__PAYS_EVERYWHERE, /* at every measured size */
    MF__PAYS_FROM,       /* not certainly at `below`, certainly from `from` on */
    MF__PAYS_UNSETTLED,  /* at some sizes, but not certainly at the largest */
};

/* `below` and `from` are neighbouring indices of the sizes; 0 unless `pays` is MF__PAYS_FROM. */
struct mf__break_even {
    enum mf__pays pays;
    size_t below;
    size_t from;
};

/*
 * speedups[i] is the interval of T_serial / T_parallel at the i-th of n sizes, which rise. Parallel
 * pays at a size when the interval is known and lies above 1.
 */
struct mf__break_even mf__break_even(const struct mf__interval *speedups, size_t n);

#endif
