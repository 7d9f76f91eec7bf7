/* SPDX-License-Identifier: Apache-2.0 */
/* The split of a large node, against trying all of them plainly. */
#include "base/random.h"
#include "forest/draw.h"
#include "forest/search.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ROWS 6000
#define COLUMNS   10 /* more than are held at a time (search_parts.h) */

struct scene {
    float values[MOST_ROWS * COLUMNS];
    double target[MOST_ROWS];
    struct mf__sample samples[MOST_ROWS];
    size_t rows;
    uint32_t n; /* of the node */
    struct mf__ranked *ranked;
    struct mf__goal *goal;
    struct mf__soil soil;
};

/* How the values of a column lie. */
enum kind { FEW, MANY, CLOSE, FEW_CLOSE, CONSTANT_IN_NODE, KINDS };

static float value_of(enum kind kind, uint64_t many, bool in_node)
{
    switch (kind) {
    case FEW:
        return (float)(many >> 21);
    case CLOSE: /* so that many neighbours cannot be told apart */
        return (float)(many >> 10) * 0.8e-7F;
    case FEW_CLOSE:
        return (float)(many >> 15) * 0.8e-7F;
    case CONSTANT_IN_NODE:
        return in_node ? 0.25F : (float)many;
    default:
        return (float)many * 0x1p-24F;
    }
}

/* The rows of the node: every third or so. */
static void fill_samples(struct scene *scene, struct mf__random *random)
{
    scene->rows = 300 + mf__random_below(random, MOST_ROWS - 300);
    scene->n = 0;
    for (uint32_t row = 0; row < scene->rows; row++) {
        uint32_t weight = 1 + (uint32_t)mf__random_below(random, 3);
        if (row < 200 || mf__random_below(random, 3) == 0)
            scene->samples[scene->n++] = (struct mf__sample){.row = row, .weight = weight};
    }
}

/* Columns of any kind, and a target that rises with the first ones as far as noise lets it. */
static void fill(struct scene *scene, struct mf__random *random, double noise, uint32_t least)
{
    fill_samples(scene, random);
    for (size_t c = 0; c < COLUMNS; c++) {
        enum kind kind = (enum kind)mf__random_below(random, KINDS);
        uint32_t next = 0;
        for (uint32_t row = 0; row < scene->rows; row++) {
            uint64_t many = mf__random_below(random, UINT32_C(1) << 24);
            bool in_node = next < scene->n && scene->samples[next].row == row;
            scene->values[c * scene->rows + row] = value_of(kind, many, in_node);
            next += in_node;
            if (c == 0)
                scene->target[row] = rint(noise * (double)mf__random_below(random, 1000));
            if (c < 3)
                scene->target[row] += (double)(many >> c);
        }
    }
    scene->soil.growth = (struct mf__growth){
        .max_features = COLUMNS, .n_drawn = 3 * (uint32_t)scene->rows, .min_samples_leaf = least};
}

static void make(struct scene *scene)
{
    const mf_matrix matrix = {scene->values, scene->rows, COLUMNS};
    const mf_target target = {scene->target, 0};
    assert_int_equal(mf__ranked_new(&matrix, &scene->ranked, NULL), 0);
    assert_int_equal(
        mf__goal_new(&target, scene->rows, scene->soil.growth.n_drawn, &scene->goal, NULL), 0);
    scene->soil.ranked = scene->ranked;
    scene->soil.goal = scene->goal;
    for (uint32_t i = 0; i < scene->n; i++)
        scene->samples[i].y = scene->goal->whole[scene->samples[i].row];
}

static void drop(struct scene *scene)
{
    mf__ranked_free(scene->ranked);
    mf__goal_free(scene->goal);
}

/* The sums of one side. */
struct side {
    double y;
    double weight;
    uint32_t rows;
};

static void add(struct side *side, const struct mf__sample *sample)
{
    side->y += (double)sample->y * sample->weight;
    side->weight += sample->weight;
    side->rows++;
}

static const struct mf__ranked_column *sorted_by;

