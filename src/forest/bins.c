/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/bins.h"

#include "forest/wide.h"

#include <stddef.h>

#define WHOLE_BITS 52 /* of a double, with room for a comparison */

extern const struct mf__scan_kernel mf__scan_portable;
#ifdef MF_X86_KERNELS
extern const struct mf__scan_kernel mf__scan_avx2;
extern const struct mf__scan_kernel mf__scan_avx512;
#endif

static const struct mf__scan_kernel *const kernels[] = {
    &mf__scan_portable,
#ifdef MF_X86_KERNELS
    &mf__scan_avx2,
    &mf__scan_avx512,
#endif
};

static unsigned bits_of(uint64_t number)
{
    return number == 0 ? 0 : 64 - (unsigned)__builtin_clzll(number);
}

struct mf__packing mf__packing_of(const struct mf__goal *goal, uint32_t n_drawn)
{
    struct mf__packing packing = {0, INT64_MAX};
    int64_t most = INT64_MIN;
    uint64_t spread = 0;
    for (size_t row = 0; row < goal->rows; row++) {
        packing.base = goal->whole[row] < packing.base ? goal->whole[row] : packing.base;
        most = goal->whole[row] > most ? goal->whole[row] : most;
    }
    unsigned shift = bits_of(n_drawn);
    uint64_t range = (uint64_t)most - (uint64_t)packing.base;
    bool fits = !__builtin_mul_overflow(range, (uint64_t)n_drawn, &spread) &&
                bits_of(spread) <= WHOLE_BITS && bits_of(spread) + shift <= 64;
    packing.shift = fits ? shift : 0;
    return packing;
}

const struct mf__scan_kernel *mf__scan_at(unsigned index)
{
    return index < mf__wide_kinds() ? kernels[index] : NULL;
}

const struct mf__scan_kernel *mf__scan_best(void)
{
    return kernels[mf__wide_kinds() - 1];
}
