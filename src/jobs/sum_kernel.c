/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/sum_kernel.h"

#include <string.h>

mf__sum_function mf__sum_portable;
#ifdef MF_X86_KERNELS
mf__sum_function mf__sum_avx2;
mf__sum_function mf__sum_avx512;
#endif

/* Narrow to wide, so the last one that runs is the best. */
static const struct mf__sum_kernel kernels[] = {
    {"portable", mf__sum_portable},
#ifdef MF_X86_KERNELS
    {"avx2", mf__sum_avx2},
    {"avx512", mf__sum_avx512},
#endif
};

size_t mf__sum_kernel_count(void)
{
    return sizeof kernels / sizeof kernels[0];
}

const struct mf__sum_kernel *mf__sum_kernel_at(size_t index)
{
    return &kernels[index];
}

bool mf__sum_kernel_runs(const struct mf__sum_kernel *kernel)
{
#ifdef MF_X86_KERNELS
    if (kernel->sum == mf__sum_avx2)
        return __builtin_cpu_supports("avx2") != 0;
    if (kernel->sum == mf__sum_avx512)
        return __builtin_cpu_supports("avx512f") != 0;
#endif
    return kernel->sum == mf__sum_portable;
}

const struct mf__sum_kernel *mf__sum_kernel_best(void)
{
    size_t best = mf__sum_kernel_count() - 1;
    while (best > 0 && !mf__sum_kernel_runs(&kernels[best]))
        best--;
    return &kernels[best];
}

const struct mf__sum_kernel *mf__sum_kernel_find(const char *name)
{
    if (strcmp(name, "auto") == 0)
        return mf__sum_kernel_best();
    for (size_t i = 0; i < mf__sum_kernel_count(); i++)
        if (strcmp(kernels[i].name, name) == 0)
            return mf__sum_kernel_runs(&kernels[i]) ? &kernels[i] : NULL;
    return NULL;
}
