/* SPDX-License-Identifier: Apache-2.0 */
/* sum_bare N: adds 1 .. N by the kernel MF_SUM_NAME alone; compiled by test_instructions.py. */
#include "jobs/sum_kernel.h"

#include <inttypes.h>
#include <stdio.h>

mf__sum_function MF_SUM_NAME;

int main(int argc, char **argv)
{
    uint64_t n = 0;
    mf__u128 sum = 0;
    if (argc != 2 || sscanf(argv[1], "%" SCNu64, &n) != 1)
        return 2;
    for (uint64_t done = 0; done < n; done += MF__SUM_PIECE)
        sum += MF_SUM_NAME(done + 1, n - done < MF__SUM_PIECE ? n - done : MF__SUM_PIECE);
    printf("%" PRIu64 "\n", (uint64_t)sum); /* of the N that are tried it is all */
    return 0;
}
