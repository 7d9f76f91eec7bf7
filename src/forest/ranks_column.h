/* SPDX-License-Identifier: Apache-2.0 */
/* Ranking the columns of a matrix, one after another; for ranks.c only. */
#ifndef FOREST_RANKS_COLUMN_H
#define FOREST_RANKS_COLUMN_H

#include "forest/ranks.h"

struct mf__ranking; /* what ranking a column needs room for */

struct mf__ranking *mf__ranking_new(size_t rows); /* or NULL */
void mf__ranking_free(struct mf__ranking *ranking);

/* Fills in a column, whose codes have room for all rows already. MF_E_INPUT when a value is not
 * finite; MF_E_MEMORY. */
int mf__rank_column(struct mf__ranking *ranking, const mf_matrix *matrix, size_t index,
                    struct mf__ranked_column *column, mf_error *error);

#endif
