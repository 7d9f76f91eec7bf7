/* SPDX-License-Identifier: Apache-2.0 */
/* Rows packed into bins, every kernel that goes through them, and sheets of them. */
#include "base/memory.h"
#include "base/random.h"
#include "forest/bins.h"
#include "forest/sheets.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- packing ---- */

/* The packing of targets between `least` and `most`. */
static struct mf__packing packing_of(int64_t least, int64_t most, uint32_t n_drawn)
{
    int64_t whole[] = {most, least, most};
    const struct mf__goal goal = {.rows = 3, .whole = whole};
    return mf__packing_of(&goal, n_drawn);
}

static void sums_that_just_fit_are_packed(void **state)
{
    (void)state;
    /* The sum itself may have 52 bits; with the weight, there are 64. */
    const struct {
        uint32_t n_drawn;
        int64_t largest;
    } cases[] = {{1, (INT64_C(1) << 52) - 1},
                 {1000, ((INT64_C(1) << 52) - 1) / 1000},
                 {4095, ((INT64_C(1) << 52) - 1) / 4095},
                 {4096, ((INT64_C(1) << 51) - 1) / 4096},
                 {UINT32_C(1) << 31, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t n = cases[i].n_drawn;
        for (int64_t least = -7; least <= 7; least += 7) {
            struct mf__packing packing = packing_of(least, least + cases[i].largest, n);
            assert_true(packing.shift > 0);
            uint64_t sum = mf__pack(&packing, least + cases[i].largest, n);
            assert_true(mf__packed_weight(&packing, sum) == n);
            assert_true(mf__packed_y(&packing, sum) == (double)cases[i].largest * n);
            assert_int_equal(packing_of(least, least + cases[i].largest + 1, n).shift, 0);
        }
    }
}

static void sums_that_are_far_too_large_are_not_packed(void **state)
{
    (void)state;
    assert_int_equal(packing_of(-(INT64_C(1) << 53), INT64_C(1) << 53, 1).shift, 0);
    assert_int_equal(packing_of(INT64_MIN, INT64_MAX, UINT32_MAX).shift, 0);
}

/* ---- kernels ---- */

#define MOST_BINS 200
#define SHIFT     12

struct row {
    uint32_t bin;
    uint32_t weight;
    uint64_t y;
};

struct scene {
    struct mf__scan scan; /* the first member */
    uint64_t bins[MOST_BINS];
    uint32_t n_found;
    uint32_t found[MOST_BINS];
    uint64_t left[MOST_BINS];
    double raise; /* what a split that is found makes of the limit */
};

static void note(struct mf__scan *scan, uint32_t bin, uint64_t left)
{
    struct scene *scene = (struct scene *)(void *)scan;
    scene->found[scene->n_found] = bin;
    scene->left[scene->n_found++] = left;
    scan->limit *= scene->raise;
}

/* Rows in some of the bins; sums of up to nearly 2^52 when `large`. */
static uint32_t fill(struct scene *scene, struct mf__random *random, bool large, struct row *rows)
{
    uint64_t range = large ? (UINT64_C(1) << 52) / 1000 : 1000;
    uint32_t n_bins = 1 + (uint32_t)mf__random_below(random, MOST_BINS - 8);
    uint32_t n_rows = 2 + (uint32_t)mf__random_below(random, 300);
    uint64_t most = 0, least = UINT64_MAX;
    memset(scene, 0, sizeof *scene);
    struct mf__scan *scan = &scene->scan;
    for (uint32_t i = 0; i < n_rows; i++) {
        rows[i] = (struct row){(uint32_t)mf__random_below(random, n_bins),
                               1 + (uint32_t)mf__random_below(random, 3),
                               mf__random_below(random, range)};
        rows[i].y = i % 7 == 0 ? range - 1 : rows[i].y;
        uint64_t pack = (rows[i].y << SHIFT | 1) * rows[i].weight;
        scene->bins[rows[i].bin] += pack;
        scan->total += pack;
        most = rows[i].y > most ? rows[i].y : most;
        least = rows[i].y < least ? rows[i].y : least;
    }
    scan->bins = scene->bins;
    scan->n = mf__bins_room(n_bins);
    scan->shift = SHIFT;
    scan->found = note;
    scan->weight = (double)(scan->total & ((1 << SHIFT) - 1));
    scan->mean = (double)(scan->total >> SHIFT) / scan->weight;
    scan->least = (double)least - scan->mean;
    scan->most = (double)most - scan->mean;
    scene->raise = 1;
    return n_rows;
}

/* What the split gains, as the essay of search_means.c has it, without the division. */
static double excess(const struct mf__scan *scan, uint64_t left)
{
    double weight = (double)(left & ((1 << SHIFT) - 1));
    double d = (double)(left >> SHIFT) - scan->mean * weight;
    return d * d - scan->limit * (weight * (scan->weight - weight));
}

/* The limit that only the best split reaches, times `share`. */
static double limit_of(const struct scene *scene, double share)
{
    double best = 0;
    uint64_t left = 0;
    for (uint32_t bin = 0; bin < scene->scan.n; bin++) {
        left += scene->bins[bin];
        double weight = (double)(left & ((1 << SHIFT) - 1));
        double d = (double)(left >> SHIFT) - scene->scan.mean * weight;
        double room = weight * (scene->scan.weight - weight);
        best = room > 0 && d * d / room > best ? d * d / room : best;
    }
    return best * share;
}

/* The same plainly. */
static void scan_plainly(struct scene *scene)
{
    struct mf__scan *scan = &scene->scan;
    uint64_t left = 0;
    scan->lowest = UINT32_MAX;
    for (uint32_t bin = 0; bin < scan->n; bin++) {
        if (scene->bins[bin] == 0)
            continue;
        left += scene->bins[bin];
        scan->lowest = bin < scan->lowest ? bin : scan->lowest;
        scan->highest = bin;
        if (left != scan->total && excess(scan, left) >= 0)
            note(scan, bin, left);
    }
}

static void every_kernel_finds_what_a_plain_loop_finds(void **state)
{
    (void)state;
    static struct row rows[512];
    static struct scene scene, wanted;
    const double shares[] = {0, 1e-3, 0.5, 0.99, 1.5};
    struct mf__random random = {3};
    size_t n_found = 0;
    for (unsigned i = 0; i < 2000; i++) {
        fill(&scene, &random, i % 2 == 1, rows);
        scene.scan.limit = limit_of(&scene, shares[i % 5]);
        wanted = scene;
        wanted.scan.bins = wanted.bins;
        scan_plainly(&wanted);
        for (unsigned k = 0; mf__scan_at(k) != NULL; k++) {
            struct scene own = scene;
            own.scan.bins = own.bins;
            mf__scan_at(k)->scan(&own.scan);
            assert_int_equal(own.n_found, wanted.n_found);
            assert_memory_equal(own.found, wanted.found, own.n_found * sizeof own.found[0]);
            assert_memory_equal(own.left, wanted.left, own.n_found * sizeof own.left[0]);
            assert_int_equal(own.scan.lowest, wanted.scan.lowest);
            assert_int_equal(own.scan.highest, wanted.scan.highest);
        }
        n_found += wanted.n_found;
    }
    assert_true(n_found > 10000);
}

/* A limit that rises while a vector is handed out may come too late for its other lanes. */
static void every_kernel_takes_the_codes_of_the_rows(void **state)
{
    (void)state;
    enum { ROWS = 40 };
    uint32_t codes[ROWS], rows[ROWS], taken[ROWS + 1];
    for (uint32_t i = 0; i < ROWS; i++) {
        codes[i] = i == 11 ? UINT32_MAX : i == 13 ? 0 : 1000 + 7 * i % ROWS;
        rows[i] = (i * 11 + 11) % ROWS;
    }
    for (uint32_t n = 1; n <= ROWS; n++) {
        for (unsigned k = 0; mf__scan_at(k) != NULL; k++) {
            struct mf__taken at = {.codes = taken};
            uint32_t low = UINT32_MAX;
            taken[n] = 5;
            mf__scan_at(k)->take(codes, rows, n, &at);
            for (uint32_t i = 0; i < n; i++) {
                assert_int_equal(taken[i], codes[rows[i]]);
                low = taken[i] < low ? taken[i] : low;
            }
            assert_int_equal(at.low, low);
            assert_int_equal(at.high, UINT32_MAX);
            assert_int_equal(taken[n], 5);
        }
    }
}

static void a_raised_limit_counts_from_the_next_vector_on(void **state)
{
    (void)state;
    static struct row rows[512];
    static struct scene scene;
    struct mf__random random = {4};
    for (unsigned i = 0; i < 500; i++) {
        fill(&scene, &random, false, rows);
        scene.raise = HUGE_VAL;
        scene.scan.limit = limit_of(&scene, 0.3);
        for (unsigned k = 0; mf__scan_at(k) != NULL; k++) {
            struct scene own = scene;
            own.scan.bins = own.bins;
            mf__scan_at(k)->scan(&own.scan);
            for (uint32_t f = 1; f < own.n_found; f++)
                assert_int_equal(own.found[f] / MF__BINS_GROUP, own.found[0] / MF__BINS_GROUP);
        }
    }
}

static void bins_of_one_rank_have_no_split(void **state)
{
    (void)state;
    static struct scene scene;
    memset(&scene, 0, sizeof scene);
    scene.bins[13] = 5 << SHIFT | 2;
    scene.scan = (struct mf__scan){.bins = scene.bins, .n = 16, .shift = SHIFT, .found = note};
    scene.scan.total = scene.bins[13];
    scene.scan.weight = 2;
    scene.scan.mean = 2.5;
    for (unsigned k = 0; mf__scan_at(k) != NULL; k++) {
        mf__scan_at(k)->scan(&scene.scan);
        assert_int_equal(scene.n_found, 0);
        assert_int_equal(scene.scan.lowest, 13);
        assert_int_equal(scene.scan.highest, 13);
    }
}

/* Whether some split inside a bin, its rows taken in their order, reaches the limit. */
static bool has_split_inside(const struct mf__scan *scan, const struct row *rows, uint32_t n_rows,
                             uint32_t bin, uint64_t left)
{
    uint32_t passed = 0;
    bool has = false;
    for (uint32_t i = 0; i < n_rows; i++) {
        if (rows[i].bin != bin)
            continue;
        has = has || (passed > 0 && excess(scan, left) >= 0);
        left += (rows[i].y << SHIFT | 1) * rows[i].weight;
        passed++;
    }
    return has;
}

static int by_y(const void *a, const void *b)
{
    const struct row *left = a;
    const struct row *right = b;
    return (left->y > right->y) - (left->y < right->y);
}

static void no_split_is_missed_inside_a_bin_that_is_not_in_doubt(void **state)
{
    (void)state;
    static struct row rows[512];
    static struct scene scene;
    static uint64_t flags[MOST_BINS], before[MOST_BINS];
    struct mf__doubts doubts = {.flags = flags, .before = before};
    struct mf__random random = {6};
    uint32_t n_inside = 0, n_flags = 0, n_bins = 0;
    for (unsigned i = 0; i < 2000; i++) {
        uint32_t n_rows = fill(&scene, &random, i % 2 == 1, rows);
        scene.scan.limit = limit_of(&scene, i % 4 < 2 ? 1 : 0.7);
        if (i % 3 == 0) /* the order in which sums stray farthest */
            qsort(rows, n_rows, sizeof rows[0], by_y);
        mf__scan_best()->doubt(&scene.scan, &doubts);
        uint64_t left = 0;
        uint32_t lowest = UINT32_MAX, highest = 0;
        for (uint32_t bin = 0; bin < scene.scan.n; bin++) {
            assert_true(before[bin] == left);
            assert_true(flags[bin] == 0 || flags[bin] == UINT64_MAX);
            bool inside = has_split_inside(&scene.scan, rows, n_rows, bin, left);
            assert_true(flags[bin] != 0 || !inside);
            lowest = flags[bin] != 0 && bin < lowest ? bin : lowest;
            highest = flags[bin] != 0 ? bin : highest;
            n_inside += inside;
            n_flags += flags[bin] != 0;
            n_bins++;
            left += scene.bins[bin];
        }
        assert_int_equal(doubts.lowest, lowest);
        assert_int_equal(doubts.highest, highest);
    }
    assert_true(n_inside > 1000);
    assert_true(n_flags < n_bins / 2);
}

static void every_kernel_doubts_the_same_bins(void **state)
{
    (void)state;
    static struct row rows[512];
    static struct scene scene;
    static uint64_t flags[2][MOST_BINS], before[2][MOST_BINS];
    struct mf__random random = {7};
    for (unsigned i = 0; i < 1000; i++) {
        fill(&scene, &random, i % 2 == 1, rows);
        scene.scan.limit = limit_of(&scene, 0.9);
        struct mf__doubts wanted = {.flags = flags[0], .before = before[0]};
        mf__scan_at(0)->doubt(&scene.scan, &wanted);
        for (unsigned k = 1; mf__scan_at(k) != NULL; k++) {
            struct mf__doubts doubts = {.flags = flags[1], .before = before[1]};
            mf__scan_at(k)->doubt(&scene.scan, &doubts);
            assert_memory_equal(flags[0], flags[1], scene.scan.n * sizeof flags[0][0]);
            assert_memory_equal(before[0], before[1], scene.scan.n * sizeof before[0][0]);
            assert_int_equal(doubts.lowest, wanted.lowest);
            assert_int_equal(doubts.highest, wanted.highest);
        }
    }
}

static void the_best_kernel_is_the_last(void **state)
{
    (void)state;
    unsigned n = 0;
    while (mf__scan_at(n) != NULL)
        n++;
    assert_true(n >= 1);
    assert_ptr_equal(mf__scan_best(), mf__scan_at(n - 1));
}

/* ---- sheets ---- */

#define ROWS    90
#define COLUMNS 5

static struct mf__ranked *ranked;
static struct mf__soil soil;
static struct mf__sheets sheets;
static struct mf__sample samples[ROWS];
static uint64_t packs[ROWS];

static int make_sheets(void **state)
{
    (void)state;
    static float values[ROWS * COLUMNS];
    struct mf__random random = {8};
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        values[i] = (float)mf__random_below(&random, 3 + i / ROWS * 10);
    for (uint32_t i = 0; i < ROWS; i++) {
        samples[i] = (struct mf__sample){.row = (i * 7) % ROWS, .weight = 1};
        packs[i] = mf__random_below(&random, 1000) << SHIFT | 1;
    }
    const mf_matrix matrix = {values, ROWS, COLUMNS};
    assert_int_equal(mf__ranked_new(&matrix, &ranked, NULL), 0);
    soil = (struct mf__soil){.ranked = ranked,
                             .growth = {.max_features = COLUMNS, .min_samples_leaf = 1}};
    assert_int_equal(mf__ranked_ready(ranked, &soil.growth, 0, NULL), 0);
    assert_true(mf__sheets_init(&sheets, &soil));
    return 0;
}

static int free_sheets(void **state)
{
    (void)state;
    mf__sheets_done(&sheets);
    mf__ranked_free(ranked);
    return 0;
}

/* A sheet holds what some samples count. */
static void assert_holds(uint32_t sheet, uint32_t start, uint32_t n)
{
    for (uint32_t c = 0; c < COLUMNS; c++) {
        const struct mf__ranked_column *column = &ranked->columns[c];
        uint64_t wanted[64] = {0};
        for (uint32_t i = start; i < start + n; i++)
            wanted[mf__rank_of(column->codes[samples[i].row])] += packs[i];
        assert_memory_equal(mf__sheet_column(&sheets, sheet, c), wanted,
                            mf__bins_room(column->n_values) * sizeof wanted[0]);
    }
}

static void a_sheet_counts_all_columns(void **state)
{
    (void)state;
    uint32_t sheet = mf__sheet_fill(&sheets, samples, ROWS, packs);
    assert_int_not_equal(sheet, MF__NO_SHEET);
    assert_holds(sheet, 0, ROWS);
    mf__sheet_drop(&sheets, sheet);
    sheet = mf__sheet_fill(&sheets, samples + 20, 30, packs + 20);
    assert_holds(sheet, 20, 30);
}

static void a_node_less_one_side_is_the_other(void **state)
{
    (void)state;
    uint32_t node = mf__sheet_fill(&sheets, samples, ROWS, packs);
    uint32_t side = mf__sheet_fill(&sheets, samples, 37, packs);
    mf__sheet_less(&sheets, node, side);
    assert_holds(node, 37, ROWS - 37);
    assert_holds(side, 0, 37);
}

static void a_sheet_can_be_had_again_once_it_is_dropped(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < MF__SHEETS; i++)
        assert_int_not_equal(mf__sheet_fill(&sheets, samples, 1 + i, packs), MF__NO_SHEET);
    assert_int_equal(mf__sheet_fill(&sheets, samples, 5, packs), MF__NO_SHEET);
    for (uint32_t i = 0; i < MF__SHEETS; i++)
        assert_holds(i, 0, 1 + i);
    mf__sheet_drop(&sheets, MF__NO_SHEET);
    assert_int_equal(mf__sheet_fill(&sheets, samples, 5, packs), MF__NO_SHEET);
    mf__sheet_drop(&sheets, 3);
    assert_int_equal(mf__sheet_fill(&sheets, samples, 5, packs), 3);
    assert_holds(3, 0, 5);
}

