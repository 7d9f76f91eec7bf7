/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of work that can travel to other ranks. */
#ifndef JOBS_PORTABLE_H
#define JOBS_PORTABLE_H

#include "exec/portable.h"

extern const struct mf_portable mf__sum_travels;
extern const struct mf_portable mf__fit_travels;

#endif
