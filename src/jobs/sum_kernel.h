/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adding consecutive integers, one by one, as fast as the core can.
 *
 * The kernel's source is compiled once for each width of vector registers (src/jobs/meson.build);
 * the list holds the variants of this build, the portable one first.
 */
#ifndef JOBS_SUM_KERNEL_H
#define JOBS_SUM_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most integers that a kernel takes in one call. */
#define MF__SUM_PIECE (UINT64_C(1) << 20)

__extension__ typedef unsigned __int128 mf__u128;

/* The sum of the `count` integers from `first` on; none is above 2^64 - 1, count <= MF__SUM_PIECE.
 */
typedef mf__u128 mf__sum_function(uint64_t first, uint64_t count);

struct mf__sum_kernel {
    const char *name;
    mf__sum_function *sum;
};

size_t mf__sum_kernel_count(void);
const struct mf__sum_kernel *mf__sum_kernel_at(size_t index);

/* Whether this processor has the instructions of a kernel. */
bool mf__sum_kernel_runs(const struct mf__sum_kernel *kernel);

/* The widest kernel that runs here. */
const struct mf__sum_kernel *mf__sum_kernel_best(void);

/* By name, "auto" being the best; NULL when there is none, or when it does not run here. */
const struct mf__sum_kernel *mf__sum_kernel_find(const char *name);

#endif