static uint32_t rank_in(const struct mf__sample *sample)
{
    return mf__rank_of(sorted_by->codes[sample->row]);
}

static int by_rank(const void *a, const void *b)
{
    uint32_t left = rank_in(a);
    uint32_t right = rank_in(b);
    return (left > right) - (left < right);
}

/* The best split by a column, the first of several; its proxy. */
static double best_of(const struct scene *scene, uint32_t feature, struct mf__split *ret_split)
{
    static struct mf__sample sorted[MOST_ROWS];
    struct side all = {0, 0, 0}, left = {0, 0, 0};
    double best = -HUGE_VAL;
    sorted_by = &scene->ranked->columns[feature];
    for (uint32_t i = 0; i < scene->n; i++) {
        sorted[i] = scene->samples[i];
        add(&all, &sorted[i]);
    }
    qsort(sorted, scene->n, sizeof sorted[0], by_rank);
    for (uint32_t i = 0; i + 1 < scene->n; i++) {
        add(&left, &sorted[i]);
        struct mf__split split = {feature, rank_in(&sorted[i]), rank_in(&sorted[i + 1])};
        double right = all.y - left.y;
        double proxy = left.y * left.y / left.weight + right * right / (all.weight - left.weight);
        if (split.low == split.high || proxy <= best ||
            left.rows < scene->soil.growth.min_samples_leaf ||
            all.rows - left.rows < scene->soil.growth.min_samples_leaf ||
            !mf__ranks_apart(sorted_by, split.low, split.high))
            continue;
        best = proxy;
        *ret_split = split;
    }
    return best;
}

static bool search_rows(struct mf__search *search, struct scene *scene, uint32_t n,
                        struct mf__split *ret_split)
{
    struct side all = {0, 0, 0};
    for (uint32_t i = 0; i < n; i++)
        add(&all, &scene->samples[i]);
    struct mf__group group = {
        .samples = scene->samples, .n = n, .sheet = MF__NO_SHEET, .y = all.y, .weight = all.weight};
    const struct mf__split *split = mf__search_split(search, &group);
    mf__search_drop(search, group.sheet);
    if (split != NULL)
        *ret_split = *split;
    return split != NULL;
}

/* As the second node of a tree, after one of fewer rows. */
static bool search(struct scene *scene, uint32_t seed, struct mf__split *ret_split)
{
    struct mf__search *search = mf__search_new(&scene->soil);
    struct mf__split other;
    assert_non_null(search);
    mf__search_start(search, seed);
    search_rows(search, scene, scene->n - 50, &other);
    mf__search_start(search, seed);
    bool found = search_rows(search, scene, scene->n, ret_split);
    mf__search_free(search);
    return found;
}

static void check(struct scene *scene, uint32_t seed)
{
    struct mf__split split = {0, 0, 0}, bests[COLUMNS];
    double proxies[COLUMNS], most = -HUGE_VAL;
    bool found = search(scene, seed, &split);
    for (uint32_t c = 0; c < COLUMNS; c++) {
        proxies[c] = best_of(scene, c, &bests[c]);
        most = fmax(most, proxies[c]);
    }
    assert_int_equal(found, most > -HUGE_VAL);
    if (!found)
        return;
    assert_true(proxies[split.feature] == most);
    assert_int_equal(split.low, bests[split.feature].low);
    assert_int_equal(split.high, bests[split.feature].high);
}

static void the_best_split_is_found_whatever_counts_it(void **state)
{
    (void)state;
    static struct scene scene;
    struct mf__random random = {11};
    const double noises[] = {0, 100, 3000, 1e8}; /* of which the last does not fit into bins */
    const uint32_t leasts[] = {1, 2, 40};
    for (uint32_t i = 0; i < 400; i++) {
        fill(&scene, &random, noises[i % 4], leasts[i % 3]);
        make(&scene);
        check(&scene, i + 1);
        drop(&scene);
    }
}

