/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/bootstrap.h"

#include "forest/forest.h"
#include "forest/params.h"

#include <string.h>

/* Rows are drawn so many at a time. */
#define AT_ONCE 1024U

void mf__bootstrap(uint32_t seed, size_t rows, uint32_t n_drawn, uint32_t *ret_times)
{
    struct mf__mt mt;
    mf__mt_seed(&mt, seed);
    mf__bootstrap_from(&mt, rows, n_drawn, ret_times);
}

void mf__bootstrap_from(struct mf__mt *mt, size_t rows, uint32_t n_drawn, uint32_t *ret_times)
{
    uint32_t drawn[AT_ONCE];
    memset(ret_times, 0, rows * sizeof *ret_times);
    for (size_t start = 0; start < n_drawn; start += AT_ONCE) {
        size_t n = n_drawn - start < AT_ONCE ? n_drawn - start : AT_ONCE;
        mf__mt_fill(mt, rows, drawn, n);
        for (size_t i = 0; i < n; i++)
            ret_times[drawn[i]]++;
    }
}

void mf__forest_drawn(const mf_forest *forest, size_t tree, uint32_t *ret_times)
{
    const mf_matrix shape = {.rows = forest->n_rows, .columns = forest->n_features};
    struct mf__growth growth = {0};
    /* The parameters were checked when the forest was grown. */
    (void)mf__growth_of(&forest->params, &shape, forest->n_classes, &growth, NULL);
    if (forest->params.bootstrap) {
        mf__bootstrap(forest->trees[tree].seed, forest->n_rows, growth.n_drawn, ret_times);
        return;
    }
    for (size_t row = 0; row < forest->n_rows; row++)
        ret_times[row] = 1;
}
