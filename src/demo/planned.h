/* SPDX-License-Identifier: Apache-2.0 */
/* A job of which a share is serial by plan, so that what the laws predict is known beforehand. */
#ifndef DEMO_PLANNED_H
#define DEMO_PLANNED_H

#include "demo/grains.h"

#define MF__PLANNED_SHARES 2
extern const double mf__planned_shares[MF__PLANNED_SHARES];

/* The serial share of the time of one worker, and how the size grows. */
struct mf__planned {
    uint64_t steps; /* of the whole job, with one worker */
    double serial;
    unsigned scale; /* the parallel part is so many times as large */
};

/* Runs the serial part and then the other on a pool; the time of both. */
int mf__planned_run(const struct mf__planned *planned, unsigned workers, double *ret_time_ns,
                    mf_error *error);

/* Amdahl (1967): p workers on a job of the same size. Gustafson (1988): on one that has grown with
 * them, where `serial` is the share of the time with one worker and the size of one. */
double mf__planned_amdahl(double serial, unsigned workers);
double mf__planned_gustafson(double serial, unsigned workers);

/* The worker counts of both demonstrations, at most four: 1, 2, 4, 8 or 1, 4, 16, 64. */
bool mf__planned_next(unsigned most, unsigned *workers);

#endif
