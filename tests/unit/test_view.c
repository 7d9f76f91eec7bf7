/* SPDX-License-Identifier: Apache-2.0 */
/* Views of a large matrix. */
#include "base/random.h"
#include "forest/view.h"
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <string.h>

#define ROWS    40000
#define COLUMNS 3
#define N       5001 /* no whole number of blocks */

static float values[ROWS * COLUMNS];
static double given[ROWS];
static struct mf__sample samples[N];
static uint32_t rows[N];

/* A matrix with lanes for its rows, or without, and a target that was rounded, or not. */
static void check(bool has_rows, int grid)
{
    const mf_matrix matrix = {values, ROWS, COLUMNS};
    const struct mf__goal goal = {.rows = ROWS, .grid = grid, .given = given};
    struct mf__ranked *ranked = NULL;
    struct mf__views views;
    struct mf__soil soil = {.goal = &goal, .growth = {.max_features = 2, .min_samples_leaf = 1}};
    assert_int_equal(mf__ranked_new(&matrix, &ranked, NULL), 0);
    if (has_rows)
        assert_int_equal(mf__ranked_ready(ranked, &soil.growth, 0, NULL), 0);
    soil.ranked = ranked;
    assert_true(mf__views_init(&views, &soil));
    assert_true(views.most >= N);
    for (uint32_t n = N; n > 0; n /= 10) {
        for (uint32_t i = 0; i < n; i++)
            samples[i].row = rows[i];
        mf__view_turn(&views, samples, n);
        assert_true((views.ranked.by_row != NULL) == has_rows);
        assert_true((views.given != NULL) == (grid != 0));
        for (uint32_t i = 0; i < n; i++) {
            assert_int_equal(samples[i].row, i);
            assert_true(grid == 0 || views.given[i] == given[rows[i]]);
            for (size_t c = 0; c < COLUMNS; c++)
                assert_int_equal(views.ranked.columns[c].codes[i],
                                 ranked->columns[c].codes[rows[i]]);
            if (has_rows)
                assert_memory_equal(views.ranked.by_row + i * ranked->row_lanes,
                                    ranked->by_row + rows[i] * ranked->row_lanes,
                                    ranked->row_lanes * sizeof(int32_t));
        }
    }
    mf__views_done(&views);
    mf__ranked_free(ranked);
}

static void a_view_has_the_codes_of_its_rows(void **state)
{
    (void)state;
    struct mf__random random = {1};
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        values[i] = (float)mf__random_below(&random, i < ROWS ? 10 : 1000000);
    for (size_t row = 0; row < ROWS; row++)
        given[row] = (double)row / 3;
    for (uint32_t i = 0; i < N; i++)
        rows[i] = i * 7 + (uint32_t)mf__random_below(&random, 7);
    check(true, 0);
    check(true, -17);
    check(false, 0);
    check(false, -17);
}

static void small_matrices_and_best_first_have_no_views(void **state)
{
    (void)state;
    static struct mf__ranked_column columns[COLUMNS];
    const struct mf__goal goal = {.grid = 0};
    struct mf__ranked ranked = {.rows = 1000, .n_columns = COLUMNS, .columns = columns};
    struct mf__soil soil = {.ranked = &ranked, .goal = &goal, .growth = {.max_features = 1}};
    struct mf__views views;
    assert_true(mf__views_init(&views, &soil));
    assert_int_equal(views.most, 0);
    mf__views_done(&views);
    ranked.rows = ROWS;
    soil.growth.max_leaf_nodes = 8;
    assert_true(mf__views_init(&views, &soil));
    assert_int_equal(views.most, 0);
    mf__views_done(&views);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_has_the_codes_of_its_rows),
        cmocka_unit_test(small_matrices_and_best_first_have_no_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
