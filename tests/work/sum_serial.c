/* SPDX-License-Identifier: Apache-2.0 */
/* sum_serial KERNEL N: adds 1 .. N the serial way, so that its instructions can be counted. */
#include "base/number.h"
#include "jobs/sum.h"

#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    const mf_pool_options options = {.workers = 1};
    struct mf__sum_config config = {.from = 1};
    mf_pool *pool = NULL;
    mf_u128 sum;
    uint64_t n = 0;
    if (argc != 3 || sscanf(argv[2], "%" SCNu64, &n) != 1)
        return 2;
    config.kernel = mf__sum_kernel_find(argv[1]);
    if (config.kernel == NULL || mf_pool_open(mf_way_find("serial"), &options, &pool, NULL) != 0 ||
        mf__sum(pool, &config, n, NULL, NULL, &sum, NULL) != 0)
        return 1;
    mf_pool_close(&pool);
    puts(mf__show_wide(sum.high, sum.low, 0).text);
    return 0;
}
