/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/planned.h"

#include "base/clock.h"
#include "base/status.h"
#include "stats/scaling.h"

#define ITEMS_PER_WORKER 16
#define FEW_WORKERS      8

const double mf__planned_shares[MF__PLANNED_SHARES] = {0.1, 0.5};

int mf__planned_run(const struct mf__planned *planned, unsigned workers, double *ret_time_ns,
                    mf_error *error)
{
    uint64_t serial = (uint64_t)(planned->serial * (double)planned->steps);
    uint64_t items = (uint64_t)ITEMS_PER_WORKER * MF__DEMO_WORKERS_MAX;
    struct mf__grains grains = {
        .n = items, .steps = (planned->steps - serial) * planned->scale / items, .per_item = 1};
    struct mf__timed timed;
    uint64_t start_ns = mf__now_ns();
    uint64_t kept = mf__mix(1, serial);
    uint64_t serial_ns = mf__now_ns() - start_ns;
    if (kept == 0)
        return mf__fail(error, MF_E_DIFFER, "the serial part became 0, which it cannot");
    int code = mf__grains_run(&grains, "threads", workers, &timed, error);
    if (code == 0)
        *ret_time_ns = (double)(serial_ns + timed.wall_ns);
    return code;
}

double mf__planned_amdahl(double serial, unsigned workers)
{
    return 1 / (serial + (1 - serial) / (double)workers);
}

double mf__planned_gustafson(double serial, unsigned workers)
{
    return mf__gustafson(serial, (double)workers);
}

bool mf__planned_next(unsigned most, unsigned *workers)
{
    if (*workers >= most)
        return false;
    unsigned next = *workers * (most > FEW_WORKERS ? 4 : 2);
    *workers = *workers == 0 ? 1 : next < most ? next : most;
    return true;
}
