/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/law.h"

#include "base/status.h"
#include "stats/order.h"
#include "stats/real.h"

int mf__points_check(const struct mf__points *points, mf_error *error)
{
    int status = mf__check_durations(points->times, points->n, error);
    for (size_t i = 0; i < points->n && status == 0; i++)
        if (points->workers[i] == 0)
            status = mf__fail(error, MF_E_INPUT,
                              "point %zu of %zu has 0 workers; it must have one or more", i + 1,
                              points->n);
    return status;
}

size_t mf__points_distinct(const struct mf__points *points)
{
    size_t distinct = 0;
    for (size_t i = 0; i < points->n; i++) {
        size_t first = 0;
        while (points->workers[first] != points->workers[i])
            first++;
        distinct += first == i;
    }
    return distinct;
}

double mf__predicted_speedup(double base, double time)
{
    return time <= 0.0 ? MF__INFINITY : base / time;
}
