/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/break_even.h"

/* An interval that is not known reaches down to -infinity, so it never pays. */
static bool does_pay(const struct mf__interval *speedup)
{
    return speedup->low > 1.0;
}

struct mf__break_even mf__break_even(const struct mf__interval *speedups, size_t n)
{
    size_t paying = 0;
    for (size_t i = 0; i < n; i++)
        paying += does_pay(&speedups[i]);
    if (paying == 0)
        return (struct mf__break_even){.pays = MF__PAYS_NOWHERE};
    if (paying == n)
        return (struct mf__break_even){.pays = MF__PAYS_EVERYWHERE};
    size_t from = n;
    while (does_pay(&speedups[from - 1]))
        from--;
    if (from == n)
        return (struct mf__break_even){.pays = MF__PAYS_UNSETTLED};
    return (struct mf__break_even){.pays = MF__PAYS_FROM, .below = from - 1, .from = from};
}
