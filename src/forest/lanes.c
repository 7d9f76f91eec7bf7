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
extern const struct mf__fold_kernel mf__quarter_avx512;
#endif

static const struct mf__lanes_kernel *const kernels[] = {
    &mf__lanes_portable,
#ifdef MF_X86_KERNELS
    &mf__lanes_avx2,
    &mf__lanes_avx512,
#endif
};

/* The more lanes a feature has, the later. */
static const struct {
    unsigned kind; /* of vectors, see wide.h */
    const struct mf__fold_kernel *kernel;
} folds[] = {
    {0, &mf__fold_portable},
#ifdef MF_X86_KERNELS
    {1, &mf__fold_avx2},
    {2, &mf__fold_avx512},
    {2, &mf__quarter_avx512},
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
    bool there = index < sizeof folds / sizeof *folds && folds[index].kind < mf__wide_kinds();
    return there ? folds[index].kernel : NULL;
}

const struct mf__fold_kernel *mf__fold_for(uint32_t features)
{
    const struct mf__fold_kernel *best = NULL;
    for (unsigned i = 0; mf__fold_at(i) != NULL; i++)
        if (features <= mf__fold_at(i)->most_features)
            best = mf__fold_at(i);
    return best;
}