/* Two columns whose values lie so that a quarter of all neighbours cannot be told apart. */
static void values_too_close_are_not_told_apart(void **state)
{
    (void)state;
    static struct scene scene;
    struct mf__random random = {14};
    for (uint32_t i = 0; i < 150; i++) {
        fill(&scene, &random, 0, 1);
        memset(scene.values, 0, sizeof scene.values);
        for (uint32_t row = 0; row < scene.rows; row++) {
            uint64_t first = mf__random_below(&random, 20000);
            uint64_t second = mf__random_below(&random, 20000);
            scene.values[row] = (float)first * 0.4e-7F;
            scene.values[scene.rows + row] = (float)second * 0.4e-7F;
            scene.samples[row] = (struct mf__sample){.row = row, .weight = 1};
            scene.target[row] = (double)(first * first + second * second);
        }
        scene.n = (uint32_t)scene.rows;
        make(&scene);
        check(&scene, i + 1);
        drop(&scene);
    }
}

static void of_equal_splits_the_lowest_is_taken(void **state)
{
    (void)state;
    static struct scene scene;
    struct mf__random random = {12};
    for (uint32_t i = 0; i < 60; i++) {
        fill(&scene, &random, 0, 1);
        /* A target that is high at both ends of the one column that varies. */
        for (uint32_t row = 0; row < scene.rows; row++) {
            for (size_t c = 0; c < COLUMNS; c++)
                scene.values[c * scene.rows + row] = c == 1 ? (float)row : 7;
            scene.samples[row] = (struct mf__sample){.row = row, .weight = 1};
            scene.target[row] = row < i + 1 || row + i + 1 >= scene.rows ? 10 : 3;
        }
        scene.n = (uint32_t)scene.rows;
        make(&scene);
        struct mf__split split = {0, 0, 0};
        assert_true(search(&scene, i + 1, &split));
        assert_int_equal(split.feature, 1);
        assert_int_equal(split.low, i);
        assert_int_equal(split.high, i + 1);
        drop(&scene);
    }
}

/* Of the features of a new tree, that which is drawn first. */
static uint32_t first_drawn(uint32_t seed)
{
    struct mf__draw draw;
    struct mf__draws draws = {.left = COLUMNS};
    uint32_t place = 0;
    assert_true(mf__draw_init(&draw, COLUMNS));
    mf__draw_start(&draw, seed);
    assert_true(mf__draw_next(&draw, &draws, COLUMNS, &place));
    uint32_t feature = draw.features[place];
    mf__draw_done(&draw);
    return feature;
}

/* Nine columns of many values, and one of two, all with the same best split: it is compared early
 * in the last one, and late in the others. */
static void of_equal_features_the_one_drawn_first_is_taken(void **state)
{
    (void)state;
    static struct scene scene;
    struct mf__random random = {13};
    uint32_t drawn[COLUMNS] = {0};
    for (uint32_t i = 0; i < 100; i++) {
        fill(&scene, &random, 0, 1);
        float border = 0.2F + 0.005F * (float)i;
        for (uint32_t row = 0; row < scene.rows; row++) {
            float value = (float)mf__random_below(&random, UINT32_C(1) << 24) * 0x1p-24F;
            for (size_t c = 0; c < COLUMNS; c++)
                scene.values[c * scene.rows + row] = c % 2 == 0 ? value : -value;
            scene.values[scene.rows + row] = value > border;
            scene.target[row] = value > border ? 20 : 10;
        }
        make(&scene);
        struct mf__split split = {0, 0, 0};
        assert_true(search(&scene, i + 1, &split));
        assert_int_equal(split.feature, first_drawn(i + 1));
        drawn[split.feature]++;
        drop(&scene);
    }
    for (uint32_t c = 0; c < COLUMNS; c++)
        assert_true(drawn[c] > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_split_is_found_whatever_counts_it),
        cmocka_unit_test(values_too_close_are_not_told_apart),
        cmocka_unit_test(of_equal_splits_the_lowest_is_taken),
        cmocka_unit_test(of_equal_features_the_one_drawn_first_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
