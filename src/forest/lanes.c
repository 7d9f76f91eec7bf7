/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/lanes.h"

#include "forest/wide.h"

#include <stddef.h>

extern const struct mf__lanes_kernel mf__lanes_portable;
extern const struct mf__fold_kernel mf__fold_portable;
#ifdef MF_X86_KERNELS
extern const struct mf__lanes_kernel mf__lanes_avx2;
extern const struct mf__lanes_kernel mf__lanes_avx512;
extern const struct mf__fold_kernel mf__fold_avx2;
extern const struct mf__fold_kernel mf__fold_avx512;
#endif

static const struct mf__lanes_kernel *const kernels[] = {
    &mf__lanes_portable,
#ifdef MF_X86_KERNELS
    &mf__lanes_avx2,
    &mf__lanes_avx512,
#endif
};

static const struct mf__fold_kernel *const folds[] = {
    &mf__fold_portable,
#ifdef MF_X86_KERNELS
    &mf__fold_avx2,
    &mf__fold_avx512,
#endif
};

const struct mf__lanes_kernel *mf__lanes_at(unsigned index)
{
    return index < mf__wide_kinds() ? kernels[index] : NULL;
}

const struct mf__lanes_kernel *mf__lanes_best(void)
{
    return kernels[mf__wide_kinds() - 1];
}

const struct mf__fold_kernel *mf__fold_at(unsigned index)
{
    return index < mf__wide_kinds() ? folds[index] : NULL;
}

const struct mf__fold_kernel *mf__fold_best(void)
{
    return folds[mf__wide_kinds() - 1];
}
