/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/lanes.h"

#include <stdbool.h>
#include <stddef.h>

extern const struct mf__lanes_kernel mf__lanes_portable;
#ifdef MF_X86_KERNELS
extern const struct mf__lanes_kernel mf__lanes_avx2;
extern const struct mf__lanes_kernel mf__lanes_avx512;
#endif

static const struct mf__lanes_kernel *const kernels[] = {
    &mf__lanes_portable,
#ifdef MF_X86_KERNELS
    &mf__lanes_avx2,
    &mf__lanes_avx512,
#endif
};

static bool runs(unsigned index)
{
#ifdef MF_X86_KERNELS
    if (index == 1)
        return __builtin_cpu_supports("avx2");
    if (index == 2)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
#endif
    return index == 0;
}

const struct mf__lanes_kernel *mf__lanes_at(unsigned index)
{
    bool there = index < sizeof kernels / sizeof kernels[0] && runs(index);
    return there ? kernels[index] : NULL;
}

const struct mf__lanes_kernel *mf__lanes_best(void)
{
    const struct mf__lanes_kernel *best = mf__lanes_at(0);
    for (unsigned i = 1; mf__lanes_at(i) != NULL; i++)
        best = mf__lanes_at(i);
    return best;
}
