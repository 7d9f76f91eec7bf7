/* SPDX-License-Identifier: Apache-2.0 */
/* Results that are large: whether they travel, and how much of them. */
#include "exec/mpi_messages.h"
#include "exec/trace.h"
#include "forest/forest.h"
#include "forest/goal.h"
#include "forest/grow.h"
#include "forest/params.h"
#include "forest/ranks.h"
#include "tests/fault/fault.h"
#include "tests/unit/ranks.h"

#include <sys/resource.h>

#define LARGE_WORDS 40000

static void count_bytes(void)
{
    fake.counted_tag = MF__TAG_BYTES;
    fake.ret_bytes = fake.rank == 1 ? &told->bytes : NULL;
}

static void be_on_one_host(void)
{
    count_bytes();
    fake.one_host = true;
}

static void open_nothing(void)
{
    const struct rlimit few = {FAKE_RANKS, FAKE_RANKS}; /* which poll() wants at least */
    be_on_one_host();
    if (fake.rank == 0)
        return;
    fake_must(setrlimit(RLIMIT_NOFILE, &few) == 0, "no limits");
    while (dup(STDIN_FILENO) >= 0)
        continue;
}

/* How many bytes of results each item of rank 1 sent, beside its log. */
static uint64_t bytes_by_item(void (*prepare)(void), uint64_t filled)
{
    given = (struct task){.words = LARGE_WORDS, .filled = filled, .meets = true};
    n_given = 40;
    assert_int_equal(run_cluster(&(struct cluster){
                         .size = 2, .threads = 1, .first = run_given, .prepare = prepare}),
                     0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(40));
    assert_true(told->remote_items > 0 && told->bytes >= sizeof(struct mf__log));
    return (told->bytes - sizeof(struct mf__log)) / told->remote_items;
}

static void of_a_large_result_only_what_is_filled_travels(void **state)
{
    (void)state;
    assert_int_equal(bytes_by_item(count_bytes, 0), LARGE_WORDS * sizeof(uint64_t));
    assert_int_equal(bytes_by_item(count_bytes, 100), 100 * sizeof(uint64_t));
}

static void on_one_host_large_results_do_not_travel(void **state)
{
    (void)state;
    assert_int_equal(bytes_by_item(be_on_one_host, 0), 0);
}

static void where_memory_cannot_be_shared_results_travel(void **state)
{
    (void)state;
    assert_int_equal(bytes_by_item(open_nothing, 0), LARGE_WORDS * sizeof(uint64_t));
}

/* The most bytes that a tree takes. */
static size_t tree_bytes(const mf_matrix *matrix, const mf_forest_params *params, size_t n_classes)
{
    const struct mf__ranked ranked = {.rows = matrix->rows, .n_columns = matrix->columns};
    const struct mf__goal goal = {.n_classes = n_classes};
    struct mf__soil soil = {.ranked = &ranked, .goal = &goal};
    mf_error error = {0};
    fake_must(mf__growth_of(params, matrix, n_classes, &soil.growth, &error) == 0, error.text);
    return mf__grown_bytes(&soil);
}

/* Most nodes that there is room for are never made, and there are counts behind them. */
static mf_forest *fit_forest(const char *way, unsigned workers, uint64_t *ret_remote_trees)
{
    enum { ROWS = 2000, COLUMNS = 3 };
    static float values[ROWS * COLUMNS];
    static double classes[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t c = 0; c < COLUMNS; c++)
            values[i * COLUMNS + c] = (float)((i * (7 + 4 * c) + c) % 101);
        classes[i] = (double)((i * i + i / 7) % 3);
    }
    const mf_matrix matrix = {.values = values, .rows = ROWS, .columns = COLUMNS};
    const mf_target target = {.values = classes, .n_classes = 3};
    mf_forest_params params = mf_forest_defaults(target.n_classes);
    params.n_estimators = 60;
    params.min_samples_leaf = (mf_amount){.count = 9};
    fake_must(tree_bytes(&matrix, &params, target.n_classes) >= MF__LARGE_RESULT, "small trees");
    mf_pool *pool = open_pool(way, workers);
    mf_forest *forest = NULL;
    mf_ledger ledger = {0};
    mf_error error = {0};
    fake_must(mf_forest_fit(pool, &matrix, &target, &params, NULL, &ledger, &forest, &error) == 0,
              error.text);
    *ret_remote_trees = workers > 1 ? ledger.workers[1].items : 0;
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
    return forest;
}

/* Field by field, as there is a gap between them that may hold anything. */
static bool same_node(const mf_node *a, const mf_node *b)
{
    return a->left == b->left && a->right == b->right && a->feature == b->feature &&
           a->samples == b->samples && a->weight == b->weight && a->threshold == b->threshold &&
           a->value == b->value;
}

/* On a busy machine rank 0 may have grown all trees before the other one has heard of them: then
 * once more. */
static mf_forest *fit_with_others(unsigned workers)
{
    uint64_t remote_trees = 0;
    mf_forest *forest = NULL;
    while (remote_trees == 0) {
        mf_forest_free(&forest);
        forest = fit_forest("mpi", workers, &remote_trees);
    }
    return forest;
}

static void fit_on_ranks(struct mf__mpi_link *link, unsigned threads)
{
    uint64_t none = 0;
    mf_forest *here = fit_forest("serial", 1, &none);
    mf_forest *there = fit_with_others(threads * mf__mpi_ranks(link));
    for (size_t t = 0; t < 60; t++) {
        const struct mf__tree *a = &here->trees[t];
        const struct mf__tree *b = &there->trees[t];
        fake_must(a->n_nodes == b->n_nodes, "another number of nodes");
        for (size_t n = 0; n < a->n_nodes; n++)
            fake_must(same_node(&a->nodes[n], &b->nodes[n]), "another node");
        fake_must(memcmp(a->counts, b->counts, 3 * a->n_nodes * sizeof *a->counts) == 0,
                  "other counts");
    }
    fake_must(memcmp(here->importances, there->importances, 3 * sizeof *here->importances) == 0,
              "other importances");
    mf_forest_free(&here);
    mf_forest_free(&there);
}

static void a_forest_that_travelled_is_the_same(void **state)
{
    (void)state;
    const struct cluster cluster = {.size = 2, .threads = 1, .first = fit_on_ranks};
    assert_int_equal(run_cluster(&cluster), 0);
}

int main(void)
{
    crash_plainly();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_large_result_only_what_is_filled_travels),
        cmocka_unit_test(on_one_host_large_results_do_not_travel),
        cmocka_unit_test(where_memory_cannot_be_shared_results_travel),
        cmocka_unit_test(a_forest_that_travelled_is_the_same),
    };
    return prepare_told() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
