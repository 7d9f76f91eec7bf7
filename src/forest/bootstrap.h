/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows a tree learns from. */
#ifndef FOREST_BOOTSTRAP_H
#define FOREST_BOOTSTRAP_H

#include "base/mt19937.h"

#include <stddef.h>
#include <stdint.h>

/* Draws `n_drawn` of the rows 0 .. rows - 1, with replacement, as the tree with this seed does;
 * ret_times[r] is how often row r came. */
void mf__bootstrap(uint32_t seed, size_t rows, uint32_t n_drawn, uint32_t *ret_times);

/* The same with a generator that was just seeded. */
void mf__bootstrap_from(struct mf__mt *mt, size_t rows, uint32_t n_drawn, uint32_t *ret_times);

#endif
