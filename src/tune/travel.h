/* SPDX-License-Identifier: Apache-2.0 */
/* The work of a search, ready to travel to other ranks. */
#ifndef TUNE_TRAVEL_H
#define TUNE_TRAVEL_H

#include "exec/portable.h"

/* Of mf__batch_work; the second of units that are run alone. */
extern const struct mf_portable mf__trees_travel;
extern const struct mf_portable mf__alone_travels;

#endif
