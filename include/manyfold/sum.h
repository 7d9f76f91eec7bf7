/* SPDX-License-Identifier: Apache-2.0 */
/* The sum of consecutive integers: the first job of manyfold, and the smallest example of one. */
#ifndef MANYFOLD_SUM_H
#define MANYFOLD_SUM_H

#include <manyfold/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An unsigned number of 128 bits: high * 2^64 + low. */
typedef struct mf_u128 {
    uint64_t high;
    uint64_t low;
} mf_u128;

/*
 * Adds the integers `from` .. `to`, each of them, on the workers of `pool`. Exact; 0 when `from` is
 * above `to`. `options` and `ret_ledger` as for mf_pool_run. The answer is compared with
 * mf_sum_formula: MF_E_DIFFER when it is not the same, which would be a bug or broken hardware.
 */
MF_API int mf_sum(mf_pool *pool, uint64_t from, uint64_t to, const mf_run_options *options,
                  mf_ledger *ret_ledger, mf_u128 *ret_sum, mf_error *error);

/* The same sum by the formula (from + to) * (to - from + 1) / 2, in no time. Thread safe. */
MF_API mf_u128 mf_sum_formula(uint64_t from, uint64_t to);

#ifdef __cplusplus
}
#endif
#endif