static void forests_that_need_rows_or_few_features_have_no_sheets(void **state)
{
    (void)state;
    struct mf__soil other = soil;
    assert_true(mf__has_sheets(&other));
    other.growth.min_samples_leaf = 2;
    assert_false(mf__has_sheets(&other));
    other.growth = (struct mf__growth){.max_features = COLUMNS - 1, .min_samples_leaf = 1};
    assert_false(mf__has_sheets(&other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_that_just_fit_are_packed),
        cmocka_unit_test(sums_that_are_far_too_large_are_not_packed),
        cmocka_unit_test(every_kernel_finds_what_a_plain_loop_finds),
        cmocka_unit_test(every_kernel_takes_the_codes_of_the_rows),
        cmocka_unit_test(a_raised_limit_counts_from_the_next_vector_on),
        cmocka_unit_test(bins_of_one_rank_have_no_split),
        cmocka_unit_test(no_split_is_missed_inside_a_bin_that_is_not_in_doubt),
        cmocka_unit_test(every_kernel_doubts_the_same_bins),
        cmocka_unit_test(the_best_kernel_is_the_last),
        cmocka_unit_test_setup_teardown(a_sheet_counts_all_columns, make_sheets, free_sheets),
        cmocka_unit_test_setup_teardown(a_node_less_one_side_is_the_other, make_sheets,
                                        free_sheets),
        cmocka_unit_test_setup_teardown(a_sheet_can_be_had_again_once_it_is_dropped, make_sheets,
                                        free_sheets),
        cmocka_unit_test_setup_teardown(forests_that_need_rows_or_few_features_have_no_sheets,
                                        make_sheets, free_sheets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
