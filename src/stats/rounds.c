/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/rounds.h"

#include "base/status.h"
#include "stats/order.h"

int mf__rounds_check(const struct mf__rounds *rounds, mf_error *error)
{
    int status = mf__check_durations(rounds->times, rounds->rounds * rounds->columns, error);
    for (size_t i = 0; i < rounds->columns && status == 0; i++)
        if (rounds->workers[i] == 0)
            status = mf__fail(error, MF_E_INPUT,
                              "column %zu of %zu has 0 workers; it must have one or more", i + 1,
                              rounds->columns);
    return status;
}

void mf__rounds_column(const struct mf__rounds *rounds, size_t column, double *ret_times)
{
    for (size_t round = 0; round < rounds->rounds; round++)
        ret_times[round] = rounds->times[round * rounds->columns + column];
}
