/* SPDX-License-Identifier: Apache-2.0 */
#include "report/compare_csv.h"

#include "base/number.h"
#include "report/names.h"

#include <inttypes.h>

#define LINE_END       "\r\n"
#define BALANCE_DIGITS 6
#define COLUMN_NAMES                                                                               \
    "round,place,role,way,workers,size,repeats,ns,cpu_ns,peak_bytes,outlier,open_ns,run_ns,"       \
    "startup_ns,compute_ns,combine_ns,wait_ns,load_balance,deaths,launch_ns"

/* Means over the workers. Sums do not run over: they are times of one run. */
static mf_worker_ledger mean_of(const mf_ledger *ledger)
{
    mf_worker_ledger mean = {0};
    unsigned n = ledger->n_workers > 0 ? ledger->n_workers : 1;
    for (unsigned i = 0; i < ledger->n_workers; i++) {
        mean.startup_ns += ledger->workers[i].startup_ns;
        mean.compute_ns += ledger->workers[i].compute_ns;
        mean.combine_ns += ledger->workers[i].combine_ns;
        mean.wait_ns += ledger->workers[i].wait_ns;
    }
    mean.startup_ns /= n;
    mean.compute_ns /= n;
    mean.combine_ns /= n;
    mean.wait_ns /= n;
    return mean;
}

/* Names of roles and ways hold letters only, so no field needs quotes. */
static void put_row(const struct mf__series *series, size_t round, struct mf__buffer *out)
{
    const struct mf__sample *sample = &series->samples[round];
    const mf_ledger *ledger = &sample->ledger;
    const mf_worker_ledger mean = mean_of(ledger);
    mf__buffer_print(out, "%zu,%zu,%s,%s,%u,%" PRIu64 ",%" PRIu64 ",%s,", round, sample->place,
                     mf__role_name(series->role),
                     series->way != NULL ? mf_way_name(series->way) : "", series->workers,
                     series->size, sample->repeats, mf__show_fixed(sample->ns, 0).text);
    mf__buffer_print(out, "%" PRIu64 ",%" PRIu64 ",%d,%" PRIu64 ",%" PRIu64 ",", sample->cpu_ns,
                     sample->peak_bytes, sample->outlier, ledger->open_ns, ledger->wall_ns);
    mf__buffer_print(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s,%u,%s" LINE_END,
                     mean.startup_ns, mean.compute_ns, mean.combine_ns, mean.wait_ns,
                     mf__show_fixed(ledger->load_balance, BALANCE_DIGITS).text, ledger->deaths,
                     mf__show_fixed(sample->launch_ns, 0).text);
}

void mf__compare_csv(const struct mf__comparison *comparison, struct mf__buffer *out)
{
    mf__buffer_put(out, COLUMN_NAMES LINE_END);
    for (size_t round = 0; round < comparison->n_rounds; round++)
        for (size_t i = 0; i < comparison->n_series; i++)
            if (round < comparison->series[i].n_samples)
                put_row(&comparison->series[i], round, out);
}
