/* SPDX-License-Identifier: Apache-2.0 */
/* The raw samples of a comparison as CSV. */
#ifndef REPORT_COMPARE_CSV_H
#define REPORT_COMPARE_CSV_H

#include "base/buffer.h"
#include "compare/comparison.h"

/*
 * Adds a header and one row for each sample, round by round, in the order of the series, of which
 * one that failed has no further rows; lines end as RFC 4180 wants them. `ns` is the time of one
 * run, `cpu_ns` that of all `repeats` runs of the sample. What is a worker's (startup_ns,
 * compute_ns, combine_ns, wait_ns) is the mean over the workers of the sample's last run. The way
 * of a ceiling is empty.
 */
void mf__compare_csv(const struct mf__comparison *comparison, struct mf__buffer *out);

#endif
