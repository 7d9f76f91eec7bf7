/* SPDX-License-Identifier: Apache-2.0 */
/* The times of one way of running, by round and by worker count. */
#ifndef STATS_ROUNDS_H
#define STATS_ROUNDS_H

#include <manyfold/status.h>
#include <stddef.h>

/* times[r * columns + c] was measured in round r with workers[c] workers. */
struct mf__rounds {
    const double *times;
    const unsigned *workers;
    size_t rounds;
    size_t columns;
};

/* MF_E_INPUT unless there is a time, all times are above 0, and all worker counts are. */
int mf__rounds_check(const struct mf__rounds *rounds, mf_error *error);

/* Copies the times of one column, in the order of the rounds. */
void mf__rounds_column(const struct mf__rounds *rounds, size_t column, double *ret_times);

#endif
