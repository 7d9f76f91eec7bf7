/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/compare.h"

#include "compare/analyse.h"
#include "compare/even.h"
#include "compare/plan.h"
#include "compare/verdict.h"

/* What could have disturbed the measurement, from before to after it. */
static void note_disturbance(struct mf__comparison *comparison)
{
    struct mf__load after;
    mf__load_read("", &after);
    mf__load_between(&comparison->load_before, &after, &comparison->load_change);
    const struct mf__evidence evidence = {.machine = &comparison->machine,
                                          .bounds = &comparison->bounds,
                                          .start = &comparison->load_before,
                                          .change = &comparison->load_change};
    mf__doubts_find(&evidence, &comparison->doubts);
}

static int measure(struct mf__comparison *comparison, const struct mf__measuring *measuring,
                   mf_error *error)
{
    int code = mf_machine_read(&comparison->machine, error);
    if (code == 0)
        code = mf_worker_bounds_read(&comparison->bounds, error);
    if (code == 0)
        code = mf__plan(comparison, error);
    if (code != 0)
        return code;
    mf__load_read("", &comparison->load_before);
    code = mf__measure(comparison, measuring, error);
    note_disturbance(comparison);
    return code;
}

static bool may_look_for_even(const struct mf__comparison *comparison)
{
    return comparison->request.break_even && !comparison->wrong &&
           comparison->stop != MF__STOP_CANCELLED && comparison->stop != MF__STOP_FAILED;
}

/* An answer that is wrong at a small size takes the speedups of its way at all sizes. */
static int look_for_even(struct mf__comparison *comparison, const struct mf__measuring *measuring,
                         mf_error *error)
{
    mf__find_even(comparison, measuring);
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].wrong)
            return mf__analyse(comparison, error);
    return 0;
}

int mf__compare(const struct mf__comparison_request *request, const struct mf__measuring *measuring,
                struct mf__comparison *ret_comparison, mf_error *error)
{
    struct mf__comparison comparison = {.request = *request, .scripted = measuring->scripted};
    int code = mf__comparison_check(request, error);
    if (code == 0)
        code = measure(&comparison, measuring, error);
    if (code == 0)
        code = mf__analyse(&comparison, error);
    if (code == 0 && may_look_for_even(&comparison))
        code = look_for_even(&comparison, measuring, error);
    if (code == 0)
        code = mf__conclude(&comparison, error);
    if (code == 0)
        *ret_comparison = comparison;
    else
        mf__comparison_done(&comparison);
    return code;
}
