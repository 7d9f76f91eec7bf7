/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the kernels of this folder, compiled for several widths of vector registers, run here.
 */
#ifndef FOREST_WIDE_H
#define FOREST_WIDE_H

/* How many of: portable, AVX2, AVX-512 (with DQ). Each of them needs what those before it need. */
static inline unsigned mf__wide_kinds(void)
{
#ifdef MF_X86_KERNELS
    if (!__builtin_cpu_supports("avx2"))
        return 1;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? 3 : 2;
#else
    return 1;
#endif
}

#endif
